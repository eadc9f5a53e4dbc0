// Rankings as numbers, numbers as points (protocol §4), and the ranked answer (§6).
import * as elgamal from '../crypto/elgamal.js';
import { decodePoint, encodePoint, p, pointOf } from '../crypto/p256.js';
import * as schnorr from '../crypto/schnorr.js';
import { HS } from '../crypto/transcript.js';
import { arrangements, misfit, rankings } from '../election/contest.js';
import { Malformed, bytes, concat, fromBigInt, list, scalar, text, toBigInt, uint } from '../wire.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../election/contest.js').Contest} Contest */
/** @typedef {import('./seal.js').Context} Context */
/** @typedef {import('../crypto/elgamal.js').Ciphertext & {proof: schnorr.Proof}} RankedAnswer */

/** Code = Σ_{k=lo}^{L−1} P(c,k) + Σ d_i·P(c−i, L−i) @param {Contest} contest @param {readonly number[]} ranking */
export function encode(contest, ranking) {
  const why = misfit(contest, ranking);
  if (why) throw new Malformed(why);
  const { options: c, lo } = contest;
  const L = ranking.length;
  let code = rankings({ options: c, lo, hi: L - 1 });
  const left = Array.from({ length: c }, (_, i) => i);
  ranking.forEach((r, i) => {
    const d = left.indexOf(r);
    left.splice(d, 1);
    code += BigInt(d) * arrangements(c - i - 1, L - i - 1);
  });
  return code;
}

/** The ranking of a code, or undefined: invalid-code. @param {Contest} contest @param {bigint} code @returns {number[]|undefined} */
export function decode(contest, code) {
  const { options: c, lo } = contest;
  if (code < 0n || code >= rankings(contest)) return undefined;
  let L = lo;
  for (; code >= arrangements(c, L); L++) code -= arrangements(c, L);
  const left = Array.from({ length: c }, (_, i) => i);
  return Array.from({ length: L }, (_, i) => {
    const unit = arrangements(c - i - 1, L - i - 1);
    const d = Number(code / unit);
    code %= unit;
    return left.splice(d, 1)[0];
  });
}

const MAGIC = Uint8Array.of(0x00, 0x56, 0x43, 0x31); // x = 0x564331·2²²⁴ + m·2⁸ + ε

/** @param {bigint} m @returns {{M: Point, epsilon: number}} */
export function embed(m) {
  const x = concat(MAGIC, fromBigInt(m, 27));
  for (let epsilon = 0; epsilon < 256; epsilon++) {
    try {
      return { M: decodePoint(concat(Uint8Array.of(2), x, Uint8Array.of(epsilon))), epsilon };
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
    }
  }
  throw new Malformed('no-embedding'); // probability 2⁻²⁵⁶
}

/** The m of exactly Embed(m), or undefined: invalid-encoding. @param {Point} M @returns {bigint|undefined} */
export function unembed(M) {
  if (M.is0()) return undefined;
  const x = encodePoint(M).subarray(1);
  if (!MAGIC.every((b, i) => x[i] === b)) return undefined;
  const m = toBigInt(x.subarray(4, 31));
  return embed(m).M.equals(M) ? m : undefined;
}

/**
 * @typedef {{status: 'valid', code: bigint, ranking: number[]}|{status: 'invalid-code', code: bigint}|{status: 'invalid-encoding'}} Opened
 */
/** What a decrypted point says (protocol §11). @param {Contest} contest @param {Point} M @returns {Opened} */
export function open(contest, M) {
  const code = unembed(M);
  if (code === undefined) return { status: 'invalid-encoding' };
  const ranking = decode(contest, code);
  return ranking ? { status: 'valid', code, ranking } : { status: 'invalid-code', code };
}

// ---- the answer ----

/** c = HS("ranked-pok", bctx, k, Y, A, B, T) @param {Context} at @param {import('../crypto/elgamal.js').Ciphertext} ct @param {Point} T */
const challenge = ({ bctx, k, Y }, { A, B }, T) => HS('ranked-pok', bytes(bctx), uint(k), p(Y), p(A), p(B), p(T));

/** protocol §6 Ranked answer. @param {Context} at @param {Contest} contest @param {readonly number[]} ranking @param {(role: string, j: number) => bigint} nonce @returns {RankedAnswer} */
export function seal(at, contest, ranking, nonce) {
  const r = nonce('ranked-r', 0);
  if (r === 0n) throw new Malformed('zero-nonce', 'take another seed');
  const ct = elgamal.encrypt(embed(encode(contest, ranking)).M, r, at.Y);
  return { ...ct, proof: schnorr.prove(r, nonce('ranked-w', 0), (T) => challenge(at, ct, T)) };
}

/** §15 line 19. @param {number} k @param {RankedAnswer} answer */
export const write = (k, { A, B, proof: { T, z } }) => list([uint(k), text('ranked'), p(A), p(B), p(T), scalar(z)]);

/** @param {import('../wire.js').Fields} f an answer after its index and kind @returns {RankedAnswer} */
export function read(f) {
  const A = pointOf(f.point()), B = pointOf(f.point()), T = pointOf(f.point()), z = f.scalar();
  f.end();
  return { A, B, proof: { T, z } };
}

/** What an answer's proof answers to. @param {Context} at @param {RankedAnswer} answer */
export const challenged = (at, answer) => challenge(at, answer, answer.proof.T);

/** The proofs that fail, by name. @param {Context} at @param {RankedAnswer} answer @returns {string[]} */
export const failing = (at, answer) =>
  schnorr.holds(answer.A, answer.proof, challenge(at, answer, answer.proof.T)) ? [] : [`contest ${at.k}: ranked-pok`];

/** @param {RankedAnswer} answer */
export const ciphertexts = (answer) => [answer];
