// The second counter and the Java engine count the same 10,000 small profiles; both are held to the digests of one file (counting §6).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { approval, sequentialPav } from '../veche/tally/approvals.js';
import { irv } from '../veche/tally/irv.js';
import { meek } from '../veche/tally/meek.js';
import { text } from '../veche/tally/profile.js';
import { schulze } from '../veche/tally/schulze.js';
import { scottish } from '../veche/tally/scottish.js';

const file = JSON.parse(readFileSync(new URL('../../src/spec/vectors/tally/second-counter.json', import.meta.url), 'utf8'));
const RULES = { irv, 'scottish-stv': scottish, 'meek-prf': meek, schulze, 'approval-seqpav': sequentialPav, 'approval-av': approval };

/** Marsaglia's xorshift of 32 bits, so that two languages draw the same profiles. */
function drawn(seed) {
  let x = seed >>> 0;
  return (n) => {
    x = (x ^ (x << 13)) >>> 0;
    x = (x ^ (x >>> 17)) >>> 0;
    x = (x ^ (x << 5)) >>> 0;
    return x % n;
  };
}

function profile(next) {
  const options = 2 + next(5), seats = 1 + next(options - 1), count = 1 + next(12);
  const order = (length) => {
    const all = Array.from({ length: options }, (_, i) => i);
    for (let i = 0; i < length; i++) {
      const j = i + next(options - i);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all.slice(0, length);
  };
  const ballots = Array.from({ length: count }, () => {
    const weight = BigInt(1 + next(5)), length = next(options + 1);
    return { weight, ranks: order(length) };
  });
  return { terms: { options, seats, lot: order(options) }, ballots };
}

test('both counters give the same stages on ten thousand small profiles', () => {
  const next = drawn(file.seed), hashes = Object.fromEntries(Object.keys(RULES).map((r) => [r, createHash('sha256')]));
  const found = Object.fromEntries(Object.keys(RULES).map((r) => [r, []]));
  const blocks = file.rules.irv.length;
  for (let i = 0; i < blocks * file.block; i++) {
    const { terms, ballots } = profile(next);
    for (const [name, rule] of Object.entries(RULES)) {
      const told = text(rule(name === 'irv' ? { ...terms, seats: 1 } : terms, ballots));
      if (i === 0) assert.equal(told, file.example[name], name);
      hashes[name].update(told);
      if ((i + 1) % file.block === 0) {
        found[name].push(hashes[name].digest('hex'));
        hashes[name] = createHash('sha256');
      }
    }
  }
  assert.equal(blocks * file.block, 10000);
  for (const name of Object.keys(RULES)) assert.deepEqual(found[name], file.rules[name], name);
});

test('a digest that is not of these stages is seen', () => {
  const { terms, ballots } = profile(drawn(file.seed));
  const other = { ...terms, seats: terms.seats + 1 };
  assert.notEqual(text(scottish(terms, ballots)), text(scottish(other, ballots)));
});
