// That a ciphertext holds one of the values lo..hi (protocol §6; Cramer, Damgård, Schoenmakers), in T-form.
import { G, O, mod, mul, mulPublic, response } from './p256.js';

/** @typedef {import('./p256.js').Point} Point */
/** @typedef {import('./elgamal.js').Ciphertext} Ciphertext */
/**
 * First messages and responses run over lo..hi; the last challenge is what the others leave.
 * @typedef {{T: Point[], U: Point[], c: bigint[], z: bigint[]}} OrProof
 */

/** The values below and above the true one are simulated; both products are taken over G and Y, whose tables stand.
 * @param {object} statement
 * @param {Point} statement.Y
 * @param {number} statement.lo
 * @param {number} statement.hi
 * @param {number} statement.value the true one
 * @param {bigint} statement.r of the ciphertext ([r]G, [value]G + [r]Y)
 * @param {object} nonces
 * @param {bigint} nonces.w of the true branch
 * @param {(u: number) => bigint} nonces.c of a false branch
 * @param {(u: number) => bigint} nonces.z of a false branch
 * @param {(T: Point[], U: Point[]) => bigint} challenge
 * @returns {OrProof}
 */
export function prove({ Y, lo, hi, value, r }, nonces, challenge) {
  if (value < lo || value > hi) throw new RangeError(`${value} is not in ${lo}..${hi}`);
  const T = [], U = [], c = [], z = [];
  for (let u = lo; u <= hi; u++) {
    if (u === value) {
      T.push(mul(nonces.w, G));
      U.push(mul(nonces.w, Y));
      c.push(0n);
      z.push(0n);
    } else {
      const cu = nonces.c(u), zu = nonces.z(u);
      // [z]G − [c]A and [z]Y − [c](B − [u]G), with A = [r]G and B − [u]G = [r]Y + [value − u]G
      const k = mod(zu - cu * r);
      T.push(mul(k, G));
      U.push(mul(k, Y).subtract(mul(mod(cu * BigInt(value - u)), G)));
      c.push(cu);
      z.push(zu);
    }
  }
  const at = value - lo;
  c[at] = mod(challenge(T, U) - c.reduce((a, b) => a + b, 0n));
  z[at] = mod(nonces.w + c[at] * r);
  return { T, U, c: c.slice(0, -1), z };
}

/** The plain form, which defines validity.
 * @param {Point} Y @param {number} lo @param {number} hi @param {Ciphertext} ciphertext @param {OrProof} proof @param {bigint} challenge
 */
export function holds(Y, lo, hi, { A, B }, { T, U, c, z }, challenge) {
  const cs = [...c, mod(challenge - c.reduce((a, b) => a + b, 0n))];
  return cs.every((cu, i) => {
    const shift = lo + i === 0 ? O : mulPublic(BigInt(lo + i), G);
    return response(z[i], G, cu, A).equals(T[i]) && response(z[i], Y, cu, B.subtract(shift)).equals(U[i]);
  });
}
