// The approval answer (protocol §6): one ciphertext and one 0/1 proof an option, and a range proof where a limit stands.
import * as elgamal from '../crypto/elgamal.js';
import * as orproof from '../crypto/orproof.js';
import { G, O, mod, p, pointOf, ps } from '../crypto/p256.js';
import { HS, TH } from '../crypto/transcript.js';
import { isLimited, misfit } from '../election/contest.js';
import { Malformed, bytes, list, scalar, text, uint } from '../wire.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('../crypto/orproof.js').OrProof} OrProof */
/** @typedef {import('../election/contest.js').Contest} Contest */
/** @typedef {import('./seal.js').Context} Context */
/** @typedef {{options: Ciphertext[], proofs: OrProof[], range?: OrProof}} ApprovalAnswer */

/** actx @param {Context} at @param {Ciphertext[]} options */
export const context = ({ bctx, k, Y }, options) =>
  TH('approval-ctx', bytes(bctx), uint(k), p(Y), elgamal.items(options));

/** T_lo, U_lo, T_{lo+1}, … @param {Point[]} T @param {Point[]} U */
const pairs = (T, U) => ps(T.flatMap((Ti, i) => [Ti, U[i]]));

/** @param {Uint8Array} actx @param {number} j @param {Point[]} T @param {Point[]} U */
const challenge01 = (actx, j, T, U) => HS('or01', bytes(actx), uint(j), pairs(T, U));

/** @param {Uint8Array} actx @param {Contest} contest @param {Point[]} T @param {Point[]} U */
const challengeRange = (actx, { lo, hi }, T, U) => HS('or-range', bytes(actx), uint(lo), uint(hi), pairs(T, U));

/** protocol §6 Approval answer. A generator: it rests after every option, so that a page can show progress.
 * @param {Context} at @param {Contest} contest @param {readonly number[]} votes one 0 or 1 per option
 * @param {(role: string, j: number) => bigint} nonce
 * @returns {Generator<void, ApprovalAnswer>}
 */
export function* sealing(at, contest, votes, nonce) {
  const why = misfit(contest, votes);
  if (why) throw new Malformed(why);
  const { Y } = at;
  const r = votes.map((_, j) => nonce('approval-r', j));
  if (r.includes(0n)) throw new Malformed('zero-nonce', 'take another seed');
  const options = [];
  for (const [j, v] of votes.entries()) {
    options.push(elgamal.encrypt(v === 1 ? G : O, r[j], Y));
    yield;
  }
  const actx = context(at, options);
  const proofs = [];
  for (const [j, value] of votes.entries()) {
    proofs.push(orproof.prove({ Y, lo: 0, hi: 1, value, r: r[j] },
      { w: nonce('or01-w', j), c: () => nonce('or01-c', j), z: () => nonce('or01-z', j) },
      (T, U) => challenge01(actx, j, T, U)));
    yield;
  }
  if (!isLimited(contest)) return { options, proofs };
  const whole = elgamal.total(options);
  if (whole.A.is0() || whole.B.is0()) throw new Malformed('zero-sum', 'take another seed');
  const range = orproof.prove(
    { Y, lo: contest.lo, hi: contest.hi, value: votes.reduce((a, b) => a + b, 0), r: mod(r.reduce((a, b) => a + b, 0n)) },
    { w: nonce('or-range-w', 0), c: (u) => nonce('or-range-c', u), z: (u) => nonce('or-range-z', u) },
    (T, U) => challengeRange(actx, contest, T, U));
  return { options, proofs, range };
}

/** A proof's points, then challenges, then responses. @param {OrProof} proof */
const writeProof = ({ T, U, c, z }) =>
  list([...pairs(T, U).value, ...c.map((k) => scalar(k)), ...z.map((k) => scalar(k))]);

/** §15 line 19. @param {number} k @param {ApprovalAnswer} answer */
export const write = (k, { options, proofs, range }) => list([
  uint(k), text('approval'), elgamal.items(options), list(proofs.map(writeProof)),
  range ? writeProof(range) : list([]),
]);

/** @param {import('../wire.js').Fields} f @param {number} branches @returns {OrProof} */
function readProof(f, branches) {
  /** @type {OrProof} */
  const proof = { T: [], U: [], c: [], z: [] };
  for (let i = 0; i < branches; i++) {
    proof.T.push(pointOf(f.point()));
    proof.U.push(pointOf(f.point()));
  }
  for (let i = 0; i < branches - 1; i++) proof.c.push(f.scalar());
  for (let i = 0; i < branches; i++) proof.z.push(f.scalar());
  f.end();
  return proof;
}

/** @param {import('../wire.js').Fields} f an answer after its index and kind @param {Contest} contest @returns {ApprovalAnswer} */
export function read(f, contest) {
  const m = contest.options;
  const pointsOf = f.list(2 * m);
  const options = Array.from({ length: m }, () => ({ A: pointOf(pointsOf.point()), B: pointOf(pointsOf.point()) }));
  const proofsOf = f.list(m);
  const proofs = Array.from({ length: m }, () => readProof(proofsOf.list(), 2));
  const rangeOf = f.list();
  f.end();
  if (isLimited(contest)) return { options, proofs, range: readProof(rangeOf, contest.hi - contest.lo + 1) };
  rangeOf.end();
  return { options, proofs };
}

/** What each proof of an answer is about: a ciphertext, or the sum of several, that holds one of the values from `lo` on; `challenge` is the whole of it.
 * @typedef {{lo: number, of: Ciphertext[], proof: OrProof, challenge: bigint}} Statement */

/** @param {Context} at @param {Contest} contest @param {ApprovalAnswer} answer @returns {Statement[]} */
export function statements(at, contest, { options, proofs, range }) {
  const actx = context(at, options);
  return [
    ...options.map((ct, j) => ({ lo: 0, of: [ct], proof: proofs[j], challenge: challenge01(actx, j, proofs[j].T, proofs[j].U) })),
    ...(range ? [{ lo: contest.lo, of: options, proof: range, challenge: challengeRange(actx, contest, range.T, range.U) }] : []),
  ];
}

/** The proofs that fail, by name. @param {Context} at @param {Contest} contest @param {ApprovalAnswer} answer @returns {string[]} */
export function failing(at, contest, { options, proofs, range }) {
  const actx = context(at, options);
  const failed = options.flatMap((ct, j) => {
    const proof = proofs[j];
    return orproof.holds(at.Y, 0, 1, ct, proof, challenge01(actx, j, proof.T, proof.U))
      ? [] : [`contest ${at.k}: or01 option ${j}`];
  });
  if (range) {
    const whole = elgamal.total(options);
    if (whole.A.is0() || whole.B.is0()
      || !orproof.holds(at.Y, contest.lo, contest.hi, whole, range, challengeRange(actx, contest, range.T, range.U)))
      failed.push(`contest ${at.k}: or-range`);
  }
  return failed;
}

/** @param {ApprovalAnswer} answer */
export const ciphertexts = (answer) => answer.options;
