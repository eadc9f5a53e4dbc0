import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as note from '../veche/crypto/note.js';
import * as draftOf from '../veche/election/draft.js';
import { Malformed, bytes, encode, hex, list, uint } from '../veche/wire.js';
import { CONTESTS, Election } from './support/election.js';

const election = new Election().open();

test('a draft gives back its fields, and nothing may follow or be missing', () => {
  const { draft } = election;
  assert.deepEqual([draft.slug, draft.kind, draft.t, draft.contests.length], ['abcdefghij', 'training', 2, 2]);
  assert.equal(draft.title.get('en'), 'Election of the coordinating council');
  assert.deepEqual([...draft.rules], Object.entries({ define: 2, open: 2, amend: 2, release: 2, extend: 2, close: 2, annul: 3, certify: 2 }));
  const [council, platform] = draft.contests;
  assert.deepEqual([council.lo, council.hi, council.blank, council.seats, council.rule], [0, 3, true, 3, 'approval']);
  assert.deepEqual(platform.thresholds[0], { base: 'votes', p: 1n, q: 2n, strict: true, quorum: 3n });
  assert.deepEqual(draftOf.contests(draft)[1], { kind: 'approval', options: 3, lo: 0, hi: 3, roll: 'all' });
  assert.throws(() => draftOf.readDraft(election.draftPayload.slice(0, -1)), Malformed);
  assert.throws(() => draftOf.readDraft(encode(list([]))), Malformed);
  assert.throws(() => draftOf.readManifest(encode(list([bytes(election.cid)]))), Malformed);
});

test('a draft that contradicts itself is refused', () => {
  const made = (edit) => () => new Election({ draft: edit });
  assert.throws(made((d) => ({ ...d, kind: 'serious' })), Malformed);
  assert.throws(made((d) => ({ ...d, origin: 'elsewhere/e/abcdefghij' })), Malformed);
  assert.throws(made((d) => ({ ...d, contests: [{ ...d.contests[0], lo: 4 }] })), Malformed);
  assert.throws(made((d) => ({ ...d, contests: [{ ...d.contests[0], kind: 'guess' }] })), Malformed);
  assert.throws(made((d) => ({ ...d, contests: [{ ...d.contests[0], options: Array(2).fill(d.contests[0].options[0]), hi: 2 }] })), Malformed);
});

test('the first leaves open the election: key, identity and drawn order', () => {
  const found = draftOf.opening(election.leaves, election.origin);
  assert.equal(hex(found.eid), hex(election.eid));
  assert.ok(found.manifest.Y.equals(election.Y));
  assert.deepEqual(found.order, election.order);
  assert.equal(found.openIndex, election.openIndex);
  assert.deepEqual([...found.order[0]].sort(), [0, 1, 2, 3, 4, 5]);
});

test('where ties are drawn after close, trustees commit to two values and the first gives the order', () => {
  const late = new Election({ contests: CONTESTS.map((q, k) => (k ? q : { ...q, lot: 'trustee-seed' })) }).open();
  const found = draftOf.opening(late.leaves, late.origin);
  assert.equal(found.draft.contests[0].lot, 'trustee-seed');
  assert.deepEqual(found.order, late.order);
  assert.equal(hex(found.eid), hex(late.eid));
});

test('before open there is a draft and no manifest', () => {
  const found = draftOf.opening(election.leaves.slice(0, election.openIndex), election.origin);
  assert.ok(!('manifest' in found));
  assert.equal(found.draft.slug, 'abcdefghij');
});

test('a draft or an open without enough bodies is not one', () => {
  const few = new Election();
  few.leaves = [];
  few.serials.clear();
  few.act('draft', few.draftPayload, [few.bodies.get('narod')]);
  assert.throws(() => draftOf.opening(few.leaves, few.origin), Malformed);
  assert.throws(() => draftOf.opening(election.leaves, 'vote.example.org/e/zzzzzzzzzz'), Malformed);
  assert.throws(() => draftOf.opening(election.leaves.slice(1), election.origin), Malformed);

  const all = Election.prototype.all;
  const one = new Election();
  one.all = function () { return all.call(this).slice(0, 1); };
  one.open();
  assert.ok(!('manifest' in draftOf.opening(one.leaves, one.origin)));
});

test('an act with a line of a key that is not in the draft was signed by nobody', () => {
  const stranger = note.signerOf('stranger', new Uint8Array(32).fill(3));
  const strange = new Election();
  const leaf = strange.act('object', encode(list([uint(1)])), [strange.bodies.get('narod'), stranger]);
  const act = draftOf.readAct(leaf), known = draftOf.bodyKeys(strange.draft);
  assert.equal(draftOf.signers(act, strange.origin, known).size, 0);
  assert.equal(draftOf.signers(act, strange.origin, [...known, note.parseVkey(note.vkeyOfSigner(stranger))]).size, 2);
  assert.equal(draftOf.signers(act, 'another/e/abcdefghij', known).size, 0);
});

test('a reveal that nobody committed to does not move the lot', () => {
  const lying = new Election();
  const act = lying.act.bind(lying);
  const trustee = lying.trustees.get('golos');
  lying.act = (type, payload, signers) => type === 'lot-reveal' && signers[0] === trustee
    ? act(type, encode(list([bytes(new Uint8Array(32).fill(9))])), signers) : act(type, payload, signers);
  lying.open();
  const found = draftOf.opening(lying.leaves, lying.origin);
  const honest = draftOf.lotSeed([1, 2].map((j) => draftOf.readAct(lying.leaves[4 + j]).payload.slice(10)));
  assert.deepEqual(found.order, lying.draft.contests.map((q, k) => draftOf.lotOrder(honest, k, q.options.map((o) => o.id))));
});
