// Opening a list (protocol §11): one batched proof a trustee, any t of them combine, small sums are searched.
import * as wire from '../wire.js';
import { multiples } from './msm.js';
import { G, O, encodePoint, inverse, mod, mul, mulPublic, p, ps, q, response } from './p256.js';
import { HS, TH } from './transcript.js';

/** @typedef {import('./p256.js').Point} Point */
/** @typedef {import('./elgamal.js').Ciphertext} Ciphertext */
/** @typedef {{D: Point[], T: Point, U: Point, z: bigint}} Contribution */

/** xctx @param {Uint8Array} eid @param {number} k @param {'ranked'|'approval'} kind @param {Uint8Array} listDigest */
export const decryptContext = (eid, k, kind, listDigest) =>
  TH('decrypt-ctx', wire.bytes(eid), wire.uint(k), wire.text(kind), wire.bytes(listDigest));

/** What the challenge takes before the first messages: context, index, key, and every factor by digest. */
const statement = (/** @type {Uint8Array} */ xctx, /** @type {number} */ j, /** @type {Point} */ Yj, /** @type {Point[]} */ D) =>
  [wire.bytes(xctx), wire.uint(j), p(Yj), wire.bytes(TH('dec-factors', ps(D)))];

/** M = Σ[d_i]A_i and Z = Σ[d_i]D_i @param {wire.Value[]} st @param {Ciphertext[]} list @param {Point[]} D */
function batch(st, list, D) {
  const d = D.map((_, i) => HS('dec-batch', ...st, wire.uint(i)));
  return { M: multiples(list.map(({ A }) => A), d), Z: multiples(D, d) };
}

/** The challenge of §15 line 32. @param {wire.Value[]} st @param {Point} T @param {Point} U */
const challenge = (st, T, U) => HS('dec', ...st, p(T), p(U));

/** protocol §11, made by a trustee. @param {Uint8Array} xctx @param {number} j @param {bigint} xj @param {Ciphertext[]} list @param {bigint} w @returns {Contribution} */
export function contribute(xctx, j, xj, list, w) {
  const D = list.map(({ A }) => mul(xj, A));
  const st = statement(xctx, j, mul(xj, G), D);
  const { M } = batch(st, list, D);
  const T = mul(w, G), U = mul(w, M);
  return { D, T, U, z: mod(w + challenge(st, T, U) * xj) };
}

/** [z]G = T + [c]Y_j and [z]M = U + [c]Z @param {Uint8Array} xctx @param {number} j @param {Point} Yj @param {Ciphertext[]} list @param {Contribution} contribution */
export function holds(xctx, j, Yj, list, { D, T, U, z }) {
  if (D.length !== list.length) return false;
  const st = statement(xctx, j, Yj, D);
  const { M, Z } = batch(st, list, D);
  const c = challenge(st, T, U);
  return response(z, G, c, Yj).equals(T) && response(z, M, c, Z).equals(U);
}

/** Exactly t distinct indices of 1..n (§15 line 14). @param {number[]} S @param {number} t @param {number} n */
export const isSubset = (S, t, n) =>
  S.length === t && new Set(S).size === t && S.every((j) => Number.isInteger(j) && j >= 1 && j <= n);

/** λ_j^S = Π_{k∈S∖j} k/(k−j) @param {number[]} S @param {number} j */
export function lagrange(S, j) {
  let over = 1n, under = 1n;
  for (const k of S) {
    if (k === j) continue;
    over = mod(over * BigInt(k));
    under = mod(under * BigInt(k - j));
  }
  return mod(over * inverse(under));
}

/** The t smallest valid indices, or undefined: fewer than t (§15 line 34). @param {number[]} valid @param {number} t */
export const chosen = (valid, t) => {
  const sorted = [...valid].sort((a, b) => a - b);
  return sorted.length < t ? undefined : sorted.slice(0, t);
};

/** [k]P where k is often a small number or its negative. @param {bigint} k @param {Point} P */
const small = (k, P) => (k > q >> 1n ? mulPublic(q - k, P).negate() : mulPublic(k, P));

/** @param {bigint} k */
const isSmall = (k) => k < 1n << 64n || q - k < 1n << 64n;

/** M_i = B_i − Σ[λ_j]D_{j,i}; O is a value. What lies under the fractions λ_j is divided by once a row, the rest are small numbers.
 * @param {Ciphertext[]} list @param {number[]} S @param {Map<number, Point[]>} factors by trustee @returns {Point[]} */
export function combine(list, S, factors) {
  const under = S.reduce((n, j) => S.reduce((m, k) => (k === j ? m : m * BigInt(Math.abs(k - j))), n), 1n);
  const whole = S.every((j) => isSmall(lagrange(S, j))), by = whole ? 1n : under;
  const of = S.map((j) => ({ lambda: mod(lagrange(S, j) * by), D: /** @type {Point[]} */ (factors.get(j)) }));
  const back = inverse(by);
  return list.map(({ B }, i) => {
    const part = of.reduce((X, { lambda, D }) => X.add(small(lambda, D[i])), O);
    return B.subtract(whole ? part : mulPublic(back, part));
  });
}

/** The m of [m]G in 0..max by baby and giant steps, or undefined: stop and publish, never retry. @param {Point} M @param {number} max */
export function discreteLog(M, max) {
  const key = (/** @type {Point} */ P) => (P.is0() ? '' : wire.hex(encodePoint(P)));
  const width = Math.floor(Math.sqrt(max)) + 1;
  /** @type {Map<string, number>} */
  const baby = new Map();
  for (let i = 0, P = O; i < width; i++, P = P.add(G)) baby.set(key(P), i);
  const giant = mulPublic(BigInt(width), G);
  for (let j = 0, P = M; j * width <= max; j++, P = P.subtract(giant)) {
    const i = baby.get(key(P));
    if (i !== undefined) {
      const m = j * width + i;
      return m <= max ? m : undefined;
    }
  }
  return undefined;
}
