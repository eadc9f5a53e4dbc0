// record §4, §11: the page works an approval contest out again from its totals, and gives a wrong outcome away.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { certifiedLines } from '../veche/record/result.js';
import { totalsAgain } from '../veche/verify/published.js';

const read = (name) => readFileSync(new URL(`../../src/spec/vectors/${name}`, import.meta.url), 'utf8');
const threshold = ({ base, p, q, strict, quorum }) => ({ base, p: BigInt(p), q: BigInt(q), strict, quorum: BigInt(quorum) });
const question = (c, more = {}) => ({ id: 'q', rule: c.rule, seats: c.seats, parameters: new Map(), constraints: [], thresholds: c.thresholds.map(threshold),
  options: c.totals.map((_, j) => ({ id: `o${j}`, body: j % 2 ? 'b' : 'a' })), ...more });
const said = (c) => ({ contest: 0, counted: c.counted, totals: [...c.totals], winners: [...c.winners], tests: c.tests.map((t) => t.holds) });

test('what follows from the totals is found to follow, in every case that Java has', () => {
  const { cases } = JSON.parse(read('tally/approval.json'));
  assert.ok(cases.length > 15);
  for (const c of cases) assert.deepEqual(totalsAgain(question(c), 0, [said(c)], c.roll, c.lot), { same: true, tests: c.tests.length }, c.name);
});

test('another winner, another order, another inequality or an impossible total is seen', () => {
  const { cases } = JSON.parse(read('tally/approval.json'));
  for (const c of cases) {
    const lies = [
      (s) => { s.winners = c.winners.includes(0) ? c.winners.filter((o) => o !== 0) : [0, ...c.winners]; },
      (s) => { s.totals[0] = c.counted + 1; },
      (s) => { s.totals.push(0); },
    ];
    if (c.winners.length > 1) lies.push((s) => s.winners.reverse());
    if (c.tests.length) lies.push((s) => { s.tests[0] = !s.tests[0]; }, (s) => s.tests.pop());
    for (const lie of lies) {
      const one = said(c);
      lie(one);
      assert.equal(totalsAgain(question(c), 0, [one], c.roll, c.lot).same, false, `${c.name}: ${lie}`);
    }
  }
});

test('two places that say different things do not agree', () => {
  const c = { rule: 'approval', seats: 1, thresholds: [], totals: [3, 5], counted: 9, winners: [1], tests: [] }, other = { ...said(c), totals: [4, 5] };
  assert.equal(totalsAgain(question(c), 0, [said(c), said(c)], 9, [0, 1]).same, true);
  assert.equal(totalsAgain(question(c), 0, [said(c), other], 9, [0, 1]).same, false);
});

test('seats of groups are kept', () => {
  const c = { rule: 'approval', seats: 2, thresholds: [], totals: [9, 3, 8], counted: 9, winners: [0, 1], tests: [] };
  const groups = { constraints: ['b: at least 1 of body b'] };
  assert.equal(totalsAgain(question(c, groups), 0, [said(c)], 9, [0, 1, 2]).same, true);
  assert.equal(totalsAgain(question(c), 0, [said(c)], 9, [0, 1, 2]).same, false);
});

test('a certificate tells its inequalities, and one with a wrong sum is seen', () => {
  const text = read('council/certificate.txt');
  const half = threshold({ base: 'votes', p: 1, q: 2, strict: true, quorum: 0 });
  const contests = [
    { id: 'council', rule: 'approval', seats: 2, parameters: new Map(), constraints: [], thresholds: [half], options: [{ id: 'alice', body: '' }, { id: 'bob', body: '' }] },
    { id: 'charter', rule: 'endorse', seats: 0, parameters: new Map(), constraints: [], thresholds: [], options: [{ id: 'charter', body: '' }] }];
  const again = (/** @type {string} */ paper) => totalsAgain(contests[0], 0, [certifiedLines(paper, { contests })[0]], 100, [1, 0]);
  assert.deepEqual(certifiedLines(text, { contests })[0].sums, ['40 · 2 > 1 · 79', '12 · 2 ≤ 1 · 79']);
  assert.deepEqual(again(text), { same: true, tests: 2 });
  for (const [here, lie] of [['fails 12', 'holds 12'], ['12 · 2 ≤ 1 · 79', '12 · 2 ≤ 1 · 80'], ['alice 40', 'alice 39'], ['порог / threshold: bob fails 12 · 2 ≤ 1 · 79\n', '']]) {
    assert.ok(text.includes(here));
    assert.equal(again(text.replace(here, lie)).same, false, lie);
  }
});
