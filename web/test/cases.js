// Reads the shared cases of src/spec/vectors. A case file names its keys; what a test does not expect is an error.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after } from 'node:test';
import * as wire from '../veche/wire.js';
import { hex, unhex } from '../veche/wire.js';

const folder = new URL('../../src/spec/vectors/crypto/', import.meta.url);

export const caseFiles = () => readdirSync(folder).filter((f) => f.endsWith('.json')).sort();

/** @param {string} name @param {string[]} keys every key at the top of the file, beside those of all files */
export function cases(name, keys) {
  const file = JSON.parse(readFileSync(new URL(name + '.json', folder), 'utf8'));
  only(file, [...keys, 'section'], ['about', 'seed', 'randomness']);
  return file;
}

/** Unknown keys are an error: a case must not say what nobody checks. */
export function only(object, keys, optional = []) {
  for (const key of Object.keys(object))
    assert.ok(keys.includes(key) || optional.includes(key), `unknown key ${key} in ${object.name ?? 'a case'}`);
  for (const key of keys) assert.ok(key in object, `missing key ${key} in ${object.name ?? 'a case'}`);
}

let consumed = 0;
/** Counts one case that was held against the code. */
export function consume(n = 1) { consumed += n; }
after(() => { console.log(`${process.argv[1].split('/').pop()}: ${consumed} cases consumed`); });

/** A tree of the case files as a value; throws what the encoder throws. */
export function tree(t) {
  const [kind] = Object.keys(t);
  assert.equal(Object.keys(t).length, 1);
  switch (kind) {
    case 'bytes': return wire.bytes(unhex(t.bytes));
    case 'text': return wire.text(t.text);
    case 'uint': return wire.uint(BigInt(t.uint));
    case 'point': return wire.point(wire.WirePoint.decode(unhex(t.point)));
    case 'scalar': return wire.scalar(wire.decodeScalar(unhex(t.scalar)));
    case 'list': return wire.list(t.list.map(tree));
    default: throw new Error(`tree of ${kind}`);
  }
}

/** The value as a tree of the case files. */
export function asTree(v) {
  switch (v.kind) {
    case 'bytes': return { bytes: hex(v.value) };
    case 'text': return { text: v.value };
    case 'uint': return { uint: String(v.value) };
    case 'point': return { point: hex(v.value.bytes) };
    case 'scalar': return { scalar: hex(wire.encodeScalar(v.value)) };
    default: return { list: v.value.map(asTree) };
  }
}

/** {of, at, remove, insert} → bytes @param {any} recipe @param {(name: string) => Uint8Array} good */
export function edited(recipe, good) {
  if (typeof recipe === 'string') return unhex(recipe);
  only(recipe, ['of', 'at', 'remove', 'insert']);
  const from = good(recipe.of);
  return wire.concat(from.subarray(0, recipe.at), unhex(recipe.insert), from.subarray(recipe.at + recipe.remove));
}
