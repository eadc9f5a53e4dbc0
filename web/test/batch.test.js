// Ballots proved together say what each says by itself (protocol decision 2).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { proveLeaves } from '../veche/ballot/batch.js';
import { proveLeaf } from '../veche/ballot/check.js';
import { Fold, typeOf } from '../veche/verify/fold.js';
import { Bundle, entries } from '../veche/verify/reading.js';
import { readZip } from './support/zip.js';

const random = (n) => new Uint8Array(randomBytes(n));

async function box(name) {
  const files = readZip(fileURLToPath(new URL(`../../src/spec/vectors/verify/${name}.zip`, import.meta.url)));
  const bundle = new Bundle(async (path) => files.get(path), files.keys());
  const [origin, size] = new TextDecoder().decode(files.get('checkpoint')).split('\n');
  const fold = new Fold(origin, (sha256) => bundle.blob(sha256)), ballots = [];
  for await (const read of entries(bundle, Number(size)))
    for (const leaf of read.leaves) {
      if (fold.closeIndex >= 0) break;
      if (typeOf(leaf) === 'ballot') ballots.push(leaf);
      await fold.take(leaf);
    }
  return { election: fold.election, ballots };
}

for (const name of ['good', 'ranked']) {
  test(`${name}: right ballots are proved together`, async () => {
    const { election, ballots } = await box(name), found = proveLeaves(election, ballots, random);
    assert.ok(ballots.length >= 5);
    assert.deepEqual(found.map((f) => f.verdict), ballots.map(() => 'proved'));
    assert.deepEqual(found.map((f) => f.ballot.ballotId), ballots.map((leaf) => proveLeaf(election, leaf).ballot.ballotId));
  });

  test(`${name}: a wrong one among them is named, for its reason`, async () => {
    const { election, ballots } = await box(name), reasons = new Set();
    for (let i = 0; i < 6; i++) {
      const leaves = [...ballots], at = i % leaves.length, leaf = leaves[at].slice();
      // scalars stand at the end of the answers and of the leaf: another one is still a scalar
      leaf[leaf.length - (i < 2 ? 1 : 34 + 38 + i)] ^= 1;
      leaves[at] = leaf;
      const found = proveLeaves(election, leaves, random), alone = proveLeaf(election, leaf);
      assert.deepEqual(found.map((f) => f.verdict), leaves.map((_, j) => (j === at ? alone.verdict : 'proved')));
      assert.equal(found[at].reason, alone.reason);
      reasons.add(alone.reason);
    }
    assert.ok(reasons.has('bad-signature') && reasons.has('bad-proof'), [...reasons].join());
  });

  test(`${name}: where the proofs of answers are left out signatures are judged all the same`, async () => {
    const { election, ballots } = await box(name), leaves = ballots.map((leaf) => leaf.slice());
    leaves[1][leaves[1].length - 1] ^= 1;
    const found = proveLeaves(election, leaves, random, () => false);
    assert.deepEqual(found.map((f) => f.reason), leaves.map((_, i) => (i === 1 ? 'bad-signature' : undefined)));
  });
}
