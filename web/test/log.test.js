import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as note from '../veche/crypto/note.js';
import { H } from '../veche/crypto/transcript.js';
import * as checkpoint from '../veche/log/checkpoint.js';
import * as merkle from '../veche/log/merkle.js';
import * as policy from '../veche/log/policy.js';
import * as receipt from '../veche/log/receipt.js';
import { Malformed, base64, concat, hex, unhex, utf8Bytes } from '../veche/wire.js';

// ---- RFC 6962 §2.1, word for word, as the other side of every check ----

const split = (n) => 2 ** Math.ceil(Math.log2(n) - 1);
const MTH = (D) => D.length === 0 ? H(new Uint8Array())
  : D.length === 1 ? H(concat(Uint8Array.of(0), D[0]))
    : H(concat(Uint8Array.of(1), MTH(D.slice(0, split(D.length))), MTH(D.slice(split(D.length)))));
const PATH = (m, D) => D.length <= 1 ? []
  : m < split(D.length) ? [...PATH(m, D.slice(0, split(D.length))), MTH(D.slice(split(D.length)))]
    : [...PATH(m - split(D.length), D.slice(split(D.length))), MTH(D.slice(0, split(D.length)))];
const SUBPROOF = (m, D, whole) => m === D.length ? (whole ? [] : [MTH(D)])
  : m <= split(D.length) ? [...SUBPROOF(m, D.slice(0, split(D.length)), whole), MTH(D.slice(split(D.length)))]
    : [...SUBPROOF(m - split(D.length), D.slice(split(D.length)), false), MTH(D.slice(0, split(D.length)))];

const leaves = (n) => Array.from({ length: n }, (_, i) => utf8Bytes('leaf ' + i));
const rootOf = (D) => merkle.root(D.map(merkle.leafHash));

test('the roots of the eight known leaves', () => {
  const known = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(unhex);
  const roots = ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'];
  roots.forEach((r, i) => assert.equal(hex(rootOf(known.slice(0, i + 1))), r));
  assert.equal(hex(rootOf([])), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('every leaf of every small tree is proved, and nothing else with its proof', () => {
  for (let n = 1; n <= 33; n++) {
    const D = leaves(n), root = MTH(D);
    assert.deepEqual(rootOf(D), root);
    for (let i = 0; i < n; i++) {
      const proof = PATH(i, D), hash = merkle.leafHash(D[i]);
      const holds = (index, size, h, p) => merkle.includes(BigInt(index), BigInt(size), h, p, root);
      assert.ok(holds(i, n, hash, proof));
      for (let other = 0; other < n; other++) if (other !== i) assert.ok(!holds(other, n, hash, proof), `${other} for ${i} of ${n}`);
      assert.ok(!holds(i, n, merkle.leafHash(utf8Bytes('another')), proof));
      assert.ok(!holds(i, n, hash, [...proof, root]) && !holds(n, n, hash, proof) && !holds(-1, n, hash, proof));
      if (proof.length) {
        assert.ok(!holds(i, n, hash, proof.slice(1)) && !holds(i, n, hash, proof.slice(0, -1)));
        assert.ok(!holds(i, n, hash, [proof[0].slice(1), ...proof.slice(1)]));
      }
    }
  }
});

test('every small tree continues every smaller one, and no other', () => {
  for (let n = 0; n <= 33; n++) {
    const D = leaves(n), root = MTH(D);
    for (let m = 0; m <= n; m++) {
      const first = MTH(D.slice(0, m)), proof = m === 0 || m === n ? [] : SUBPROOF(m, D, true);
      const holds = (p, a = first, b = root, s = m, t = n) => merkle.continues(BigInt(s), a, BigInt(t), b, p);
      assert.ok(holds(proof), `${m} to ${n}`);
      assert.ok(!holds(proof, H(first)) && !holds([...proof, root]));
      if (m > 0) assert.ok(!holds(proof, first, H(root)));
      if (proof.length) assert.ok(!holds(proof.slice(1)) && !holds(proof.slice(0, -1)) && !holds(proof, first, root, m + 1));
    }
  }
});

test('a proof of leaf 2^40 is followed without the tree', () => {
  const hash = merkle.leafHash(utf8Bytes('far'));
  const proof = Array.from({ length: 41 }, (_, i) => H(Uint8Array.of(i)));
  const r = merkle.rootFromInclusion(1n << 40n, (1n << 41n), hash, proof);
  assert.ok(r && !merkle.rootFromInclusion(1n << 40n, 1n << 41n, hash, proof.slice(1)));
});

// ---- the known answer of log §5 ----

test('log §5: fifteen leaves, their root, and the signed line', () => {
  const D = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(' ').map(utf8Bytes);
  assert.equal(base64(rootOf(D)), 'rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=');
  const signer = note.parseSkey('PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg');
  const text = 'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n'
    + '\u2014 example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n';
  const { tree } = checkpoint.openCheckpoint(text, note.parseVkey(note.vkeyOfSigner(signer)), []);
  assert.deepEqual(tree, { origin: 'example.com/log/testdata', size: 15n, root: rootOf(D) });
});

test('the shared receipt: Java wrote the same bytes', () => {
  const shared = (/** @type {string} */ name) => readFileSync(new URL('../../src/spec/vectors/log/' + name, import.meta.url), 'utf8');
  const p = policy.parsePolicy(shared('policy.txt'));
  const proven = receipt.verifyReceipt(shared('receipt.txt'), utf8Bytes('leaf 6'), p.logs[0], p);
  assert.deepEqual([proven.index, proven.tree.size, proven.quorum], [6n, 20n, true]);
  assert.deepEqual(proven.cosigned.map((c) => [c.witness.name, c.time]),
    [['example.org/A', 1700000000n], ['example.org/B', 1700000001n], ['example.org/D', 1700000002n]]);
  assert.throws(() => receipt.verifyReceipt(shared('receipt.txt'), utf8Bytes('leaf 7'), p.logs[0], p), Malformed);
  const peter = note.parseVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  assert.equal(note.verifyNote(note.parseNote(shared('note.txt')), [peter]).length, 1);
});

// ---- checkpoints, policies, receipts ----

const seed = (n) => new Uint8Array(32).fill(n);
const origin = 'vote.example.org/e/abcdefghij';
const logKey = note.signerOf(origin, seed(1));
const log = note.parseVkey(note.vkeyOfSigner(logKey));
const names = ['A', 'B', 'C', 'D', 'E'];
const keyOf = (s) => note.parseVkey(note.vkeyOfSigner({ name: 'x', seed: s, id: new Uint8Array() })).key;
const witnesses = names.map((n, i) => ({ n, seed: seed(10 + i), name: `example.org/${n}`, vkey: note.vkeyOf(`example.org/${n}`, note.COSIGNATURE, keyOf(seed(10 + i))) }));
const lines = witnesses.map((w) => `witness ${w.n} ${w.vkey} https://${w.n}.example`);
const policyText = ['# who is believed', `log ${log.vkey} https://vote.example.org`, ...lines,
  'group coalition 2 A B C', '  group ngo any D E', 'group all2 all coalition ngo', '', 'quorum all2'].join('\n') + '\n';

/** A checkpoint over D cosigned by these witnesses at these times. */
function signed(D, by = [], times = {}) {
  const body = checkpoint.writeBody({ origin, size: BigInt(D.length), root: MTH(D) });
  return note.writeNote(body, [note.signNote(body, logKey),
    ...witnesses.filter((w) => by.includes(w.n)).map((w) => note.cosign(body, w.name, w.seed, times[w.n] ?? 1700000000n))]);
}

test('a checkpoint tells its tree and its witnesses with their times', () => {
  const p = policy.parsePolicy(policyText);
  const { tree, cosigned } = checkpoint.openCheckpoint(signed(leaves(7), ['A', 'D'], { D: 9n }), log, policy.verifiers(p));
  assert.deepEqual([tree.origin, tree.size, hex(tree.root)], [origin, 7n, hex(MTH(leaves(7)))]);
  assert.deepEqual(cosigned.map((c) => [c.witness.name, c.time]), [['example.org/A', 1700000000n], ['example.org/D', 9n]]);
});

test('a checkpoint that is not this log\'s is refused', () => {
  const good = signed(leaves(7), ['A']);
  const known = policy.verifiers(policy.parsePolicy(policyText));
  const open = (text) => checkpoint.openCheckpoint(text, log, known);
  const other = note.signerOf(origin, seed(9)), elsewhere = note.signerOf('vote.example.org/e/other', seed(1));
  const body = (text) => note.writeNote(text, [note.signNote(text, logKey)]);
  assert.throws(() => checkpoint.openCheckpoint(good, note.parseVkey(note.vkeyOfSigner(other)), known), Malformed);
  assert.throws(() => checkpoint.openCheckpoint(good, note.parseVkey(note.vkeyOfSigner(elsewhere)), known), Malformed);
  const root = base64(MTH(leaves(7)));
  for (const bad of [`${origin}\n7\n${root}\nextension\n`, `${origin}\n07\n${root}\n`, `${origin}\n-7\n${root}\n`, `${origin}\n7\n${root.slice(4)}\n`,
    `${origin}\n7\n`, `other\n7\n${root}\n`, `${origin}\n7 \n${root}\n`]) assert.throws(() => open(body(bad)), Malformed, bad);
  assert.ok(open(body(`${origin}\n7\n${root}\n`)));
  // A cosignature whose time was changed no longer holds, and spoils the checkpoint.
  const at = good.split('\n').findIndex((l) => l.includes('example.org/A'));
  const cut = good.split('\n');
  const parsed = note.parseSignature(cut[at]);
  parsed.signature[7] ^= 1;
  cut[at] = note.signatureLine(parsed.name, parsed.id, parsed.signature);
  assert.throws(() => open(cut.join('\n')), { reason: 'bad-signature' });
});

test('a quorum is met by groups, not by numbers', () => {
  const p = policy.parsePolicy(policyText);
  const met = (by, since, times) => policy.quorumMet(p, checkpoint.openCheckpoint(signed(leaves(3), by, times), log, policy.verifiers(p)).cosigned, since);
  assert.ok(met(['A', 'B', 'D']) && met(['B', 'C', 'E']) && met(names));
  assert.ok(!met([]) && !met(['A', 'B', 'C']) && !met(['A', 'D', 'E']) && !met(['D']));
  assert.ok(met(['A', 'B', 'D'], 1700000000n) && !met(['A', 'B', 'D'], 1700000001n));
  assert.ok(!met(['A', 'B', 'D'], 1700000000n, { D: 1699999999n }));
  assert.ok(policy.quorumMet(policy.parsePolicy('quorum none'), []));
});

test('a policy with a flaw is refused', () => {
  const [a, b] = lines;
  const dup = `witness Z ${note.vkeyOf('example.org/Z', note.COSIGNATURE, keyOf(seed(10)))}`;
  for (const bad of ['', `log ${log.vkey}`, `${a}\nquorum B`, `quorum A\n${a}`, `${a}\nquorum A\nquorum A`, `${a}\n${a}\nquorum A`, `${a}\n${dup}\nquorum A`,
    `${a}\ngroup g 2 A\nquorum g`, `${a}\ngroup g 0 A\nquorum g`, `${a}\ngroup g 01 A\nquorum g`, `${a}\ngroup g 1 none\nquorum g`, `${a}\ngroup g any\nquorum g`,
    `${a}\n${b}\ngroup g any A\ngroup h any A B\nquorum h`, `${a}\ngroup g any A A\nquorum g`, `${a}\ngroup none any A\nquorum A`, `${a}\ngroup A any A\nquorum A`,
    `witness A ${log.vkey}\nquorum A`, `log ${witnesses[0].vkey}\nquorum none`, `log ${log.vkey}\nlog ${log.vkey}\nquorum none`, `${a}\nquorum\nquorum A`,
    `${a}\nelection x\nquorum A`, `${a}\r\nquorum A`]) assert.throws(() => policy.parsePolicy(bad), Malformed, bad);
});

test('a receipt proves its leaf, and says whether the quorum has seen it', () => {
  const p = policy.parsePolicy(policyText), D = leaves(11);
  const text = receipt.writeReceipt({ index: 6n, proof: PATH(6, D), checkpoint: signed(D, ['A']) });
  assert.deepEqual(receipt.writeReceipt(receipt.parseReceipt(text)), text);
  const proven = receipt.verifyReceipt(text, D[6], log, p);
  assert.deepEqual([proven.index, proven.tree.size, proven.quorum], [6n, 11n, false]);
  const later = receipt.writeReceipt({ index: 6n, proof: PATH(6, leaves(20)), checkpoint: signed(leaves(20), ['A', 'B', 'E']) });
  const upgraded = receipt.verifyReceipt(later, D[6], log, p);
  assert.ok(upgraded.quorum);
  const consistency = SUBPROOF(11, leaves(20), true);
  assert.ok(receipt.upgrades(proven.tree, upgraded.tree, receipt.parseConsistency(consistency.map((h) => base64(h)).join('\n') + '\n')));
  assert.ok(!receipt.upgrades(proven.tree, { ...upgraded.tree, root: MTH(leaves(19)) }, consistency));
  assert.ok(!receipt.upgrades({ ...proven.tree, origin: 'x' }, upgraded.tree, consistency));
  assert.throws(() => receipt.verifyReceipt(text, D[5], log, p), Malformed);
});

test('a receipt with a flaw is refused', () => {
  const p = policy.parsePolicy(policyText), D = leaves(11);
  const good = receipt.writeReceipt({ index: 6n, proof: PATH(6, D), checkpoint: signed(D, ['A']), extra: Uint8Array.of(1, 2, 3) });
  assert.deepEqual(receipt.parseReceipt(good).extra, Uint8Array.of(1, 2, 3));
  receipt.verifyReceipt(good, D[6], log, p);
  const without = good.split('\n').filter((l) => !l.startsWith('extra')).join('\n');
  receipt.verifyReceipt(without, D[6], log, p);
  for (const bad of ['', 'c2sp.org/tlog-proof@v1\n', good.replace('@v1', '@v2'), good.replace('index 6', 'index 06'), good.replace('index 6', 'index 7'),
    good.replace('index 6\n', ''), good.replace('extra ', 'extra !'), good.replace('\n\n', '\n'), good.replace(/\nindex 6\n.*\n/, '\nindex 6\n'),
    good.replace('index 6', 'index 99999999999999999999'), good.replace('index 6', 'index -6')])
    assert.throws(() => receipt.verifyReceipt(bad, D[6], log, p), Malformed, bad.slice(0, 80));
});
