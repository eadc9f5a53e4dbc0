// The opening of a ranked contest (protocol §11) from the vectors, and what a trustee may try.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import * as ranked from '../veche/ballot/ranked.js';
import * as dleq from '../veche/crypto/dleq.js';
import { listDigest } from '../veche/crypto/elgamal.js';
import { G, O, decodePoint, encodePoint, mod, mulPublic, ps, randomScalar } from '../veche/crypto/p256.js';
import { TH } from '../veche/crypto/transcript.js';
import { combined, contribution, opened, profile, profileDigest, readFactors, votes } from '../veche/mix/opening.js';
import { readProfile } from '../veche/tally/again.js';
import { Malformed, concat, decodeScalar, encode, hex, list as items, uint, unhex } from '../veche/wire.js';
import { cases, consume } from './cases.js';

const random = (n) => new Uint8Array(randomBytes(n)), draw = () => randomScalar(random);
const point = (h) => decodePoint(unhex(h)), hexOf = (P) => (P.is0() ? null : hex(encodePoint(P)));
const posted = (c) => ({ factors: encode(ps(c.D.map(point))), T: point(c.T), U: point(c.U), z: decodeScalar(unhex(c.z)) });
const listOf = (l) => l.map(([A, B]) => ({ A: point(A), B: point(B) }));
const small = cases('result', ['dkg', 'manifest', 'manifestBytes', 'eid', 'Y', 'contests', 'roll', 'voters', 'records', 'counted', 'approval', 'ranked']);
const decrypt = cases('decrypt', ['eid', 'n', 't', 'Y', 'keys', 'lists', 'refuse', 'combine', 'dlog']);

const elections = [
  { eid: unhex(small.eid), contest: 1, rule: small.contests[1], keys: small.dkg.keys, t: small.dkg.t, part: small.ranked, list: listOf(small.ranked.mixed), opens: small.ranked.opened },
  ...decrypt.lists.filter((l) => l.kind === 'ranked').map((l) => ({
    eid: unhex(decrypt.eid), contest: l.contest, rule: l.contestRule, keys: decrypt.keys, t: decrypt.t, part: l, list: listOf(l.list), opens: l.opened,
  })),
];
const style = ({ c, lo, hi }) => ({ kind: /** @type {const} */ ('ranked'), options: c, lo, hi });

test('every contribution is taken, every t of them open the same, and both kinds of spoilt ballots are told', () => {
  for (const { eid, contest, rule, keys, t, part, list, opens } of elections) {
    const valid = new Map();
    for (const c of part.contributions) {
      const found = contribution({ eid, contest, list }, c.j, point(keys[c.j - 1].Yj), posted(c));
      assert.ok('D' in found);
      valid.set(c.j, found.D);
      consume();
    }
    const all = combined(list, valid, t);
    assert.deepEqual(all.points.map(hexOf), part.M);
    assert.ok(all.agree);
    assert.deepEqual(all.used, [...valid.keys()].sort((a, b) => a - b).slice(0, t));
    for (const left of valid.keys()) {
      const fewer = new Map([...valid].filter(([j]) => j !== left)), other = combined(list, fewer, t);
      assert.deepEqual(other.points.map(hexOf), part.M);
      assert.equal(other.used.includes(left), false);
    }
    assert.equal(combined(list, new Map([...valid].slice(0, t - 1)), t), undefined);
    const cast = votes(style(rule), all.points);
    assert.deepEqual(cast, opens.map((o) => ({ status: o.status, ranking: o.ranking ?? [] })));
    const found = opened(cast), count = (status) => opens.filter((o) => o.status === status).length;
    assert.deepEqual([found.invalidEncoding, found.invalidCode], [count('invalid-encoding'), count('invalid-code')]);
    assert.equal(found.blank, opens.filter((o) => o.ranking?.length === 0).length);
    assert.equal(found.ballots.reduce((n, b) => n + b.weight, 0n), BigInt(count('valid')));
    const firsts = Array(rule.c).fill(0);
    for (const { weight, ranks } of found.ballots) if (ranks.length) firsts[ranks[0]] += Number(weight);
    if (part.firstPreferences) assert.deepEqual(firsts, part.firstPreferences);
    consume();
  }
});

test('an opened point is a ranking, a code too large, or no code at all', () => {
  const contest = style({ c: 3, lo: 0, hi: 3 });
  const cast = votes(contest, [ranked.embed(0n).M, ranked.embed(15n).M, ranked.embed(16n).M, ranked.embed(1n << 200n).M, ranked.embed(0n).M.negate(), G, O]);
  assert.deepEqual(cast.map((v) => v.status), ['valid', 'valid', 'invalid-code', 'invalid-code', 'invalid-encoding', 'invalid-encoding', 'invalid-encoding']);
  const { invalidEncoding, invalidCode, blank, ballots } = opened(cast);
  assert.deepEqual([invalidEncoding, invalidCode, blank, ballots], [3, 2, 1, [{ weight: 1n, ranks: [] }, { weight: 1n, ranks: [2, 1, 0] }]]);
});

test('a profile and its digest do not depend on the order of the last mix', () => {
  const vote = (ranking) => ({ status: /** @type {const} */ ('valid'), ranking }), cast = [[1, 0], [0], [], [2, 1, 0], [0], [0, 1], [10], [9, 2], []].map(vote);
  const ballots = profile(cast);
  assert.deepEqual(ballots.map((b) => [Number(b.weight), b.ranks]), [[2, []], [2, [0]], [1, [10]], [1, [0, 1]], [1, [1, 0]], [1, [9, 2]], [1, [2, 1, 0]]]);
  const digest = hex(profileDigest(ballots));
  for (let n = 0; n < 5; n++) assert.equal(hex(profileDigest(profile([...cast].sort(() => randomInt(3) - 1)))), digest);
  const value = items(ballots.map((b) => items([uint(b.weight), items(b.ranks.map((o) => uint(o)))])));
  assert.equal(hex(TH('profile', value)), digest);
  // As the door gives it and the page reads it.
  assert.deepEqual(readProfile(encode(value), 11), { digest, ballots });
});

// ---- a trustee who would open something else ----

const t = 2, shares = [draw(), draw()], share = (j) => mod(shares[0] + shares[1] * BigInt(j)), Y = mulPublic(shares[0], G);
const contest = style({ c: 3, lo: 0, hi: 3 }), eid = random(32);
const list = [3n, 0n, 15n, 7n].map((code) => {
  const r = draw();
  return { A: mulPublic(r, G), B: ranked.embed(code).M.add(mulPublic(r, Y)) };
});
const of = { eid, contest: 4, list };
const honest = (j, at = of) => {
  const xctx = dleq.decryptContext(at.eid, at.contest, 'ranked', listDigest(at.list)), { D, T, U, z } = dleq.contribute(xctx, j, share(j), at.list, draw());
  return { factors: encode(ps(D)), T, U, z };
};
const Yj = (j) => mulPublic(share(j), G);

test('a contribution changed anywhere is refused with its reason', () => {
  const good = honest(1), D = readFactors(good.factors);
  assert.ok('D' in contribution(of, 1, Yj(1), good));
  const refused = (reason, what, { at = of, j = 1, key = Yj(1), ...change }) => assert.equal(contribution(at, j, key, { ...good, ...change }).reason, reason, what);
  for (let at = 0; at < good.factors.length; at++) {
    const bad = good.factors.slice();
    bad[at] ^= 1 << randomInt(8);
    const { reason } = contribution(of, 1, Yj(1), { ...good, factors: bad });
    assert.ok(reason === 'malformed' || reason === 'bad-proof', `byte ${at}`);
    refused('malformed', `cut at ${at}`, { factors: good.factors.subarray(0, at) });
  }
  refused('malformed', 'a byte too many', { factors: concat(good.factors, Uint8Array.of(0)) });
  const factors = (Ps) => encode(ps(Ps));
  refused('malformed', 'a row less', { factors: factors(D.slice(1)) });
  refused('malformed', 'a row more', { factors: factors([...D, G]) });
  refused('malformed', 'O for a proof', { T: O });
  refused('malformed', 'O for a proof', { U: O });
  refused('bad-proof', 'rows exchanged', { factors: factors([D[1], D[0], D[2], D[3]]) });
  refused('bad-proof', 'one negated', { factors: factors([D[0].negate(), ...D.slice(1)]) });
  refused('bad-proof', 'two that cancel', { factors: factors([D[0].add(G), D[1].subtract(G), D[2], D[3]]) });
  refused('bad-proof', 'z', { z: mod(good.z + 1n) });
  refused('bad-proof', 'T', { T: good.T.add(G) });
  refused('bad-proof', 'U', { U: good.U.add(G) });
  refused('bad-proof', 'T and U', { T: good.U, U: good.T });
  refused('bad-proof', 'another trustee', { j: 2, key: Yj(2) });
  refused('bad-proof', 'another index', { j: 2 });
  refused('bad-proof', 'another share', { key: Yj(2) });
  refused('bad-proof', 'another election', { at: { ...of, eid: random(32) } });
  refused('bad-proof', 'another contest', { at: { ...of, contest: 3 } });
  refused('bad-proof', 'the list in another order', { at: { ...of, list: [list[1], list[0], list[2], list[3]] } });
  refused('bad-proof', 'another list', { at: { ...of, list: [{ A: list[0].A, B: list[0].B.add(G) }, ...list.slice(1)] } });
  // proved honestly, but of another list
  refused('bad-proof', 'an answer for another list', honest(1, { ...of, list: [{ A: list[0].A.add(G), B: list[0].B }, ...list.slice(1)] }));
});

test('a forged contribution is left out, and one that is let in is seen by a second set of trustees', () => {
  const valid = new Map([1, 2, 3].map((j) => [j, readFactors(honest(j).factors)]));
  const whole = combined(list, valid, t);
  assert.deepEqual(votes(contest, whole.points).map((v) => v.ranking), [3n, 0n, 15n, 7n].map((code) => ranked.decode(contest, code)));
  assert.ok(whole.agree);
  for (const j of [1, 2, 3]) {
    const forged = new Map(valid).set(j, [valid.get(j)[0].add(G), ...valid.get(j).slice(1)]);
    assert.equal(combined(list, forged, t).agree, false, `trustee ${j}`);
  }
  // any indices, also far apart: fractions of large numbers
  const far = [7, 2, 30];
  const some = new Map(far.map((j) => [j, readFactors(honest(j).factors)]));
  assert.deepEqual(combined(list, some, t).points.map(hexOf), whole.points.map(hexOf));
  assert.ok(combined(list, some, t).agree);
});

test('a blob of factors is a list of points and nothing else', () => {
  assert.throws(() => readFactors(encode(items([uint(1)]))), Malformed);
  assert.throws(() => readFactors(encode(uint(1))), Malformed);
  assert.throws(() => readFactors(new Uint8Array()), Malformed);
  assert.equal(readFactors(encode(ps([G, G]))).length, 2);
});
