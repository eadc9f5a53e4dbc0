// What a mixer may try (attacks 3, 7, 8 and the rest of protocol §9): always a refusal with its reason, never an exception, never a pass.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { G, mulPublic, randomScalar } from '../veche/crypto/p256.js';
import { listDigest } from '../veche/crypto/elgamal.js';
import * as bytetree from '../veche/mix/bytetree.js';
import { Transcript, rowsOf, verify } from '../veche/mix/shuffle.js';
import { judge, make } from '../veche/verify/mixes.js';
import { Malformed, concat, hex, unhex } from '../veche/wire.js';
import { prove, randomness, shuffled } from './support/shuffle.js';

const random = (length) => new Uint8Array(randomBytes(length)), draw = () => randomScalar(random);
const eid = random(32), Y = mulPublic(draw(), G), transcript = Transcript.of(eid, 0);
const perm = [1, 2, 0]; // a 3-cycle: not its own inverse
const ballots = (n, width = 1) => Array.from({ length: n }, () => Array.from({ length: width }, () => {
  const r = draw();
  return { A: mulPublic(r, G), B: mulPublic(draw(), G).add(mulPublic(r, Y)) };
}));
const input = ballots(3), rows = rowsOf(input), made = await prove(transcript, Y, input, perm, randomness(3, 1, draw));
const good = { ...made.files, list: made.list }, FILES = Object.keys(good);

const judged = (files, { t = transcript, key = Y, from = rows } = {}) => verify(t, key, from, files.list, files, { random });
const refused = async (files, reason, what, more) => {
  const found = await judged(files, more);
  assert.ok(found, `accepted: ${what}`);
  assert.ok(reason === undefined ? ['malformed', 'bad-proof'].includes(found.reason) : found.reason === reason, `${what}: ${found.reason}`);
  assert.equal(found.reason === 'bad-proof', found.failing.length > 0);
  return found;
};

test('the honest mix is accepted, also where its files lie inside a larger buffer', async () => {
  assert.equal(await judged(good), undefined);
  const inside = Object.fromEntries(FILES.map((f) => [f, concat(random(7), good[f], random(3)).subarray(7, 7 + good[f].length)]));
  assert.equal(await judged(inside), undefined);
});

test('attack 7: one flipped bit in any byte of any file is refused', async () => {
  for (const f of ['permutation', 'commitment', 'list'])
    for (let at = 0; at < good[f].length; at++) {
      const bad = good[f].slice();
      bad[at] ^= 1 << randomInt(8);
      // nearly all are no byte tree or no point; what is left is another point
      await refused({ ...good, [f]: bad }, undefined, `${f} at ${at}`);
    }
  for (let n = 0; n < 24; n++) {
    const bad = good.reply.slice(), at = randomInt(bad.length);
    bad[at] ^= 1 << randomInt(8);
    await refused({ ...good, reply: bad }, undefined, `reply at ${at}`);
  }
});

test('attack 7: a file cut anywhere, with something after it, empty or another file is malformed', async () => {
  for (const f of FILES) {
    for (let n = 0; n < good[f].length; n++) await refused({ ...good, [f]: good[f].subarray(0, n) }, 'malformed', `${f} cut to ${n}`);
    await refused({ ...good, [f]: concat(good[f], Uint8Array.of(0)) }, 'malformed', `${f} and a byte`);
    await refused({ ...good, [f]: concat(good[f], good[f]) }, 'malformed', `${f} twice`);
    for (const other of FILES) if (other !== f) await refused({ ...good, [f]: good[other] }, 'malformed', `${other} as ${f}`);
    await refused({ ...good, [f]: random(good[f].length) }, 'malformed', `noise as ${f}`);
  }
});

test('a count that no file holds is refused before anything is made', async () => {
  for (const f of FILES)
    for (let at = 0; at + 5 <= good[f].length; at++) {
      if (good[f][at] > 1) continue;
      const bad = good[f].slice();
      bad.set([0xff, 0xff, 0xff, 0xff], at + 1);
      if (bad.every((b, i) => b === good[f][i])) continue;
      await refused({ ...good, [f]: bad }, undefined, `${f} at ${at}`);
    }
});

test('the identity in any place is malformed and named', async () => {
  const O = 'ff'.repeat(33), IDENTITY = `000000000201000000 21${O}0100000021${O}`.replace(' ', '');
  let places = 0;
  for (const f of ['permutation', 'commitment', 'list']) {
    const tree = hex(good[f]);
    for (let at = tree.indexOf('00000000020100000021'); at >= 0; at = tree.indexOf('00000000020100000021', at + 162), places++) {
      const bad = unhex(tree.slice(0, at) + IDENTITY + tree.slice(at + 162));
      const found = await refused({ ...good, [f]: bad }, 'malformed', `${f} at ${at / 2}`);
      assert.match(found.detail, /^identity/);
    }
  }
  assert.equal(places, 3 + (3 + 1 + 3 + 1 + 1 + 2) + 6);
  // also the key, and a list handed in as points
  await refused(good, 'malformed', 'key', { key: G.subtract(G) });
  assert.throws(() => rowsOf([[{ A: G.subtract(G), B: G }]]), Malformed);
});

test('rows that change places in one file are refused', async () => {
  const exchanged = (tree, size, step, from) => {
    const out = tree.slice();
    out.set(tree.subarray(from + step, from + 2 * step), from);
    out.set(tree.subarray(from, from + step), from + step);
    assert.notDeepEqual(out, tree);
    return out;
  };
  const POINT = 81, SCALAR = 38;
  for (const [f, step, from] of [['permutation', POINT, 5], ['commitment', POINT, 10], ['commitment', POINT, 10 + 3 * POINT + POINT + 5], ['list', POINT, 10], ['list', POINT, 15 + 3 * POINT],
    ['reply', SCALAR, 5 + SCALAR + 5], ['reply', SCALAR, 5 + SCALAR + 5 + 3 * SCALAR + 2 * SCALAR + 5]])
    await refused({ ...good, [f]: exchanged(good[f], 3, step, from) }, 'bad-proof', `${f} from ${from}`);
  // and whole rows of both lists
  const turned = [made.output[1], made.output[0], made.output[2]];
  await refused({ ...good, list: bytetree.writeRows(rowsOf(turned)) }, 'bad-proof', 'output');
  await refused(good, 'bad-proof', 'input', { from: rowsOf([input[1], input[0], input[2]]) });
});

test('attack 8: a proof of another election, contest, list or key is refused', async () => {
  for (const [what, t] of Object.entries({ election: Transcript.of(random(32), 0), contest: Transcript.of(eid, 1), list: Transcript.of(eid, 0, 'set-aside') }))
    await refused(good, 'bad-proof', what, { t });
  await refused(good, 'bad-proof', 'key', { key: Y.add(G) });
  await refused(good, 'bad-proof', 'another box', { from: rowsOf(ballots(3)) });
});

test('an output that is no permutation is refused, however the proof is made', async () => {
  const how = randomness(3, 1, draw), honest = shuffled(Y, input, perm, how.s), one = ballots(1)[0];
  const outputs = {
    'one ballot twice': [honest[0], honest[0], honest[2]],
    'one ballot twice under fresh randomness': [honest[0], shuffled(Y, honest, [0], [[draw()]])[0], honest[2]],
    'a ballot of its own': [one, honest[1], honest[2]],
    'a plaintext changed': [[{ A: honest[0][0].A, B: honest[0][0].B.add(G) }], honest[1], honest[2]],
    'one taken from another': [[{ A: honest[0][0].A.add(honest[1][0].A), B: honest[0][0].B.add(honest[1][0].B) }], honest[1], honest[2]],
    'components exchanged': [[{ A: honest[0][0].B, B: honest[0][0].A }], honest[1], honest[2]],
  };
  for (const [what, output] of Object.entries(outputs)) {
    const bad = await prove(transcript, Y, input, perm, how, output);
    const found = await refused({ ...bad.files, list: bad.list }, 'bad-proof', what);
    assert.deepEqual(found.failing, ['F1'], what);
  }
  // what is proved is a permutation: the same row twice does not become one
  const twice = await prove(transcript, Y, input, [1, 1, 0], how);
  await refused({ ...twice.files, list: twice.list }, 'bad-proof', 'no permutation');
});

test('lists of other sizes and widths are malformed', async () => {
  const two = ballots(2), alone = ballots(1), wide = ballots(3, 2);
  const smaller = await prove(transcript, Y, two, [1, 0], randomness(2, 1, draw));
  assert.equal(await judged({ ...smaller.files, list: smaller.list }, { from: rowsOf(two) }), undefined);
  await refused({ ...smaller.files, list: smaller.list }, 'malformed', 'two rows of three');
  await refused({ ...good, list: smaller.list }, 'malformed', 'two rows out');
  await refused({ ...good, list: bytetree.writeRows(rowsOf(alone)) }, 'malformed', 'one row', { from: rowsOf(alone) });
  const broad = await prove(transcript, Y, wide, perm, randomness(3, 2, draw));
  assert.equal(await judged({ ...broad.files, list: broad.list }, { from: rowsOf(wide) }), undefined);
  await refused({ ...broad.files, list: broad.list }, 'malformed', 'two columns for one');
  await refused(good, 'malformed', 'one column for two', { from: rowsOf(wide) });
  // a column exchanged within one row only
  const crossed = broad.output.map(([a, b], i) => (i === 0 ? [b, a] : [a, b]));
  await refused({ ...broad.files, list: bytetree.writeRows(rowsOf(crossed)) }, 'bad-proof', 'columns', { from: rowsOf(wide) });
});

// ---- the checks over a fold ----

const single = (list) => list.map(([c]) => c);
/** A line as the fold leaves it. */
const done = (trustee, index, from, to) => ({ trustee, index, output: single(to), payload: { input: listDigest(single(from)), output: listDigest(single(to)) } });
async function checked(lines, { box = single(input), lambda = 2, close = 10, types = ['decrypt'], unjudged } = {}) {
  const said = {};
  const facts = {
    fold: { draft: { contests: [{ kind: 'ranked' }] }, definition: { lambda }, closeIndex: close, acts: types.map((type) => ({ type })), withoutResult: undefined,
      mixing: { unjudged, lines: new Map([[0, { input: single(input), done: lines }]]) } },
    box: { list: () => box, counted: () => box }, against: () => undefined,
  };
  await make(facts, async (id, check) => { said[id] = await check(); });
  return { said, failed: Object.keys(said).filter((id) => said[id].status === 'fail'), open: Object.keys(said).filter((id) => said[id].status === 'not-checked') };
}

test('two mixes pass; what is wrong between them fails its own check', async () => {
  const second = shuffled(Y, made.output, perm, [[draw()], [draw()], [draw()]]), a = done(1, 11, input, made.output), b = done(2, 12, made.output, second);
  const all = async (lines, more) => (await checked(lines, more)).failed;
  assert.deepEqual(await all([a, b]), []);
  assert.deepEqual(await all([a, b], { box: single(ballots(3)) }), ['MIX-01']);
  assert.deepEqual(await all([a, done(2, 12, input, second)]), ['MIX-02']);
  assert.deepEqual(await all([a, b], { box: single([...input, ...ballots(1)]) }), ['MIX-01', 'MIX-04']);
  assert.deepEqual(await all([a, { ...b, trustee: 1 }]), ['MIX-05']);
  assert.deepEqual(await all([a]), ['MIX-05']);
  assert.deepEqual(await all([a, b], { close: 11 }), ['MIX-06']);
  // a mixer who changes the order but not the ciphertexts hides nothing
  const plain = [input[2], input[0], input[1]];
  assert.deepEqual(await all([done(1, 11, input, plain), done(2, 12, plain, second)]), ['MIX-07']);
  assert.deepEqual(await all([a, done(2, 12, made.output, input)]), ['MIX-07']);
  const twice = [second[0], second[0], second[2]];
  assert.deepEqual(await all([a, done(2, 12, made.output, twice)]), ['MIX-07']);
  assert.deepEqual((await checked([a, b], { unjudged: 'nobody looked' })).open, ['MIX-03']);
});

test('a mix without fresh randomness proves well and is still seen', async () => {
  const zero = { ...randomness(3, 1, draw), s: [[0n], [0n], [0n]] }, bare = await prove(transcript, Y, input, perm, zero);
  assert.equal(await judged({ ...bare.files, list: bare.list }), undefined);
  assert.deepEqual((await checked([done(1, 11, input, bare.output), done(2, 12, bare.output, made.output)])).failed, ['MIX-07']);
});

test('the judge tells form, points and equations apart', async () => {
  const asks = judge({ random }), proof = { eid, contest: 0, key: Y, input: single(input), output: single(made.output) };
  const files = (of) => [of.permutation, of.commitment, of.reply];
  assert.equal(await asks({ ...proof, files: files(good) }), undefined);
  const off = good.permutation.slice();
  off[off.length - 1] ^= 1;
  assert.equal((await asks({ ...proof, files: files({ ...good, permutation: off }) })).why, 'element');
  assert.equal((await asks({ ...proof, files: files({ ...good, reply: good.reply.subarray(1) }) })).why, 'form');
  assert.equal((await asks({ ...proof, contest: 1, files: files(good) })).why, 'equations');
  assert.equal((await asks({ ...proof, output: [...single(made.output), single(input)[0]], files: files(good) })).why, 'form');
  assert.match((await asks({ ...proof, key: Y.add(G), files: files(good) })).detail, /^equations that do not hold: A, B1, B2, B3, C, D, F1$/);
});
