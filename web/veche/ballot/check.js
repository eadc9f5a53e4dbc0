// Valid records and what is counted (protocol §6, §15 lines 24 to 27): the first failing reason, in the order given there.
import { encodePoint, pointOf, precomputed } from '../crypto/p256.js';
import * as schnorr from '../crypto/schnorr.js';
import { Fields, Malformed, equal, hex, parse } from '../wire.js';
import * as approval from './approval.js';
import * as ranked from './ranked.js';
import { FIRST_PREV, ballotContext, ballotIdOf, bodyHash } from './seal.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../election/contest.js').Contest} Contest */
/** @typedef {'malformed'|'wrong-context'|'not-on-roll'|'wrong-contests'|'bad-proof'|'bad-signature'|'duplicate-ciphertext'|'stale-chain'} Reason */
/**
 * The roll maps a voting key's hex to the body that admitted it.
 * @typedef {{eid: Uint8Array, Y: Point, contests: readonly Contest[], roll: ReadonlyMap<string, string>}} Election
 * @typedef {{k: number, contest: Contest, answer: approval.ApprovalAnswer|ranked.RankedAnswer, ciphertexts: import('../crypto/elgamal.js').Ciphertext[]}} Answer
 * @typedef {{vk: string, seq: bigint, prev: Uint8Array, ballotId: Uint8Array, answers: Answer[]}} Ballot
 * @typedef {{verdict: 'refused', reason: Reason, detail: string}} Refusal
 * @typedef {{verdict: 'proved', ballot: Ballot}} Proved
 * @typedef {{verdict: 'accepted', ballot: Ballot}} Accepted
 */

/** @param {Reason} reason @param {string} [detail] @returns {Refusal} */
const refused = (reason, detail = '') => ({ verdict: 'refused', reason, detail });

/** The contests that a key answers, ascending. @param {Election} election @param {string} vk hex */
export const contestsOf = ({ contests, roll }, vk) =>
  contests.flatMap((contest, k) =>
    (contest.roll ?? 'all') === 'all' || contest.roll === roll.get(vk) ? [{ k, contest }] : []);

/** A parse that fails is a refusal with this reason. @template A @param {Reason} reason @param {() => A} read @returns {A|Refusal} */
function attempt(reason, read) {
  try {
    return read();
  } catch (e) {
    if (e instanceof Malformed) return refused(reason, e.message);
    throw e;
  }
}

/** @param {any} x @returns {x is Refusal} */
const isRefusal = (x) => x.verdict === 'refused';

/** record §2: a ballot leaf, read and proved; without `equations` the proofs of its answers are left out. @param {Election} election @param {Uint8Array} leaf
 * @param {boolean} [equations] @returns {Proved|Refusal} */
export function proveLeaf(election, leaf, equations = true) {
  const claim = readClaim(election, leaf);
  return isRefusal(claim) ? claim : judged(claim, equations);
}

/** A ballot leaf as far as it can be judged without an equation. @param {Election} election @param {Uint8Array} leaf @returns {Claim|Refusal} */
export function readClaim(election, leaf) {
  const read = attempt('malformed', () => {
    const f = new Fields(parse(leaf), 6);
    f.text('ballot');
    f.uint(1);
    const eid = f.bytes(32), body = f.bytes(), T = pointOf(f.point()), z = f.scalar();
    return { eid, body, signature: { T, z } };
  });
  return isRefusal(read) ? read : readBody(election, read.body, read.signature, read.eid);
}

/** What needs no other record: shape, election, roll, answers, proofs, signature.
 * @param {Election} election @param {Uint8Array} body @param {schnorr.Proof} signature @param {Uint8Array} [leafEid] @returns {Proved|Refusal}
 */
export function prove(election, body, signature, leafEid = election.eid) {
  const claim = readBody(election, body, signature, leafEid);
  return isRefusal(claim) ? claim : judged(claim);
}

/** A ballot whose proofs and signature are still to be judged. @typedef {{verdict: 'read', ballot: Ballot, vk: Point, Y: Point, bctx: Uint8Array, h: Uint8Array, signature: schnorr.Proof}} Claim */

/** @param {Election} election @param {Uint8Array} body @param {schnorr.Proof} signature @param {Uint8Array} leafEid @returns {Claim|Refusal} */
function readBody(election, body, signature, leafEid) {
  const read = attempt('malformed', () => {
    const f = new Fields(parse(body), 6);
    f.text('veche/1/ballot');
    return { eid: f.bytes(32), vk: pointOf(f.point()), seq: f.uint(), prev: f.bytes(32), answers: f.list() };
  });
  if (isRefusal(read)) return read;
  const { vk, seq, prev } = read;
  if (!equal(read.eid, election.eid) || !equal(leafEid, election.eid)) return refused('wrong-context');
  const key = hex(encodePoint(vk));
  if (!election.roll.has(key)) return refused('not-on-roll');

  const due = contestsOf(election, key);
  const answers = attempt('wrong-contests', () => readAnswers(due, read.answers));
  if (isRefusal(answers)) return answers;
  return {
    verdict: 'read', ballot: { vk: key, seq, prev, ballotId: ballotIdOf(body), answers },
    vk, Y: precomputed(election.Y), bctx: ballotContext(election.eid, { vk, seq, prev }), h: bodyHash(body), signature,
  };
}

/** The plain form, which defines validity. @param {Claim} claim @param {boolean} [equations] @returns {Proved|Refusal} */
export function judged({ ballot, vk, Y, bctx, h, signature }, equations = true) {
  const failing = !equations ? [] : ballot.answers.flatMap(({ k, contest, answer }) => contest.kind === 'approval'
    ? approval.failing({ bctx, k, Y }, contest, /** @type {approval.ApprovalAnswer} */ (answer))
    : ranked.failing({ bctx, k, Y }, /** @type {ranked.RankedAnswer} */ (answer)));
  if (failing.length) return refused('bad-proof', failing.join('; '));
  if (!schnorr.verify('ballot-sig', vk, h, signature)) return refused('bad-signature');
  return { verdict: 'proved', ballot };
}

/** @param {{k: number, contest: Contest}[]} due @param {Fields} f @returns {Answer[]} */
function readAnswers(due, f) {
  const answers = due.map(({ k, contest }) => {
    const a = f.list();
    a.uint(k);
    a.text(contest.kind);
    if (contest.kind === 'approval') {
      const answer = approval.read(a, contest);
      return { k, contest, answer, ciphertexts: approval.ciphertexts(answer) };
    }
    const answer = ranked.read(a);
    return { k, contest, answer, ciphertexts: ranked.ciphertexts(answer) };
  });
  f.end();
  return answers;
}

/** The fold over ballots: which are valid, and which count. */
export class Box {
  constructor() {
    /** A of every valid record → its key @type {Map<string, string>} */
    this.owners = new Map();
    /** the last valid record of each key @type {Map<string, {index: number, ballot: Ballot}>} */
    this.last = new Map();
  }

  /** @param {Proved|Refusal} proved @param {number} index in the log @returns {Accepted|Refusal} */
  admit(proved, index) {
    if (isRefusal(proved)) return proved;
    const { ballot } = proved;
    const As = ballot.answers.flatMap((a) => a.ciphertexts.map(({ A }) => hex(encodePoint(A))));
    const copied = As.findIndex((A) => (this.owners.get(A) ?? ballot.vk) !== ballot.vk);
    if (copied >= 0) return refused('duplicate-ciphertext', `ciphertext ${copied}`);
    const before = this.last.get(ballot.vk)?.ballot;
    const wrong = [
      ...(ballot.seq === (before ? before.seq + 1n : 0n) ? [] : ['seq']),
      ...(equal(ballot.prev, before ? before.ballotId : FIRST_PREV) ? [] : ['prev']),
    ];
    if (wrong.length) return refused('stale-chain', 'chain: ' + wrong.join(' and '));
    for (const A of As) this.owners.set(A, ballot.vk);
    this.last.set(ballot.vk, { index, ballot });
    return { verdict: 'accepted', ballot };
  }

  /** The last valid record of each key, by log index. Admit only what stands before `close`. */
  counted() {
    return [...this.last.values()].sort((a, b) => a.index - b.index);
  }
}
