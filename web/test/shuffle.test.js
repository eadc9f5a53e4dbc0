// Proofs of shuffles (protocol §9, §10) against the vectors, which Verificatum's own verifier has judged.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decodePoint, encodePoint, mulPublic, G, q } from '../veche/crypto/p256.js';
import { listDigest } from '../veche/crypto/elgamal.js';
import * as bytetree from '../veche/mix/bytetree.js';
import { Transcript, key, readCommitment, readPermutation, readReply, rowsOf, verify } from '../veche/mix/shuffle.js';
import { concat, decodeScalar, encode, encodeScalar, fromBigInt, hex, list, bytes, text, toBigInt, uint, unhex, utf8Bytes } from '../veche/wire.js';
import { cases, consume, edited, only } from './cases.js';
import { prove } from './support/shuffle.js';

const random = (length) => new Uint8Array(randomBytes(length));
const point = (h) => decodePoint(unhex(h)), scalar = (h) => decodeScalar(unhex(h)), hexOf = (P) => hex(encodePoint(P)), s32 = (k) => hex(encodeScalar(k));
const affine = ({ x, y }) => (y % 2n === 1n ? '03' : '02') + hex(fromBigInt(x, 32));
const row = (cts) => cts.map(([A, B]) => ({ A: point(A), B: point(B) }));
const NAMES = ['PermutationCommitment', 'PoSCommitment', 'PoSReply', 'ShuffledCiphertexts', 'Ciphertexts', 'FullPublicKey'];
const proof = (f) => ({ permutation: f.PermutationCommitment, commitment: f.PoSCommitment, reply: f.PoSReply });
const sha256 = (b) => createHash('sha256').update(b).digest('hex');

const KEYS = ['N', 'width', 'eid', 'contest', 'sid', 'auxsid', 'rho', 'Y', 'secret', 'h', 'input', 'perm', 'output', 'shuffleSeed', 'e', 'v', 'reply', 'sha256', 'verdict'];
const WHOLE = [...KEYS, 's', 'r', 'b', 'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'phi', 'u', 'B', 'A1', 'B1', 'C1', 'D1', 'F1', 'files', 'refuse'];

/** A refusal says that the batched form failed and names what fails in the plain one; what is accepted must hold in both. */
async function judged(transcript, Y, input, files) {
  const given = [transcript, Y, input, files.ShuffledCiphertexts, proof(files)];
  const refused = await verify(...given, { random });
  if (!refused) assert.equal(await verify(...given, { random, plain: true }), undefined);
  return refused;
}

for (const file of [cases('shuffle-N3', WHOLE), cases('shuffle-N10-w2', WHOLE)]) {
  const { N, width, eid, contest } = file;
  const name = `N=${N}, width ${width}`, Y = point(file.Y), transcript = Transcript.of(unhex(eid), contest);
  only(file.files, NAMES);
  only(file.sha256, NAMES);
  const good = Object.fromEntries(NAMES.map((f) => [f, unhex(file.files[f])])), input = file.input.map(row);

  test(`${name}: every value of a mix and every byte of its files`, async () => {
    assert.equal(file.verdict, 'accepted');
    assert.deepEqual([transcript.sid, transcript.auxsid, hex(transcript.rho)], [file.sid, file.auxsid, file.rho]);
    assert.equal(hexOf(mulPublic(scalar(file.secret), G)), file.Y);
    assert.deepEqual((await transcript.generators(N)).map(affine), file.h);
    const many = (of) => of.map(scalar);
    const made = await prove(transcript, Y, input, file.perm, {
      s: file.s.map(many), r: many(file.r), b: many(file.b), alpha: scalar(file.alpha), beta: many(file.beta), gamma: scalar(file.gamma), delta: scalar(file.delta),
      epsilon: many(file.epsilon), phi: many(file.phi),
    });
    assert.deepEqual(made.output.map((r) => r.map(({ A, B }) => [hexOf(A), hexOf(B)])), file.output);
    assert.equal(hex(made.seed), file.shuffleSeed);
    assert.deepEqual(made.e.map((e) => hex(fromBigInt(e, 32))), file.e);
    assert.equal(hex(fromBigInt(made.v, 32)), file.v);
    assert.deepEqual([made.u, made.B, made.B1].map((of) => of.map(hexOf)), [file.u, file.B, file.B1]);
    assert.deepEqual([made.A1, made.C1, made.D1].map(hexOf), [file.A1, file.C1, file.D1]);
    assert.deepEqual(made.F1.map(({ A, B }) => [hexOf(A), hexOf(B)]), file.F1);
    const { kA, kB, kC, kD, kE, kF } = made.reply;
    assert.deepEqual({ kA: s32(kA), kB: kB.map(s32), kC: s32(kC), kD: s32(kD), kE: kE.map(s32), kF: kF.map(s32) }, file.reply);
    const files = [made.files.permutation, made.files.commitment, made.files.reply, made.list, bytetree.writeRows(rowsOf(input)), key(Y, 1)];
    NAMES.forEach((f, i) => {
      assert.equal(hex(files[i]), file.files[f], f);
      assert.equal(sha256(files[i]), file.sha256[f], f);
    });
    // Read back, they are the same values.
    assert.deepEqual(readPermutation(good.PermutationCommitment, N).u.map(affine), file.u);
    const c = readCommitment(good.PoSCommitment, N, width);
    assert.deepEqual([c.B.map(affine), affine(c.A1), c.B1.map(affine), affine(c.C1), affine(c.D1), c.F1.A.map((A, k) => [affine(A), affine(c.F1.B[k])])],
      [file.B, file.A1, file.B1, file.C1, file.D1, file.F1]);
    assert.deepEqual(readReply(good.PoSReply, N, width), made.reply);
    consume();
  });

  test(`${name}: the mix is accepted, all at once and equation by equation`, async () => {
    assert.equal(await judged(transcript, Y, rowsOf(input), good), undefined);
    consume();
  });

  test(`${name}: each of ${file.refuse.length} false proofs is refused for its reason`, async () => {
    for (const c of file.refuse) {
      only(c, ['name', 'verdict', 'reason'], ['files', 'failing', 'detail', 'sid', 'auxsid', 'Y']);
      assert.equal(c.verdict, 'refused');
      const files = { ...good };
      for (const [f, recipe] of Object.entries(c.files ?? {})) files[f] = edited(recipe, (n) => good[n]);
      const against = c.sid || c.auxsid ? new Transcript(c.sid ?? file.sid, c.auxsid ?? file.auxsid) : transcript;
      const found = await judged(against, c.Y ? point(c.Y) : Y, bytetree.readRows(files.Ciphertexts, N, width), files);
      assert.equal(found?.reason, c.reason, c.name);
      assert.deepEqual(found.failing, c.failing ?? [], c.name);
      if (c.detail) assert.equal(found.detail.split(':')[0], c.detail, c.name);
      consume();
    }
  });
}

test('the known answers of the chapter hold', async () => {
  const transcript = new Transcript(`V1${'0'.repeat(64)}`, 'c0');
  assert.equal(hex(transcript.rho), '4ad9b5e91243d2eb3bd7c2e4d4cb52ede3aecfc31653723959ba30f6d630b1a3');
  assert.deepEqual((await transcript.generators(2)).map(affine), [
    '02614b95836ca2943c8900f715e173bc57f22c3aceae183219dd495a370a08f852', '0216f7c81e1d14d0153f0aabc75264fb47c837fa15e7b3d155e08772852b6a0ae6']);
  assert.equal(Transcript.of(new Uint8Array(32), 3, 'set-aside').auxsid, 'c3s');
});

test('a mix of 171 rows, worked out from its seed, has the known digests', async () => {
  const file = cases('shuffle-N171', [...KEYS, 'scalars', 'sizes']);
  const labelled = (label) => {
    for (let n = 0; ; n++) {
      const k = toBigInt(new Uint8Array(createHash('sha256').update(concat(utf8Bytes(file.seed), Uint8Array.of(0), utf8Bytes(label), fromBigInt(BigInt(n), 4))).digest()));
      if (k > 0n && k < q) return k;
    }
  };
  const upTo = Array.from({ length: file.N }, (_, i) => i), many = (what) => upTo.map((i) => labelled(`${what}/${i}`));
  for (const [label, value] of Object.entries(file.scalars)) assert.equal(s32(labelled(label)), value);
  const place = upTo.map((i) => sha256(concat(utf8Bytes(file.seed), Uint8Array.of(0), utf8Bytes(`perm/${i}`), fromBigInt(0n, 4))));
  const perm = [...upTo].sort((a, b) => (place[a] < place[b] ? -1 : 1));
  assert.deepEqual(perm, file.perm);
  const secret = labelled('election secret'), Y = G.multiply(secret);
  assert.deepEqual([s32(secret), hexOf(Y)], [file.secret, file.Y]);
  const input = upTo.map((i) => {
    const r = labelled(`in-r/${i}/0`);
    return [{ A: G.multiply(r), B: G.multiply(labelled(`in-m/${i}/0`)).add(mulPublic(r, Y)) }];
  });
  const transcript = Transcript.of(unhex(file.eid), file.contest);
  assert.deepEqual([transcript.sid, transcript.auxsid, hex(transcript.rho)], [file.sid, file.auxsid, file.rho]);
  const made = await prove(transcript, Y, input, perm, {
    s: upTo.map((i) => [labelled(`s/${i}/0`)]), r: many('r'), b: many('b'), alpha: labelled('alpha'), beta: many('beta'), gamma: labelled('gamma'), delta: labelled('delta'),
    epsilon: many('epsilon'), phi: [labelled('phi/0')],
  });
  const h = await transcript.generators(file.N);
  assert.deepEqual({ first: affine(h[0]), last: affine(h.at(-1)), sha256OfConcatenation: sha256(unhex(h.map(affine).join(''))) }, file.h);
  const ends = (rows) => ({ first: [hexOf(rows[0][0].A), hexOf(rows[0][0].B)], last: [hexOf(rows.at(-1)[0].A), hexOf(rows.at(-1)[0].B)] });
  assert.deepEqual([ends(input), ends(made.output)], [file.input, file.output]);
  assert.deepEqual([hex(made.seed), { first: hex(fromBigInt(made.e[0], 32)), last: hex(fromBigInt(made.e.at(-1), 32)) }, hex(fromBigInt(made.v, 32))], [file.shuffleSeed, file.e, file.v]);
  const { kA, kC, kD, kF } = made.reply;
  assert.deepEqual({ kA: s32(kA), kC: s32(kC), kD: s32(kD), kF: s32(kF[0]) }, file.reply);
  const files = {
    PermutationCommitment: made.files.permutation, PoSCommitment: made.files.commitment, PoSReply: made.files.reply, ShuffledCiphertexts: made.list,
    Ciphertexts: bytetree.writeRows(rowsOf(input)),
  };
  assert.deepEqual(Object.fromEntries(Object.entries(files).map(([f, b]) => [f, b.length])), file.sizes);
  assert.deepEqual(Object.fromEntries(Object.entries(files).map(([f, b]) => [f, sha256(b)])), file.sha256);
  const told = [];
  assert.equal(await verify(transcript, Y, rowsOf(input), made.list, made.files, { random, progress: (done) => { told.push(done); } }), undefined);
  assert.ok(told.length > 20 && told.every((d, i) => d >= (told[i - 1] ?? 0)) && told.at(-1) === 1);
  assert.equal(file.verdict, 'accepted');
  consume();
});

test('both mixes of the small election hold, each from where the last one ended', async () => {
  const file = cases('result', ['dkg', 'manifest', 'manifestBytes', 'eid', 'Y', 'contests', 'roll', 'voters', 'records', 'counted', 'approval', 'ranked']);
  const { ranked } = file, eid = unhex(file.eid), Y = point(file.Y), transcript = Transcript.of(eid, 1), n = ranked.list.length;
  assert.deepEqual([transcript.sid, transcript.auxsid, hex(transcript.rho)], [ranked.sid, ranked.auxsid, ranked.rho]);
  let input = ranked.list.map((ct) => row([ct]));
  assert.equal(hex(bytetree.writeRows(rowsOf(input))), ranked.Ciphertexts);
  for (const mix of ranked.mixes) {
    only(mix, ['l', 'trustee', 'inputDigest', 'outputDigest', 'statement', 'perm', 'randomness', 'files']);
    const ll = `0${mix.l}`, last = mix.l === ranked.mixes.length, { s, r, b, beta, epsilon, phi, alpha, gamma, delta } = mix.randomness, many = (of) => of.map(scalar);
    const made = await prove(transcript, Y, input, mix.perm, {
      s: s.map((k) => [k].flat().map(scalar)), r: many(r), b: many(b), alpha: scalar(alpha), beta: many(beta), gamma: scalar(gamma), delta: scalar(delta), epsilon: many(epsilon), phi: many(phi),
    });
    assert.deepEqual({
      [`PermutationCommitment${ll}`]: hex(made.files.permutation), [`PoSCommitment${ll}`]: hex(made.files.commitment), [`PoSReply${ll}`]: hex(made.files.reply),
      [last ? 'ShuffledCiphertexts' : `Ciphertexts${ll}`]: hex(made.list),
    }, mix.files);
    assert.equal(await verify(transcript, Y, rowsOf(input), made.list, made.files, { random }), undefined);
    const digest = (rows) => listDigest(rows.map(([ct]) => ct));
    assert.deepEqual([hex(digest(input)), hex(digest(made.output))], [mix.inputDigest, mix.outputDigest]);
    assert.equal(hex(encode(list([text('veche/1/mix'), bytes(eid), uint(1), uint(mix.l), bytes(digest(input)), bytes(digest(made.output)),
      ...[made.files.permutation, made.files.commitment, made.files.reply].map((f) => bytes(unhex(sha256(f))))]))), mix.statement);
    input = made.output;
    consume();
  }
  assert.equal(n, input.length);
  assert.deepEqual(input.map(([{ A, B }]) => [hexOf(A), hexOf(B)]), ranked.mixed);
});
