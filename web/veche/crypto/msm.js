// Many multiples at once, for public values only: Pippenger's buckets, filled with affine sums that share their inversions.
import { FIELD as P } from '../wire.js';
import { O, mod, mulPublic, normalized, pointOf, sum } from './p256.js';

/** @typedef {import('./p256.js').Point} Point */
/** A point other than the identity by its coordinates. @typedef {{x: bigint, y: bigint}} Affine */

/** x⁻¹ mod p by Euclid @param {bigint} x not 0 */
function inverse(x) {
  let a = x, b = P, u = 1n, v = 0n;
  while (a > 1n) {
    const t = b / a;
    [a, b] = [b - t * a, a];
    [u, v] = [v - t * u, u];
  }
  return u < 0n ? u + P : u;
}

/** The cheapest width: in each window a point costs one sum, a bucket two slower ones. @param {number} n */
export function windowOf(n) {
  const cost = (/** @type {number} */ c) => (Math.floor(256 / c) + 1) * (n + 6 * 2 ** (c - 1));
  let best = 3;
  for (let c = 4; c <= 15; c++) if (cost(c) < cost(best)) best = c;
  return best;
}

/** Digits in −2^(c−1)..2^(c−1), lowest first. @param {bigint} k @param {number} c @param {Int16Array} out @param {number} at @param {number} windows */
function digits(k, c, out, at, windows) {
  const mask = (1n << BigInt(c)) - 1n, step = BigInt(c), half = 1 << (c - 1);
  let carry = 0;
  for (let w = 0; w < windows; w++) {
    let d = Number(k & mask) + carry;
    k >>= step;
    carry = 0;
    if (d > half) {
      d -= 1 << c;
      carry = 1;
    }
    out[at + w] = d;
  }
}

/** The sum in each bucket, made of pairs in rounds; a round has one inversion. A bucket whose sum is the identity stays empty.
 * @param {Affine[]} points @param {Int16Array} of digit of point i at i·stride + offset @param {number} stride @param {number} offset @param {number} half the highest bucket
 * @returns {(Affine|undefined)[]}
 */
function buckets(points, of, stride, offset, half) {
  /** @type {Affine[][]} */
  let full = Array.from({ length: half + 1 }, () => []);
  for (let i = 0; i < points.length; i++) {
    const d = of[i * stride + offset];
    if (d > 0) full[d].push(points[i]);
    else if (d < 0) full[-d].push({ x: points[i].x, y: P - points[i].y });
  }
  for (;;) {
    /** Denominators. @type {bigint[]} */ const under = [];
    /** The product of those before, in the end the inverse. @type {bigint[]} */ const before = [];
    let product = 1n;
    for (const list of full) for (let i = 1; i < list.length; i += 2) {
      const a = list[i - 1], b = list[i];
      let d = b.x - a.x;
      if (d === 0n) d = a.y === b.y ? 2n * a.y : 1n;
      else if (d < 0n) d += P;
      under.push(d);
      before.push(product);
      product = (product * d) % P;
    }
    if (under.length === 0) break;
    let inverted = inverse(product), at = under.length;
    for (let i = at - 1; i >= 0; i--) {
      before[i] = (before[i] * inverted) % P;
      inverted = (inverted * under[i]) % P;
    }
    at = 0;
    full = full.map((list) => {
      if (list.length < 2) return list;
      const next = [];
      for (let i = 1; i < list.length; i += 2) {
        const a = list[i - 1], b = list[i], inv = before[at++];
        if (a.x === b.x && a.y !== b.y) continue;
        const slope = ((a.x === b.x ? 3n * (a.x * a.x - 1n) : b.y - a.y) * inv) % P;
        let x = (slope * slope - a.x - b.x) % P;
        if (x < 0n) x += P;
        let y = (slope * (a.x - x) - a.y) % P;
        if (y < 0n) y += P;
        next.push({ x, y });
      }
      if (list.length % 2 === 1) next.push(list[list.length - 1]);
      return next;
    });
  }
  return full.map((list) => list[0]);
}

/** Σ[k_i]P_i, one window a step, so that a caller can breathe between them. Each step tells how much is done, of 1.
 * @param {Affine[]} points @param {bigint[]} scalars any, taken mod q @returns {Generator<number, Point>}
 */
export function* summing(points, scalars) {
  if (points.length !== scalars.length) throw new RangeError('as many scalars as points');
  const n = points.length, c = windowOf(n), windows = Math.floor(256 / c) + 1, half = 1 << (c - 1);
  const of = new Int16Array(n * windows);
  for (let i = 0; i < n; i++) digits(mod(scalars[i]), c, of, i * windows, windows);
  let total = O;
  for (let w = windows - 1; w >= 0; w--) {
    for (let i = 0; i < c; i++) total = total.double();
    const sums = buckets(points, of, windows, w, half);
    let running = O, part = O;
    for (let d = half; d > 0; d--) {
      const s = sums[d];
      if (s) running = running.add(pointOf(s));
      part = part.add(running);
    }
    total = total.add(part);
    yield (windows - w) / windows;
  }
  return total;
}

/** Σ[k_i]P_i @param {Affine[]} points @param {bigint[]} scalars @returns {Point} */
export function msm(points, scalars) {
  const work = summing(points, scalars);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Below so many points each is multiplied by itself. */
const FEW = 8;

/** Σ[k_i]P_i of points as the group has them, O among them too. @param {Point[]} Ps @param {bigint[]} scalars @returns {Point} */
export function multiples(Ps, scalars) {
  if (Ps.length !== scalars.length) throw new RangeError('as many scalars as points');
  if (Ps.length < FEW) return sum(Ps.map((P, i) => mulPublic(scalars[i], P)));
  const some = Ps.flatMap((P, i) => (P.is0() ? [] : [i]));
  return msm(normalized(some.map((i) => Ps[i])).map((P) => P.toAffine()), some.map((i) => scalars[i]));
}
