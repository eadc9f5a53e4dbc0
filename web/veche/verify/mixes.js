// checks §1 MIX: what was opened is what was cast, in an order that no mixer alone knows.
import { listDigest } from '../crypto/elgamal.js';
import { encodePoint } from '../crypto/p256.js';
import { ELEMENT } from '../mix/bytetree.js';
import { Transcript, rowsOf, verify } from '../mix/shuffle.js';
import { equal, hex } from '../wire.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./mixing.js').Line} Line */
/** @typedef {import('./said.js').Said} Said */

/** This program's own judge of proofs. What mixes of one list have in common it works out once.
 * @param {{random: (length: number) => Uint8Array, plain?: boolean, progress?: (contest: number, done: number) => void|Promise<void>}} how
 *   `plain` looks at each equation by itself; `done` runs from 0 to 1 in each proof
 * @returns {import('./mixing.js').Judge}
 */
export function judge({ random, plain = false, progress }) {
  /** @type {Map<string, Transcript>} */ const transcripts = new Map();
  return async ({ eid, contest, key, input, output, files: [permutation, commitment, reply] }) => {
    const at = `${hex(eid)} ${contest}`, transcript = transcripts.get(at) ?? Transcript.of(eid, contest);
    transcripts.set(at, transcript);
    const rows = (/** @type {Ciphertext[]} */ list) => rowsOf(list.map((c) => [c]));
    const refused = await verify(transcript, key, rows(input), rows(output), { permutation, commitment, reply }, { random, plain, progress: (done) => progress?.(contest, done) });
    if (!refused) return undefined;
    if (refused.reason === 'bad-proof') return { why: 'equations', detail: `equations that do not hold: ${refused.detail}` };
    return { why: ELEMENT.test(refused.detail) ? 'element' : 'form', detail: refused.detail };
  };
}

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold } = facts, ranked = fold.draft?.contests.some((q) => q.kind === 'ranked') ?? false;
  const check = (/** @type {string} */ id, /** @type {(facts: Facts, lines: [number, Line][]) => Said} */ made) => on(id, () =>
    facts.against(id) ?? (!ranked ? notApplicable('no ranked contest: nothing is mixed')
      : !fold.mixing ? notApplicable('the vote has not been closed') : made(facts, [...fold.mixing.lines])));
  await check('MIX-01', first);
  await check('MIX-02', joined);
  await check('MIX-03', proved);
  await check('MIX-04', sizes);
  await check('MIX-05', mixers);
  await check('MIX-06', after);
  await check('MIX-07', distinct);
}

/** @param {Facts} facts */
const none = ({ fold }) => notApplicable(fold.withoutResult ? `no result: ${fold.withoutResult}` : 'nothing is mixed yet');

/** The list of the box that was found apart, not the fold's. @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function first(facts, lines) {
  const { box } = facts;
  if (!box) return fail('no box');
  for (const [k, { done }] of lines)
    if (done.length && !equal(done[0].payload.input, listDigest(box.list(k)))) return fail(`contest ${k}: the first mix began with another list`, done[0].index);
  return lines.some(([, { done }]) => done.length) ? pass(`the ballots of ${box.counted().length} keys, in the log's order`) : none(facts);
}

/** @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function joined(facts, lines) {
  let joints = 0;
  for (const [k, { done }] of lines)
    for (let l = 1; l < done.length; l++, joints++) {
      const before = done[l - 1];
      if (!equal(done[l].payload.input, before.payload.output) || !equal(before.payload.output, listDigest(before.output))) return fail(`contest ${k}: mix ${l + 1} began elsewhere`, done[l].index);
    }
  return joints ? pass(`${joints} joints`) : none(facts);
}

/** @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function proved(facts, lines) {
  const unjudged = facts.fold.mixing?.unjudged, proofs = lines.reduce((n, [, { done }]) => n + done.length, 0);
  if (proofs === 0) return none(facts);
  return unjudged ? notChecked(unjudged) : pass(`${proofs} proofs`);
}

/** @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function sizes(facts, lines) {
  const size = facts.box?.counted().length ?? 0;
  let lists = 0;
  for (const [k, { done }] of lines)
    for (const { output, index } of done) {
      lists++;
      if (output.length !== size) return fail(`contest ${k}: another number of rows`, index);
    }
  return lists ? pass(`${lists} lists of ${size} ciphertexts`) : none(facts);
}

/** @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function mixers(facts, lines) {
  const { lambda: needed } = facts.fold.definition, opened = facts.fold.acts.some((a) => a.type === 'decrypt'), who = [];
  for (const [k, { done }] of lines) {
    const by = [...new Set(done.map((d) => d.trustee))].sort((a, b) => a - b);
    if (by.length < needed) return opened ? fail(`contest ${k}: opened after ${by.length} of ${needed} mixes`) : none(facts);
    who.push(`${k} by trustees [${by.join(', ')}]`);
  }
  return pass(`contest ${who.join(', ')}; ${needed} are enough`);
}

/** @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function after({ fold }, lines) {
  const early = lines.flatMap(([, { done }]) => done).find((d) => d.index <= fold.closeIndex);
  return early ? fail('mixed before the vote was closed', early.index) : pass(`all after leaf ${fold.closeIndex}`);
}

/** A row that stands twice, or comes out as it went in, would be a mark. @param {Facts} facts @param {[number, Line][]} lines @returns {Said} */
function distinct(facts, lines) {
  let rows = 0;
  for (const [k, { input, done }] of lines) {
    const seen = new Set((input ?? []).map(({ A }) => hex(encodePoint(A))));
    for (const { output, index } of done) {
      for (const { A } of output) {
        const row = hex(encodePoint(A));
        if (seen.has(row)) return fail(`contest ${k}: a ciphertext stands twice`, index);
        seen.add(row);
      }
      rows += output.length;
    }
  }
  return rows ? pass(`${rows} ciphertexts, all different`) : none(facts);
}
