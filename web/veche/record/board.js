// An election read from its static tree (doors §1), believing nothing that the quorum-cosigned checkpoint does not cover.
import { Box, proveLeaf } from '../ballot/check.js';
import { ballotIdOf } from '../ballot/seal.js';
import { parseNote, parseVkey } from '../crypto/note.js';
import { encodePoint } from '../crypto/p256.js';
import { H } from '../crypto/transcript.js';
import { approved, contests, opening, readAct, readDraft } from '../election/draft.js';
import { openCheckpoint, parseBody } from '../log/checkpoint.js';
import { includes, leafHash, nodeHash } from '../log/merkle.js';
import { parsePolicy, quorumMet, verifiers } from '../log/policy.js';
import { parseReceipt, verifyReceipt } from '../log/receipt.js';
import { Fields, Malformed, equal, hex, parse } from '../wire.js';
import { inside, readDeposit } from './deposit.js';

/** @typedef {(path: string) => Promise<Uint8Array|undefined>} Get  undefined where there is nothing */
/** @typedef {import('../election/draft.js').Draft} Draft */
/** @typedef {import('../election/draft.js').Opened} Opened */
/** @typedef {import('../log/checkpoint.js').Tree} Tree */

const WIDTH = 256;

/** log §1 tile path. @param {'entries'|number} level @param {number} n @param {number} width */
export function tilePath(level, n, width) {
  let number = String(n % 1000).padStart(3, '0');
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    number = `x${String(rest % 1000).padStart(3, '0')}/${number}`;
  return `tile/${level}/${number}${width === WIDTH ? '' : `.p/${width}`}`;
}

/** The leaves of an entry bundle: 16 bits of length, then the bytes. @param {Uint8Array} bundle @returns {Uint8Array[]} */
export function parseBundle(bundle) {
  const leaves = [], view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  for (let at = 0; at < bundle.length;) {
    if (at + 2 > bundle.length) throw new Malformed('bundle', 'truncated');
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) throw new Malformed('bundle', 'truncated');
    leaves.push(bundle.slice(at + 2, end));
    at = end;
  }
  return leaves;
}

/** The tree under one checkpoint, read tile by tile; every leaf that leaves here was proved against its root. */
export class Board {
  /** @param {Get} get @param {Tree} tree whose signatures were checked */
  constructor(get, tree) {
    if (tree.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('checkpoint', 'size');
    this.get = get;
    this.tree = tree;
    this.size = Number(tree.size);
    /** @type {Map<string, Promise<Uint8Array[]>>} */
    this.tiles = new Map();
  }

  /** One leaf. @param {number} index */
  async leaf(index) {
    const [leaf] = await this.leaves(index, index + 1);
    return leaf;
  }

  /** The leaves from..to−1, each with its inclusion proved. @param {number} from @param {number} to @param {(share: number) => void} [progress] @returns {Promise<Uint8Array[]>} */
  async leaves(from, to, progress) {
    /** @type {Uint8Array[]} */
    const out = [];
    while (from + out.length < to) {
      const index = from + out.length, n = Math.floor(index / WIDTH);
      const width = Math.min(WIDTH, this.size - n * WIDTH);
      const bundle = parseBundle(await fetched(this.get, 'entries', n, width, Math.min(width, to - n * WIDTH)));
      const last = Math.min(to, n * WIDTH + bundle.length);
      if (last <= index) throw new Malformed('bundle', 'a leaf is missing');
      for (let i = index; i < last; i++) out.push(await this.proved(i, bundle[i - n * WIDTH]));
      progress?.(out.length / (to - from));
    }
    return out;
  }

  /** @param {number} index @param {Uint8Array} leaf */
  async proved(index, leaf) {
    const proof = await this.inclusion(index);
    if (!includes(BigInt(index), this.tree.size, leafHash(leaf), proof, this.tree.root))
      throw new Malformed('inclusion', `leaf ${index} is not the one of the checkpoint`);
    return leaf;
  }

  /** RFC 6962 §2.1.1, from the tiles. @param {number} index */
  async inclusion(index) {
    /** @type {Uint8Array[]} */
    const path = [];
    const climb = async (/** @type {number} */ lo, /** @type {number} */ hi) => {
      if (hi - lo === 1) return;
      const half = lo + below(hi - lo);
      if (index < half) {
        await climb(lo, half);
        path.push(await this.range(half, hi));
      } else {
        await climb(half, hi);
        path.push(await this.range(lo, half));
      }
    };
    await climb(0, this.size);
    return path;
  }

  /** The hash over leaves lo..hi−1. @param {number} lo @param {number} hi @returns {Promise<Uint8Array>} */
  async range(lo, hi) {
    const width = hi - lo, height = Math.log2(width);
    if (Number.isInteger(height) && lo % width === 0) return this.node(height, lo / width);
    const half = lo + below(width);
    return nodeHash(await this.range(lo, half), await this.range(half, hi));
  }

  /** A complete node: 256 of them, eight levels apart, stand in one tile. @param {number} height @param {number} n */
  async node(height, n) {
    const level = Math.floor(height / 8), span = 2 ** (height % 8), first = n * span;
    const at = Math.floor(first / WIDTH);
    const key = `${level}/${at}`;
    const tile = this.tiles.get(key) ?? this.hashes(level, at);
    this.tiles.set(key, tile);
    let row = (await tile).slice(first % WIDTH, (first % WIDTH) + span);
    if (row.length !== span) throw new Malformed('tile', 'a hash is missing');
    while (row.length > 1) row = row.flatMap((h, i) => (i % 2 ? [] : [nodeHash(h, row[i + 1])]));
    return row[0];
  }

  /** @param {number} level @param {number} n */
  async hashes(level, n) {
    const width = Math.min(WIDTH, Math.floor(this.size / WIDTH ** level) - n * WIDTH);
    const tile = await fetched(this.get, level, n, width);
    return Array.from({ length: Math.floor(tile.length / 32) }, (_, i) => tile.slice(32 * i, 32 * i + 32));
  }
}

/** The largest power of two below n. @param {number} n */
const below = (n) => 2 ** Math.ceil(Math.log2(n) - 1);

/** A tile of the checkpoint's width; a shorter one where that is enough, and a grown one where the first is served no more.
 * @param {Get} get @param {'entries'|number} level @param {number} n @param {number} width @param {number} [enough]
 */
async function fetched(get, level, n, width, enough = width) {
  for (const w of new Set([enough, width, WIDTH])) {
    const tile = await get(tilePath(level, n, w));
    if (tile) return tile;
  }
  throw new Malformed('tile', tilePath(level, n, width));
}

/**
 * @typedef {{board: Board, draft: Draft, cid: Uint8Array, log: import('../crypto/note.js').Verifier, policy: import('../log/policy.js').Policy,
 *   cosigned: import('../log/checkpoint.js').Cosigned[], note: string, quorum: boolean, opened?: Opened}} Reading
 */

/** The whole of what a page may believe about an election: draft, manifest and lot from leaves proved under a checkpoint.
 * `quorum` says whether the draft's witnesses vouch for that checkpoint; without it nothing may be sealed.
 * @param {Get} get below the election's base @param {string} slug of the address, which the draft must carry @param {number} [hint] where `open` is said to stand; only spares bytes
 * @returns {Promise<Reading>}
 */
export async function readElection(get, slug, hint) {
  const cosigned = await get('cosigned');
  const noteBytes = cosigned ?? (await get('checkpoint'));
  if (!noteBytes) throw new Malformed('checkpoint', 'there is none');
  const note = new TextDecoder('utf-8', { fatal: true }).decode(noteBytes);
  // Read before it is believed: the key that checks it stands in leaf 0.
  const size = Number(parseBody(parseNote(note).body).size);
  if (size < 1) throw new Malformed('checkpoint', 'no leaf yet');
  const width = Math.min(WIDTH, size);
  const first = parseBundle(await fetched(get, 'entries', 0, width, hint === undefined || hint < 0 ? width : Math.min(width, hint + 1)));
  if (first.length === 0) throw new Malformed('bundle', 'no leaf');
  const draft = readDraft(readAct(first[0]).payload);
  if (draft.slug !== slug) throw new Malformed('draft', 'of another election');
  const log = parseVkey(draft.log), policy = parsePolicy(draft.witnessPolicy);
  const { tree, cosigned: by } = openCheckpoint(note, log, verifiers(policy));
  const board = new Board(get, tree);

  let leaves = await Promise.all(first.slice(0, board.size).map((leaf, i) => board.proved(i, leaf)));
  let found = opening(leaves, tree.origin);
  while (!('manifest' in found) && leaves.length < board.size) {
    leaves = leaves.concat(await board.leaves(leaves.length, Math.min(board.size, (Math.floor(leaves.length / WIDTH) + 1) * WIDTH)));
    found = opening(leaves, tree.origin);
  }
  return {
    board, draft, cid: found.cid, log, policy, cosigned: by, note, quorum: quorumMet(policy, by),
    ...('manifest' in found ? { opened: found } : {}),
  };
}

/** The election as sealing takes it. @param {Opened} opened */
export const sealable = ({ eid, manifest, draft }) => ({ eid, Y: manifest.Y, contests: contests(draft) });

/**
 * body: who deposited it, where it did not come by itself.
 * @typedef {{index: number, leaf: Uint8Array, seq: bigint, ballotId: Uint8Array, body?: string}} Own
 * @typedef {{ballots: Own[], close?: number}} Found  close: where voting was closed, if it was
 */

/** Every leaf after `open`, in order, until the bodies closed voting; of a deposit the ballots in it (record §3b).
 * @param {Board} board @param {Opened} opened @param {(leaf: Uint8Array, index: number, body?: string) => void} each @param {(share: number) => void} [progress]
 * @returns {Promise<number|undefined>} index of `close`
 */
async function box(board, opened, each, progress) {
  const first = opened.openIndex + 1;
  for (let at = first; at < board.size;) {
    const end = Math.min(board.size, (Math.floor(at / WIDTH) + 1) * WIDTH);
    const leaves = await board.leaves(at, end);
    for (const [i, leaf] of leaves.entries()) {
      if (closes(leaf, opened)) return at + i;
      const deposit = readDeposit(leaf, opened);
      if (deposit) deposit.leaves.forEach((ballot) => each(ballot, at + i, deposit.body));
      else each(leaf, at + i);
    }
    at = end;
    progress?.((at - first) / (board.size - first));
  }
  return undefined;
}

/** @param {Uint8Array} leaf @param {Opened} opened */
function closes(leaf, { draft, eid }) {
  const act = attempt(() => readAct(leaf));
  return act !== undefined && act.type === 'close' && equal(act.id, eid) && approved(act, draft, 'close');
}

/** The valid ballots of one key, in log order, found by reading every leaf (protocol §6: never an answer by vk).
 * @param {Board} board @param {Opened} opened @param {import('../crypto/p256.js').Point} vk @param {number} registrar that admitted it
 * @param {(share: number) => void} [progress] @returns {Promise<Found>}
 */
export async function ownBallots(board, opened, vk, registrar, progress) {
  const key = encodePoint(vk);
  // A copy of a ciphertext under another key cannot be valid, so only this key's records are proved.
  const election = { ...sealable(opened), roll: new Map([[hex(key), opened.draft.registrars[registrar]?.body ?? '']]) };
  const valid = new Box();
  /** @type {Own[]} */
  const ballots = [];
  const close = await box(board, opened, (leaf, index, depositor) => {
    const body = bodyOf(leaf), by = body && keyOf(body);
    if (!by || !equal(by, key)) return;
    const admitted = valid.admit(proveLeaf(election, leaf), index);
    if (admitted.verdict === 'accepted')
      ballots.push({ index, leaf, seq: admitted.ballot.seq, ballotId: admitted.ballot.ballotId, ...(depositor === undefined ? {} : { body: depositor }) });
  }, progress);
  return { ballots, ...(close === undefined ? {} : { close }) };
}

/** @typedef {{index: number, leaf: Uint8Array, body?: string}} Place  where a ballot stands first, and what it is */

/** By its number. @param {Board} board @param {Opened} opened @param {Uint8Array} ballotId @param {(share: number) => void} [progress] */
export const findBallot = (board, opened, ballotId, progress) => find(board, opened, (leaf) => {
  const body = bodyOf(leaf);
  return body !== undefined && equal(ballotIdOf(body), ballotId);
}, progress);

/** By the hash of its leaf, as a body's word names it. @param {Board} board @param {Opened} opened @param {Uint8Array} hash @param {(share: number) => void} [progress] */
export const findTaken = (board, opened, hash, progress) => find(board, opened, (leaf) => equal(leafHash(leaf), hash), progress);

/** @param {Board} board @param {Opened} opened @param {(leaf: Uint8Array) => boolean} is @param {(share: number) => void} [progress] @returns {Promise<Place|undefined>} */
async function find(board, opened, is, progress) {
  /** @type {Place|undefined} */
  let found;
  await box(board, opened, (leaf, index, depositor) => {
    if (!found && is(leaf)) found = { index, leaf, ...(depositor === undefined ? {} : { body: depositor }) };
  }, progress);
  return found;
}

/** What a receipt proves about a ballot, wherever it stands. The deposit is read from the log under the receipt's own root.
 * @param {Get} get below the election's base @param {string} text @param {Uint8Array} ballot its leaf @param {Reading} reading
 */
export async function verifyPlaced(get, text, ballot, reading) {
  const { log, policy, opened } = reading, receipt = parseReceipt(text), placed = inside(receipt);
  if (!placed) return verifyReceipt(text, ballot, log, policy);
  if (!equal(placed, leafHash(ballot)) || !opened) throw new Malformed('receipt', 'of another ballot');
  const { tree } = openCheckpoint(receipt.checkpoint, log, verifiers(policy));
  if (receipt.index >= tree.size) throw new Malformed('receipt', 'not in this tree');
  const leaf = await new Board(get, tree).leaf(Number(receipt.index));
  const deposit = readDeposit(leaf, opened);
  if (!deposit?.leaves.some((l) => equal(l, ballot))) throw new Malformed('receipt', 'the deposit does not hold this ballot');
  return { ...verifyReceipt(text, leaf, log, policy), body: deposit.body };
}

/** The ballot that a receipt speaks of: the leaf itself, or the one inside the deposit that the leaf is. @param {string} text @param {Uint8Array} leaf @param {Opened} opened @returns {Uint8Array|undefined} */
export function ballotOf(text, leaf, opened) {
  const placed = inside(parseReceipt(text));
  if (!placed) return bodyOf(leaf) && leaf;
  return attempt(() => readDeposit(leaf, opened))?.leaves.find((l) => equal(leafHash(l), placed));
}

// A row of the roll has one length: list, point, uint, 64 bytes, point, scalar.
const ROLL_HEAD = 5, ROW = 184, KEY_AT = 6;

/** The registrar that admitted a key, by the published roll whose root the bodies signed; undefined: it is not on the roll.
 * @param {Get} get @param {Opened} opened @param {import('../crypto/p256.js').Point} vk @returns {Promise<number|undefined>}
 */
export async function rollEntry(get, { manifest }, vk) {
  const blob = await get(`blob/${hex(manifest.rollRoot)}`);
  if (!blob || !equal(H(blob), manifest.rollRoot)) throw new Malformed('roll', 'not the one of the manifest');
  if (blob.length !== ROLL_HEAD + ROW * manifest.rollSize) throw new Malformed('roll', 'its size');
  const key = encodePoint(vk);
  for (let at = ROLL_HEAD; at < blob.length; at += ROW) {
    if (!equal(blob.subarray(at + KEY_AT, at + KEY_AT + 33), key)) continue;
    const row = new Fields(parse(blob.slice(at, at + ROW)), 5);
    row.point();
    return Number(row.uint());
  }
  return undefined;
}

/** The body of a ballot leaf, or undefined where a leaf is something else. @param {Uint8Array} leaf */
export function bodyOf(leaf) {
  return attempt(() => {
    const f = new Fields(parse(leaf), 6);
    f.text('ballot');
    f.uint(1);
    f.bytes(32);
    return f.bytes();
  });
}

/** The voting key in a body. @param {Uint8Array} body */
export function keyOf(body) {
  return attempt(() => {
    const f = new Fields(parse(body), 6);
    f.text('veche/1/ballot');
    f.bytes(32);
    return f.point().bytes;
  });
}

/** @template A @param {() => A} read @returns {A|undefined} */
function attempt(read) {
  try {
    return read();
  } catch (e) {
    if (e instanceof Malformed) return undefined;
    throw e;
  }
}
