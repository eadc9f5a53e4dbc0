// counting §6: the page's own count agrees with a right one and gives a wrong one away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countAgain, known, readProfile } from '../veche/tally/again.js';
import { irv } from '../veche/tally/irv.js';
import { Malformed, encode, list, uint } from '../veche/wire.js';

const IDS = ['anna', 'boris', 'vera'], TERMS = { options: 3, seats: 1, lot: [2, 0, 1] };
const BALLOTS = [{ weight: 4n, ranks: [0, 1] }, { weight: 3n, ranks: [1] }, { weight: 2n, ranks: [2, 1] }, { weight: 1n, ranks: [] }];
const profile = (ballots) => encode(list(ballots.map((b) => list([uint(b.weight), list(b.ranks.map((o) => uint(o)))]))));

/** The count as a server publishes it: options by id, figures as text. */
function published() {
  const { winners, stages } = irv(TERMS, BALLOTS);
  return { winners: winners.map((o) => IDS[o]), stages: stages.map((s) => ({ kind: s.kind.toLowerCase(), options: s.options.map((o) => IDS[o]),
    tally: Object.fromEntries(s.votes.flatMap((v, o) => (v === undefined ? [] : [[IDS[o], v.includes('/') ? v : `${v}.00`]]))), exhausted: s.exhausted })) };
}

test('a profile is read as it was written, and its digest is of these bytes', () => {
  const read = readProfile(profile(BALLOTS), 3);
  assert.deepEqual(read.ballots, BALLOTS);
  assert.match(read.digest, /^[0-9a-f]{64}$/);
  assert.notEqual(read.digest, readProfile(profile(BALLOTS.slice(1)), 3).digest);
});

test('a profile that names no option, one twice, or nobody is refused', () => {
  for (const wrong of [{ weight: 1n, ranks: [3] }, { weight: 1n, ranks: [0, 0] }, { weight: 0n, ranks: [0] }])
    assert.throws(() => readProfile(profile([wrong]), 3), Malformed);
});

test('the same ballots give the same winners and figures', () => {
  const found = countAgain('irv', TERMS, BALLOTS, published(), IDS);
  assert.equal(found.same, true);
  assert.ok(found.stages >= 2);
});

test('another winner, another figure, another step or a missing one is seen', () => {
  const lies = [
    (c) => { c.winners = ['anna']; },
    (c) => { c.stages[0].tally.anna = '5'; },
    (c) => { c.stages[0].tally.anna = '4.01'; },
    (c) => { c.stages.at(-1).kind = 'exclude-more'; },
    (c) => { c.stages[1].exhausted = '7'; },
    (c) => { c.stages.pop(); },
  ];
  for (const lie of lies) {
    const count = published();
    lie(count);
    assert.equal(countAgain('irv', TERMS, BALLOTS, count, IDS).same, false, String(lie));
  }
});

test('of a rule without a second program nothing is said', () => {
  assert.equal(known('scottish-stv'), true);
  assert.equal(known('wigm'), false);
  assert.equal(known('toString'), false);
});
