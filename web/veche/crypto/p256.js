// The group (protocol §1), in its additive notation. [0]P = O is a value here; O has no encoding.
import { normalizeZ } from '../../vendor/noble/curves/abstract/curve.js';
import { p256 } from '../../vendor/noble/curves/nist.js';
import * as wire from '../wire.js';
import { Malformed, ORDER, WirePoint, decodeScalar } from '../wire.js';

/** @typedef {InstanceType<typeof p256.Point>} Point */

const Group = p256.Point;
export const q = ORDER;
/** @type {Point} */
export const G = Group.BASE;
/** @type {Point} */
export const O = Group.ZERO;
// Every ballot multiplies G dozens of times: the larger table pays at once.
G.precompute(8);

/** @param {{x: bigint, y: bigint}} w coordinates that were checked @returns {Point} */
export const pointOf = (w) => Group.fromAffine({ x: w.x, y: w.y });

/** protocol §1 Point. @param {Uint8Array} encoded 33 bytes, the only form @returns {Point} */
export const decodePoint = (encoded) => pointOf(WirePoint.decode(encoded));

/** @param {Point} P */
export function wirePoint(P) {
  if (P.is0()) throw new Malformed('identity', 'O has no encoding');
  const { x, y } = P.toAffine();
  return WirePoint.of(x, y);
}

/** @param {Point} P @returns {Uint8Array} 33 bytes */
export const encodePoint = (P) => wirePoint(P).bytes;

/** A point as an item of a hash or a message. @param {Point} P */
export const p = (P) => wire.point(wirePoint(P));

/** The same points with their coordinates worked out, by one inversion for them all; O stays O. @param {Point[]} Ps @returns {Point[]} */
export const normalized = (Ps) => normalizeZ(Group, Ps);

/** Points as a list. @param {Point[]} Ps */
export function ps(Ps) {
  if (Ps.some((P) => P.is0())) throw new Malformed('identity', 'O has no encoding');
  return wire.list(normalized(Ps).map(p));
}

/** @type {WeakSet<Point>} */
const withTable = new WeakSet();

/** The key of an election is multiplied with all through a ballot. Asking twice must not throw the table away.
 * @param {Point} Y @returns {Point}
 */
export function precomputed(Y) {
  if (!withTable.has(Y)) {
    Y.precompute(8);
    withTable.add(Y);
  }
  return Y;
}

// ---- scalars ----

/** @param {bigint} k */
export const mod = (k) => ((k % q) + q) % q;

/** A scalar where zero is refused. @param {Uint8Array} encoded */
export function decodeNonzero(encoded) {
  const k = decodeScalar(encoded);
  if (k === 0n) throw new Malformed('scalar-zero');
  return k;
}

/** @param {bigint} k not 0 mod q */
export function inverse(k) {
  if (mod(k) === 0n) throw new RangeError('zero has no inverse');
  return Group.Fn.inv(mod(k));
}

/** Uniform in [1, q−1] by rejection. @param {(length: number) => Uint8Array} random */
export function randomScalar(random) {
  for (;;) {
    const k = wire.toBigInt(random(32));
    if (k > 0n && k < q) return k;
  }
}

// ---- points ----

/** [k]P for a secret k. @param {bigint} k @param {Point} P @returns {Point} */
export const mul = (k, P) => (k === 0n || P.is0() ? O : P.multiply(k));

/** [k]P for public values only. @param {bigint} k @param {Point} P @returns {Point} */
export const mulPublic = (k, P) => P.multiplyUnsafe(mod(k));

/** [z]B − [c]A for public values only: what a T-form verifier compares with T. @param {bigint} z @param {Point} B @param {bigint} c @param {Point} A */
export const response = (z, B, c, A) => mulPublic(z, B).subtract(mulPublic(c, A));

/** @param {Point[]} Ps @returns {Point} */
export const sum = (Ps) => Ps.reduce((a, b) => a.add(b), O);
