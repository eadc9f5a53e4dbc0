// Many multiples at once give what they give one by one.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { msm, windowOf } from '../veche/crypto/msm.js';
import { G, O, mulPublic, q, randomScalar, sum } from '../veche/crypto/p256.js';

const random = (n) => new Uint8Array(randomBytes(n)), draw = () => randomScalar(random);
const oneByOne = (Ps, ks) => sum(Ps.map((P, i) => mulPublic(ks[i], P)));
const affine = (Ps) => Ps.map((P) => P.toAffine());

test('sums of all sizes are those of the single multiples', () => {
  for (const n of [0, 1, 2, 3, 17, 100]) {
    const Ps = Array.from({ length: n }, () => mulPublic(draw(), G)), ks = Ps.map(draw);
    assert.ok(msm(affine(Ps), ks).equals(oneByOne(Ps, ks)), `${n} points`);
  }
});

test('equal and opposite points, and scalars at the ends, are sums like others', () => {
  const P = mulPublic(draw(), G), many = (of) => Array(40).fill(of), k = draw();
  assert.ok(msm(affine(many(P)), many(k)).equals(mulPublic(40n * k, P)));
  assert.ok(msm(affine([...many(P), ...many(P.negate())]), many(k).concat(many(k))).is0());
  assert.ok(msm(affine([...many(P), ...many(P.negate()), P]), many(k).concat(many(k), 5n)).equals(mulPublic(5n, P)));
  const ends = [0n, 1n, 2n, q - 1n, q, q + 1n, -1n, (1n << 128n) - 1n, 1n << 255n, 2n ** 256n - 1n, q >> 1n, (q >> 1n) + 1n];
  const Ps = ends.map(() => mulPublic(draw(), G));
  assert.ok(msm(affine(Ps), ends).equals(oneByOne(Ps, ends)));
  for (const k of ends) assert.ok(msm(affine([P]), [k]).equals(mulPublic(k, P)), String(k));
  // q itself in every window: the carry runs to the top.
  const powers = Array.from({ length: 256 }, (_, i) => (1n << BigInt(i)) - 1n), Q = powers.map(() => P);
  assert.ok(msm(affine(Q), powers).equals(mulPublic(powers.reduce((a, b) => a + b), P)));
  assert.ok(msm([], []).equals(O));
  assert.throws(() => msm(affine([P]), []), RangeError);
});

test('the width of a window grows with the number of points, and its digits fit', () => {
  const widths = [1, 10, 100, 1_000, 10_000, 100_000, 10_000_000].map(windowOf);
  assert.deepEqual(widths, [...widths].sort((a, b) => a - b));
  assert.ok(widths.every((c) => c >= 3 && c <= 15));
});

test('every width gives the same sum', () => {
  const P = affine([mulPublic(draw(), G)])[0], Q = affine([mulPublic(draw(), G)])[0];
  for (const n of [20, 60, 200, 600, 1500]) {
    const ks = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? draw() : BigInt(i) - 7n));
    const [a, b] = [0, 1].map((odd) => ks.reduce((s, k, i) => (i % 2 === odd ? s + k : s), 0n));
    assert.ok(msm(ks.map((_, i) => (i % 2 ? Q : P)), ks).equals(oneByOne([P, Q].map((at) => G.constructor.fromAffine(at)), [a, b])), `${n} points`);
  }
});
