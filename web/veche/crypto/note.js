// C2SP signed notes (log §1): text, an empty line, signature lines `— <name> base64(keyid ‖ signature)`.
import { ed25519 } from '../../vendor/noble/curves/ed25519.js';
import { sha256, sha512 } from '../../vendor/noble/hashes/sha2.js';
import { Malformed, base64, concat, equal, hex, unbase64, utf8Bytes } from '../wire.js';

export const ED25519 = 1;
export const COSIGNATURE = 4;
const MOST_SIGNATURES = 64;
const LONGEST = 1 << 20;

/**
 * @typedef {{name: string, id: Uint8Array, type: number, key: Uint8Array, vkey: string}} Verifier
 * @typedef {{name: string, id: Uint8Array, signature: Uint8Array}} Signature
 * @typedef {{body: string, signatures: Signature[]}} Note  body ends with its line feed
 * @typedef {{name: string, id: Uint8Array, seed: Uint8Array}} Signer
 */

// ---- Ed25519, strict (record §2) ----

const Edwards = ed25519.Point;
const L = Edwards.Fn.ORDER;

/** RFC 8032 §5.1.7 without the cofactor: S below L, and [S]B − [k]A encodes to R's very bytes. A lies in the prime-order
 * group, R then does too, and neither is its identity, so that no two programs can differ about a signature.
 * The library's own strict mode multiplies by the cofactor, so it would accept what others refuse.
 * @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature
 */
export function verifyEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const R = signature.subarray(0, 32);
  const S = littleEndian(signature.subarray(32));
  if (S >= L) return false;
  const A = keyPoint(key);
  if (!A) return false;
  const k = littleEndian(sha512(concat(R, key, message))) % L;
  const expected = Edwards.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k));
  return !expected.is0() && equal(expected.toBytes(), R);
}

/** The point of a key that signatures are verified under: canonical, of the prime-order group, not its identity. @param {Uint8Array} key */
function keyPoint(key) {
  try {
    const A = Edwards.fromBytes(key, false);
    return A.is0() || !A.isTorsionFree() ? undefined : A;
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array} b */
const littleEndian = (b) => BigInt('0x' + hex(Uint8Array.from(b).reverse()));

/** @param {Uint8Array} seed @param {Uint8Array} message */
export const signEd25519 = (seed, message) => ed25519.sign(message, seed);

// ---- keys ----

/** @param {string} name */
const isName = (name) => name.length > 0 && !/[\s+\p{Cc}\p{Surrogate}\u0085\u180e\u200b]/u.test(name);

/** @param {string} name @param {number} type @param {Uint8Array} key */
export const keyId = (name, type, key) =>
  sha256(concat(utf8Bytes(name + '\n'), Uint8Array.of(type), key)).slice(0, 4);

/** @param {string} name @param {number} type @param {Uint8Array} key */
export const vkeyOf = (name, type, key) =>
  `${name}+${hex(keyId(name, type, key))}+${base64(concat(Uint8Array.of(type), key))}`;

/** `name+hex8+base64(type ‖ key)`, its key id recomputed. @param {string} vkey @returns {Verifier} */
export function parseVkey(vkey) {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(vkey);
  if (!match || !isName(match[1])) throw new Malformed('vkey');
  const [, name, id, encoded] = match;
  const data = unbase64(encoded);
  const type = data[0], key = data.slice(1);
  if ((type !== ED25519 && type !== COSIGNATURE) || !keyPoint(key)) throw new Malformed('vkey', 'not a key of a known type');
  if (hex(keyId(name, type, key)) !== id) throw new Malformed('vkey', 'key id');
  return { name, id: keyId(name, type, key), type, key, vkey };
}

/** `PRIVATE+KEY+name+hex8+base64(1 ‖ seed)` @param {string} skey @returns {Signer} */
export function parseSkey(skey) {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(skey);
  if (!match || !isName(match[1])) throw new Malformed('skey');
  const data = unbase64(match[3]);
  if (data[0] !== ED25519 || data.length !== 33) throw new Malformed('skey');
  const signer = signerOf(match[1], data.slice(1));
  if (hex(signer.id) !== match[2]) throw new Malformed('skey', 'key id');
  return signer;
}

/** @param {string} name @param {Uint8Array} seed @returns {Signer} */
export const signerOf = (name, seed) => ({ name, seed, id: keyId(name, ED25519, ed25519.getPublicKey(seed)) });

/** @param {Signer} signer @returns {string} */
export const vkeyOfSigner = ({ name, seed }) => vkeyOf(name, ED25519, ed25519.getPublicKey(seed));

// ---- notes ----

/** @param {string} note @returns {Note} */
export function parseNote(note) {
  if (note.length > LONGEST) throw new Malformed('note', 'too long');
  if (/[\0-\x09\x0b-\x1f]|\p{Surrogate}/u.test(note)) throw new Malformed('note', 'a control character');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw new Malformed('note', 'no signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new Malformed('note', 'too many signatures');
  return { body: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/** One signature line, without its line feed. @param {string} line @returns {Signature} */
export function parseSignature(line) {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
  if (!match || !isName(match[1])) throw new Malformed('note', 'a signature line');
  const data = unbase64(match[2]);
  if (data.length < 5) throw new Malformed('note', 'a short signature');
  return { name: match[1], id: data.slice(0, 4), signature: data.slice(4) };
}

/** @param {string} name @param {Uint8Array} id @param {Uint8Array} signature */
export const signatureLine = (name, id, signature) => `\u2014 ${name} ${base64(concat(id, signature))}`;

/** The seconds a cosignature begins with. @param {Uint8Array} signature */
const timeOf = (signature) => new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);

/** What a line signs, by the type of its key: an Ed25519 note signature signs the body itself.
 * @param {Verifier} verifier @param {string} body @param {Uint8Array} signature
 */
function signatureHolds(verifier, body, signature) {
  if (verifier.type === ED25519) return verifyEd25519(verifier.key, utf8Bytes(body), signature);
  if (signature.length !== 72) return false;
  const time = timeOf(signature);
  if (time >= 1n << 63n) return false;
  return verifyEd25519(verifier.key, utf8Bytes(`cosignature/v1\ntime ${time}\n${body}`), signature.subarray(8));
}

/** @typedef {{verifier: Verifier, time?: bigint}} Verified */

/** The known keys that signed. Unknown keys are passed over; a known key whose signature fails spoils the note.
 * @param {Note} note @param {Verifier[]} known @returns {Verified[]}
 */
export function verifyNote(note, known) {
  /** @type {Verified[]} */
  const verified = [];
  for (const { name, id, signature } of note.signatures) {
    const verifier = known.find((v) => v.name === name && equal(v.id, id));
    if (!verifier) continue;
    if (!signatureHolds(verifier, note.body, signature)) throw new Malformed('bad-signature', name);
    if (verified.some((v) => v.verifier === verifier && verifier.type === ED25519)) continue;
    verified.push(verifier.type === COSIGNATURE
      ? { verifier, time: timeOf(signature) }
      : { verifier });
  }
  return verified;
}

/** One Ed25519 signature line for a body. @param {string} body @param {Signer} signer */
export function signNote(body, signer) {
  if (!body.endsWith('\n')) throw new Malformed('note', 'the body ends with a line feed');
  return signatureLine(signer.name, signer.id, signEd25519(signer.seed, utf8Bytes(body)));
}

/** A cosignature line (0x04) for a checkpoint's body. @param {string} body @param {string} name @param {Uint8Array} seed @param {bigint} time in seconds */
export function cosign(body, name, seed, time) {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, time);
  const id = keyId(name, COSIGNATURE, ed25519.getPublicKey(seed));
  return signatureLine(name, id, concat(stamp, signEd25519(seed, utf8Bytes(`cosignature/v1\ntime ${time}\n${body}`))));
}

/** A body with its signature lines. @param {string} body @param {string[]} lines */
export const writeNote = (body, lines) => `${body}\n${lines.join('\n')}\n`;
