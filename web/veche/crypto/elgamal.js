// Exponential and embedded ElGamal (protocol §6, §8): a ciphertext is the pair (A, B) = ([r]G, M + [r]Y).
import { list } from '../wire.js';
import { G, mul, p, sum } from './p256.js';
import { TH } from './transcript.js';

/** @typedef {import('./p256.js').Point} Point */
/** @typedef {{A: Point, B: Point}} Ciphertext */

/** @param {Point} M @param {bigint} r @param {Point} Y @returns {Ciphertext} */
export const encrypt = (M, r, Y) => ({ A: mul(r, G), B: M.add(mul(r, Y)) });

/** Both components may become O; the caller says what that means. @param {Ciphertext[]} list @returns {Ciphertext} */
export const total = (list) => ({ A: sum(list.map((c) => c.A)), B: sum(list.map((c) => c.B)) });

/** A_0, B_0, A_1, … as one list, the form every hash takes. @param {Ciphertext[]} ciphertexts */
export const items = (ciphertexts) => list(ciphertexts.flatMap(({ A, B }) => [p(A), p(B)]));

/** protocol §8 ListDigest. @param {Ciphertext[]} ciphertexts */
export const listDigest = (ciphertexts) => TH('ct-list', items(ciphertexts));
