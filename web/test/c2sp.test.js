// The specifications of C2SP to the letter: src/spec/vectors/log/cases.json, which Java judges alike.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as note from '../veche/crypto/note.js';
import { parseBody, writeBody } from '../veche/log/checkpoint.js';
import { includes } from '../veche/log/merkle.js';
import { parsePolicy, quorumMet } from '../veche/log/policy.js';
import { parseReceipt } from '../veche/log/receipt.js';
import { Malformed, unbase64 } from '../veche/wire.js';

const all = JSON.parse(readFileSync(new URL('../../src/spec/vectors/log/cases.json', import.meta.url), 'utf8'));
const judge = (cases, accept) => {
  assert.ok(cases.some((c) => c.verdict === 'accept') && cases.some((c) => c.verdict === 'refuse'));
  for (const c of cases)
    if (c.verdict === 'accept') accept(c);
    else assert.throws(() => accept(c), Malformed, c.name);
};

test('signed notes', () => judge(all.notes, ({ name, text, known, signed }) => {
  const verified = note.verifyNote(note.parseNote(text), known.map(note.parseVkey));
  assert.deepEqual(verified.map((v) => v.verifier.name).sort(), [...(signed ?? [])].sort(), name);
}));

test('checkpoints', () => judge(all.checkpoints, ({ name, text, size }) => {
  const tree = parseBody(text);
  assert.equal(String(tree.size), size, name);
  assert.equal(writeBody(tree), text, name);
}));

test('cosignatures', () => judge(all.cosignatures.cases, ({ name, line, body, time }) => {
  const [{ time: told }] = note.verifyNote(note.parseNote(note.writeNote(body, [line])), [note.parseVkey(all.cosignatures.vkey)]);
  assert.equal(String(told), time, name);
}));

test('inclusion proofs', () => {
  for (const c of all.proofs)
    assert.equal(includes(BigInt(c.index), BigInt(c.size), unbase64(c.leaf), c.proof.map(unbase64), unbase64(c.root)), c.verdict === 'accept', c.name);
});

test('receipts', () => judge(all.receipts, ({ text }) => parseBody(note.parseNote(parseReceipt(text).checkpoint).body)));

test('policies', () => judge(all.policies.cases, ({ name, text, met, unmet }) => {
  const policy = parsePolicy(text);
  const by = (names) => policy.witnesses.filter((w) => names.some((n) => w.verifier.name === 'witness.example/' + n))
    .map((w) => ({ witness: w.verifier, time: 1n }));
  for (const names of met ?? []) assert.ok(quorumMet(policy, by(names)), `${name}: ${names}`);
  for (const names of unmet ?? []) assert.ok(!quorumMet(policy, by(names)), `${name}: ${names}`);
}));
