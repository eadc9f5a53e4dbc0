import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '../vendor/noble/curves/ed25519.js';
import { signEd25519 } from '../veche/crypto/note.js';
import { G, encodePoint, mul } from '../veche/crypto/p256.js';
import { TH } from '../veche/crypto/transcript.js';
import * as enrol from '../veche/roll/enrol.js';
import * as key from '../veche/roll/key.js';
import { Malformed, base32, bytes, encode, equal, hex, list, text } from '../veche/wire.js';

const cid = new Uint8Array(32).fill(7), slug = 'abcdefghij';
const code = Uint8Array.from({ length: 16 }, (_, i) => i);
const vkOf = (x) => hex(encodePoint(mul(x, G)));

test('an invitation opens with at least 128 bits and its registrar', () => {
  const link = `#i=${base32(code)}&r=2`;
  assert.deepEqual(enrol.parseInvitation(link), { code, registrar: 2 });
  for (const bad of ['', '#i=&r=0', `#i=${base32(code.slice(1))}&r=0`, `#i=${base32(code)}`, `#i=${base32(code).toLowerCase()}&r=0`, `#i=${base32(code)}&r=02`,
    `#i=${base32(code)}&r=0&x=1`]) assert.throws(() => enrol.parseInvitation(bad), Malformed, bad);
});

test('an enrolment is recognised by the one who gave the code, for this key only', () => {
  const e = enrol.enrol(code, slug, cid, 1, 5n);
  assert.ok(equal(e.codeId, TH('invitation-id', bytes(code)).subarray(0, 16)));
  assert.ok(enrol.recognises(e, code, slug, cid, 1));
  assert.deepEqual(enrol.readEnrolment(enrol.writeEnrolment(e)).mac, e.mac);
  assert.ok(enrol.recognises(enrol.readEnrolment(enrol.writeEnrolment(e)), code, slug, cid, 1));
  const other = enrol.enrol(code, slug, cid, 1, 6n);
  const swapped = { ...e, vk: other.vk, proof: other.proof };
  assert.ok(!enrol.recognises(swapped, code, slug, cid, 1), 'a server that swaps vk is caught by the MAC');
  assert.ok(!enrol.recognises({ ...e, proof: other.proof }, code, slug, cid, 1));
  assert.ok(!enrol.recognises(e, code.map((b) => b ^ 1), slug, cid, 1));
  assert.ok(!enrol.recognises(e, code, 'bbbbbbbbbb', cid, 1));
  assert.ok(!enrol.recognises(e, code, slug, cid, 0));
  assert.ok(!enrol.recognises(e, code, slug, new Uint8Array(32), 1));
  assert.throws(() => enrol.readEnrolment(enrol.writeEnrolment(e).slice(1)), Malformed);
});

test('the invitation code itself is nowhere in what is sent', () => {
  assert.ok(!hex(enrol.writeEnrolment(enrol.enrol(code, slug, cid, 1, 5n))).includes(hex(code)));
});

const seeds = [1, 2].map((n) => new Uint8Array(32).fill(n));
const registrars = seeds.map((s, i) => ({ body: 'body' + i, key: ed25519.getPublicKey(s) }));
const row = (x, registrar) => ({
  vk: mul(x, G), registrar, signature: signEd25519(seeds[registrar], enrol.entry(cid, mul(x, G))), proof: enrol.provePossession(x, cid, registrar),
});
const sorted = (rows) => rows.sort((a, b) => (hex(encodePoint(a.vk)) < hex(encodePoint(b.vk)) ? -1 : 1));

test('a roll tells which body admitted each key', () => {
  const rows = sorted([row(5n, 0), row(6n, 1), row(7n, 0)]);
  const roll = enrol.roll(enrol.writeRoll(rows), cid, registrars);
  assert.deepEqual([5n, 6n, 7n, 8n].map((x) => roll.get(vkOf(x))), ['body0', 'body1', 'body0', undefined]);
});

test('a roll with a flaw is refused', () => {
  const good = sorted([row(5n, 0), row(6n, 1)]);
  const opens = (rows) => enrol.roll(enrol.writeRoll(rows), cid, registrars);
  opens(good);
  assert.throws(() => opens([good[1], good[0]]), Malformed, 'order');
  assert.throws(() => opens([good[0], good[0]]), Malformed, 'a key twice');
  assert.throws(() => enrol.roll(new Uint8Array(), cid, registrars), Malformed);
  const why = (r) => enrol.flaw(r, cid, registrars);
  assert.equal(why(row(5n, 0)), undefined);
  assert.equal(why({ ...row(5n, 0), registrar: 2 }), 'unknown-key');
  assert.equal(why({ ...row(5n, 0), registrar: 1 }), 'bad-signature');
  assert.equal(why({ ...row(5n, 0), signature: row(6n, 0).signature }), 'bad-signature');
  assert.equal(why({ ...row(5n, 0), proof: enrol.provePossession(5n, cid, 1) }), 'bad-proof');
  assert.equal(why({ ...row(5n, 0), proof: enrol.provePossession(6n, cid, 0) }), 'bad-proof');
  assert.equal(enrol.flaw(row(5n, 0), new Uint8Array(32), registrars), 'bad-signature');
  assert.deepEqual(enrol.entry(cid, mul(5n, G)).slice(0, 5), encode(list([text(''), text(''), text('')])).slice(0, 5));
});

test('a paper code gives the key back, and a slip of the pen is noticed', () => {
  const xv = 0x1234567890abcdefn ** 3n;
  const paper = key.paperCode(xv);
  assert.match(paper, /^([A-Z2-7]{4}-){13}[A-Z2-7]{4}$/);
  assert.equal(key.parsePaperCode(paper), xv);
  assert.equal(key.parsePaperCode(paper.toLowerCase().replace(/-/g, ' ').replace(/o/g, '0').replace(/i/g, '1').replace(/b/g, '8')), xv);
  let unnoticed = 0;
  for (let i = 0; i < paper.length; i++) {
    if (paper[i] === '-') continue;
    const slip = paper.slice(0, i) + (paper[i] === 'A' ? 'B' : 'A') + paper.slice(i + 1);
    try { key.parsePaperCode(slip); unnoticed++; } catch (e) { assert.ok(e instanceof Malformed); }
  }
  assert.equal(unnoticed, 0);
  assert.throws(() => key.parsePaperCode(paper.slice(5)), Malformed);
  assert.throws(() => key.parsePaperCode(paper.replace(/[A-Z2-7]/, '9')), Malformed);
  assert.throws(() => key.parsePaperCode(base32(new Uint8Array(35))), Malformed);
});

test('a key file opens with its passphrase and with nothing else', async () => {
  const random = (n) => crypto.getRandomValues(new Uint8Array(n));
  const rest = Uint8Array.of(1, 2, 3);
  const json = await key.sealKeyFile(99n, rest, 'семь простых слов', random);
  assert.deepEqual(await key.openKeyFile(json, 'семь простых слов'), { xv: 99n, rest });
  await assert.rejects(key.openKeyFile(json, 'семь простых снов'), { reason: 'passphrase' });
  const file = JSON.parse(json);
  await assert.rejects(key.openKeyFile(JSON.stringify({ ...file, iterations: 700000 }), 'семь простых слов'), { reason: 'passphrase' });
  for (const bad of ['', '{}', 'null', '[]', JSON.stringify({ ...file, iterations: 1 }), JSON.stringify({ ...file, format: 'x' }), JSON.stringify({ ...file, more: 1 }),
    JSON.stringify({ ...file, salt: 1 })]) await assert.rejects(key.openKeyFile(bad, 'x'), { reason: 'key-file' });
});
