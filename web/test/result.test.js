// The result object of record §10, from the vectors that Java reads too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readResult, resultDigest } from '../veche/record/result.js';
import { Malformed, hex, unhex } from '../veche/wire.js';

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../src/spec/vectors/tally/${name}.json`, import.meta.url), 'utf8'));

for (const name of ['result', 'result-ranked']) test(`the object of ${name} is read as it was written`, () => {
  const one = read(name), object = unhex(one.object), found = readResult(object);
  assert.equal(hex(resultDigest(object)), one.digest);
  assert.equal(hex(found.eid), one.eid);
  assert.equal(Number(found.size), one.size);
  assert.deepEqual(found.opened, one.opened.map((/** @type {any} */ o) => ({ contest: o.contest, trustees: o.shares.map((/** @type {any} */ s) => s.trustee) })));
  assert.deepEqual(found.lines, one.contests.map((/** @type {any} */ { contest, counted, totals, winners, tests, profile, invalidEncoding, invalidCode }) =>
    ({ contest, counted, totals, winners, tests, ...(profile === undefined ? {} : { spoilt: invalidEncoding + invalidCode }) })));
});

test('an object with something after it, or cut, is refused', () => {
  const { object } = read('result-ranked');
  for (const bad of [object + '00', object.slice(0, -2), object.replace('6d61696e', '6d61ff6e')])
    assert.throws(() => readResult(unhex(bad)), Malformed);
});
