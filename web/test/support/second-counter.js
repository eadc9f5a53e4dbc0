// Reads one profile a line ({name, rule, options, seats, lot, ballots: [[weight, [option…]]…]}) and writes the second counter's tally of each as a line of JSON.
import { createInterface } from 'node:readline';
import { approval, sequentialPav } from '../../veche/tally/approvals.js';
import { irv } from '../../veche/tally/irv.js';
import { meek } from '../../veche/tally/meek.js';
import { text } from '../../veche/tally/profile.js';
import { schulze } from '../../veche/tally/schulze.js';
import { scottish } from '../../veche/tally/scottish.js';

const RULES = { irv, 'scottish-stv': scottish, 'meek-prf': meek, schulze, 'approval-seqpav': sequentialPav, 'approval-av': approval };

for await (const one of createInterface({ input: process.stdin })) {
  const { rule, options, seats, lot, ballots } = JSON.parse(one);
  const told = text(RULES[rule]({ options, seats, lot }, ballots.map(([weight, ranks]) => ({ weight: BigInt(weight), ranks }))));
  console.log(JSON.stringify(told));
}
