import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as audit from '../veche/ballot/audit.js';
import * as chain from '../veche/ballot/chain.js';
import { Box, prove, proveLeaf } from '../veche/ballot/check.js';
import * as seal from '../veche/ballot/seal.js';
import * as dleq from '../veche/crypto/dleq.js';
import { listDigest, total } from '../veche/crypto/elgamal.js';
import { decodePoint, encodePoint } from '../veche/crypto/p256.js';
import { TH } from '../veche/crypto/transcript.js';
import { contest } from '../veche/election/contest.js';
import { leafHash } from '../veche/log/merkle.js';
import * as ranked from '../veche/ballot/ranked.js';
import * as wire from '../veche/wire.js';
import { Malformed, concat, decodeScalar, encodeScalar, hex, unhex } from '../veche/wire.js';
import { cases, consume, edited, only, tree } from './cases.js';

const point = (h) => decodePoint(unhex(h));
const scalar = (h) => decodeScalar(unhex(h));
const hexOf = (P) => (P.is0() ? null : hex(encodePoint(P)));

const contestOf = ({ kind, m, c, lo, hi }) => contest({ kind, options: m ?? c, lo, hi });
function election({ eid, Y, contests, roll }) {
  return { eid: unhex(eid), Y: point(Y), contests: contests.map(contestOf), roll: new Map(roll.map((vk) => [vk, 'a'])) };
}
const mark = ({ contests }, choices) => contests.map((one, k) => ({ k, contest: one, choice: choices[k] }));
const placeOf = ({ vk, seq, prev }) => ({ vk: point(vk), seq: BigInt(seq), prev: unhex(prev) });

/** T ‖ z; what does not decode makes the record malformed, as its leaf would be. */
const leafOf = (eid, body, sig) => concat(unhex('06' + '00000006'), wire.encode(wire.text('ballot'), wire.uint(1), wire.bytes(eid), wire.bytes(body)),
  unhex('04' + sig.slice(0, 66) + '05' + sig.slice(66)));

for (const name of ['ranked-ballot', 'approval-ballot']) {
  const file = cases(name, name === 'ranked-ballot'
    ? ['election', 'otherEid', 'accept', 'refuse', 'leafRefuse', 'seedReuse'] : ['election', 'otherEid', 'accept', 'refuse']);
  const e = election(file.election);
  const good = new Map();
  for (const c of file.accept) {
    good.set(c.name, unhex(c.body));
    good.set('leaf of ' + c.name, unhex(c.schnorr.leaf));
  }
  /** A box in which the named accepted cases stand. */
  const boxAfter = (names = []) => {
    const box = new Box();
    names.forEach((n, i) => assert.equal(box.admit(proveLeaf(e, good.get('leaf of ' + n)), i).verdict, 'accepted'));
    return box;
  };

  test(`${name}: a seed and choices give the body, the id, the signature and the leaf to the byte`, () => {
    for (const c of file.accept) {
      only(c, ['name', 'verdict', 'xv', 'vk', 'seq', 'prev', 'seed', 'choices', 'choicesDigest', 'nseed', 'bctx', 'answers', 'body', 'ballotId', 'schnorr'], ['after']);
      const place = placeOf(c), seed = unhex(c.seed);
      assert.equal(hexOf(seal.votingKey(scalar(c.xv))), c.vk);
      assert.equal(hex(seal.choicesDigest(c.choices)), c.choicesDigest);
      const bctx = seal.ballotContext(e.eid, place);
      assert.equal(hex(bctx), c.bctx);
      const nseed = seal.nonceSeed(seed, bctx, seal.choicesDigest(c.choices));
      assert.equal(hex(nseed), c.nseed);
      for (const a of c.answers) {
        const drawn = (role, j) => hex(encodeScalar(seal.nonce(nseed, role, a.contest, j)));
        if (a.kind === 'ranked') {
          assert.deepEqual([drawn('ranked-r', 0), drawn('ranked-w', 0)], [a.r, a.w]);
          assert.equal(String(ranked.encode(e.contests[a.contest], a.ranking)), a.code);
          assert.equal(hexOf(ranked.embed(BigInt(a.code)).M), a.M);
        } else {
          a.options.forEach((o, j) => assert.deepEqual(
            [drawn('approval-r', j), drawn('or01-w', j), drawn('or01-c', j), drawn('or01-z', j)], [o.r, o.w, o.c_false, o.z_false]));
          if (a.range) {
            assert.equal(drawn('or-range-w', 0), a.range.w);
            for (const [u, { c: cu, z }] of Object.entries(a.range.simulated))
              assert.deepEqual([drawn('or-range-c', Number(u)), drawn('or-range-z', Number(u))], [cu, z]);
          }
        }
      }
      const { body, ballotId } = seal.seal(e, mark(e, c.choices), place, seed);
      assert.equal(hex(body), c.body, c.name);
      assert.equal(hex(ballotId), c.ballotId);
      assert.equal(hex(seal.bodyHash(body)), c.schnorr.h);
      const { T, z } = seal.sign(scalar(c.xv), body);
      assert.equal(hexOf(T) + hex(encodeScalar(z)), c.schnorr.sig);
      assert.equal(hex(seal.signedLeaf(scalar(c.xv), e.eid, body)), c.schnorr.leaf);
      assert.equal(boxAfter(c.after).admit(proveLeaf(e, unhex(c.schnorr.leaf)), 9).verdict, c.verdict);
      consume();
    }
  });

  test(`${name}: a record that is not valid is refused with the first reason`, () => {
    for (const c of file.refuse) {
      only(c, ['name', 'verdict', 'reason', 'body', 'schnorr'], ['detail', 'alsoFails', 'after']);
      const body = edited(c.body, (n) => good.get(n));
      const result = boxAfter(c.after).admit(proveLeaf(e, leafOf(e.eid, body, c.schnorr.sig)), 9);
      assert.deepEqual([result.verdict, result.reason], ['refused', c.reason], c.name);
      consume();
    }
  });

  test(`${name}: an audit rebuilds the ballot and notices any other choice or seed`, () => {
    const c = file.accept[0];
    const at = (choices, seed) => audit.audit(e, mark(e, choices), placeOf(c), unhex(seed), unhex(c.ballotId)).same;
    assert.ok(at(c.choices, c.seed));
    assert.ok(audit.rebuilds(e, mark(e, c.choices), placeOf(c), unhex(c.seed), unhex(c.body)));
    assert.ok(!at(file.accept[1].choices, c.seed));
    assert.ok(!at(c.choices, file.accept[1].seed));
  });

  if (name === 'ranked-ballot') {
    test('a leaf that is not the ballot leaf of this election is refused', () => {
      for (const c of file.leafRefuse) {
        only(c, ['name', 'verdict', 'reason', 'leaf']);
        const result = proveLeaf(e, edited(c.leaf, (n) => good.get(n)));
        assert.deepEqual([result.verdict, result.reason], ['refused', c.reason], c.name);
        consume();
      }
    });

    test('two bodies sealed from one seed by mistake share no nonce', () => {
      const { note, seed, contest: k, nseed1, nseed2, r1, r2, ...rest } = file.seedReuse;
      assert.deepEqual(rest, {});
      assert.equal(seed, file.accept[0].seed);
      assert.deepEqual([nseed1, nseed2].map((n) => hex(encodeScalar(seal.nonce(unhex(n), 'ranked-r', k, 0)))), [r1, r2]);
      const c = file.accept[0];
      const bctx = seal.ballotContext(e.eid, placeOf(c));
      assert.equal(hex(seal.nonceSeed(unhex(seed), bctx, seal.choicesDigest(c.choices))), nseed1);
      assert.notEqual(r1, r2);
      consume();
    });
  }
}

test('a log of ballots: which are valid, and which count', () => {
  const file = cases('ballot-chain', ['election', 'keys', 'scenarios']);
  const e = election(file.election);
  const proved = new Map();
  for (const s of file.scenarios) {
    only(s, ['name', 'records', 'counted'], ['note', 'closeSize']);
    const box = new Box();
    let counted;
    for (const r of s.records) {
      only(r, ['index', 'ballotId', 'verdict', 'body', 'schnorr'], ['reason', 'detail', 'alsoFails']);
      if (r.index === s.closeSize) counted = box.counted();
      const body = unhex(r.body);
      assert.equal(hex(seal.ballotIdOf(body)), r.ballotId);
      const key = r.body + r.schnorr.sig;
      if (!proved.has(key)) proved.set(key, proveLeaf(e, leafOf(e.eid, body, r.schnorr.sig)));
      const result = box.admit(proved.get(key), r.index);
      assert.deepEqual([result.verdict, result.reason], [r.verdict, r.reason], `${s.name} ${r.index}`);
      if (r.reason === 'stale-chain' && r.detail) assert.equal(result.detail, r.detail, s.name);
    }
    assert.deepEqual((counted ?? box.counted()).map(({ index, ballot }) => ({ vk: ballot.vk, index, ballotId: hex(ballot.ballotId) })), s.counted, s.name);
    consume();
  }
});

test('zero is a scalar like any other, but a zero sum is a bad proof', () => {
  const file = cases('zero-scalars', ['election', 'records']);
  const e = election(file.election);
  for (const r of file.records) {
    only(r, ['name', 'verdict', 'why', 'body', 'ballotId', 'schnorr', 'leaf'], ['reason']);
    assert.equal(hex(seal.ballotIdOf(unhex(r.body))), r.ballotId);
    assert.equal(hex(leafOf(e.eid, unhex(r.body), r.schnorr)), r.leaf);
    const result = new Box().admit(proveLeaf(e, unhex(r.leaf)), 0);
    assert.deepEqual([result.verdict, result.reason], [r.verdict, r.reason], r.name);
    consume();
  }
});

test('a whole election: its ballots, its counted list, its opened sums and rankings', () => {
  const file = cases('result', ['dkg', 'manifest', 'manifestBytes', 'eid', 'Y', 'contests', 'roll', 'voters', 'records', 'counted', 'approval', 'ranked']);
  assert.equal(hex(wire.encode(wire.list(file.manifest.map((f) => tree(f.value))))), file.manifestBytes);
  assert.equal(hex(TH('election', wire.bytes(unhex(file.manifestBytes)))), file.eid);
  const e = election(file);
  const box = new Box();
  for (const r of file.records) {
    only(r, ['index', 'voter', 'seq', 'prev', 'seed', 'approvals', 'ranking', 'ballotId', 'verdict', 'body', 'schnorr'], ['reason', 'code']);
    const { xv, vk } = file.voters[r.voter];
    // One record carries a code that no ranking has, one a proof changed after it was made.
    if (r.code === undefined && r.verdict === 'accepted') {
      const { body } = seal.seal(e, mark(e, [r.approvals, r.ranking]), placeOf({ ...r, vk }), unhex(r.seed));
      assert.equal(hex(body), r.body);
      assert.equal(hex(leafHash(seal.signedLeaf(scalar(xv), e.eid, body))), r.schnorr.leafHash);
    }
    const result = box.admit(proveLeaf(e, leafOf(e.eid, unhex(r.body), r.schnorr.sig)), r.index);
    assert.deepEqual([result.verdict, result.reason], [r.verdict, r.reason]);
    consume();
  }
  const counted = box.counted();
  assert.deepEqual(counted.map((c) => c.index), file.counted);

  const sums = e.contests[0].options;
  const approvals = Array.from({ length: sums }, (_, j) => total(counted.map((c) => c.ballot.answers[0].ciphertexts[j])));
  const rankings = counted.map((c) => c.ballot.answers[1].ciphertexts[0]);
  const asHex = (list) => list.map(({ A, B }) => [hexOf(A), hexOf(B)]);
  assert.deepEqual(asHex(approvals), file.approval.list);
  assert.deepEqual(asHex(rankings), file.ranked.list);

  const mixed = file.ranked.mixed.map(([A, B]) => ({ A: point(A), B: point(B) }));
  for (const [k, kind, list, part] of [[0, 'approval', approvals, file.approval], [1, 'ranked', mixed, file.ranked]]) {
    const xctx = dleq.decryptContext(e.eid, k, kind, listDigest(list));
    assert.deepEqual([hex(listDigest(list)), hex(xctx)], [part.listDigest, part.xctx]);
    const factors = new Map();
    for (const c of part.contributions) {
      const made = { D: c.D.map(point), T: point(c.T), U: point(c.U), z: scalar(c.z) };
      assert.ok(dleq.holds(xctx, c.j, point(file.dkg.keys[c.j - 1].Yj), list, made));
      factors.set(c.j, made.D);
    }
    assert.deepEqual(dleq.chosen([...factors.keys()], file.dkg.t), part.use);
    const M = dleq.combine(list, part.use, factors);
    assert.deepEqual(M.map(hexOf), part.M);
    if (kind === 'approval') assert.deepEqual(M.map((P) => dleq.discreteLog(P, counted.length)), part.totals);
    else {
      const opened = M.map((P) => ranked.open(e.contests[1], P));
      assert.deepEqual(opened.map((o) => ('code' in o ? { ...o, code: String(o.code) } : o)), part.opened);
      assert.deepEqual(e.contests[1] && Array.from({ length: 4 }, (_, i) => opened.filter((o) => o.ranking?.[0] === i).length), part.firstPreferences);
    }
    consume();
  }
});

test('a client signs one body in one place of its chain, and the next stands on it', () => {
  const file = cases('ranked-ballot', ['election', 'otherEid', 'accept', 'refuse', 'leafRefuse', 'seedReuse']);
  const e = election(file.election);
  const c = file.accept[0];
  const bodyAt = (place, seed) => seal.seal(e, mark(e, c.choices), { vk: point(c.vk), ...place }, unhex(seed)).body;
  const empty = chain.begin(e.eid);
  const first = bodyAt(chain.next(empty), c.seed);
  const other = bodyAt(chain.next(empty), file.accept[1].seed);
  const one = chain.extended(empty, first);
  assert.deepEqual(chain.next(one), { seq: 1n, prev: seal.ballotIdOf(first) });
  assert.equal(chain.extended(one, other), undefined, 'a second body in the same place');
  assert.equal(chain.extended(one, first), one, 'the same body again');
  assert.equal(chain.extended(empty, bodyAt(chain.next(one), c.seed)), undefined, 'a gap');
  const two = chain.extended(one, bodyAt(chain.next(one), file.accept[2].seed));
  assert.equal(chain.next(two).seq, 2n);
  assert.equal(chain.extended(chain.begin(unhex(file.otherEid)), first), undefined, 'another election');
  assert.deepEqual(chain.read(chain.write(two)), two);
  assert.throws(() => chain.read(chain.write(two).slice(1)), Malformed);
  assert.ok(chain.agree(one, two) && !chain.agree(two, chain.extended(empty, other)));
});

test('a key answers the contests on whose roll it stands and no other', () => {
  const file = cases('ranked-ballot', ['election', 'otherEid', 'accept', 'refuse', 'leafRefuse', 'seedReuse']);
  const c = file.accept[0];
  const base = election(file.election);
  const e = { ...base, contests: [{ ...base.contests[0], roll: 'b' }, base.contests[1]] };
  const sealed = (marked) => seal.seal(e, marked, placeOf(c), unhex(c.seed)).body;
  const verdict = (body, roll) => proveLeaf({ ...e, roll }, seal.signedLeaf(scalar(c.xv), e.eid, body));
  const both = sealed(mark(e, c.choices)), second = sealed(mark(e, c.choices).slice(1));
  assert.equal(verdict(both, new Map([[c.vk, 'b']])).verdict, 'proved');
  assert.equal(verdict(second, new Map([[c.vk, 'a']])).verdict, 'proved');
  assert.equal(verdict(second, new Map([[c.vk, 'b']])).reason, 'wrong-contests');
  assert.equal(verdict(both, new Map([[c.vk, 'a']])).reason, 'wrong-contests');
});

test('sealing rests between options and says how far it is', () => {
  const file = cases('approval-ballot', ['election', 'otherEid', 'accept', 'refuse']);
  const e = election(file.election);
  const c = file.accept[0];
  const shares = [...seal.sealing(e, mark(e, c.choices), placeOf(c), unhex(c.seed))];
  assert.equal(shares.at(-1), 1);
  assert.ok(shares.length > 15 && shares.every((s, i) => i === 0 || s > shares[i - 1]));
});

test('a choice outside its contest cannot be sealed', () => {
  const file = cases('approval-ballot', ['election', 'otherEid', 'accept', 'refuse']);
  const e = election(file.election);
  const c = file.accept[0];
  for (const wrong of [[1, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0], [2, 0, 0, 0], [1, 0, 0, 0, 0]])
    assert.throws(() => seal.seal(e, mark(e, [wrong, ...c.choices.slice(1)]), placeOf(c), unhex(c.seed)), Malformed);
  assert.equal(prove(e, new Uint8Array(), { T: e.Y, z: 0n }).reason, 'malformed');
});

test('records with a byte changed, cut, doubled or re-signed are refused and nothing is thrown', () => {
  const file = cases('ranked-ballot', ['election', 'otherEid', 'accept', 'refuse', 'leafRefuse', 'seedReuse']);
  const e = election(file.election);
  const { xv, body: good, schnorr } = file.accept[0];
  let state = 20251123;
  const draw = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * n); };
  const mutated = (b) => {
    const at = draw(b.length), kind = draw(4);
    if (kind === 0) return b.slice(0, at);
    if (kind === 1) return concat(b.slice(0, at), Uint8Array.of(draw(256)), b.slice(at));
    if (kind === 2) return concat(b.slice(0, at), b.slice(Math.max(0, at - draw(40))));
    const out = b.slice();
    out[at] ^= 1 + draw(255);
    return out;
  };
  const reasons = new Set();
  for (let i = 0; i < 1500; i++) {
    // A third is signed anew, so that it reaches the proofs.
    let leaf = mutated(unhex(schnorr.leaf));
    if (i % 3 === 0) {
      const body = mutated(unhex(good));
      leaf = seal.signedLeaf(scalar(xv), e.eid, body);
      if (hex(body) === good) continue;
    }
    if (hex(leaf) === schnorr.leaf) continue;
    const result = proveLeaf(e, leaf);
    const verdict = result.verdict === 'proved' ? new Box().admit(result, 0) : result;
    assert.equal(verdict.verdict, 'refused', `round ${i}: ${hex(leaf)}`);
    reasons.add(verdict.reason);
  }
  for (const reason of ['malformed', 'wrong-context', 'not-on-roll', 'wrong-contests', 'bad-proof', 'bad-signature'])
    assert.ok(reasons.has(reason), `no mutant reached ${reason}`);
});
