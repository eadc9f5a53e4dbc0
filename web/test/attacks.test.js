// The rows of attacks.md that the page itself must withstand, each named after its row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit, rebuilds } from '../veche/ballot/audit.js';
import * as approval from '../veche/ballot/approval.js';
import * as chain from '../veche/ballot/chain.js';
import * as challenge from '../veche/ballot/challenge.js';
import * as sealer from '../veche/ballot/seal.js';
import { encodePoint, p, randomScalar } from '../veche/crypto/p256.js';
import { words } from '../veche/crypto/words.js';
import { openCheckpoint } from '../veche/log/checkpoint.js';
import { parseVkey } from '../veche/crypto/note.js';
import { parsePolicy, quorumMet, verifiers } from '../veche/log/policy.js';
import { verifyReceipt } from '../veche/log/receipt.js';
import * as board from '../veche/record/board.js';
import * as enrol from '../veche/roll/enrol.js';
import { bytes, encode, equal, hex, list, text, uint } from '../veche/wire.js';
import { Election, drawn } from './support/election.js';

const election = new Election().open();
const choices = [[1, 0, 1, 0, 0, 0], [1, 0, 1]], false_ = [[0, 1, 0, 0, 0, 0], [0, 0, 0]];
const marked = (of) => election.sealable.contests.map((contest, k) => ({ k, contest, choice: of[k] }));
const seed = (n) => new Uint8Array(32).fill(n);
const [alice, bob] = election.voters;
const place = (xv) => ({ vk: sealer.votingKey(xv), seq: 0n, prev: sealer.FIRST_PREV });

test('attack 29: two voters with one choice and one seed have different ballots and numbers', () => {
  const a = sealer.seal(election.sealable, marked(choices), place(alice), seed(1));
  const b = sealer.seal(election.sealable, marked(choices), place(bob), seed(1));
  assert.ok(!equal(a.ballotId, b.ballotId));
});

test('attack 30: a page that shows the number of another ballot is seen by the second device', () => {
  const shown = sealer.seal(election.sealable, marked(false_), place(alice), seed(2)).ballotId;
  assert.ok(!audit(election.sealable, marked(choices), place(alice), seed(3), shown).same);
  assert.ok(!audit(election.sealable, marked(choices), place(bob), seed(2), shown).same);
  assert.ok(audit(election.sealable, marked(false_), place(alice), seed(2), shown).same);
});

test('attack 31: a log that the quorum did not see is not taken for one that it did', async () => {
  const policy = parsePolicy(election.draft.witnessPolicy), log = parseVkey(election.draft.log);
  const met = (by) => quorumMet(policy, openCheckpoint(election.checkpoint(election.leaves.length, by), log, verifiers(policy)).cosigned);
  assert.ok(met(['narod', 'golos']) && !met(['narod']) && !met([]));
  // A fork: the same log key under another tree, which only one witness was shown.
  const fork = new Election();
  fork.leaves = [...election.leaves.slice(0, -1), election.leaves[0]];
  const answers = (path) => path === 'cosigned' ? Promise.resolve(new TextEncoder().encode(fork.checkpoint(fork.leaves.length, ['sojuz']))) : election.file(path);
  await assert.rejects(board.readElection(answers, election.slug), { reason: 'inclusion' });
  const alone = (path) => path === 'cosigned' ? Promise.resolve(new TextEncoder().encode(election.checkpoint(election.leaves.length, ['sojuz']))) : election.file(path);
  assert.equal((await board.readElection(alone, election.slug)).quorum, false);
});

test('attack 37: a client that bends one nonce is found by the byte', () => {
  const at = place(alice), honest = sealer.seal(election.sealable, marked(choices), at, seed(4));
  const bctx = sealer.ballotContext(election.eid, at);
  const nseed = sealer.nonceSeed(seed(4), bctx, sealer.choicesDigest(choices));
  const body = (bend) => encode(list([text('veche/1/ballot'), bytes(election.eid), p(at.vk), uint(0), bytes(at.prev), list(marked(choices).map(({ k, contest, choice }) => {
    const work = approval.sealing({ bctx, k, Y: election.Y }, contest, choice, (role, j) => sealer.nonce(nseed, role, k, j) + (bend === `${role} ${k} ${j}` ? 1n : 0n));
    let step = work.next();
    while (!step.done) step = work.next();
    return approval.write(k, step.value);
  }))]));
  assert.ok(rebuilds(election.sealable, marked(choices), at, seed(4), body('')));
  assert.ok(equal(body(''), honest.body));
  for (const bent of ['approval-r 0 2', 'or01-w 1 0', 'or01-c 0 1', 'or-range-w 0 0'])
    assert.ok(!rebuilds(election.sealable, marked(choices), at, seed(4), body(bent)), bent);
});

test('attack 39: the same body has the same signature, and a source without numbers gives no key', () => {
  const { body } = sealer.seal(election.sealable, marked(choices), place(alice), seed(5));
  assert.deepEqual(sealer.sign(alice, body).z, sealer.sign(alice, body).z);
  assert.throws(() => randomScalar(() => { throw new Error('no source'); }));
});

test('attack 49: a ballot once signed is the ground of the next one, seen or not', () => {
  const before = chain.begin(election.eid);
  const first = sealer.seal(election.sealable, marked(false_), { ...place(alice), ...chain.next(before) }, seed(6));
  const signed = chain.extended(before, first.body);
  const second = sealer.seal(election.sealable, marked(choices), { ...place(alice), ...chain.next(signed) }, seed(7));
  assert.deepEqual([chain.next(signed).seq, hex(chain.next(signed).prev)], [1n, hex(first.ballotId)]);
  // The server kept the first back: alone the second is stale, after the first it counts, and the first can never come later.
  const leaves = [first, second].map(({ body }) => sealer.signedLeaf(alice, election.eid, body));
  assert.equal(election.cast(leaves[1]).reason, 'stale-chain');
  assert.ok('index' in election.cast(leaves[0]));
  assert.ok('index' in election.cast(leaves[1]));
  // A second body for the first place is refused by the client itself.
  const other = sealer.seal(election.sealable, marked(choices), { ...place(alice), ...chain.next(before) }, seed(8));
  assert.equal(chain.extended(signed, other.body), undefined);
});

test('attack 52: what is cast holds the very body whose number was shown, and another one is seen', () => {
  const shown = sealer.seal(election.sealable, marked(choices), place(bob), seed(9));
  const leaf = sealer.signedLeaf(bob, election.eid, shown.body);
  assert.ok(equal(sealer.ballotIdOf(board.bodyOf(leaf)), shown.ballotId));
  const resealed = sealer.signedLeaf(bob, election.eid, sealer.seal(election.sealable, marked(choices), place(bob), seed(10)).body);
  assert.ok(!equal(sealer.ballotIdOf(board.bodyOf(resealed)), shown.ballotId));
});

test('attack 52: a receipt for another leaf than the one that was signed is no receipt', () => {
  const leaf = sealer.signedLeaf(bob, election.eid, sealer.seal(election.sealable, marked(choices), place(bob), seed(9)).body);
  const { index } = election.cast(leaf), policy = parsePolicy(election.draft.witnessPolicy), log = parseVkey(election.draft.log);
  verifyReceipt(election.receipt(index), leaf, log, policy);
  assert.throws(() => verifyReceipt(election.receipt(index - 1), leaf, log, policy), { reason: 'receipt' });
});

test('attack 54: a page that enrols a key of its own is given away by the words', () => {
  const mine = sealer.votingKey(alice), itsOwn = sealer.votingKey(randomScalar(drawn('page')));
  assert.notDeepEqual(words(encodePoint(mine)), words(encodePoint(itsOwn)));
  // What the registrar signs is the key of the request, and the second device shows the key of the ballot.
  const code = election.codes[0], request = enrol.enrol(code, election.slug, election.cid, 0, alice);
  assert.deepEqual(words(encodePoint(request.vk)), words(encodePoint(mine)));
  const { ballotId } = sealer.seal(election.sealable, marked(choices), { ...place(alice), vk: itsOwn }, seed(11));
  const read = challenge.read(challenge.write({ origin: election.origin, ballotId, vk: encodePoint(itsOwn), seq: 0n, prev: sealer.FIRST_PREV, seed: seed(11), marks: [] }));
  assert.notDeepEqual(words(read.vk), words(encodePoint(mine)));
});
