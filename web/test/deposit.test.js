// The second door as the page sees it (record §3b, protocol §6).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { G, mul } from '../veche/crypto/p256.js';
import * as note from '../veche/crypto/note.js';
import { leafHash } from '../veche/log/merkle.js';
import { writeReceipt } from '../veche/log/receipt.js';
import * as board from '../veche/record/board.js';
import * as deposit from '../veche/record/deposit.js';
import { Malformed, bytes, encode, list, text } from '../veche/wire.js';
import { Election } from './support/election.js';

const yes = [[1, 0, 1, 0, 0, 0], [1, 1, 0]], other = [[0, 1, 0, 0, 0, 0], [1, 0, 0]];
const election = new Election().open();
const first = election.seal(0, yes), second = election.seal(0, other), third = election.seal(1, yes);
election.vote(2, yes);
const at = election.deposit([first, second, third]);
const get = (path) => election.file(path);
const reading = await board.readElection(get, 'abcdefghij');
const { board: tree, opened } = reading;
const own = async (i) => (await board.ownBallots(tree, opened, mul(election.voters[i], G), 0)).ballots;

test('ballots in a deposit are found under their key, in its order, with the body that brought them', async () => {
  assert.deepEqual((await own(0)).map((o) => [o.index, o.seq, o.body]), [[at, 0n, 'golos'], [at, 1n, 'golos']]);
  assert.deepEqual((await own(2)).map((o) => o.body), [undefined]);
  const [id] = election.chains.get(1).entries;
  const found = await board.findBallot(tree, opened, id);
  assert.equal(found.index, at);
  assert.equal(found.body, 'golos');
  assert.deepEqual(found.leaf, third);
  assert.deepEqual(await board.findTaken(tree, opened, leafHash(second)), { index: at, leaf: second, body: 'golos' });
  assert.equal(await board.findTaken(tree, opened, leafHash(new Uint8Array(3))), undefined);
});

test('a ballot that came twice counts once', async () => {
  election.leaves.push(third);
  const again = await board.readElection(get, 'abcdefghij');
  assert.equal((await board.ownBallots(again.board, again.opened, mul(election.voters[1], G), 0)).ballots.length, 1);
  election.leaves.pop();
});

test('what no body signed is no deposit', async () => {
  const size = election.leaves.length;
  for (const signer of [election.registrars.get('narod'), { ...election.bodies.get('golos'), seed: new Uint8Array(32) }]) {
    election.deposit([election.seal(3, yes)], 'golos', signer);
    const stranger = await board.readElection(get, 'abcdefghij');
    assert.equal(deposit.readDeposit(election.leaves.at(-1), opened), undefined);
    assert.deepEqual((await board.ownBallots(stranger.board, stranger.opened, mul(election.voters[3], G), 0)).ballots, []);
    election.leaves.length = size;
    election.chains.delete(3);
  }
});

const extra = (leaf) => encode(list([text('veche/1/deposited'), bytes(leafHash(leaf))]));
const receipt = async (index, of) => writeReceipt({
  index: BigInt(index), proof: await tree.inclusion(index), checkpoint: election.checkpoint(tree.size, ['narod', 'golos']), ...(of ? { extra: of } : {}),
});

test('a receipt for a ballot in a deposit is checked down to the ballot', async () => {
  const proven = await board.verifyPlaced(get, await receipt(at, extra(third)), third, reading);
  assert.ok(proven.quorum);
  assert.equal(proven.body, 'golos');
  assert.equal(proven.index, BigInt(at));
  const stranger = election.seal(4, yes);
  await assert.rejects(board.verifyPlaced(get, await receipt(at, extra(stranger)), stranger, reading), { reason: 'receipt' });
  await assert.rejects(board.verifyPlaced(get, await receipt(at, extra(first)), third, reading), { reason: 'receipt' });
  await assert.rejects(board.verifyPlaced(get, await receipt(at), third, reading), { reason: 'receipt' });
  await assert.rejects(board.verifyPlaced(get, await receipt(at - 1, extra(third)), third, reading), { reason: 'receipt' });
  const direct = await receipt(at - 1);
  assert.equal((await board.verifyPlaced(get, direct, election.leaves[at - 1], reading)).body, undefined);
});

test('a receipt names its ballot, the leaf itself or the one inside a deposit', async () => {
  const box = election.leaves[at];
  assert.deepEqual(board.ballotOf(await receipt(at, extra(second)), box, opened), second);
  assert.deepEqual(board.ballotOf(await receipt(at, extra(third)), box, opened), third);
  assert.deepEqual(board.ballotOf(await receipt(at - 1), election.leaves[at - 1], opened), election.leaves[at - 1]);
  assert.equal(board.ballotOf(await receipt(at), box, opened), undefined);
  assert.equal(board.ballotOf(await receipt(at - 1, extra(third)), election.leaves[at - 1], opened), undefined);
});

test("a body's word is read, and another's is not", () => {
  const said = election.taken(third, 'golos', 1_700_000_123);
  assert.ok(deposit.isWord(said));
  assert.deepEqual(deposit.readTaken(said, third, opened.draft), { body: 'golos', time: 1_700_000_123n, hash: leafHash(third) });
  assert.throws(() => deposit.readTaken(said, first, opened.draft), { reason: 'taken' });
  assert.throws(() => deposit.readTaken(said.replace('123\n', '124\n'), third, opened.draft), { reason: 'bad-signature' });
  const stranger = note.signerOf('golos', election.random(32)), body = said.slice(0, said.indexOf('\n\n') + 1);
  assert.throws(() => deposit.readTaken(note.writeNote(body, [note.signNote(body, stranger)]), third, opened.draft), { reason: 'taken' });
  assert.throws(() => deposit.readTaken('', third, opened.draft), Malformed);
});

test("a body's door is found from its address as people write it", () => {
  const door = (typed) => deposit.doorOf(typed, 'abcdefghij');
  for (const typed of ['golos.example', ' https://golos.example/ ', 'https://golos.example/e/abcdefghij', 'https://golos.example/e/abcdefghij/ballots'])
    assert.equal(door(typed), 'https://golos.example/e/abcdefghij/ballots', typed);
  assert.equal(door('https://golos.example:8443/second/'), 'https://golos.example:8443/second/e/abcdefghij/ballots');
  assert.equal(door('http://127.0.0.1:8095'), 'http://127.0.0.1:8095/e/abcdefghij/ballots');
  assert.equal(door('abcdefg.onion:8095'), 'http://abcdefg.onion:8095/e/abcdefghij/ballots');
  for (const typed of ['', '  ', 'https://', 'javascript:alert(1)', 'ftp://golos.example', 'https://a:b@golos.example', 'https://golos.example?x=y', 'not an address'])
    assert.equal(door(typed), undefined, typed);
});
