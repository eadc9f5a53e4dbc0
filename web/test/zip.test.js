// A bundle in one file: what the zip reader takes and what it refuses before using anything of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unusable } from '../veche/verify/reading.js';
import { ofBlob, open } from '../veche/verify/zip.js';

const utf8 = new TextEncoder();

/** @param {number} size @param {(v: DataView, put: (at: number, bytes: Uint8Array) => void) => void} fill */
function bytes(size, fill) {
  const out = new Uint8Array(size);
  fill(new DataView(out.buffer), (at, b) => out.set(b, at));
  return out;
}

/** @param {{name: string, content: Uint8Array, method?: number, claims?: number, offset?: number}[]} files @param {{large?: boolean, count?: number}} [how] */
function zip(files, { large = false, count } = {}) {
  /** @type {Uint8Array[]} */ const parts = [], directory = [];
  let at = 0;
  for (const { name, content, method = 0, claims = content.length, offset } of files) {
    const path = utf8.encode(name), where = offset ?? at;
    const local = bytes(30 + path.length, (v, put) => {
      v.setUint32(0, 0x04034b50, true);
      v.setUint16(26, path.length, true);
      put(30, path);
    });
    const extra = large ? 28 : 0;
    directory.push(bytes(46 + path.length + extra, (v, put) => {
      v.setUint32(0, 0x02014b50, true);
      v.setUint16(10, method, true);
      v.setUint32(20, large ? 0xffffffff : claims, true);
      v.setUint32(24, large ? 0xffffffff : claims, true);
      v.setUint16(28, path.length, true);
      v.setUint16(30, extra, true);
      v.setUint32(42, large ? 0xffffffff : where, true);
      put(46, path);
      if (!large) return;
      v.setUint16(46 + path.length, 1, true);
      v.setUint16(48 + path.length, 24, true);
      for (const [i, n] of [claims, claims, where].entries()) v.setBigUint64(50 + path.length + 8 * i, BigInt(n), true);
    }));
    parts.push(local, content);
    at += local.length + content.length;
  }
  const size = directory.reduce((n, d) => n + d.length, 0);
  parts.push(...directory);
  if (large) {
    parts.push(bytes(56, (v) => {
      v.setUint32(0, 0x06064b50, true);
      v.setBigUint64(32, BigInt(count ?? files.length), true);
      v.setBigUint64(40, BigInt(size), true);
      v.setBigUint64(48, BigInt(at), true);
    }), bytes(20, (v) => {
      v.setUint32(0, 0x07064b50, true);
      v.setBigUint64(8, BigInt(at + size), true);
    }));
  }
  parts.push(bytes(22, (v) => {
    v.setUint32(0, 0x06054b50, true);
    v.setUint16(10, large ? 0xffff : count ?? files.length, true);
    v.setUint32(12, large ? 0xffffffff : size, true);
    v.setUint32(16, large ? 0xffffffff : at, true);
  }));
  return ofBlob(new Blob(/** @type {BlobPart[]} */ (parts)));
}

const note = { name: 'checkpoint', content: utf8.encode('a note\n') };
const stage = { name: 'stage/index', content: utf8.encode('1\n') };

for (const large of [false, true]) test(`members lie in it as they are${large ? ', in a large zip too' : ''}`, async () => {
  const found = await open(zip([note, stage], { large }));
  assert.deepEqual(found.paths, ['checkpoint', 'stage/index']);
  assert.deepEqual(await found.get('stage/index'), stage.content);
  assert.equal(await found.get('stage/1'), undefined);
});

for (const [what, source, why] of /** @type {[string, () => import('../veche/verify/zip.js').Source, RegExp][]} */ ([
  ['text', () => ofBlob(new Blob(['a long text, but no zip at all'])), /no zip/],
  ['nothing', () => ofBlob(new Blob([])), /no zip/],
  ['a compressed member', () => zip([{ ...note, method: 8 }]), /compressed/],
  ['a way out of the folder', () => zip([{ ...note, name: '../checkpoint' }]), /no file of a bundle/],
  ['an absolute name', () => zip([{ ...note, name: '/checkpoint' }]), /no file of a bundle/],
  ['a name in other letters', () => zip([{ ...note, name: 'tile/0/0000' }]), /no file of a bundle/],
  ['one name twice', () => zip([note, note]), /twice/],
  ['a member beyond the end', () => zip([{ ...note, claims: 1000 }]), /no place/],
  ['a note of two gigabytes', () => zip([{ ...note, claims: 2 ** 31 }]), /larger/],
  ['members on top of one another', () => zip([note, { ...stage, offset: 0 }]), /overlap/],
  ['more members than it has', () => zip([note], { count: 2 }), /broken/],
  ['a million and one members', () => zip([note], { large: true, count: 1_000_001 }), /no place/],
])) test(`${what} is refused`, async () => {
  await assert.rejects(open(source()), (/** @type {Error} */ e) => e instanceof Unusable && why.test(e.message) || assert.fail(String(e)));
});
