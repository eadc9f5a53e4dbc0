// A checkpoint (C2SP tlog-checkpoint): origin, size and root, signed by the log and cosigned by witnesses.
import { parseNote, verifyNote } from '../crypto/note.js';
import { Malformed, base64, unbase64 } from '../wire.js';

/**
 * @typedef {import('../crypto/note.js').Verifier} Verifier
 * @typedef {{origin: string, size: bigint, root: Uint8Array}} Tree
 * @typedef {{witness: Verifier, time: bigint}} Cosigned
 * @typedef {{tree: Tree, cosigned: Cosigned[]}} Checkpoint
 */

const LIMIT = 1n << 63n;

/** A decimal number with one spelling, below 2^63. @param {string} digits */
export function decimal(digits) {
  const number = /^(0|[1-9][0-9]{0,18})$/.test(digits) ? BigInt(digits) : LIMIT;
  if (number >= LIMIT) throw new Malformed('number', digits.slice(0, 32));
  return number;
}

/** Exactly three lines: extension lines are not of our profile. @param {string} body @returns {Tree} */
export function parseBody(body) {
  const lines = body.split('\n');
  if (lines.length !== 4 || lines[3] !== '' || lines[0] === '') throw new Malformed('checkpoint');
  const root = unbase64(lines[2]);
  if (root.length !== 32) throw new Malformed('checkpoint', 'root');
  return { origin: lines[0], size: decimal(lines[1]), root };
}

/** @param {Tree} tree */
export const writeBody = ({ origin, size, root }) => `${origin}\n${size}\n${base64(root)}\n`;

/** A checkpoint of this very log, with the cosignatures of the witnesses that are known. Refused when the log's own
 * signature is missing, when it is of another origin, or when any known key's signature fails.
 * @param {string} note @param {Verifier} log @param {readonly Verifier[]} witnesses @returns {Checkpoint}
 */
export function openCheckpoint(note, log, witnesses) {
  const parsed = parseNote(note);
  const tree = parseBody(parsed.body);
  if (tree.origin !== log.name) throw new Malformed('origin', tree.origin);
  const verified = verifyNote(parsed, [log, ...witnesses]);
  if (!verified.some((v) => v.verifier === log)) throw new Malformed('bad-signature', 'the log did not sign');
  const cosigned = verified.flatMap(({ verifier, time }) =>
    verifier !== log && time !== undefined ? [{ witness: verifier, time }] : []);
  return { tree, cosigned };
}
