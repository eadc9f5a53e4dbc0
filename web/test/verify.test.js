// The page's verifier over a finished election (checks §1), whole and with one thing wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { IDS, Unusable, verify } from '../veche/verify/verifier.js';
import { readZip } from './support/zip.js';

const vectors = new URL('../../src/spec/vectors/verify/', import.meta.url);
const files = readZip(fileURLToPath(new URL('good.zip', vectors)));
const trust = readFileSync(new URL('good.trust', vectors), 'utf8');
const now = 1790172800;

const judged = (of, more = {}) => verify({ get: async (path) => of.get(path), paths: of.keys(), trust, now, ...more });
const of = (report, status) => report.checks.filter((c) => c.status === status).map((c) => c.id);

test('a finished election passes every check that it requires, in their order', async () => {
  const report = await judged(files);
  assert.equal(report.exit, 0);
  assert.deepEqual(report.checks.map((c) => c.id), IDS);
  assert.equal(IDS.length, 72);
  assert.deepEqual(of(report, 'not-applicable'), ['LOG-13', 'ROL-05', 'ROL-07', 'ROL-08', 'SET-09', 'BAL-09', 'MIX-01', 'MIX-02', 'MIX-03', 'MIX-04', 'MIX-05', 'MIX-06', 'MIX-07',
    'TAL-06', 'TAL-09', 'CER-07', 'CER-09']);
  assert.equal(report.phase, 'final');
});

test('a quick look never says that all is well, and says what was not looked at', async () => {
  const report = await judged(files, { mode: 'fast', sample: 1, random: (n) => new Uint8Array(randomBytes(n)) });
  assert.equal(report.exit, 2);
  assert.deepEqual(of(report, 'not-checked'), ['BAL-02', 'BAL-07', 'BAL-08']);
  assert.match(report.checks.find((c) => c.id === 'BAL-02').why, /drawn at random/);
  assert.equal(report.sampled.ballots, 6);
});

test('without a trust file the verdict is incomplete however green', async () => {
  const report = await judged(files, { trust: undefined });
  assert.equal(report.exit, 2);
  assert.deepEqual(of(report, 'not-checked'), ['LOG-03', 'SET-01', 'SET-02', 'CER-02']);
});

test('it reads a bundle that cannot be listed, and says how far it is', async () => {
  const seen = [];
  const report = await judged(files, { paths: undefined, progress: (done, size) => void seen.push([done, size]) });
  assert.equal(report.exit, 0);
  assert.deepEqual(seen.at(-1), [report.size, report.size]);
});

test('no flipped byte in any file is ever passed', async () => {
  for (const [path, bytes] of [...files].sort(() => Math.random() - 0.5).slice(0, 8)) {
    const at = randomBytes(4).readUInt32LE() % bytes.length, other = bytes.slice();
    other[at] ^= 1 + (randomBytes(1)[0] % 255);
    const exit = await judged(new Map(files).set(path, other)).then((r) => r.exit, (e) => {
      if (e instanceof Unusable) return 3;
      throw e;
    });
    assert.notEqual(exit, 0, `${path} at ${at}`);
  }
});

test('what is no bundle is unusable', async () => {
  await assert.rejects(judged(new Map()), Unusable);
  const checkpoint = new TextDecoder().decode(files.get('checkpoint')).replace(/\n\d+\n/, '\n30000000\n');
  await assert.rejects(judged(new Map(files).set('checkpoint', new TextEncoder().encode(checkpoint))), Unusable);
});

const ranked = readZip(fileURLToPath(new URL('ranked.zip', vectors))), rankedTrust = readFileSync(new URL('ranked.trust', vectors), 'utf8');
const random = (n) => new Uint8Array(randomBytes(n)), MIX = IDS.filter((id) => id.startsWith('MIX'));

test('a mixed election passes every check, all proofs at once and equation by equation', async () => {
  for (const plain of [false, true]) {
    const told = [], report = await judged(ranked, { trust: rankedTrust, random, plain, mixing: (contest, done) => void told.push([contest, done]) });
    assert.equal(report.exit, 0);
    const said = report.checks.filter((c) => MIX.includes(c.id));
    assert.deepEqual(said.map((c) => c.status), Array(7).fill('pass'));
    assert.deepEqual(said.slice(0, 5).map((c) => c.why), ['the ballots of 5 keys, in the log\'s order', '1 joints', '2 proofs', '2 lists of 5 ciphertexts', 'contest 2 by trustees [1, 2]; 2 are enough']);
    assert.deepEqual(told.at(-1), [2, 1]);
  }
});

test('proofs of mixing that nobody looked at are not called good', async () => {
  for (const more of [{}, { random, mode: 'fast', sample: 1 }]) {
    const report = await judged(ranked, { trust: rankedTrust, ...more });
    assert.equal(report.exit, 2);
    assert.ok(of(report, 'not-checked').includes('MIX-03'));
  }
});

test('a judge who refuses a mix fails its check and all that rests on it', async () => {
  for (const [why, id] of [['equations', 'MIX-03'], ['form', 'MIX-04'], ['element', 'MIX-07']]) {
    const report = await judged(ranked, { trust: rankedTrust, judge: async () => ({ why, detail: 'no' }) });
    assert.equal(report.exit, 1);
    assert.ok(of(report, 'fail').includes(id), id);
  }
});
