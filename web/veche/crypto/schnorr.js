// Knowledge of one discrete logarithm, in T-form: the first message is sent, the challenge is recomputed.
import * as wire from '../wire.js';
import { G, mod, mul, p, response } from './p256.js';
import { HS } from './transcript.js';

/** @typedef {import('./p256.js').Point} Point */
/** @typedef {{T: Point, z: bigint}} Proof */

/** A proof for X = [x]G. @param {bigint} x @param {bigint} w the nonce @param {(T: Point) => bigint} challenge @returns {Proof} */
export function prove(x, w, challenge) {
  const T = mul(w, G);
  return { T, z: mod(w + challenge(T) * x) };
}

/** [z]G = T + [c]X @param {Point} X @param {Proof} proof @param {bigint} c */
export const holds = (X, { T, z }, c) => response(z, G, c, X).equals(T);

// ---- signatures of a voting key (protocol §6, §15 line 22) ----

/** @param {string} tag @param {Point} vk @param {Point} T @param {Uint8Array} h */
const challenge = (tag, vk, T, h) => HS(tag, p(vk), p(T), wire.bytes(h));

/** Deterministic: w is a hash of key, tag and message. @param {string} tag @param {bigint} xv @param {Uint8Array} h @returns {Proof} */
export function sign(tag, xv, h) {
  const w = HS('sig-nonce', wire.scalar(xv), wire.text(tag), wire.bytes(h));
  const vk = mul(xv, G);
  return prove(xv, w, (T) => challenge(tag, vk, T, h));
}

/** What a signature answers to. @param {string} tag @param {Point} vk @param {Uint8Array} h @param {Proof} sig */
export const challenged = (tag, vk, h, sig) => challenge(tag, vk, sig.T, h);

/** @param {string} tag @param {Point} vk @param {Uint8Array} h @param {Proof} sig */
export const verify = (tag, vk, h, sig) => holds(vk, sig, challenge(tag, vk, sig.T, h));
