import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ranked from '../veche/ballot/ranked.js';
import { decodePoint, encodePoint } from '../veche/crypto/p256.js';
import { contest, rankings } from '../veche/election/contest.js';
import { Malformed, hex, unhex } from '../veche/wire.js';
import { cases, consume, only } from './cases.js';

const file = cases('ranking', ['codes', 'exhaustive', 'refusedRankings', 'refusedCodes', 'contests', 'embed', 'unembedRefused', 'open']);
const of = ({ c, lo, hi }) => ({ kind: 'ranked', options: c, lo, hi });

test('a ranking has its code and a code its ranking', () => {
  for (const c of file.codes) {
    only(c, ['c', 'lo', 'hi', 'ranking', 'code']);
    assert.equal(String(ranked.encode(of(c), c.ranking)), c.code);
    assert.deepEqual(ranked.decode(of(c), BigInt(c.code)), c.ranking);
    consume();
  }
  for (const [code, ranking] of file.exhaustive.rankings.entries()) {
    assert.equal(ranked.encode(of(file.exhaustive), ranking), BigInt(code));
    assert.deepEqual(ranked.decode(of(file.exhaustive), BigInt(code)), ranking);
    consume();
  }
});

test('the code is a bijection for every small contest', () => {
  for (let c = 1; c <= 5; c++)
    for (const lo of [0, 1])
      for (let hi = lo; hi <= c; hi++) {
        const one = of({ c, lo, hi });
        const seen = new Set();
        for (let code = 0n; code < rankings(one); code++) {
          const ranking = ranked.decode(one, code);
          assert.equal(ranked.encode(one, ranking), code);
          seen.add(ranking.join());
        }
        assert.equal(BigInt(seen.size), rankings(one));
      }
});

test('what is no ranking or no code of the contest is refused', () => {
  for (const c of file.refusedRankings) {
    only(c, ['name', 'c', 'lo', 'hi', 'ranking', 'reason']);
    assert.throws(() => ranked.encode(of(c), c.ranking), (e) => e instanceof Malformed && e.reason === c.reason, c.name);
    consume();
  }
  for (const c of file.refusedCodes) {
    only(c, ['c', 'lo', 'hi', 'code', 'reason']);
    assert.equal(ranked.decode(of(c), BigInt(c.code)), undefined);
    consume();
  }
});

test('a contest stands if its bounds do and one point can carry it', () => {
  for (const c of file.contests) {
    only(c, ['c', 'lo', 'hi', 'verdict'], ['total', 'bits', 'reason']);
    if (c.verdict === 'accepted') contest(of(c));
    else assert.throws(() => contest(of(c)), (e) => e instanceof Malformed && e.reason === c.reason);
    if (c.total) assert.equal(String(rankings(of(c))), c.total);
    consume();
  }
});

test('a code has one point, and every other point is an invalid encoding', () => {
  for (const c of file.embed) {
    only(c, ['m', 'epsilon', 'point']);
    const { M, epsilon } = ranked.embed(BigInt(c.m));
    assert.deepEqual([hex(encodePoint(M)), epsilon], [c.point, c.epsilon]);
    assert.equal(ranked.unembed(decodePoint(unhex(c.point))), BigInt(c.m));
    consume();
  }
  for (const c of file.unembedRefused) {
    only(c, ['name', 'point', 'reason']);
    assert.equal(ranked.unembed(decodePoint(unhex(c.point))), undefined, c.name);
    consume();
  }
});

test('an opened point is valid, invalid by code or invalid by encoding', () => {
  for (const c of file.open) {
    only(c, ['c', 'lo', 'hi', 'point', 'status'], ['code', 'ranking']);
    const { c: options, lo, hi, point, ...expected } = c;
    const opened = ranked.open({ kind: 'ranked', options, lo, hi }, decodePoint(unhex(point)));
    assert.deepEqual('code' in opened ? { ...opened, code: String(opened.code) } : opened, expected);
    consume();
  }
});
