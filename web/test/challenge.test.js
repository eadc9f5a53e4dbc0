import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../veche/ballot/audit.js';
import * as challenge from '../veche/ballot/challenge.js';
import * as sealer from '../veche/ballot/seal.js';
import { decodePoint, encodePoint } from '../veche/crypto/p256.js';
import { Malformed, base32 } from '../veche/wire.js';
import { Election } from './support/election.js';

const election = new Election().open();
const choices = [[0, 1, 1, 0, 0, 0], [1, 0, 1]];
const place = { vk: sealer.votingKey(election.voters[0]), seq: 0n, prev: sealer.FIRST_PREV };
const seed = new Uint8Array(32).fill(5);
const marked = election.sealable.contests.map((contest, k) => ({ k, contest, choice: choices[k] }));
const { ballotId } = sealer.seal(election.sealable, marked, place, seed);
const text = challenge.write({ origin: election.origin, ballotId, vk: encodePoint(place.vk), seq: 0n, prev: place.prev, seed, marks: marked });

/** What a second device does with the text. */
function rebuilt(from) {
  const c = challenge.read(from);
  const again = c.marks.map(({ k, choice }) => ({ k, contest: election.sealable.contests[k], choice }));
  return audit(election.sealable, again, { ...c, vk: decodePoint(c.vk) }, c.seed, c.ballotId);
}

test('a challenged ballot is rebuilt to the byte from its text', () => {
  assert.ok(rebuilt(text).same);
  assert.ok(rebuilt('\n ' + text.replaceAll('\n', ' \r\n') + '\n').same);
});

test('another choice, place, seed or number is seen', () => {
  assert.ok(!rebuilt(text.replace('marks 0 011000', 'marks 0 010000')).same);
  assert.ok(!rebuilt(text.replace('marks 1 101', 'marks 1 100')).same);
  assert.ok(!rebuilt(text.replace('place 0', 'place 1')).same);
  assert.ok(!rebuilt(text.replace('seed 05', 'seed 06')).same);
  assert.ok(!rebuilt(text.replace(base32(ballotId), base32(new Uint8Array(32)))).same);
});

test('a text that is no challenge is refused', () => {
  for (const bad of ['', 'veche.challenge/v2', text.replace('seed ', 'sead '), text.replace('ballot ', 'ballot a'), text.replace('marks 0 01', 'marks 0 02'),
    text.replace('place 0', 'place 00'), text.split('\n').slice(0, 4).join('\n'), text + 'more 1\n'])
    assert.throws(() => challenge.read(bad), Malformed, bad.slice(0, 60));
});

test('a challenged ranking is told and rebuilt', () => {
  const contest = { kind: /** @type {const} */ ('ranked'), options: 4, lo: 0, hi: 4 };
  const ranked = { ...election.sealable, contests: [contest] };
  for (const choice of [[2, 0, 3], []]) {
    const mine = [{ k: 0, contest, choice }], sealed = sealer.seal(ranked, mine, place, seed);
    const told = challenge.write({ origin: election.origin, ballotId: sealed.ballotId, vk: encodePoint(place.vk), seq: 0n, prev: place.prev, seed, marks: mine });
    assert.ok(told.includes(choice.length ? '\nranks 0 2,0,3\n' : '\nranks 0 -\n'));
    const c = challenge.read(told);
    assert.deepEqual(c.marks, [{ k: 0, kind: 'ranked', choice }]);
    assert.ok(audit(ranked, c.marks.map((m) => ({ k: m.k, contest, choice: m.choice })), { ...c, vk: decodePoint(c.vk) }, c.seed, c.ballotId).same);
  }
  assert.throws(() => challenge.read(text.replace('marks 0 011000', 'ranks 0 1,,2')), Malformed);
});
