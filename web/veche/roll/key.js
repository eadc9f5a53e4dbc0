// The voting key in its owner's hands: a code on paper (doors §5), or a file that a passphrase opens.
import { decodeNonzero } from '../crypto/p256.js';
import { TH } from '../crypto/transcript.js';
import { Malformed, base32, base64, bytes, concat, encodeScalar, equal, unbase32, unbase64, utf8Bytes } from '../wire.js';

const CHECK_LENGTH = 3;
const ITERATIONS = 600_000;
const FORMAT = 'veche/1/voting-key';

/** @param {Uint8Array} key */
const check = (key) => TH('paper-code', bytes(key)).slice(0, CHECK_LENGTH);

/** Base32 of the key and a checksum: 56 letters in groups of four. @param {bigint} xv */
export function paperCode(xv) {
  const key = encodeScalar(xv);
  return /** @type {string[]} */ (base32(concat(key, check(key))).match(/.{4}/g)).join('-');
}

/** As a person types it: case, spaces and hyphens do not matter, and 0, 1, 8 stand for the letters they resemble. @param {string} typed */
export function parsePaperCode(typed) {
  const letters = typed.toUpperCase().replace(/[\s\u2010-\u2015-]+/g, '').replace(/0/g, 'O').replace(/1/g, 'I').replace(/8/g, 'B');
  if (letters.length !== 56) throw new Malformed('paper-code', `${letters.length} letters, not 56`);
  const all = unbase32(letters);
  const key = all.slice(0, 32);
  if (!equal(check(key), all.slice(32))) throw new Malformed('paper-code', 'a letter is wrong');
  return decodeNonzero(key);
}

/** @typedef {{format: string, kdf: string, iterations: number, salt: string, iv: string, sealed: string}} KeyFile */

/** @param {string} passphrase @param {Uint8Array} salt @param {number} iterations */
async function wrapping(passphrase, salt, iterations) {
  const subtle = globalThis.crypto.subtle;
  const base = await subtle.importKey('raw', buffer(utf8Bytes(passphrase.normalize('NFC'))), 'PBKDF2', false, ['deriveKey']);
  return subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt: buffer(salt), iterations }, base,
    { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** WebCrypto asks for memory that is not shared. @param {Uint8Array} b */
const buffer = (b) => /** @type {Uint8Array<ArrayBuffer>} */ (b);

/** What must not be changed unseen: all that stands outside the sealed part. @param {Omit<KeyFile, 'sealed'>} header */
const bound = ({ format, kdf, iterations, salt, iv }) => buffer(utf8Bytes([format, kdf, iterations, salt, iv].join('\n')));

/** The key and what belongs to it (the client's chains, as bytes), under a passphrase. @param {bigint} xv @param {Uint8Array} rest @param {string} passphrase @param {(length: number) => Uint8Array} random @returns {Promise<string>} JSON */
export async function sealKeyFile(xv, rest, passphrase, random) {
  const salt = random(16), iv = random(12);
  const header = { format: FORMAT, kdf: 'PBKDF2-SHA256', iterations: ITERATIONS, salt: base64(salt), iv: base64(iv) };
  const key = await wrapping(passphrase, salt, ITERATIONS);
  const sealed = await globalThis.crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: buffer(iv), additionalData: bound(header) }, key, buffer(concat(encodeScalar(xv), rest)));
  return JSON.stringify({ ...header, sealed: base64(new Uint8Array(sealed)) }, null, 2) + '\n';
}

/** The key, or Malformed: not a key file, or another passphrase. @param {string} json @param {string} passphrase @returns {Promise<{xv: bigint, rest: Uint8Array}>} */
export async function openKeyFile(json, passphrase) {
  const file = readKeyFile(json);
  const key = await wrapping(passphrase, unbase64(file.salt), file.iterations);
  let plain;
  try {
    plain = new Uint8Array(await globalThis.crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: buffer(unbase64(file.iv)), additionalData: bound(file) }, key, buffer(unbase64(file.sealed))));
  } catch {
    throw new Malformed('passphrase');
  }
  return { xv: decodeNonzero(plain.slice(0, 32)), rest: plain.slice(32) };
}

/** @param {string} json @returns {KeyFile} */
function readKeyFile(json) {
  let file;
  try {
    file = JSON.parse(json);
  } catch {
    throw new Malformed('key-file');
  }
  const texts = ['format', 'kdf', 'salt', 'iv', 'sealed'];
  if (file === null || typeof file !== 'object' || texts.some((name) => typeof file[name] !== 'string')
    || Object.keys(file).length !== 6 || file.format !== FORMAT || file.kdf !== 'PBKDF2-SHA256'
    || !(Number.isInteger(file.iterations) && file.iterations >= ITERATIONS && file.iterations <= 20 * ITERATIONS))
    throw new Malformed('key-file');
  return file;
}
