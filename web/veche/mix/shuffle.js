// The proof of a shuffle (protocol §9, §10; Terelius and Wikström), judged with Verificatum's transcript. Written from the specification, apart from the Java one.
import { msm, summing } from '../crypto/msm.js';
import { G, mod, mulPublic, pointOf } from '../crypto/p256.js';
import { H } from '../crypto/transcript.js';
import { FIELD, Malformed, WirePoint, concat, hex, toBigInt, utf8Bytes } from '../wire.js';
import * as bytetree from './bytetree.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('../crypto/msm.js').Affine} Affine */
/** @typedef {import('./bytetree.js').Rows} Rows */
/** The three files of a proof, as they lie in the record. @typedef {{permutation: Uint8Array, commitment: Uint8Array, reply: Uint8Array}} Files */
/** @typedef {{u: Affine[]}} Permutation */
/** @typedef {{B: Affine[], A1: Affine, B1: Affine[], C1: Affine, D1: Affine, F1: {A: Affine[], B: Affine[]}}} Commitment */
/** @typedef {{kA: bigint, kB: bigint[], kC: bigint, kD: bigint, kE: bigint[], kF: bigint[]}} Reply */
/** @typedef {Permutation & Commitment & Reply & {h: Affine[], e: bigint[], v: bigint, Y: Point, input: Rows, output: Rows}} Read  everything an equation needs */
/** @typedef {{reason: 'malformed', detail: string, failing: string[]}|{reason: 'bad-proof', detail: string, failing: string[]}} Refusal */
/** Told how far it is, from 0 to 1; what it returns is waited for. @typedef {(done: number) => void|Promise<void>} Progress */

// ---- Verificatum's transcript (protocol §10) ----

const VERSION = '3.1.0', HASH = 'SHA-256';
const GROUP = 'ECqPGroup(P-256)::00000000020100000020636f6d2e766572696669636174756d2e61726974686d2e4543715047726f75700100000005502d323536';

/** @param {number} n */
function u32(n) {
  const b = new Uint8Array(4);
  new DataView(b.buffer).setUint32(0, n);
  return b;
}

const words = (/** @type {string} */ s) => bytetree.leaf(utf8Bytes(s));

/** PRG(s): SHA-256(s‖u32 0)‖SHA-256(s‖u32 1)‖… by pieces of any length. */
export class Stream {
  /** @param {Uint8Array} seed */
  constructor(seed) {
    this.seed = seed;
    this.block = 0;
    this.rest = new Uint8Array();
  }

  /** @param {number} length */
  take(length) {
    const parts = [this.rest];
    for (let have = this.rest.length; have < length; have += 32) parts.push(H(concat(this.seed, u32(this.block++))));
    const all = concat(...parts);
    this.rest = all.slice(length);
    return all.slice(0, length);
  }
}

/** RO(256, data) @param {...Uint8Array} data */
export const oracle = (...data) => new Stream(H(concat(u32(256), ...data))).take(32);

const AT_ONCE = 64;

/** What all mixes of one list have in common: the prefix of every hash, and the generators. */
export class Transcript {
  /** @param {string} sid @param {string} auxsid */
  constructor(sid, auxsid) {
    this.sid = sid;
    this.auxsid = auxsid;
    this.rho = H(bytetree.node(words(VERSION), words(`${sid}.${auxsid}`), bytetree.leaf(u32(100)), bytetree.leaf(u32(256)), bytetree.leaf(u32(256)), words(HASH), words(GROUP), words(HASH)));
    this.drawn = new Stream(oracle(this.rho, words('generators')));
    /** @type {Affine[]} */ this.h = [];
  }

  /** Of a contest, or of its second list (protocol §8). @param {Uint8Array} eid @param {number} contest @param {'main'|'set-aside'} [part] */
  static of(eid, contest, part = 'main') {
    return new Transcript(`V1${hex(eid)}`, `c${contest}${part === 'main' ? '' : 's'}`);
  }

  /** h_1..h_n, which nobody knows a logarithm between. A longer list begins with the shorter. @param {number} n @param {Progress} [progress] */
  async generators(n, progress) {
    while (this.h.length < n) {
      const bytes = this.drawn.take(45);
      bytes[0] &= 0x0f;
      const h = WirePoint.lower(toBigInt(bytes) % FIELD);
      if (h) this.h.push(h);
      if (h && this.h.length % AT_ONCE === 0) await progress?.(this.h.length / n);
    }
    return this.h.slice(0, n);
  }

  /** RO(256, ρ ‖ node(G, h[], u[], pk_w, W, W')) @param {Affine[]} h @param {Uint8Array} permutation its file @param {Point} Y @param {Rows} input @param {Rows} output */
  seed(h, permutation, Y, input, output) {
    const g = G.toAffine();
    return oracle(this.rho, bytetree.node(bytetree.point(g), bytetree.array(h), permutation, key(Y, input.width), bytetree.writeRows(input), bytetree.writeRows(output)));
  }

  /** RO(256, ρ ‖ node(leaf seed, commitment)) @param {Uint8Array} seed @param {Uint8Array} commitment its file */
  challenge(seed, commitment) {
    return oracle(this.rho, bytetree.node(bytetree.leaf(seed), commitment));
  }
}

/** The public key as it stands in transcripts. @param {Point} Y @param {number} width */
export function key(Y, width) {
  const part = (/** @type {Point} */ P) => bytetree.columns(Array(width).fill(bytetree.point(P.toAffine())));
  return bytetree.node(part(G), part(Y));
}

/** e_1..e_n, 32 bytes each @param {Uint8Array} seed @param {number} n */
export function weights(seed, n) {
  return Array.from({ length: n }, (_, i) => toBigInt(H(concat(seed, u32(i)))));
}

// ---- reading ----

/** @param {readonly (readonly Ciphertext[])[]} rows a row holds a ciphertext for each column @returns {Rows} */
export function rowsOf(rows) {
  const width = rows[0]?.length ?? 1;
  if (width < 1 || rows.some((row) => row.length !== width)) throw new RangeError('every row is as wide as the first');
  const column = (/** @type {(c: Ciphertext) => Point} */ of) => Array.from({ length: width }, (_, k) => rows.map((row) => {
    const P = of(row[k]);
    if (P.is0()) throw new Malformed('identity');
    return P.toAffine();
  }));
  return { size: rows.length, width, A: column((c) => c.A), B: column((c) => c.B) };
}

/** @param {Uint8Array} file @param {number} size @returns {Permutation} */
export const readPermutation = (file, size) => bytetree.reading(file, (r) => ({ u: bytetree.points(r, size) }));

/** @param {Uint8Array} file @param {number} size @param {number} width @returns {Commitment} */
export const readCommitment = (file, size, width) => bytetree.reading(file, (r) => {
  r.node(6);
  const B = bytetree.points(r, size), A1 = r.point(), B1 = bytetree.points(r, size), C1 = r.point(), D1 = r.point();
  r.node(2);
  const half = () => r.columns(width, () => r.point());
  return { B, A1, B1, C1, D1, F1: { A: half(), B: half() } };
});

/** @param {Uint8Array} file @param {number} size @param {number} width @returns {Reply} */
export const readReply = (file, size, width) => bytetree.reading(file, (r) => {
  r.node(6);
  const scalars = () => r.array(size, () => r.scalar());
  const kA = r.scalar(), kB = scalars(), kC = r.scalar(), kD = r.scalar(), kE = scalars();
  return { kA, kB, kC, kD, kE, kF: r.columns(width, () => r.scalar()) };
});

/** A file with its name in front of what is wrong with it. @template T @param {string} name @param {() => T} read @returns {T} */
function named(name, read) {
  try {
    return read();
  } catch (e) {
    if (e instanceof Malformed) throw new Malformed(e.reason, `${name}${e.message.slice(e.reason.length)}`);
    throw e;
  }
}

// ---- the equations (protocol §9) ----

/** Uniform in [1, 2¹²⁸−1]: of this program alone, never of the transcript. @param {(length: number) => Uint8Array} random */
function weight(random) {
  for (;;) {
    const tau = toBigInt(random(16));
    if (tau > 0n) return tau;
  }
}

/** All equations in one, under fresh weights: who does not know them passes a false one with 2⁻¹²⁸. @param {Read} read @param {(length: number) => Uint8Array} random @param {Progress} [progress] @returns {Promise<boolean>} */
export async function holdsBatched(read, random, progress) {
  const { u, h, B, B1, A1, C1, D1, F1, kA, kB, kC, kD, kE, kF, e, v, Y, input, output } = read;
  const n = u.length, width = input.width, last = n - 1;
  const tA = weight(random), tC = weight(random), tD = weight(random), tB = u.map(() => weight(random));
  /** @type {Affine[]} */ const points = [];
  /** @type {bigint[]} */ const scalars = [];
  const add = (/** @type {bigint} */ k, /** @type {Affine} */ P) => {
    scalars.push(k);
    points.push(P);
  };
  const product = e.reduce((a, b) => mod(a * b), 1n);
  let ofG = -tA * kA - tC * kC - tD * kD, ofY = 0n;
  for (let i = 0; i < n; i++) {
    add(tA * v * e[i] + tC * v, u[i]);
    add(-(tA * kE[i] + tC * v) - (i === 0 ? tB[0] * kE[0] + tD * v * product : 0n), h[i]);
    add(tB[i] * v - (i < last ? tB[i + 1] * kE[i + 1] : 0n) + (i === last ? tD * v : 0n), B[i]);
    add(tB[i], B1[i]);
    ofG -= tB[i] * kB[i];
  }
  add(tA, A1);
  add(tC, C1);
  add(tD, D1);
  for (let k = 0; k < width; k++) {
    const tU = weight(random), tV = weight(random);
    for (const [t, W, out, first] of /** @type {[bigint, Affine[], Affine[], Affine][]} */ ([[tU, input.A[k], output.A[k], F1.A[k]], [tV, input.B[k], output.B[k], F1.B[k]]])) {
      for (let i = 0; i < n; i++) {
        add(t * v * e[i], W[i]);
        add(-t * kE[i], out[i]);
      }
      add(t, first);
    }
    ofG += tU * kF[k];
    ofY += tV * kF[k];
  }
  add(ofG, G.toAffine());
  add(ofY, Y.toAffine());
  const work = summing(points, scalars);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value.is0();
    await progress?.(step.value);
  }
}

/** The plain form, which defines validity: the names of the equations that fail. @param {Read} read @param {Progress} [progress] @returns {Promise<string[]>} */
export async function failing(read, progress) {
  const { u, h, B, B1, A1, C1, D1, F1, kA, kB, kC, kD, kE, kF, e, v, Y, input, output } = read;
  const n = u.length, out = [], ones = u.map(() => 1n);
  const same = (/** @type {string} */ name, /** @type {Point} */ left, /** @type {Affine} */ first, /** @type {Point} */ right) => {
    if (!mulPublic(v, left).add(pointOf(first)).equals(right)) out.push(name);
  };
  same('A', msm(u, e), A1, mulPublic(kA, G).add(msm(h, kE)));
  for (let i = 0; i < n; i++) {
    same(`B${i + 1}`, pointOf(B[i]), B1[i], mulPublic(kB[i], G).add(mulPublic(kE[i], pointOf(i === 0 ? h[0] : B[i - 1]))));
    if (i % AT_ONCE === 0) await progress?.(i / n);
  }
  same('C', msm(u, ones).subtract(msm(h, ones)), C1, mulPublic(kC, G));
  same('D', pointOf(B[n - 1]).subtract(mulPublic(e.reduce((a, b) => mod(a * b), 1n), pointOf(h[0]))), D1, mulPublic(kD, G));
  for (let k = 0; k < input.width; k++) {
    const holds = (/** @type {Affine[]} */ W, /** @type {Affine} */ first, /** @type {Point} */ base, /** @type {Affine[]} */ W1) =>
      mulPublic(v, msm(W, e)).add(pointOf(first)).equals(msm(W1, kE).subtract(mulPublic(kF[k], base)));
    if (!holds(input.A[k], F1.A[k], G, output.A[k]) || !holds(input.B[k], F1.B[k], Y, output.B[k])) out.push(`F${k + 1}`);
    await progress?.((k + 1) / input.width);
  }
  return out;
}

/** Reads the three files and works out what is hashed; throws Malformed. @param {Transcript} transcript @param {Point} Y @param {Rows} input @param {Rows} output @param {Files} files @param {Progress} [progress] @returns {Promise<Read>} */
export async function read(transcript, Y, input, output, files, progress) {
  const { size: n, width } = input;
  if (n < 2) throw new Malformed('shape', 'fewer than two rows');
  if (output.size !== n || output.width !== width) throw new Malformed('shape', 'the lists are not alike');
  if (Y.is0()) throw new Malformed('identity', 'the key');
  const permutation = named('PermutationCommitment', () => readPermutation(files.permutation, n));
  const commitment = named('PoSCommitment', () => readCommitment(files.commitment, n, width));
  const reply = named('PoSReply', () => readReply(files.reply, n, width));
  const h = await transcript.generators(n, progress);
  const seed = transcript.seed(h, files.permutation, Y, input, output);
  return { ...permutation, ...commitment, ...reply, h, e: weights(seed, n), v: toBigInt(transcript.challenge(seed, files.commitment)), Y, input, output };
}

const READING = 0.2;

/** protocol §9: undefined where the output is the input in another order under fresh randomness, and nothing else. Malformed files are a refusal, never thrown.
 * @param {Transcript} transcript @param {Point} Y @param {Rows} input @param {Rows|Uint8Array} output a list, or its file @param {Files} files
 * @param {{random: (length: number) => Uint8Array, plain?: boolean, progress?: Progress}} how `random` makes the weights; `plain` looks at each equation by itself
 * @returns {Promise<Refusal|undefined>}
 */
export async function verify(transcript, Y, input, output, files, { random, plain = false, progress }) {
  /** @type {Read} */ let all;
  try {
    const to = output instanceof Uint8Array ? named('ShuffledCiphertexts', () => bytetree.readRows(output, input.size, input.width)) : output;
    all = await read(transcript, Y, input, to, files, (done) => progress?.(READING * done));
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    return { reason: 'malformed', detail: e.message, failing: [] };
  }
  const further = (/** @type {number} */ done) => progress?.(READING + (1 - READING) * done);
  if (!plain && await holdsBatched(all, random, further)) return undefined;
  const wrong = await failing(all, further);
  return wrong.length ? { reason: 'bad-proof', detail: wrong.length > 8 ? `${wrong.slice(0, 8).join(', ')}, …` : wrong.join(', '), failing: wrong } : undefined;
}
