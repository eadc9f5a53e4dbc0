import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '../vendor/noble/curves/ed25519.js';
import { sha512 } from '../vendor/noble/hashes/sha2.js';
import * as note from '../veche/crypto/note.js';
import { words, wordsOfDigest } from '../veche/crypto/words.js';
import { ENGLISH } from '../veche/crypto/bip39-english.js';
import { Malformed, base64, concat, hex, unbase64, unhex, utf8Bytes } from '../veche/wire.js';

const seed = (n) => new Uint8Array(32).fill(n);
const body = 'a text\n\nof two paragraphs\n';
const ada = note.signerOf('example.org/ada', seed(1));
const bob = note.signerOf('example.org/bob', seed(2));
const vkeys = [ada, bob].map((s) => note.parseVkey(note.vkeyOfSigner(s)));

test('a signed note is read, and its known signatures are told', () => {
  const text = note.writeNote(body, [note.signNote(body, ada), note.signNote(body, bob)]);
  const parsed = note.parseNote(text);
  assert.equal(parsed.body, body);
  assert.deepEqual(note.verifyNote(parsed, vkeys).map((v) => v.verifier.name), [ada.name, bob.name]);
  assert.deepEqual(note.verifyNote(parsed, vkeys.slice(1)).map((v) => v.verifier.name), [bob.name]);
  assert.deepEqual(note.verifyNote(parsed, []), []);
});

test('a known key whose signature fails spoils the note, an unknown one does not', () => {
  const wrong = note.signNote(body + 'more\n', ada);
  const text = note.writeNote(body, [wrong, note.signNote(body, bob)]);
  assert.throws(() => note.verifyNote(note.parseNote(text), vkeys), { reason: 'bad-signature' });
  assert.equal(note.verifyNote(note.parseNote(text), vkeys.slice(1)).length, 1);
});

test('one key counts once, and a name alone is nobody', () => {
  const line = note.signNote(body, ada);
  assert.equal(note.verifyNote(note.parseNote(note.writeNote(body, [line, line])), vkeys).length, 1);
  const other = note.signerOf(ada.name, seed(3));
  assert.equal(note.verifyNote(note.parseNote(note.writeNote(body, [note.signNote(body, other)])), vkeys).length, 0);
});

test('what is not a note is refused', () => {
  const line = note.signNote(body, ada);
  for (const bad of [
    '', '\n', 'text\n', `text\n${line}\n`, `text\n\n${line}`, `text\n\n${line}\n\n`, `text\n\n${line} \n`,
    `text\n\n${line.replace('\u2014', '-')}\n`, `te\txt\n\n${line}\n`, `te\rxt\n\n${line}\n`, `text\n\n\u2014 a+b AAAAAAA=\n`,
    `text\n\n\u2014 name AAAA\n`, `text\n\n\u2014 name !!!!\n`, `text\n\n${Array(65).fill(line).join('\n')}\n`, `te\ud800xt\n\n${line}\n`,
  ]) assert.throws(() => note.parseNote(bad), Malformed, JSON.stringify(bad.slice(0, 60)));
  assert.equal(note.parseNote(`text\n\n${Array(16).fill(line).join('\n')}\n`).signatures.length, 16);
});

test('a key id is of its name, type and key, or the key is refused', () => {
  const vkey = note.vkeyOfSigner(ada);
  assert.equal(note.parseVkey(vkey).vkey, vkey);
  const [name, id, key] = vkey.split('+');
  const rest = vkey.slice(name.length + 1 + 9);
  for (const bad of [`${name}x+${id}+${rest}`, `${name}+00000000+${rest}`, `${name}+${id.toUpperCase()}x+${rest}`, `na me+${id}+${rest}`,
    `${name}+${id}`, `+${id}+${rest}`, note.vkeyOf(name, note.ED25519, new Uint8Array(32)), `${name}+${id}+${base64(concat(Uint8Array.of(2), seed(1)))}`, `${name}+${id}+AQ==`])
    assert.throws(() => note.parseVkey(bad), Malformed, bad);
  assert.ok(key);
});

test('the known answer of the log chapter: key, body and signature', () => {
  const skey = 'PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg';
  const signer = note.parseSkey(skey);
  const checkpoint = 'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n';
  assert.equal(note.signNote(checkpoint, signer),
    '\u2014 example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=');
  assert.throws(() => note.parseSkey(skey.replace('33d7b496', '33d7b497')), Malformed);
});

test('RFC 8032 §7.1: the first three signatures', () => {
  for (const [secret, pub, message, signature] of [
    ['9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
    ['4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
    ['c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
  ]) {
    assert.equal(hex(note.signEd25519(unhex(secret), unhex(message))), signature);
    assert.ok(note.verifyEd25519(unhex(pub), unhex(message), unhex(signature)));
    assert.ok(!note.verifyEd25519(unhex(pub), unhex(message + '00'), unhex(signature)));
  }
});

// ---- where Ed25519 verifiers differ ----

const L = ed25519.Point.Fn.ORDER;
const le = (n, length = 32) => Uint8Array.from({ length }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));
const fromLe = (b) => BigInt('0x' + hex(Uint8Array.from(b).reverse()));
const mod = (n) => ((n % L) + L) % L;
const B = ed25519.Point.BASE;
const torsion = ED25519_TORSION_SUBGROUP.map((h) => ed25519.Point.fromHex(h, true));
const eight = torsion.find((T) => !T.multiplyUnsafe(4n).is0());

/** A signature with chosen R and A: S = r + k·a. */
function crafted(a, r, A, R, message) {
  const k = mod(fromLe(sha512(concat(R, A, message))));
  return concat(R, le(mod(r + k * a)));
}
const message = utf8Bytes('the same for every verifier');

test('a signature that holds only times the cofactor is refused', () => {
  const a = 12345n, r = 67890n;
  const A = B.multiply(a).toBytes();
  const good = crafted(a, r, A, B.multiply(r).toBytes(), message);
  assert.ok(note.verifyEd25519(A, message, good));
  const twisted = crafted(a, r, A, B.multiply(r).add(eight).toBytes(), message);
  assert.ok(ed25519.verify(twisted, message, A, { zip215: false }), 'the library alone would accept it');
  assert.ok(!note.verifyEd25519(A, message, twisted));
});

test('a key of small order signs nothing', () => {
  for (const T of torsion) {
    const A = T.toBytes();
    for (let r = 1n; r < 20n; r++) {
      const R = B.multiply(r).toBytes();
      assert.ok(!note.verifyEd25519(A, message, concat(R, le(r))), hex(A));
    }
  }
});

test('encodings that are not canonical are refused', () => {
  const a = 12345n, r = 67890n;
  const A = B.multiply(a).toBytes();
  const good = crafted(a, r, A, B.multiply(r).toBytes(), message);
  assert.ok(!note.verifyEd25519(A, message, concat(good.slice(0, 32), le(fromLe(good.slice(32)) + L))), 'S + L');
  assert.ok(!note.verifyEd25519(A, message, good.slice(0, 63)));
  assert.ok(!note.verifyEd25519(A.slice(0, 31), message, good));
  const p = 2n ** 255n - 19n;
  for (let y = 0n; y < 19n; y++) // y + p fits into 255 bits
    assert.ok(!note.verifyEd25519(le(p + y), message, good));
  // R = O written as y = p + 1: [S]B − [k]A gives the canonical spelling, which differs.
  const odd = le(p + 1n);
  const k = mod(fromLe(sha512(concat(odd, A, message))));
  assert.ok(!note.verifyEd25519(A, message, concat(odd, le(mod(k * a)))));
  const plain = le(1n);
  const k1 = mod(fromLe(sha512(concat(plain, A, message))));
  assert.ok(!note.verifyEd25519(A, message, concat(plain, le(mod(k1 * a)))), 'R = O in its own spelling');
});

test('the shared cases: Java says the same', () => {
  const file = readFileSync(new URL('../../src/spec/vectors/log/ed25519.txt', import.meta.url), 'utf8');
  const lines = file.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' '));
  const bytes = (/** @type {string} */ text) => unhex(text === '-' ? '' : text);
  for (const [verdict, name, ...hexes] of lines) {
    if (verdict === 'sign') {
      const [secret, key, text, signature] = hexes.map(bytes);
      assert.deepEqual(note.signEd25519(secret, text), signature, name);
      assert.ok(note.verifyEd25519(key, text, signature), name);
    } else {
      const [key, text, signature] = hexes.map(bytes);
      assert.equal(note.verifyEd25519(key, text, signature), verdict === 'accept', name);
    }
  }
  assert.equal(lines.filter(([verdict]) => verdict === 'sign').length, 5, 'all of RFC 8032, 7.1');
  assert.ok(lines.length > 60);
});

// ---- words ----

test('the words of a key are those that the programs say', () => {
  const { cases } = JSON.parse(readFileSync(new URL('../../src/spec/vectors/view/fingerprint.json', import.meta.url), 'utf8'));
  assert.ok(cases.length > 3);
  for (const c of cases) assert.equal(words(unhex(c.bytes)).join(' '), c.words);
});

test('twelve words name a key', () => {
  assert.equal(ENGLISH.length, 2048);
  assert.equal(new Set(ENGLISH).size, 2048);
  assert.deepEqual([ENGLISH[0], ENGLISH[2047]], ['abandon', 'zoo']);
  assert.deepEqual(wordsOfDigest(new Uint8Array(32)), Array(12).fill('abandon'));
  assert.deepEqual(wordsOfDigest(new Uint8Array(32).fill(255)), Array(12).fill('zoo'));
  // BIP-39's own example: the first 128 bits are the entropy 7f…; the last word takes four more.
  const legal = wordsOfDigest(concat(unhex('7f'.repeat(16)), new Uint8Array(16)));
  assert.deepEqual(legal.slice(0, 11), 'legal winner thank year wave sausage worth useful legal winner thank'.split(' '));
  assert.notDeepEqual(words(seed(1)), words(seed(2)));
  assert.ok(unbase64('').length === 0);
});
