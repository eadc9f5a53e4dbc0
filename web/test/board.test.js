import assert from 'node:assert/strict';
import { test } from 'node:test';
import { G, mul } from '../veche/crypto/p256.js';
import { leafHash } from '../veche/log/merkle.js';
import * as board from '../veche/record/board.js';
import * as result from '../veche/record/result.js';
import { H } from '../veche/crypto/transcript.js';
import { Malformed, bytes, encode, equal, hex, list, text, uint, utf8Bytes } from '../veche/wire.js';
import { totalsAgain } from '../veche/verify/published.js';
import { Election } from './support/election.js';

const yes = [[1, 0, 1, 0, 0, 0], [1, 1, 0]], other = [[0, 1, 0, 0, 0, 0], [1, 0, 0]];
const election = new Election().open();
election.vote(0, yes);
election.vote(1, other);
election.vote(0, other);
const get = (path) => election.file(path);
const read = (from = get, slug = 'abcdefghij', hint = undefined) => board.readElection(from, slug, hint);

test('tile paths are spelled in one way', () => {
  assert.equal(board.tilePath(0, 0, 256), 'tile/0/000');
  assert.equal(board.tilePath('entries', 1234067, 3), 'tile/entries/x001/x234/067.p/3');
});

test('an election is read from its leaves under a cosigned checkpoint', async () => {
  const found = await read();
  assert.ok(found.quorum);
  assert.equal(hex(found.opened.eid), hex(election.eid));
  assert.deepEqual(found.opened.order, election.order);
  assert.deepEqual(found.cosigned.map((c) => c.witness.name).sort(), ['narod/witness', 'sojuz/witness']);
});

test('a hint spares bytes and changes nothing', async () => {
  const asked = [];
  const spying = (path) => { asked.push(path); return get(path); };
  const found = await read(spying, 'abcdefghij', election.openIndex);
  assert.equal(hex(found.opened.eid), hex(election.eid));
  assert.ok(asked.includes(`tile/entries/000.p/${election.openIndex + 1}`));
  for (const lie of [0, 3, election.openIndex - 1, 9999])
    assert.equal(hex((await read(get, 'abcdefghij', lie)).opened.eid), hex(election.eid), String(lie));
});

test('without a quorum the reading says so', async () => {
  const without = (path) => path === 'cosigned' ? Promise.resolve(undefined) : get(path);
  assert.equal((await read(without)).quorum, false);
});

test('a lying server is noticed', async () => {
  await assert.rejects(read(get, 'zzzzzzzzzz'), Malformed);
  const changed = (of, edit) => async (path) => {
    const b = await get(path);
    return path.startsWith(of) ? edit(b) : b;
  };
  // Another title in the draft: the leaf is no longer the one under the root.
  const title = utf8Bytes('coordinating'), forged = (b) => {
    const at = Buffer.from(b).indexOf(Buffer.from(title));
    const c = b.slice();
    c[at] ^= 0x20;
    return c;
  };
  await assert.rejects(read(changed('tile/entries', forged)), Malformed);
  await assert.rejects(read(changed('tile/0', (b) => b.map((x, i) => (i === 40 ? x ^ 1 : x)))), { reason: 'inclusion' });
  await assert.rejects(read(changed('tile/0', (b) => b.slice(0, 64))), { reason: 'tile' });
  await assert.rejects(read(changed('tile/entries', (b) => b.slice(0, -1))), Malformed);
  const foreign = new Election({ slug: 'bbbbbbbbbb' }).open();
  await assert.rejects(read((path) => path === 'cosigned' ? foreign.file(path) : get(path)), Malformed);
});

test('a key finds its own ballots by reading all, and only those that are valid', async () => {
  const { board: tree, opened } = await read();
  const shares = [];
  const vk = mul(election.voters[0], G);
  const own = (await board.ownBallots(tree, opened, vk, 0, (s) => shares.push(s))).ballots;
  assert.deepEqual(own.map((o) => [o.index, o.seq]), [[election.openIndex + 1, 0n], [election.openIndex + 3, 1n]]);
  assert.ok(equal(own[1].ballotId, election.chains.get(0).entries[1]));
  assert.equal(shares.at(-1), 1);
  assert.deepEqual(await board.ownBallots(tree, opened, mul(election.voters[4], G), 0), { ballots: [] });
  // The same leaf again is stale: it was logged, and does not count as a second ballot.
  election.leaves.push(own[0].leaf);
  const again = await read();
  assert.equal((await board.ownBallots(again.board, again.opened, vk, 0)).ballots.length, 2);
  election.leaves.pop();
});

test('a ballot is found by its number, and nothing by another', async () => {
  const { board: tree, opened } = await read();
  const [id] = election.chains.get(1).entries;
  assert.equal((await board.findBallot(tree, opened, id)).index, election.openIndex + 2);
  assert.equal(await board.findBallot(tree, opened, new Uint8Array(32)), undefined);
});

test('the roll of the manifest tells who admitted a key, and another roll is refused', async () => {
  const { opened } = await read();
  for (const xv of election.voters) assert.equal(await board.rollEntry(get, opened, mul(xv, G)), 0);
  assert.equal(await board.rollEntry(get, opened, mul(7n, G)), undefined);
  await assert.rejects(board.rollEntry(async () => utf8Bytes('x'), opened, mul(7n, G)), { reason: 'roll' });
  await assert.rejects(board.rollEntry(async () => undefined, opened, mul(7n, G)), { reason: 'roll' });
});

test('a tree of more than one tile is read leaf by leaf', async () => {
  const large = Array.from({ length: 70_000 }, (_, i) => Uint8Array.of(i >> 16, i >> 8, i));
  const many = new Election({ slug: 'cccccccccc' });
  many.leaves = large;
  const hashes = large.map(leafHash);
  const { nodeHash } = await import('../veche/log/merkle.js');
  const levels = [hashes];
  while (levels.at(-1).length > 1)
    levels.push(levels.at(-1).flatMap((h, i, row) => (i % 2 ? [] : row[i + 1] ? [nodeHash(h, row[i + 1])] : [h])));
  const complete = (height, n) => levels[height][n];
  const from = async (path) => {
    const [, kind, number, w] = /^tile\/(\w+)\/([\dx/]+)(?:\.p\/(\d+))?$/.exec(path);
    const n = Number(number.replace(/[x/]/g, '')), width = Number(w ?? 256);
    if (kind === 'entries') return many.file(path);
    return Buffer.concat(Array.from({ length: width }, (_, i) => complete(8 * Number(kind), n * 256 + i)));
  };
  const tree = new board.Board(from, { origin: many.origin, size: 70_000n, root: levels.at(-1)[0] });
  for (const i of [0, 255, 256, 65_535, 65_536, 69_999]) assert.deepEqual([...(await tree.leaf(i))], [...large[i]]);
  assert.equal((await tree.leaves(500, 800)).length, 300);
  await assert.rejects(tree.proved(7, large[8]), { reason: 'inclusion' });
});

test('the ending of an election is read from signed acts', async () => {
  const done = new Election({ slug: 'dddddddddd' }).open();
  done.vote(0, yes);
  done.vote(1, other);
  done.vote(2, yes);
  done.close().count();
  const { board: tree, opened } = await board.readElection((p) => done.file(p), 'dddddddddd');
  const leaves = await tree.leaves(done.closed, tree.size);
  const end = await result.ending(leaves, done.closed, opened, (sha) => done.file('blob/' + sha));
  assert.equal(end.close, done.closed);
  const mine = await board.ownBallots(tree, opened, mul(done.voters[0], G), 0);
  assert.deepEqual([mine.close, mine.ballots.length], [done.closed, 1]);
  assert.equal(end.certificate.text, done.certificate);
  assert.deepEqual(end.certificate.signers.sort(), ['narod', 'sojuz']);
  assert.deepEqual(end.dissents.map((d) => d.signers), [['golos']]);
  const certified = end.results.get(result.certified(end.certificate.text));
  assert.deepEqual(certified.lines[0].totals, [2, 1, 2, 0, 0, 0]);
  assert.deepEqual(certified.lines[1], { contest: 1, counted: 3, totals: [3, 2, 0], winners: [0, 1], tests: [true, true, true, true, false, false] });
  assert.deepEqual(certified.opened[0], { contest: 0, trustees: [1, 2] });

  // The certificate's own figures are the same.
  const lines = result.certifiedLines(end.certificate.text, opened.draft);
  assert.deepEqual(lines.map(({ contest, counted, totals, winners }) => ({ contest, counted, totals, winners })),
    certified.lines.map(({ contest, counted, totals, winners }) => ({ contest, counted, totals, winners })));
  for (const [from, to] of [['contest: council', 'contest: other'], ['option: belov 1', 'option: nobody 1'], ['counted: 3', 'counted: 03']]) {
    assert.ok(end.certificate.text.includes(from), from);
    assert.throws(() => result.certifiedLines(end.certificate.text.replace(from, to), opened.draft), { reason: 'certificate' });
  }

  // Winners and inequalities follow from the totals, and any other figure is noticed.
  for (const [k, q] of opened.draft.contests.entries()) {
    const again = (/** @type {any} */ line) => totalsAgain(q, k, [line, certified.lines[k]], opened.manifest.rollSize, opened.order[k]);
    assert.deepEqual(again(lines[k]), { same: true, tests: lines[k].tests.length });
    const wrong = [{ winners: [...lines[k].winners].reverse().slice(1) }, { totals: lines[k].totals.map((n) => n + 1) }, { counted: lines[k].counted + 1 },
      ...(lines[k].tests.length ? [{ tests: lines[k].tests.map((x) => !x) }, { sums: lines[k].sums.map((x) => x.replace('>', '≥')) }] : [])];
    for (const other of wrong) assert.equal(again({ ...lines[k], ...other }).same, false, JSON.stringify(other));
  }

  // What k bodies refused to certify is never shown as certified.
  assert.equal(result.refuses(end.certificate.text), false);
  for (const verdict of ['не заверено / not-certified', 'учебное: не заверено / training: not-certified'])
    assert.ok(result.refuses(end.certificate.text.replace(/^решение \/ verdict: .*$/m, `решение / verdict: ${verdict}`)));
  // A blob that is another one, and a certificate of one body, are nothing.
  const wrong = await result.ending(leaves, done.closed, opened, async () => utf8Bytes('x'));
  assert.equal(wrong.results.size, 0);
  const before = done.leaves.length;
  done.act('certificate', (await import('../veche/election/draft.js')).readAct(done.leaves[before - 2]).payload, [done.bodies.get('golos')]);
  const late = await result.ending(done.leaves.slice(before), before, opened, async () => undefined);
  assert.equal(late.certificate, undefined);
});

test('what follows a certificate is taken from enough bodies only', async () => {
  const done = new Election({ slug: 'eeeeeeeeee' }).open();
  done.vote(0, yes);
  done.vote(1, other);
  done.close().count();
  const { opened } = await board.readElection((p) => done.file(p), 'eeeeeeeeee');
  const over = H(utf8Bytes(done.certificate)), winner = 0, [one, two] = [done.bodies.get('golos'), done.bodies.get('narod')];
  const end = async () => result.ending(done.leaves.slice(done.closed), done.closed, opened, (sha) => done.file('blob/' + sha));
  const words = (/** @type {number} */ k, /** @type {string} */ said) => encode(list([uint(k), text(said)]));
  const mandate = (/** @type {Uint8Array} */ sha) => encode(list([uint(1), uint(winner), bytes(sha)]));

  done.act('annul', words(0, 'forged'), [one, two]);
  done.act('mandate', mandate(over), [one]);
  done.act('mandate', mandate(new Uint8Array(32)), [one, two]);
  assert.deepEqual([(await end()).annulled.size, (await end()).mandates.length], [0, 0]);

  done.act('annul', words(0, 'the roll was forged'), done.all());
  done.act('mandate', mandate(over), [one, two]);
  const after = await end();
  assert.equal(after.annulled.get(0)?.text, 'the roll was forged');
  assert.deepEqual(after.mandates.map(({ contest, option, revoked }) => [contest, option, revoked]), [[1, 0, undefined]]);
  done.act('revoke-mandate', encode(list([uint(1), uint(winner), text('resigned')])), [one, two]);
  assert.equal((await end()).mandates[0].revoked, 'resigned');
});

test('an inequality is written out in whole numbers', () => {
  const half = { base: 'votes', p: 1n, q: 2n, strict: true, quorum: 0n };
  assert.deepEqual([result.test(half, 40, 79, 200).text, result.test(half, 40, 79, 200).holds], ['40 · 2 > 1 · 79', true]);
  assert.deepEqual([result.test(half, 40, 80, 200).text, result.test(half, 40, 80, 200).holds], ['40 · 2 ≤ 1 · 80', false]);
  const quorum = { base: 'eligible', p: 1n, q: 3n, strict: false, quorum: 100n };
  assert.deepEqual([result.test(quorum, 70, 90, 210).text, result.test(quorum, 70, 90, 210).holds], ['70 · 3 ≥ 1 · 210, 90 < 100', false]);
});
