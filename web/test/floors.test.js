// The picture of the floors holds for the page too: a file imports only from lower floors, and rooms of one floor are strangers.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

const FLOORS = { wire: 1, crypto: 2, election: 3, roll: 4, ballot: 4, trustee: 4, tally: 4, log: 4, mix: 5, record: 5, verify: 6 };
const root = new URL('../veche/', import.meta.url);

const files = readdirSync(root, { recursive: true }).map((f) => f.replaceAll('\\', '/')).filter((f) => f.endsWith('.js')).sort();
const roomOf = (file) => file.split('/')[0].replace(/\.js$/, '');

/** Every module named in an import, an export from, an import() or a type's import('…'). */
function importsOf(source) {
  return [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"]+)\1/g)].map((m) => m[2]);
}

/** What is wrong with one import, or undefined. */
function fault(file, wanted) {
  if (!wanted.startsWith('.')) return 'is not relative';
  const to = posix.normalize(posix.join('veche', posix.dirname(file), wanted));
  if (to.startsWith('vendor/')) return roomOf(file) === 'crypto' ? undefined : 'is vendored, and crypto alone may read that';
  if (!to.startsWith('veche/')) return 'lies outside';
  const here = roomOf(file), there = roomOf(to.slice('veche/'.length));
  if (FLOORS[there] === undefined) return 'is of no room';
  if (here === there) return undefined;
  return FLOORS[there] < FLOORS[here] ? undefined : `${here} (${FLOORS[here]}) must not see ${there} (${FLOORS[there]})`;
}

test('every file stands on a floor and imports only from below', () => {
  assert.ok(files.length > 15);
  const faults = files.flatMap((file) => {
    if (FLOORS[roomOf(file)] === undefined) return [`${file} is of no room`];
    return importsOf(readFileSync(new URL(file, root), 'utf8')).flatMap((wanted) => {
      const why = fault(file, wanted);
      return why ? [`${file} imports ${wanted}: ${why}`] : [];
    });
  });
  assert.deepEqual(faults, []);
});

test('an import upwards, sideways or outside is seen', () => {
  assert.deepEqual(importsOf("import { a } from '../x.js';\nexport * from \"./y.js\";\nawait import('./z.js');\n/** @type {import('./t.js').T} */"), ['../x.js', './y.js', './z.js', './t.js']);
  assert.ok(fault('wire.js', './crypto/p256.js'));
  assert.ok(fault('ballot/check.js', '../roll/enrol.js'));
  assert.ok(fault('log/receipt.js', '../record/verify.js'));
  assert.ok(fault('ballot/seal.js', '../../test/cases.js'));
  assert.ok(fault('ballot/seal.js', '@noble/curves/nist.js'));
  assert.ok(fault('ballot/seal.js', '../../vendor/noble/curves/nist.js'));
  assert.equal(fault('crypto/p256.js', '../../vendor/noble/curves/nist.js'), undefined);
  assert.equal(fault('record/verify.js', '../ballot/check.js'), undefined);
});

test('nothing in the rooms draws randomness, reads a clock or the network by itself', () => {
  for (const file of files) {
    const source = readFileSync(new URL(file, root), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(source, /Math\.random|getRandomValues|Date\.now|new Date|fetch\(|localStorage|console\./, file);
  }
});
