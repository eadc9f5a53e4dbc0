// A bundle in one file (record §8 Bundle): a zip whose members lie in it as they are, read piece by piece. Hostile ones are refused before anything of them is used.
import { Unusable, cap } from './reading.js';

const END = 0x06054b50, END64 = 0x06064b50, LOCATOR = 0x07064b50, ENTRY = 0x02014b50, LOCAL = 0x04034b50;
const LARGEST_DIRECTORY = 1 << 28, MOST_FILES = 1_000_000, END_SIZE = 22, LOCATOR_SIZE = 20, END64_SIZE = 56, HEAD = 30, FULL = 0xffffffff;

/** @typedef {{size: number, read(from: number, to: number): Promise<Uint8Array>}} Source  random access to the file */
/** @typedef {{offset: number, size: number}} Member */

/** @param {Blob} blob @returns {Source} */
export const ofBlob = (blob) => ({ size: blob.size, read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()) });

/** @param {Uint8Array} bytes */
const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param {DataView} v @param {number} at */
function long(v, at) {
  const value = v.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unusable('zip: a number beyond all files');
  return Number(value);
}

/** The names of all members and how to read one. @param {Source} source @returns {Promise<{paths: string[], get: (path: string) => Promise<Uint8Array|undefined>}>} */
export async function open(source) {
  const { at, size, count } = await directory(source);
  if (size > LARGEST_DIRECTORY || count > MOST_FILES || at + size > source.size) throw new Unusable('zip: its directory has no place in it');
  const members = read(await source.read(at, at + size), count, at);
  return {
    paths: [...members.keys()],
    async get(path) {
      const member = members.get(path);
      if (!member) return undefined;
      const head = await source.read(member.offset, member.offset + HEAD), v = view(head);
      if (head.length < HEAD || v.getUint32(0, true) !== LOCAL) throw new Unusable(`zip: ${path} is not where its directory says`);
      const from = member.offset + HEAD + v.getUint16(26, true) + v.getUint16(28, true);
      const content = await source.read(from, from + member.size);
      if (content.length !== member.size) throw new Unusable(`zip: ${path} is cut off`);
      return content;
    },
  };
}

/** @param {Source} source @returns {Promise<{at: number, size: number, count: number}>} */
async function directory(source) {
  if (source.size < END_SIZE) throw new Unusable('this is no zip');
  const end = view(await source.read(source.size - END_SIZE, source.size));
  // a comment would move the end; bundles carry none
  if (end.getUint32(0, true) !== END) throw new Unusable('this is no zip');
  const found = { count: end.getUint16(10, true), size: end.getUint32(12, true), at: end.getUint32(16, true) };
  if (found.count !== 0xffff && found.size !== FULL && found.at !== FULL) return found;
  const before = source.size - END_SIZE - LOCATOR_SIZE;
  if (before < 0) throw new Unusable('zip: its large directory is missing');
  const locator = view(await source.read(before, before + LOCATOR_SIZE));
  if (locator.getUint32(0, true) !== LOCATOR) throw new Unusable('zip: its large directory is missing');
  const where = long(locator, 8), bytes = await source.read(where, where + END64_SIZE), large = view(bytes);
  if (bytes.length < END64_SIZE || large.getUint32(0, true) !== END64) throw new Unusable('zip: its large directory is missing');
  return { count: long(large, 32), size: long(large, 40), at: long(large, 48) };
}

/** @param {Uint8Array} bytes of the directory @param {number} count @param {number} end of what it may speak of @returns {Map<string, Member>} */
function read(bytes, count, end) {
  /** @type {Map<string, Member>} */
  const members = new Map();
  const v = view(bytes), names = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || v.getUint32(at, true) !== ENTRY) throw new Unusable('zip: its directory is broken');
    const method = v.getUint16(at + 10, true), name = v.getUint16(at + 28, true), extra = v.getUint16(at + 30, true), comment = v.getUint16(at + 32, true);
    const next = at + 46 + name + extra + comment;
    if (next > bytes.length) throw new Unusable('zip: its directory is broken');
    const path = text(names, bytes.subarray(at + 46, at + 46 + name));
    const { packed, size, offset } = place(v, at, at + 46 + name, extra);
    const most = cap(path);
    if (most === undefined) throw new Unusable(`zip: ${path.slice(0, 100)} is no file of a bundle`);
    if (method !== 0 || packed !== size) throw new Unusable(`zip: ${path} is compressed; bundles are not`);
    if (size > most) throw new Unusable(`zip: ${path} is larger than any such file`);
    if (members.has(path)) throw new Unusable(`zip: ${path} stands in it twice`);
    if (offset + HEAD + name + size > end) throw new Unusable(`zip: ${path} has no place in it`);
    members.set(path, { offset, size });
    at = next;
  }
  apart(members);
  return members;
}

/** @param {TextDecoder} names @param {Uint8Array} bytes */
function text(names, bytes) {
  try {
    return names.decode(bytes);
  } catch {
    throw new Unusable('zip: a name that is no text');
  }
}

/** Sizes and place of a member; those that do not fit stand in its extra field. @param {DataView} v @param {number} at @param {number} from @param {number} length */
function place(v, at, from, length) {
  let [packed, size, offset] = [v.getUint32(at + 20, true), v.getUint32(at + 24, true), v.getUint32(at + 42, true)];
  for (let e = from; e + 4 <= from + length; e += 4 + v.getUint16(e + 2, true)) {
    if (v.getUint16(e, true) !== 1) continue;
    let field = e + 4;
    const last = Math.min(from + length, field + v.getUint16(e + 2, true));
    const next = () => {
      if (field + 8 > last) throw new Unusable('zip: its directory is broken');
      field += 8;
      return long(v, field - 8);
    };
    if (size === FULL) size = next();
    if (packed === FULL) packed = next();
    if (offset === FULL) offset = next();
  }
  return { packed, size, offset };
}

/** Members that overlap could make a small file claim to be an endless one. @param {Map<string, Member>} members */
function apart(members) {
  const sorted = [...members.values()].sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i - 1].offset + HEAD + sorted[i - 1].size > sorted[i].offset) throw new Unusable('zip: its files overlap');
}
