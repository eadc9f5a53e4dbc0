// protocol §5: the making of the key as its messages tell it: commits, then reveals, then confirmations, each trustee once.
import { O, encodePoint, mulPublic, p, pointOf, ps, sum } from '../crypto/p256.js';
import { lagrange } from '../crypto/dleq.js';
import * as schnorr from '../crypto/schnorr.js';
import { HS, TH } from '../crypto/transcript.js';
import { Fields, Malformed, WirePoint, bytes, decodeScalar, equal, hex, list, parse, scalar, toBigInt, uint } from '../wire.js';
import { no } from './refused.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {{ek: Uint8Array, h: Uint8Array}} Commit */
/** @typedef {{j: number, enc: Uint8Array, ct: Uint8Array}} Sealed */
/** @typedef {{C: Point[], pop: schnorr.Proof, shares: Sealed[]}} Reveal */
/** @typedef {{Y: Point, proof: schnorr.Proof, transcript: Uint8Array}} Confirm */

const MOST = 1_000;

/** @param {Fields} f @param {number} most */
export function small(f, most) {
  const n = f.uint();
  if (n > BigInt(most)) throw new Malformed('number', String(n));
  return Number(n);
}

/** An HPKE key of RFC 9180: uncompressed, on the curve. @param {Uint8Array} ek */
function checkKey(ek) {
  if (ek.length !== 65 || ek[0] !== 4) throw new Malformed('hpke-key');
  WirePoint.of(toBigInt(ek.subarray(1, 33)), toBigInt(ek.subarray(33)));
}

/** Σ_k [j^k]C_k @param {Point[]} C @param {number} j */
const evaluate = (C, j) => C.reduceRight((at, Ck) => mulPublic(BigInt(j), at).add(Ck), O);

/** [λ_j]Y_j summed over a set. @param {number[]} S @param {Point[]} shares */
const over = (S, shares) => sum(S.map((j) => mulPublic(lagrange(S, j), shares[j - 1])));

export class Ceremony {
  /** @param {Uint8Array} cid @param {number} t @param {Uint8Array[]} identities Ed25519 keys of the trustees, in their order */
  constructor(cid, t, identities) {
    this.n = identities.length;
    this.t = t;
    this.dctx = TH('dkg-ctx', bytes(cid), uint(this.n), uint(t), list(identities.map((k) => bytes(k))));
    /** @type {Map<number, Commit>} */ this.commits = new Map();
    /** @type {Map<number, Reveal>} */ this.reveals = new Map();
    /** @type {Map<number, Confirm>} */ this.confirms = new Map();
    /** @type {{accuser: number, accused: number, opened: boolean}[]} */ this.complaints = [];
    /** @type {Uint8Array} */ this.transcript = new Uint8Array();
    /** @type {Point} */ this.Y = O;
    /** @type {Point[]} */ this.shares = [];
  }

  get complete() { return this.confirms.size === this.n; }

  /** @template A @param {Map<number, A>} of @returns {A[]} by index */
  ordered(of) { return [...of.keys()].sort((a, b) => a - b).map((i) => /** @type {A} */ (of.get(i))); }

  /** @param {number} i @param {Uint8Array} payload */
  commit(i, payload) {
    const f = new Fields(parse(payload), 2), commit = { ek: f.bytes(65), h: f.bytes(32) };
    checkKey(commit.ek);
    if (this.commits.has(i)) no('conflict', `trustee ${i} has committed`);
    this.commits.set(i, commit);
  }

  /** @param {Uint8Array} payload @returns {Reveal} */
  static readReveal(payload) {
    const f = new Fields(parse(payload), 4), points = f.list(), C = [];
    while (points.left) C.push(pointOf(points.point()));
    const pop = { T: pointOf(f.point()), z: f.scalar() }, sealed = f.list();
    /** @type {Sealed[]} */ const shares = [];
    while (sealed.left) {
      const one = sealed.list(3), j = small(one, MOST);
      if (j <= (shares.at(-1)?.j ?? 0)) throw new Malformed('dkg-reveal', 'shares are not ascending');
      shares.push({ j, enc: one.bytes(65), ct: one.bytes(48) });
    }
    return { C, pop, shares };
  }

  /** @param {number} i @param {Uint8Array} payload */
  reveal(i, payload) {
    const commit = this.commits.get(i);
    if (this.commits.size < this.n || !commit) return no('wrong-phase', `${this.commits.size} of ${this.n} have committed`);
    if (this.reveals.has(i)) no('conflict', `trustee ${i} has revealed`);
    const reveal = Ceremony.readReveal(payload);
    this.checkReveal(i, commit, reveal);
    const term = hex(encodePoint(reveal.C[0]));
    if ([...this.reveals.values()].some((r) => hex(encodePoint(r.C[0])) === term)) no('bad-proof', `trustee ${i} repeats another trustee's key`);
    // all trustees together could do this; without an election key there is no election
    if (this.reveals.size + 1 === this.n && sum([reveal, ...this.reveals.values()].map((r) => r.C[0])).is0()) no('bad-proof', `trustee ${i} cancels the parts of all others`, 'SET-03');
    this.reveals.set(i, reveal);
    if (this.reveals.size < this.n) return undefined;
    const all = this.ordered(this.reveals);
    this.transcript = this.digest();
    this.Y = sum(all.map((r) => r.C[0]));
    this.shares = all.map((_, j) => this.shareKey(j + 1));
    return undefined;
  }

  /** Shape, the hash committed to, possession (§15 line 11). @param {number} i @param {Commit} commit @param {Reveal} reveal */
  checkReveal(i, { ek, h }, { C, pop, shares }) {
    if (C.length !== this.t) no('malformed', `dkg-reveal: expected ${this.t} commitments`);
    const others = Array.from({ length: this.n }, (_, j) => j + 1).filter((j) => j !== i);
    if (shares.map((s) => s.j).join() !== others.join()) no('malformed', 'dkg-reveal: expected one share for each other trustee');
    const { dctx } = this;
    if (!equal(h, TH('dkg-commit', bytes(dctx), uint(i), bytes(ek), ps(C), p(pop.T), scalar(pop.z)))) no('bad-proof', `dkg-reveal: trustee ${i} committed to something else`);
    if (!schnorr.holds(C[0], pop, HS('dkg-pop', bytes(dctx), uint(i), ps(C), p(pop.T)))) no('bad-proof', `dkg-reveal: trustee ${i} proves no possession`);
  }

  /** Y_j = Σ_i Σ_k [j^k]C_ik @param {number} j */
  shareKey(j) { return sum([...this.reveals.values()].map((r) => evaluate(r.C, j))); }

  /** §15 line 15 */
  digest() {
    const commits = this.ordered(this.commits), reveals = this.ordered(this.reveals);
    return TH('dkg-transcript', bytes(this.dctx),
      list(commits.map(({ ek, h }, i) => list([uint(i + 1), bytes(ek), bytes(h)]))),
      list(reveals.map(({ C, pop, shares }, i) => list([uint(i + 1), ps(C), p(pop.T), scalar(pop.z),
        list(shares.map(({ j, enc, ct }) => list([uint(j), bytes(enc), bytes(ct)])))]))));
  }

  /** @param {number} j @param {Uint8Array} payload */
  confirm(j, payload) {
    if (this.reveals.size < this.n) no('wrong-phase', `${this.reveals.size} of ${this.n} have revealed`);
    if (this.confirms.has(j)) no('conflict', `trustee ${j} has confirmed`);
    const f = new Fields(parse(payload), 4);
    const confirm = { Y: pointOf(f.point()), proof: { T: pointOf(f.point()), z: f.scalar() }, transcript: f.bytes(32) };
    if (!equal(confirm.transcript, this.transcript)) no('bad-proof', `trustee ${j} confirms another transcript`);
    this.checkConfirm(j, confirm);
    this.confirms.set(j, confirm);
  }

  /** §15 line 13. @param {number} j @param {Confirm} confirm */
  checkConfirm(j, { Y, proof }) {
    if (!Y.equals(this.shareKey(j))) no('bad-proof', `dkg-confirm: trustee ${j} states another share key`);
    if (!schnorr.holds(Y, proof, HS('dkg-share-pok', bytes(this.dctx), uint(j), p(Y), p(proof.T)))) no('bad-proof', `dkg-confirm: trustee ${j} does not prove its share`);
  }

  /** @param {number} accuser @param {Uint8Array} payload */
  complain(accuser, payload) {
    const f = new Fields(parse(payload), 1), accused = small(f, this.n);
    if (accused < 1 || accused === accuser) no('malformed', 'dkg-complaint: accused: expected another trustee');
    if (!this.reveals.has(accused)) no('wrong-phase', `trustee ${accused} has revealed nothing`);
    if (this.confirms.has(accuser)) no('conflict', `trustee ${accuser} has confirmed`);
    this.complaints.push({ accuser, accused, opened: false });
  }

  /** Who was at fault is for the next definition; that the accuser opened is what stands here. @param {number} accuser @param {Uint8Array} payload */
  open(accuser, payload) {
    const f = new Fields(parse(payload), 2), accused = small(f, MOST);
    decodeScalar(f.bytes(32));
    const complaint = this.complaints.find((c) => c.accuser === accuser && c.accused === accused);
    if (!complaint) return no('wrong-phase', `trustee ${accuser} has no complaint against this trustee`);
    if (complaint.opened) no('conflict', 'this complaint is decided');
    complaint.opened = true;
    return undefined;
  }

  /** Y ≠ O, and two different t-sets of shares give it. */
  get consistent() {
    const { n, t, Y, shares } = this;
    if (Y.is0()) return false;
    const from = (/** @type {number} */ first) => Array.from({ length: t }, (_, i) => first + i);
    return over(from(1), shares).equals(Y) && over(from(n - t + 1), shares).equals(Y);
  }
}

