// A prover of shuffles (protocol §9), for the tests alone: it makes what the verifier judges, also from vectors that give digests only.
import { G, mod, mulPublic, pointOf, sum } from '../../veche/crypto/p256.js';
import * as bytetree from '../../veche/mix/bytetree.js';
import { rowsOf, weights } from '../../veche/mix/shuffle.js';
import { toBigInt } from '../../veche/wire.js';

const at = (P) => P.toAffine();
const timesG = (k) => (mod(k) === 0n ? mulPublic(0n, G) : G.multiply(mod(k)));

/** Output i = input perm[i], re-encrypted with s[i]. */
export function shuffled(Y, input, perm, s) {
  return perm.map((from, i) => input[from].map(({ A, B }, k) => ({ A: A.add(timesG(s[i][k])), B: B.add(mulPublic(s[i][k], Y)) })));
}

/** The three files and everything between. Another `output` is proved as if it were the shuffled one.
 * @param {import('../../veche/mix/shuffle.js').Transcript} transcript
 */
export async function prove(transcript, Y, input, perm, { s, r, b, alpha, beta, gamma, delta, epsilon, phi }, output = shuffled(Y, input, perm, s)) {
  const n = input.length, width = input[0].length;
  const hs = await transcript.generators(n), h = hs.map(pointOf);
  const u = r.map(timesG);
  perm.forEach((from, i) => { u[from] = timesG(r[from]).add(h[i]); });
  const W = rowsOf(input), W1 = rowsOf(output);
  const permutation = bytetree.array(u.map(at));
  const seed = transcript.seed(hs, permutation, Y, W, W1), e = weights(seed, n), e1 = perm.map((from) => mod(e[from]));
  const B = [], B1 = [];
  let d = 0n;
  for (let i = 0; i < n; i++) {
    const before = i === 0 ? h[0] : B[i - 1];
    B.push(timesG(b[i]).add(mulPublic(e1[i], before)));
    B1.push(timesG(beta[i]).add(mulPublic(epsilon[i], before)));
    d = i === 0 ? b[0] : mod(e1[i] * d + b[i]);
  }
  const A1 = timesG(alpha).add(sum(h.map((P, i) => mulPublic(epsilon[i], P)))), C1 = timesG(gamma), D1 = timesG(delta);
  const F1 = phi.map((p, k) => ({
    A: sum(output.map((row, i) => mulPublic(epsilon[i], row[k].A))).subtract(timesG(p)),
    B: sum(output.map((row, i) => mulPublic(epsilon[i], row[k].B))).subtract(mulPublic(p, Y)),
  }));
  const part = (of) => bytetree.columns(F1.map((f) => bytetree.point(at(of(f)))));
  const commitment = bytetree.node(bytetree.array(B.map(at)), bytetree.point(at(A1)), bytetree.array(B1.map(at)), bytetree.point(at(C1)), bytetree.point(at(D1)),
    bytetree.node(part((f) => f.A), part((f) => f.B)));
  const v = toBigInt(transcript.challenge(seed, commitment));
  const dot = (xs, ys) => xs.reduce((sum, x, i) => sum + x * ys[i], 0n);
  const scalars = (ks) => bytetree.node(...ks.map((k) => bytetree.scalar(k)));
  const kA = mod(v * dot(r, e) + alpha), kB = b.map((x, i) => mod(v * x + beta[i])), kC = mod(v * r.reduce((x, y) => x + y, 0n) + gamma);
  const kD = mod(v * d + delta), kE = e1.map((x, i) => mod(v * x + epsilon[i])), kF = phi.map((p, k) => mod(v * dot(e1, s.map((row) => row[k])) + p));
  const reply = bytetree.node(bytetree.scalar(kA), scalars(kB), bytetree.scalar(kC), bytetree.scalar(kD), scalars(kE), bytetree.columns(kF.map((k) => bytetree.scalar(k))));
  return {
    output, seed, e, v, h, u, B, A1, B1, C1, D1, F1, width, reply: { kA, kB, kC, kD, kE, kF },
    files: { permutation, commitment, reply }, list: bytetree.writeRows(W1),
  };
}

/** Fresh randomness for n rows. @param {() => bigint} draw */
export function randomness(n, width, draw) {
  const many = (count) => Array.from({ length: count }, draw);
  return { s: Array.from({ length: n }, () => many(width)), r: many(n), b: many(n), alpha: draw(), beta: many(n), gamma: draw(), delta: draw(), epsilon: many(n), phi: many(width) };
}
