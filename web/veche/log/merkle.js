// The tree of RFC 6962 §2.1: leaves and nodes are hashed apart, proofs are checked without the tree.
import { H } from '../crypto/transcript.js';
import { concat, equal } from '../wire.js';

/** H(00 ‖ leaf) @param {Uint8Array} leaf */
export const leafHash = (leaf) => H(concat(Uint8Array.of(0), leaf));

/** H(01 ‖ left ‖ right) @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => H(concat(Uint8Array.of(1), left, right));

export const EMPTY_ROOT = H(new Uint8Array());

/** The root over leaf hashes. @param {readonly Uint8Array[]} hashes @returns {Uint8Array} */
export function root(hashes) {
  if (hashes.length === 0) return EMPTY_ROOT;
  // A level at a time; what has no neighbour rises as it is.
  let level = hashes;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2)
      above.push(i + 1 < level.length ? nodeHash(level[i], level[i + 1]) : level[i]);
    level = above;
  }
  return level[0];
}

/** The root that an inclusion proof leads to, or undefined (RFC 9162 §2.1.3.2). @param {bigint} index @param {bigint} size @param {Uint8Array} hash of the leaf @param {readonly Uint8Array[]} proof */
export function rootFromInclusion(index, size, hash, proof) {
  if (index < 0n || index >= size) return undefined;
  let fn = index, sn = size - 1n, r = hash;
  for (const p of proof) {
    if (sn === 0n || p.length !== 32) return undefined;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? r : undefined;
}

/** @param {bigint} index @param {bigint} size @param {Uint8Array} hash of the leaf @param {readonly Uint8Array[]} proof @param {Uint8Array} expected root */
export function includes(index, size, hash, proof, expected) {
  const r = rootFromInclusion(index, size, hash, proof);
  return r !== undefined && equal(r, expected);
}

/** That the tree of `first` leaves is a beginning of the tree of `second` (RFC 9162 §2.1.4.2).
 * @param {bigint} first @param {Uint8Array} firstRoot @param {bigint} second @param {Uint8Array} secondRoot @param {readonly Uint8Array[]} proof
 */
export function continues(first, firstRoot, second, secondRoot, proof) {
  if (first < 0n || first > second) return false;
  if (first === second) return proof.length === 0 && equal(firstRoot, secondRoot);
  if (first === 0n) return proof.length === 0 && equal(firstRoot, EMPTY_ROOT);
  // A full tree is its own first node; otherwise the proof begins with it.
  const path = (first & (first - 1n)) === 0n ? [firstRoot, ...proof] : proof;
  if (path.length === 0 || path.some((p) => p.length !== 32)) return false;
  let fn = first - 1n, sn = second - 1n;
  while ((fn & 1n) === 1n) { fn >>= 1n; sn >>= 1n; }
  let fr = path[0], sr = path[0];
  for (const c of path.slice(1)) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(fr, firstRoot) && equal(sr, secondRoot);
}
