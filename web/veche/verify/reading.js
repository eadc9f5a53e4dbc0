// A bundle as it lies somewhere (record §8 Bundle, doors §1): its files, its checkpoints, its leaves, and the tree they give.
import { parseNote } from '../crypto/note.js';
import { H } from '../crypto/transcript.js';
import { parseBody } from '../log/checkpoint.js';
import { EMPTY_ROOT, nodeHash } from '../log/merkle.js';
import { parseBundle, tilePath } from '../record/board.js';
import { Malformed, concat, equal, hex } from '../wire.js';

/** @typedef {(path: string) => Promise<Uint8Array|undefined>} Get  undefined where there is nothing */
/** @typedef {import('../crypto/note.js').Note} Note */
/** @typedef {{path: string, note: Note, tree: {origin: string, size: number, root: Uint8Array}}} Kept  a checkpoint of the bundle */

/** The input cannot be judged at all: neither right nor wrong (exit 3). */
export class Unusable extends Error {}

export const MOST_LEAVES = 20_000_000;
const WIDTH = 256, LARGEST_LEAF = 65_535, LARGEST_NOTE = 1 << 20, LARGEST_BLOB = 1 << 28;
const TILE = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** How large the file of this name may be; undefined for a name that is not of the tree. @param {string} path */
export function cap(path) {
  const tile = path.length <= 64 ? TILE.exec(path) : null;
  if (tile) {
    const [, level, number, w] = tile;
    const n = number.split('/').reduce((sum, part) => sum * 1000 + Number(part.slice(-3)), 0), width = w === undefined ? WIDTH : Number(w);
    const kind = level === 'entries' ? level : Number(level);
    if (!Number.isSafeInteger(n) || width > WIDTH || (kind !== 'entries' && kind > 63) || tilePath(kind, n, width) !== path) return undefined;
    return width * (kind === 'entries' ? 2 + LARGEST_LEAF : 32);
  }
  if (/^blob\/[0-9a-f]{64}$/.test(path)) return LARGEST_BLOB;
  return /^(checkpoint|stage\/index|stage\/[1-9][0-9]{0,17})$/.test(path) ? LARGEST_NOTE : undefined;
}

/** @typedef {{level: 'entries'|number, n: number, width: number, path: string}} Tile */

/** Every tile that a tree of this size consists of: entries, then levels from the leaves up. @param {number} size @returns {Tile[]} */
export function tilesOf(size) {
  /** @type {Tile[]} */
  const tiles = [];
  const add = (/** @type {'entries'|number} */ level, /** @type {number} */ count) => {
    for (let n = 0; n * WIDTH < count; n++) {
      const width = Math.min(WIDTH, count - n * WIDTH);
      tiles.push({ level, n, width, path: tilePath(level, n, width) });
    }
  };
  add('entries', size);
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / WIDTH)) add(level, count);
  return tiles;
}

/** RFC 6962 §2.1: every complete node, so that the root of any beginning is at hand. */
export class Tree {
  constructor() {
    /** @type {Uint8Array[][]} */
    this.levels = [[]];
  }

  get size() { return this.levels[0].length; }

  /** @param {Uint8Array} hash of a leaf */
  append(hash) {
    let node = hash;
    for (let level = 0; ; level++) {
      if (level === this.levels.length) this.levels.push([]);
      const row = this.levels[level];
      row.push(node);
      if (row.length % 2) return;
      node = nodeHash(row[row.length - 2], node);
    }
  }

  /** @param {number} [size] of a beginning */
  root(size = this.size) {
    if (size > this.size) throw new Malformed('tree', 'beyond its leaves');
    /** @type {Uint8Array|undefined} */
    let root;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const node = this.levels[level][rest - 1];
      root = root ? nodeHash(node, root) : node;
    }
    return root ?? EMPTY_ROOT;
  }

  /** @param {number} index */
  leaf(index) { return this.levels[0][index]; }

  /** The hashes of a tile of a level of 256. @param {number} level @param {number} n @param {number} width */
  tile(level, n, width) {
    const row = this.levels[8 * level] ?? [];
    return concat(...row.slice(n * WIDTH, n * WIDTH + width));
  }
}

/** The files, wherever they lie. What holds them may be hostile: no other name is asked for, and nothing beyond its kind's size is taken. */
export class Bundle {
  /** @param {Get} get @param {Iterable<string>} [paths] all names, where a source can be listed */
  constructor(get, paths) {
    this.get = get;
    this.paths = paths && new Set([...paths].filter((p) => cap(p) !== undefined));
  }

  /** @param {string} path */
  async file(path) {
    const most = cap(path);
    if (most === undefined) throw new Unusable('not a name of a bundle');
    if (this.paths && !this.paths.has(path)) return undefined;
    const bytes = await this.get(path);
    if (bytes && bytes.length > most) throw new Unusable(`${path} is larger than it can be`);
    return bytes;
  }

  /** Only with the hash that its name says. @param {Uint8Array} sha256 */
  async blob(sha256) {
    const bytes = await this.file(`blob/${hex(sha256)}`);
    return bytes && equal(H(bytes), sha256) ? bytes : undefined;
  }
}

/** @param {Uint8Array} bytes */
function utf8(bytes) {
  if (bytes.length > LARGEST_NOTE) throw new Malformed('note', 'too long');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed('note', 'not UTF-8');
  }
}

/** @param {string} path @param {Uint8Array} bytes @returns {Kept} */
function checkpoint(path, bytes) {
  const note = parseNote(utf8(bytes)), { origin, size, root } = parseBody(note.body);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('checkpoint', 'size');
  return { path, note, tree: { origin, size: Number(size), root } };
}

/** @param {unknown} e */
export const told = (e) => (e instanceof Error ? e.message : String(e));

/** The newest checkpoint. @param {Bundle} bundle @returns {Promise<Kept>} */
export async function head(bundle) {
  const bytes = await bundle.file('checkpoint');
  if (!bytes) throw new Unusable('no checkpoint: this is no bundle of a log');
  /** @type {Kept} */
  let kept;
  try {
    kept = checkpoint('checkpoint', bytes);
  } catch (e) {
    if (e instanceof Malformed) throw new Unusable(`checkpoint: ${e.message}`);
    throw e;
  }
  if (kept.tree.size === 0) throw new Unusable('the log is empty');
  if (kept.tree.size > MOST_LEAVES) throw new Unusable('the log claims more leaves than this program reads');
  return kept;
}

/** The kept checkpoints of stage/index, with what could not be read. @param {Bundle} bundle */
export async function stages(bundle) {
  /** @type {Kept[]} */ const kept = [], /** @type {string[]} */ unread = [];
  const index = await bundle.file('stage/index');
  if (!index) return { kept, unread: ['stage/index is missing'] };
  // what is no text ends the list where it stands
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(index);
  if (text !== '' && !text.endsWith('\n')) unread.push('stage/index does not end');
  let before = 0n;
  const sizes = text.split('\n');
  if (sizes.at(-1) === '') sizes.pop();
  for (const size of sizes) {
    if (!/^[1-9][0-9]{0,17}$/.test(size) || BigInt(size) <= before) {
      unread.push('stage/index is not an ascending list of sizes');
      break;
    }
    before = BigInt(size);
    const path = `stage/${size}`;
    try {
      const bytes = await bundle.file(path);
      if (!bytes) {
        unread.push(`${path} is missing`);
        continue;
      }
      const one = checkpoint(path, bytes);
      if (BigInt(one.tree.size) !== before) unread.push(`${path} is of another size`);
      kept.push(one);
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
      unread.push(`${path}: ${e.message}`);
    }
  }
  return { kept, unread };
}

/** The leaves in order, a bundle of entries at a time; what cannot be read ends it with its reason. @param {Bundle} bundle @param {number} size
 * @returns {AsyncGenerator<{leaves: Uint8Array[]}|{unread: string}>} */
export async function* entries(bundle, size) {
  for (let n = 0; n * WIDTH < size; n++) {
    const width = Math.min(WIDTH, size - n * WIDTH), path = tilePath('entries', n, width);
    const bytes = await bundle.file(path);
    if (!bytes) {
      yield { unread: `${path} is missing` };
      return;
    }
    try {
      const leaves = parseBundle(bytes);
      if (leaves.length !== width) throw new Malformed('entries', `${leaves.length} leaves, not ${width}`);
      yield { leaves };
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
      yield { unread: `${path}: ${e.message}` };
      return;
    }
  }
}
