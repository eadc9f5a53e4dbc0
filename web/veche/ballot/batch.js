// Many ballots at once (protocol decision 2): all their equations, each under a fresh weight of 128 bits, in one sum. Where it is not the identity, halves are
// looked at, and in the end the plain form names the culprit.
import { G, mod } from '../crypto/p256.js';
import { msm } from '../crypto/msm.js';
import { challenged as signatureChallenge } from '../crypto/schnorr.js';
import { toBigInt } from '../wire.js';
import { total } from '../crypto/elgamal.js';
import * as approval from './approval.js';
import { judged, readClaim } from './check.js';
import * as ranked from './ranked.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('./check.js').Claim} Claim */
/** @typedef {import('./check.js').Proved} Proved */
/** @typedef {import('./check.js').Refusal} Refusal */

/** Fewer than these are faster one by one. */
const FEWEST = 3;

/** What proveLeaf says of each; of those that `equations` leaves out the proofs of the answers are not looked at. @param {import('./check.js').Election} election
 * @param {readonly Uint8Array[]} leaves @param {(length: number) => Uint8Array} random @param {(index: number) => boolean} [equations] @returns {(Proved|Refusal)[]} */
export function proveLeaves(election, leaves, random, equations = () => true) {
  const read = leaves.map((leaf) => readClaim(election, leaf));
  const asked = read.flatMap((claim, i) => (claim.verdict === 'read' ? [{ claim, equations: equations(i) }] : []));
  const found = new Map(halves(asked, random));
  return read.map((one) => (one.verdict === 'read' ? found.get(one) ?? judged(one) : one));
}

/** @typedef {{claim: Claim, equations: boolean}} Asked */

/** @param {Asked[]} asked @param {(length: number) => Uint8Array} random @returns {[Claim, Proved|Refusal][]} */
function halves(asked, random) {
  if (asked.length < FEWEST) return asked.map(({ claim, equations }) => [claim, judged(claim, equations)]);
  if (holds(asked, random)) return asked.map(({ claim }) => [claim, { verdict: 'proved', ballot: claim.ballot }]);
  const middle = asked.length >> 1;
  return [...halves(asked.slice(0, middle), random), ...halves(asked.slice(middle), random)];
}

/** Whether all equations of all of them hold, but for a chance of 2⁻¹²⁸. @param {Asked[]} asked @param {(length: number) => Uint8Array} random */
function holds(asked, random) {
  /** @type {{x: bigint, y: bigint}[]} */ const points = [], /** @type {bigint[]} */ scalars = [];
  let ofG = 0n, ofY = 0n;
  const put = (/** @type {Point} */ P, /** @type {bigint} */ k) => {
    // read from 33 bytes, so never the identity, and affine already
    points.push(P.toAffine());
    scalars.push(mod(k));
  };
  const weight = () => toBigInt(random(16));
  for (const { claim: { ballot, vk, Y, bctx, h, signature }, equations } of asked) {
    for (const { k, contest, answer } of equations ? ballot.answers : []) {
      if (contest.kind === 'ranked') {
        const one = /** @type {ranked.RankedAnswer} */ (answer), w = weight(), c = ranked.challenged({ bctx, k, Y }, one);
        // [z]G − T − [c]A
        ofG += w * one.proof.z;
        put(one.proof.T, -w);
        put(one.A, -w * c);
        continue;
      }
      const options = /** @type {approval.ApprovalAnswer} */ (answer).options;
      if (/** @type {approval.ApprovalAnswer} */ (answer).range) {
        const sum = total(options);
        if (sum.A.is0() || sum.B.is0()) return false;
      }
      const A = options.map(() => 0n), B = options.map(() => 0n);
      for (const { lo, of, proof: { T, U, c, z }, challenge } of approval.statements({ bctx, k, Y }, contest, /** @type {approval.ApprovalAnswer} */ (answer))) {
        const all = [...c, mod(challenge - c.reduce((a, b) => a + b, 0n))];
        let toA = 0n, toB = 0n;
        all.forEach((ci, i) => {
          const v = weight(), w = weight();
          // [z]G − T − [c]A and [z]Y − U − [c](B − [i]G)
          ofG += v * z[i] + w * ci * BigInt(lo + i);
          ofY += w * z[i];
          put(T[i], -v);
          put(U[i], -w);
          toA -= v * ci;
          toB -= w * ci;
        });
        for (const one of of) {
          A[options.indexOf(one)] += toA;
          B[options.indexOf(one)] += toB;
        }
      }
      options.forEach((one, j) => {
        put(one.A, A[j]);
        put(one.B, B[j]);
      });
    }
    const w = weight();
    ofG += w * signature.z;
    put(signature.T, -w);
    put(vk, -w * signatureChallenge('ballot-sig', vk, h, signature));
  }
  put(G, ofG);
  put(asked[0].claim.Y, ofY);
  return msm(points, scalars).is0();
}
