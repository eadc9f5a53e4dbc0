import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../veche/wire.js';
import { Fields, Malformed, encode, hex, parse, unhex } from '../veche/wire.js';
import { asTree, cases, consume, only, tree } from './cases.js';

const file = cases('enc', ['accept', 'normalize', 'refuse', 'refuseEncode', 'distinct']);

test('a tree encodes to its bytes and the bytes parse to the tree', () => {
  for (const c of file.accept) {
    only(c, ['name', 'tree', 'enc']);
    assert.equal(hex(encode(tree(c.tree))), c.enc, c.name);
    assert.deepEqual(asTree(parse(unhex(c.enc))), c.tree, c.name);
    assert.equal(hex(encode(parse(unhex(c.enc)))), c.enc, c.name);
    consume();
  }
});

test('a writer brings text to NFC', () => {
  for (const c of file.normalize) {
    only(c, ['name', 'tree', 'enc', 'decoded']);
    assert.equal(hex(encode(tree(c.tree))), c.enc, c.name);
    assert.deepEqual(asTree(parse(unhex(c.enc))), c.decoded, c.name);
    consume();
  }
});

test('a parser refuses what has another form', () => {
  for (const c of file.refuse) {
    only(c, ['name', 'enc', 'reason']);
    assert.throws(() => parse(unhex(c.enc)), (e) => e instanceof Malformed && e.reason === c.reason, c.name);
    consume();
  }
});

test('an encoder refuses values that have no encoding', () => {
  for (const c of file.refuseEncode) {
    only(c, ['name', 'tree', 'reason']);
    assert.throws(() => tree(c.tree), (e) => e instanceof Malformed && e.reason === c.reason, c.name);
    consume();
  }
});

test('values that differ have encodings that differ', () => {
  for (const group of file.distinct) {
    only(group, ['name', 'items']);
    const seen = new Set();
    for (const c of group.items) {
      only(c, ['tree', 'enc']);
      assert.equal(hex(encode(tree(c.tree))), c.enc, group.name);
      assert.ok(!seen.has(c.enc), group.name);
      seen.add(c.enc);
      consume();
    }
  }
});

test('a parser leaves text as it came, decomposed or with a byte order mark', () => {
  for (const s of ['0200000003' + '65cc81', '0200000004' + 'efbbbf61']) assert.equal(hex(encode(parse(unhex(s)))), s);
});

test('sixteen lists may stand inside each other, seventeen may not', () => {
  const nested = (n) => unhex('0600000001'.repeat(n) + '0100000000');
  assert.equal(parse(nested(16)).kind, 'list');
  assert.throws(() => parse(nested(17)), { reason: 'too-deep' });
});

test('a text with a lone surrogate cannot be encoded', () => {
  assert.throws(() => wire.text('a\ud800b'), { reason: 'not-utf8' });
});

test('a reader refuses an item of another type, a missing one and one too many', () => {
  const v = wire.list([wire.text('a'), wire.uint(1)]);
  assert.throws(() => new Fields(v).uint(), { reason: 'wrong-type' });
  assert.throws(() => new Fields(v, 3), { reason: 'wrong-count' });
  assert.throws(() => new Fields(v).text('b'), { reason: 'wrong-text' });
  const f = new Fields(v);
  f.text('a');
  assert.throws(() => f.end(), { reason: 'surplus-item' });
  assert.equal(f.uint(), 1n);
  f.end();
  assert.throws(() => f.next(), { reason: 'missing-item' });
});

test('bytes have one spelling in each alphabet', () => {
  const known = [['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']];
  for (const [plain, letters] of known) {
    assert.equal(wire.base32(wire.utf8Bytes(plain)), letters);
    assert.deepEqual(wire.unbase32(letters), wire.utf8Bytes(plain));
  }
  for (const bad of ['my', 'M', 'MZ======', 'MZ', 'MZXW6YQA1', 'MZX']) assert.throws(() => wire.unbase32(bad), Malformed, bad);
  for (const bad of ['YQ', 'YR==', 'Y Q=', 'YQ=', 'YQ===', '_w==']) assert.throws(() => wire.unbase64(bad), Malformed, bad);
  assert.deepEqual(wire.unbase64('YQ=='), wire.utf8Bytes('a'));
  for (const bad of ['0', 'AA', '0x', ' 00']) assert.throws(() => unhex(bad), Malformed, bad);
  assert.equal(wire.base32(new Uint8Array(32)).length, 52);
});

test('a list as long as a large election has one encoding too', () => {
  const value = wire.list(Array.from({ length: 300_000 }, (_, i) => wire.uint(i))), encoded = wire.encode(value);
  assert.equal(encoded.length, 5 + 300_000 * 9);
  assert.deepEqual(new wire.Fields(wire.parse(encoded)).items[299_999], wire.uint(299_999));
});
