// Hashing (protocol §2): every hash is of typed values under a tag, so no two uses can meet.
import { expand_message_xmd } from '../../vendor/noble/curves/abstract/hash-to-curve.js';
import { p256_hasher } from '../../vendor/noble/curves/nist.js';
import { hmac } from '../../vendor/noble/hashes/hmac.js';
import { sha256 } from '../../vendor/noble/hashes/sha2.js';
import { encode, text, toBigInt, utf8Bytes } from '../wire.js';
import { q } from './p256.js';

/** @typedef {import('../wire.js').Value} Value */
/** @typedef {import('./p256.js').Point} Point */

const SCALAR_DST = utf8Bytes('VECHE-V1-P256_XMD:SHA-256-SCALAR');
export const POINT_DST = 'VECHE-V1-P256_XMD:SHA-256_SSWU_RO_';

/** @param {Uint8Array} b */
export const H = (b) => sha256(b);

/** HMAC-SHA256 @param {Uint8Array} key @param {Uint8Array} message */
export const HMAC = (key, message) => hmac(sha256, key, message);

/** @param {string} tag @param {...Value} args @returns {Uint8Array} 32 bytes */
export const TH = (tag, ...args) => H(encode(text('veche/1/' + tag), ...args));

/** The 48 bytes that HS reduces. @param {Uint8Array} th */
export const uniform = (th) => expand_message_xmd(th, SCALAR_DST, 48, sha256);

/** @param {string} tag @param {...Value} args */
export const HS = (tag, ...args) => toBigInt(uniform(TH(tag, ...args))) % q;

/** @param {string} tag @param {...Value} args @returns {Point} */
export const HP = (tag, ...args) => p256_hasher.hashToCurve(TH(tag, ...args), { DST: POINT_DST });
