// A receipt (C2SP tlog-proof): that a leaf stands at an index under a signed root, in one text file.
import { Malformed, base64, unbase64 } from '../wire.js';
import { decimal, openCheckpoint } from './checkpoint.js';
import { continues, includes, leafHash } from './merkle.js';
import { quorumMet, verifiers } from './policy.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const LONGEST_PROOF = 63;

/**
 * @typedef {{index: bigint, proof: Uint8Array[], checkpoint: string, extra?: Uint8Array}} Receipt
 * @typedef {import('./checkpoint.js').Tree} Tree
 * @typedef {{index: bigint, tree: Tree, cosigned: import('./checkpoint.js').Cosigned[], quorum: boolean}} Proven
 */

/** @param {string} text @returns {Receipt} */
export function parseReceipt(text) {
  const split = text.indexOf('\n\n');
  if (split < 0) throw new Malformed('receipt');
  const lines = text.slice(0, split).split('\n');
  if (lines.shift() !== FIRST_LINE) throw new Malformed('receipt', 'another first line');
  const extra = lines[0]?.startsWith('extra ') ? unbase64(/** @type {string} */ (lines.shift()).slice(6)) : undefined;
  const at = lines.shift();
  if (!at?.startsWith('index ')) throw new Malformed('receipt', 'no index');
  if (lines.length > LONGEST_PROOF) throw new Malformed('receipt', 'a proof too long');
  const proof = lines.map((line) => {
    const hash = unbase64(line);
    if (hash.length !== 32) throw new Malformed('receipt', 'a hash of another length');
    return hash;
  });
  return { index: decimal(at.slice(6)), proof, checkpoint: text.slice(split + 2), ...(extra ? { extra } : {}) };
}

/** @param {Receipt} receipt */
export const writeReceipt = ({ index, proof, checkpoint, extra }) => [
  FIRST_LINE, ...(extra ? ['extra ' + base64(extra)] : []), `index ${index}`, ...proof.map((h) => base64(h)), '', checkpoint,
].join('\n');

/** What a receipt proves about a leaf, log §4 (a) and, with `quorum`, (b). Anything wrong in it throws Malformed.
 * @param {string} text @param {Uint8Array} leaf @param {import('../crypto/note.js').Verifier} log @param {import('./policy.js').Policy} policy
 * @returns {Proven}
 */
export function verifyReceipt(text, leaf, log, policy) {
  const { index, proof, checkpoint } = parseReceipt(text);
  const { tree, cosigned } = openCheckpoint(checkpoint, log, verifiers(policy));
  if (!includes(index, tree.size, leafHash(leaf), proof, tree.root)) throw new Malformed('receipt', 'not in this tree');
  return { index, tree, cosigned, quorum: quorumMet(policy, cosigned) };
}

/** A later receipt upgrades a first one only if its log continues the first one's: otherwise the two together prove a fork.
 * @param {Tree} first @param {Tree} later @param {readonly Uint8Array[]} consistency
 */
export const upgrades = (first, later, consistency) =>
  first.origin === later.origin && continues(first.size, first.root, later.size, later.root, consistency);

/** A consistency proof as the server gives it: one Base64 hash a line. @param {string} text */
export const parseConsistency = (text) =>
  text.split('\n').filter((line) => line !== '').map((line) => {
    const hash = unbase64(line);
    if (hash.length !== 32) throw new Malformed('consistency');
    return hash;
  });
