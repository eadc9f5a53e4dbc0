import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { expand_message_xmd, hash_to_field } from '../vendor/noble/curves/abstract/hash-to-curve.js';
import { p256_hasher } from '../vendor/noble/curves/nist.js';
import { sha256 } from '../vendor/noble/hashes/sha2.js';
import * as dleq from '../veche/crypto/dleq.js';
import { G, O, decodeNonzero, decodePoint, encodePoint, inverse, mod, mul, mulPublic, p, ps, q, sum } from '../veche/crypto/p256.js';
import * as schnorr from '../veche/crypto/schnorr.js';
import { HP, HS, POINT_DST, TH, uniform } from '../veche/crypto/transcript.js';
import * as wire from '../veche/wire.js';
import { Malformed, encodeScalar, hex, unhex } from '../veche/wire.js';
import { cases, consume, only, tree } from './cases.js';

const s32 = (k) => hex(encodeScalar(k));
const point = (h) => decodePoint(unhex(h));
const scalar = (h) => wire.decodeScalar(unhex(h));
const hexOf = (P) => (P.is0() ? null : hex(encodePoint(P)));

// ---- hash ----

const hash = cases('hash', ['TH', 'HS', 'HP']);

test('TH, HS and HP give the known answers, with every value in between', () => {
  for (const c of hash.TH) {
    only(c, ['tag', 'args', 'out']);
    assert.equal(hex(TH(c.tag, ...c.args.map(tree))), c.out);
    consume();
  }
  for (const c of hash.HS) {
    only(c, ['tag', 'args', 'th', 'uniform', 'out']);
    const args = c.args.map(tree);
    assert.equal(hex(TH(c.tag, ...args)), c.th);
    assert.equal(hex(uniform(unhex(c.th))), c.uniform);
    assert.equal(s32(HS(c.tag, ...args)), c.out);
    consume();
  }
  for (const c of hash.HP) {
    only(c, ['tag', 'args', 'th', 'u0', 'u1', 'q0', 'q1', 'out']);
    const args = c.args.map(tree);
    assert.equal(hex(TH(c.tag, ...args)), c.th);
    const us = hash_to_field(unhex(c.th), 2, { DST: POINT_DST, p: wire.FIELD, m: 1, k: 128, expand: 'xmd', hash: sha256 });
    assert.deepEqual(us.map(([u]) => hex(wire.fromBigInt(u, 32))), [c.u0, c.u1]);
    assert.deepEqual(us.map(([u]) => hexOf(p256_hasher.mapToCurve(u))), [c.q0, c.q1]);
    assert.equal(hexOf(HP(c.tag, ...args)), c.out);
    consume();
  }
});

test('the answers of protocol §2 hold', () => {
  assert.equal(hex(TH('test', wire.bytes(new Uint8Array()), wire.uint(0))), '4e9bd59fec53506ea006d8012d982b1c4d4f24d8f511b786d347ff6ccc0401ed');
  assert.equal(s32(HS('test', wire.text('abc'), p(G), wire.list([wire.uint(1), wire.uint(2)]))), '8931a330041610a45f8fb2fc81e60cdafd844efea39de5a757df04cbd6ac63ba');
  assert.equal(hexOf(HP('test', wire.text('abc'))), '03717d7651bc5c54911b924d2c1aa4447ec0a31343348364ca5f10d013ff7f6924');
});

test('hashing to the curve is that of RFC 9380, and so is the expansion that HS reduces', () => {
  const file = (name) => JSON.parse(readFileSync(new URL(`../../src/spec/vectors/crypto/from-cfrg/${name}.json`, import.meta.url), 'utf8'));
  const suite = file('hash-to-curve');
  assert.equal(suite.vectors.length, 5);
  for (const c of suite.vectors) {
    const { x, y } = p256_hasher.hashToCurve(wire.utf8Bytes(c.msg), { DST: suite.dst }).toAffine();
    assert.deepEqual([x, y], [BigInt(c.P.x), BigInt(c.P.y)]);
    consume();
  }
  const expander = file('expand-message');
  assert.equal(expander.tests.length, 10);
  for (const c of expander.tests) {
    const out = expand_message_xmd(wire.utf8Bytes(c.msg), wire.utf8Bytes(expander.DST), Number(c.len_in_bytes), sha256);
    assert.equal(hex(out), c.uniform_bytes);
    consume();
  }
});

// ---- points ----

const points = cases('points', ['points', 'scalars', 'arithmetic']);

test('a point has one encoding and everything else is refused', () => {
  only(points.points, ['accept', 'refuse']);
  for (const c of points.points.accept) {
    only(c, ['name', 'bytes', 'x', 'y']);
    const { x, y } = point(c.bytes).toAffine();
    assert.deepEqual([hex(wire.fromBigInt(x, 32)), hex(wire.fromBigInt(y, 32))], [c.x, c.y], c.name);
    assert.equal(hexOf(point(c.bytes)), c.bytes, c.name);
    consume();
  }
  for (const c of points.points.refuse) {
    only(c, ['name', 'bytes', 'reason']);
    assert.throws(() => point(c.bytes), (e) => e instanceof Malformed && e.reason === c.reason, c.name);
    consume();
  }
});

test('a scalar has one encoding, and zero is refused where it must be', () => {
  only(points.scalars, ['accept', 'refuse']);
  for (const c of points.scalars.accept) {
    only(c, ['name', 'bytes', 'nonzero']);
    assert.equal(s32(scalar(c.bytes)), c.bytes, c.name);
    assert.equal(scalar(c.bytes) !== 0n, c.nonzero, c.name);
    consume();
  }
  for (const c of points.scalars.refuse) {
    only(c, ['name', 'bytes', 'reason'], ['nonzeroRequired']);
    const decode = c.nonzeroRequired ? decodeNonzero : wire.decodeScalar;
    assert.throws(() => decode(unhex(c.bytes)), (e) => e instanceof Malformed && e.reason === c.reason, c.name);
    consume();
  }
});

test('the group operations give the known answers, O included', () => {
  const { P: Ph, Q: Qh, k: kh, l: lh, cases: list, ...rest } = points.arithmetic;
  assert.deepEqual(rest, {});
  const P = point(Ph), Q = point(Qh), k = scalar(kh), l = scalar(lh);
  const results = {
    'P+Q': P.add(Q), 'P-Q': P.subtract(Q), 'P+P': P.add(P), 'P-P': P.subtract(P), '[k]Q': mul(k, Q), '[0]P': mul(0n, P),
    '[q]P as [0]': mulPublic(q, P), '[q-1]P': mul(q - 1n, P), '[k]P+[l]Q': mul(k, P).add(mul(l, Q)),
  };
  for (const c of list) {
    only(c, ['name', 'out']);
    assert.equal(hexOf(results[c.name]), c.out, c.name);
    delete results[c.name];
    consume();
  }
  assert.deepEqual(results, {});
  assert.ok(mul(k, O).is0());
  assert.throws(() => encodePoint(O), Malformed);
  assert.throws(() => ps([G, O]), Malformed);
});

// ---- key ceremonies ----

const dkg = cases('dkg', ['ceremonies', 'refuse']);
const { bytes: b, uint: u } = wire;
const popHolds = (dctx, i, C, T, z) => schnorr.holds(C[0], { T, z }, HS('dkg-pop', b(dctx), u(i), ps(C), p(T)));
const commitment = (dctx, i, ek, C, T, z) => TH('dkg-commit', b(dctx), u(i), b(ek), ps(C), p(T), wire.scalar(z));
const pokHolds = (dctx, j, Yj, T, z) => schnorr.holds(Yj, { T, z }, HS('dkg-share-pok', b(dctx), u(j), p(Yj), p(T)));
const inExponent = (C, j) => sum(C.map((Ck, k) => mulPublic(BigInt(j) ** BigInt(k), Ck)));
const shareHolds = (s, C, j) => mul(s, G).equals(inExponent(C, j));
const contextOf = (c) => TH('dkg-ctx', b(unhex(c.cid)), u(c.n), u(c.t), wire.list(c.identityKeys.map((k) => b(unhex(k)))));

test('a ceremony that went well is seen to have gone well', () => {
  for (const c of dkg.ceremonies) {
    only(c, ['name', 'n', 't', 'manifestDraft', 'cid', 'identityKeys', 'dctx', 'hpkeInfo', 'trustees', 'keys', 'Y', 'transcript', 'lagrange']);
    assert.equal(hex(TH('ceremony', b(unhex(c.manifestDraft)))), c.cid);
    const dctx = contextOf(c);
    assert.equal(hex(dctx), c.dctx);
    assert.equal(hex(wire.encode(wire.text('veche/1/dkg-share'), b(dctx))), c.hpkeInfo);
    const C = c.trustees.map((t) => t.C.map(point));
    for (const [at, t] of c.trustees.entries()) {
      assert.deepEqual(t.a.map((a) => hexOf(mul(scalar(a), G))), t.C);
      const T = point(t.pop.T), z = scalar(t.pop.z);
      assert.equal(hexOf(mul(scalar(t.pop.w), G)), t.pop.T);
      assert.equal(s32(HS('dkg-pop', b(dctx), u(t.i), ps(C[at]), p(T))), t.pop.c);
      assert.ok(popHolds(dctx, t.i, C[at], T, z));
      assert.equal(hex(commitment(dctx, t.i, unhex(t.ek), C[at], T, z)), t.h);
      for (const { j, s } of t.shares) assert.ok(shareHolds(scalar(s), C[at], j));
    }
    for (const { j, x, Yj, pok } of c.keys) {
      assert.equal(hexOf(mul(scalar(x), G)), Yj);
      assert.equal(hexOf(sum(C.map((Ci) => inExponent(Ci, j)))), Yj);
      assert.ok(pokHolds(dctx, j, point(Yj), point(pok.T), scalar(pok.z)));
    }
    assert.equal(hexOf(sum(C.map(([C0]) => C0))), c.Y);
    for (const { S, lambda } of c.lagrange) {
      assert.deepEqual(S.map((j) => s32(dleq.lagrange(S, j))), lambda);
      assert.equal(hexOf(sum(S.map((j) => mulPublic(dleq.lagrange(S, j), point(c.keys[j - 1].Yj))))), c.Y);
    }
    consume();
  }
});

/** Each returns true where the check passes. HPKE is a trustee's, not a browser's: those four are the Java hand's. */
const dkgChecks = {
  pop: (c) => popHolds(unhex(c.dctx), c.i, c.C.map(point), point(c.T), scalar(c.z)),
  commit: (c, of) => hex(commitment(contextOf(of), c.i, unhex(c.ek), c.C.map(point), point(c.T), scalar(c.z))) === c.h,
  share: (c) => shareHolds(scalar(c.s), c.C.map(point), c.j),
  distinct: (c) => new Set(c.C0).size === c.C0.length,
  'share-pok': (c, of) => pokHolds(contextOf(of), c.j, point(c.Yj), point(c.T), scalar(c.z)),
  subset: (c, of) => dleq.isSubset(c.S, of.t, of.n),
  decode: (c) => { try { c.Chex.map(point); return true; } catch { return false; } },
  policy: (c) => 2 * c.t > c.n && c.t < c.n,
};

test('each single check of a ceremony refuses what breaks it', () => {
  let elsewhere = 0;
  for (const c of dkg.refuse) {
    assert.equal(c.verdict, 'refused');
    if (c.check === 'hpke-open') { elsewhere++; continue; }
    assert.equal(dkgChecks[c.check](c, dkg.ceremonies[c.ceremony]), false, c.name);
    consume();
  }
  assert.equal(elsewhere, 4);
});

// ---- opening ----

const decrypt = cases('decrypt', ['eid', 'n', 't', 'Y', 'keys', 'lists', 'refuse', 'combine', 'dlog']);
const listOf = (l) => l.list.map(([A, B]) => ({ A: point(A), B: point(B) }));
const contribution = (c) => ({ D: c.D.map(point), T: point(c.T), U: point(c.U), z: scalar(c.z) });

test('contributions are made, verified and combined as known', async () => {
  const { listDigest } = await import('../veche/crypto/elgamal.js');
  const ranked = await import('../veche/ballot/ranked.js');
  for (const l of decrypt.lists) {
    only(l, ['name', 'kind', 'contest', 'list', 'r', 'listDigest', 'xctx', 'contributions', 'combinations', 'M'],
      ['contestRule', 'opened', 'ballots', 'options', 'sums']);
    const list = listOf(l);
    assert.equal(hex(listDigest(list)), l.listDigest);
    const xctx = dleq.decryptContext(unhex(decrypt.eid), l.contest, l.kind, listDigest(list));
    assert.equal(hex(xctx), l.xctx);
    const factors = new Map();
    for (const c of l.contributions) {
      only(c, ['j', 'D', 'fd', 'd', 'M', 'Z', 'w', 'T', 'U', 'c', 'z']);
      const key = decrypt.keys[c.j - 1];
      const made = dleq.contribute(xctx, c.j, scalar(key.x), list, scalar(c.w));
      assert.deepEqual([made.D.map(hexOf), hexOf(made.T), hexOf(made.U), s32(made.z)], [c.D, c.T, c.U, c.z]);
      assert.ok(dleq.holds(xctx, c.j, point(key.Yj), list, contribution(c)));
      factors.set(c.j, c.D.map(point));
      consume();
    }
    for (const { S, lambda } of l.combinations) {
      assert.deepEqual(S.map((j) => s32(dleq.lagrange(S, j))), lambda);
      assert.deepEqual(dleq.combine(list, S, factors).map(hexOf), l.M);
      consume();
    }
    const M = dleq.combine(list, l.combinations[0].S, factors);
    if (l.kind === 'approval') {
      assert.deepEqual(M.map((Mi) => dleq.discreteLog(Mi, l.ballots)), l.sums);
    } else {
      const { c, lo, hi } = l.contestRule;
      const opened = M.map((Mi) => ranked.open({ kind: 'ranked', options: c, lo, hi }, Mi));
      assert.deepEqual(opened.map((o) => ('code' in o ? { ...o, code: String(o.code) } : o)), l.opened);
    }
  }
});

test('a forged contribution is refused', () => {
  for (const c of decrypt.refuse) {
    only(c, ['name', 'list', 'verdict', 'reason', 'j', 'D', 'T', 'U', 'z'], ['Yj', 'xctx', 'rows', 'order', 'weakChallenge']);
    if (c.reason === 'malformed') {
      assert.throws(() => contribution(c), Malformed, c.name);
    } else {
      let list = listOf(decrypt.lists[c.list]);
      if (c.rows !== undefined) list = list.slice(0, c.rows);
      if (c.order !== undefined) {
        assert.equal(c.order, 'rows 1 and 2 exchanged');
        [list[0], list[1]] = [list[1], list[0]];
      }
      assert.equal(dleq.holds(unhex(c.xctx), c.j, point(c.Yj), list, contribution(c)), false, c.name);
    }
    consume();
  }
});

test('the t smallest valid contributions combine, and no other set of indices', () => {
  for (const c of decrypt.combine) {
    only(c, ['name', 'list', 'verdict'], ['valid', 'use', 'blamed', 'M1', 'reason']);
    if (c.valid) assert.deepEqual(dleq.chosen(c.valid, decrypt.t), c.verdict === 'accepted' ? c.use : undefined, c.name);
    else if (c.reason === 'bad-subset') assert.equal(dleq.isSubset(c.use, decrypt.t, decrypt.n), false, c.name);
    else assert.notEqual(c.M1, decrypt.lists[c.list].M[0]);
    consume();
  }
});

test('a sum is found up to the maximum and nothing beyond', () => {
  for (const c of decrypt.dlog) {
    only(c, ['point', 'max'], ['name', 'value', 'verdict', 'reason']);
    assert.equal(dleq.discreteLog(c.point === null ? O : point(c.point), c.max), c.value, c.name);
    consume();
  }
  for (let max = 0; max < 40; max++)
    for (let m = 0; m < 42; m++) assert.equal(dleq.discreteLog(mulPublic(BigInt(m), G), max), m <= max ? m : undefined);
});

test('a signature holds for its tag, key and message only', () => {
  const x = 7n, h = unhex('00'.repeat(32)), sig = schnorr.sign('roll-pop', x, h);
  assert.ok(schnorr.verify('roll-pop', mul(x, G), h, sig));
  assert.ok(!schnorr.verify('ballot-sig', mul(x, G), h, sig));
  assert.ok(!schnorr.verify('roll-pop', mul(x + 1n, G), h, sig));
  assert.ok(!schnorr.verify('roll-pop', mul(x, G), unhex('01'.repeat(32)), sig));
  assert.ok(!schnorr.verify('roll-pop', mul(x, G), h, { ...sig, z: mod(sig.z + 1n) }));
  assert.equal(mod(inverse(5n) * 5n), 1n);
  assert.throws(() => inverse(0n), RangeError);
});

test('both equations of an OR proof bind: each half alone is no proof', async () => {
  const { encrypt } = await import('../veche/crypto/elgamal.js');
  const orproof = await import('../veche/crypto/orproof.js');
  const Y = mul(11n, G), r = 1234567n;
  const nonces = { w: 71n, c: (v) => BigInt(v) + 5n, z: (v) => BigInt(v) + 9n };
  const challenge = (T, U) => HS('or-test', ps([...T, ...U]));
  for (const value of [0, 1, 2]) {
    const ct = encrypt(mulPublic(BigInt(value), G), r, Y);
    const proof = orproof.prove({ Y, lo: 0, hi: 2, value, r }, nonces, challenge);
    const holds = (c, pr = proof) => orproof.holds(Y, 0, 2, c, pr, challenge(pr.T, pr.U));
    assert.ok(holds(ct));
    assert.ok(!holds({ A: ct.A.add(G), B: ct.B }), 'the responses fit B and Y alone');
    assert.ok(!holds({ A: ct.A, B: ct.B.add(G.multiply(7n)) }), 'the responses fit A and G alone');
    assert.ok(!holds(ct, { ...proof, c: proof.c.map((k, i) => (i ? k : mod(k + 1n))) }));
  }
  assert.throws(() => orproof.prove({ Y, lo: 0, hi: 2, value: 3, r }, nonces, challenge), RangeError);
});
