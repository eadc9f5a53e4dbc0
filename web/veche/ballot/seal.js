// A ballot's body from a choice and one seed (protocol §6, §15 lines 16 to 23). Everything random comes from the seed,
// so an audited ballot can be rebuilt byte for byte.
import { G, mul, p, precomputed, wirePoint } from '../crypto/p256.js';
import * as schnorr from '../crypto/schnorr.js';
import { HS, TH } from '../crypto/transcript.js';
import { Malformed, bytes, encode, list, point, scalar, text, uint } from '../wire.js';
import * as approval from './approval.js';
import * as ranked from './ranked.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../election/contest.js').Contest} Contest */
/** @typedef {import('../election/contest.js').Choice} Choice */
/**
 * @typedef {{eid: Uint8Array, Y: Point, contests: readonly Contest[]}} Election  contests in the manifest's order
 * @typedef {{k: number, contest: Contest, choice: Choice}} Marked  one answered contest, k its place in the manifest
 * @typedef {{vk: Point, seq: bigint, prev: Uint8Array}} Place  whose ballot, and where in its chain
 * @typedef {{bctx: Uint8Array, k: number, Y: Point}} Context  what an answer's proofs are bound to
 * @typedef {{body: Uint8Array, ballotId: Uint8Array}} Sealed
 */

export const FIRST_PREV = new Uint8Array(32);

/** @param {Uint8Array} eid @param {Place} place */
export const ballotContext = (eid, { vk, seq, prev }) =>
  TH('ballot-ctx', bytes(eid), p(vk), uint(seq), bytes(prev));

/** @param {readonly Choice[]} choices */
export const choicesDigest = (choices) =>
  TH('ballot-choices', list(choices.map((c) => list(c.map((v) => uint(v))))));

/** @param {Uint8Array} seed @param {Uint8Array} bctx @param {Uint8Array} digest of the choices */
export const nonceSeed = (seed, bctx, digest) => TH('ballot-seed', bytes(seed), bytes(bctx), bytes(digest));

/** @param {Uint8Array} nseed @param {string} role @param {number} k @param {number} j */
export const nonce = (nseed, role, k, j) => HS('ballot-nonce', bytes(nseed), text(role), uint(k), uint(j));

/** @param {Uint8Array} body */
export const ballotIdOf = (body) => TH('ballot-id', bytes(body));

/** The body in steps: yields the share that is done (0..1), returns the sealed ballot.
 * @param {Election} election @param {readonly Marked[]} marked ascending @param {Place} place @param {Uint8Array} seed 32 bytes, never used before
 * @returns {Generator<number, Sealed>}
 */
export function* sealing(election, marked, place, seed) {
  if (seed.length !== 32 || place.prev.length !== 32 || election.eid.length !== 32) throw new Malformed('wrong-length');
  const Y = precomputed(election.Y);
  const bctx = ballotContext(election.eid, place);
  const nseed = nonceSeed(seed, bctx, choicesDigest(marked.map((m) => m.choice)));
  const steps = marked.reduce((n, { contest }) => n + (contest.kind === 'approval' ? 2 * contest.options : 1), 0);
  const answers = [];
  let done = 0;
  for (const { k, contest, choice } of marked) {
    const at = { bctx, k, Y };
    const drawn = (/** @type {string} */ role, /** @type {number} */ j) => nonce(nseed, role, k, j);
    if (contest.kind === 'approval') {
      const work = approval.sealing(at, contest, choice, drawn);
      let step = work.next();
      for (; !step.done; step = work.next()) yield ++done / steps;
      answers.push(approval.write(k, step.value));
    } else {
      answers.push(ranked.write(k, ranked.seal(at, contest, choice, drawn)));
      yield ++done / steps;
    }
  }
  const body = encode(list([
    text('veche/1/ballot'), bytes(election.eid), p(place.vk), uint(place.seq), bytes(place.prev), list(answers),
  ]));
  return { body, ballotId: ballotIdOf(body) };
}

/** The same at once. @param {Election} election @param {readonly Marked[]} marked @param {Place} place @param {Uint8Array} seed @returns {Sealed} */
export function seal(election, marked, place, seed) {
  const work = sealing(election, marked, place, seed);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** h @param {Uint8Array} body */
export const bodyHash = (body) => TH('ballot-body', bytes(body));

/** @param {bigint} xv @param {Uint8Array} body @returns {schnorr.Proof} */
export const sign = (xv, body) => schnorr.sign('ballot-sig', xv, bodyHash(body));

/** record §2: the ballot leaf. @param {Uint8Array} eid @param {Uint8Array} body @param {schnorr.Proof} signature */
export const leaf = (eid, body, { T, z }) =>
  encode(list([text('ballot'), uint(1), bytes(eid), bytes(body), point(wirePoint(T)), scalar(z)]));

/** Sign exactly the body whose id was shown. @param {bigint} xv @param {Uint8Array} eid @param {Uint8Array} body */
export const signedLeaf = (xv, eid, body) => leaf(eid, body, sign(xv, body));

/** vk = [x_v]G @param {bigint} xv */
export const votingKey = (xv) => mul(xv, G);
