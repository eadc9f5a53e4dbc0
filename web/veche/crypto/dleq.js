// Opening a list (protocol §11): one batched proof a trustee, any t of them combine, small sums are searched.
import * as wire from '../wire.js';
import { G, O, encodePoint, inverse, mod, mul, mulPublic, p, ps, response, sum } from './p256.js';
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
  return { M: sum(list.map(({ A }, i) => mulPublic(d[i], A))), Z: sum(D.map((Di, i) => mulPublic(d[i], Di))), d };
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

/** M_i = B_i − Σ[λ_j]D_{j,i}; O is a value. @param {Ciphertext[]} list @param {number[]} S @param {Map<number, Point[]>} factors by trustee @returns {Point[]} */
export function combine(list, S, factors) {
  const of = S.map((j) => ({ lambda: lagrange(S, j), D: /** @type {Point[]} */ (factors.get(j)) }));
  return list.map(({ B }, i) => of.reduce((M, { lambda, D }) => M.subtract(mulPublic(lambda, D[i])), B));
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
