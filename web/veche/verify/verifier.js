// log §8, checks §1: all 72 checks over a bundle, in their order. It believes the trust file and nothing else; what the record says of itself is worked out again.
import { proveLeaves } from '../ballot/batch.js';
import { proveLeaf } from '../ballot/check.js';
import { Malformed, bytes, encode, hex, list, text, uint } from '../wire.js';
import * as ballots from './ballots.js';
import { MOST_SPARES, SecondBox, hasStrangePoints } from './box.js';
import * as council from './council.js';
import * as count from './count.js';
import { Facts } from './facts.js';
import { Fold, readDeposited } from './fold.js';
import * as keys from './keys.js';
import * as log from './log.js';
import * as mixes from './mixes.js';
import * as openings from './openings.js';
import { Bundle, Unusable, entries, head, stages } from './reading.js';
import { Refused } from './refused.js';
import * as roll from './roll.js';
import { fail, notChecked } from './said.js';
import { parseTrust } from './trust.js';

export { Unusable } from './reading.js';

/** @typedef {import('./said.js').Said} Said */
/** @typedef {Said & {id: string}} Check */
/**
 * What an observer hands in. `paths` names all files where the source can be listed; `trust` is the text of the trust file; `web` the SHA-256 in hex of
 * the page's files as served; `now` the observer's clock in seconds; `sample` about how many ballots a fast look proves; `random` draws them, and the weights under which
 * proofs of mixing are judged (`plain`: each equation by itself); `mixing` is told how far a proof of a contest is, from 0 to 1.
 * What he has beside the bundle is compared with it (checks §2).
 * @typedef {{get: import('./reading.js').Get, paths?: Iterable<string>, trust?: string, receipts?: string[], challenges?: string[], roll?: string[], votes?: string, web?: ReadonlyMap<string, string>, now: number,
 *   mode?: 'full'|'fast', sample?: number, random?: (length: number) => Uint8Array, judge?: import('./mixing.js').Judge, plain?: boolean, mixing?: (contest: number, done: number) => void|Promise<void>,
 *   progress?: (done: number, of: number) => void|Promise<void>}} Given
 * @typedef {{origin: string, size: number, root: string, phase: string, result: string|undefined, mode: 'full'|'fast',
 *   sampled: {proved: number, ballots: number}|undefined, checks: Check[], exit: 0|1|2|3}} Report
 */

/** All of them, in the order in which they are made and shown. */
export const IDS = Object.entries({ LOG: 13, ROL: 8, SET: 10, BAL: 10, MIX: 7, DEC: 6, TAL: 9, CER: 9 })
  .flatMap(([group, n]) => Array.from({ length: n }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`));

const MOST_ACTS = 200_000, SAMPLE = 200, BATCH = 64;

/** Whether a leaf begins as a ballot does. @param {Uint8Array} leaf */
const isBallot = (leaf) => BALLOT.every((byte, i) => leaf[i] === byte);
const BALLOT = encode(list([text('ballot'), uint(1), bytes(new Uint8Array(32)), bytes(new Uint8Array()), uint(0), uint(0)])).slice(0, 16);

/** Throws Unusable where there is nothing to judge (exit 3), and Malformed where the trust file is none. @param {Given} given @returns {Promise<Report>} */
export async function verify(given) {
  const report = await once(given, given.mode ?? 'full');
  // a ballot that was not drawn may be the reason for what looks wrong: nothing is called wrong on a guess
  return report.exit === 1 && report.sampled ? once(given, 'full') : report;
}

/** @param {Given} given @param {'full'|'fast'} mode @returns {Promise<Report>} */
async function once(given, mode) {
  const trust = given.trust === undefined ? undefined : parseTrust(given.trust);
  const bundle = new Bundle(given.get, given.paths), newest = await head(bundle), { kept, unread } = await stages(bundle);
  const { size, origin } = newest.tree, sampled = mode === 'fast' ? { proved: 0, ballots: 0 } : undefined;
  const looks = given.judge ?? (given.random && mixes.judge({ random: given.random, plain: given.plain, progress: given.mixing }));
  /** Ballots that were proved together, before their turn. @type {WeakMap<Uint8Array, import('../ballot/check.js').Proved|import('../ballot/check.js').Refusal>} */
  const ahead = new WeakMap(), drawn = sampled ? drawing(sampled, size, given) : () => true;
  const fold = new Fold(origin, (sha256) => bundle.blob(sha256), {
    // those of deposits, where junk is usual, are proved all
    prove: (election, leaf, index) => ahead.get(leaf) ?? proveLeaf(election, leaf, index < 0 || drawn()),
    ...(!sampled && looks ? { judge: looks } : {}),
  });
  /** @type {SecondBox|undefined} */ let box;
  /** @type {Set<number>} */ const strange = new Set();
  /** Ballots from before `open`. @type {Uint8Array[]} */ const early = [];
  for await (const read of entries(bundle, size)) {
    if ('unread' in read) {
      unread.push(read.unread);
      break;
    }
    for (const [at, leaf] of read.leaves.entries()) {
      if (!given.plain && given.random && fold.election && !ahead.has(leaf)) prove(ahead, fold.election, read.leaves, at, given.random, drawn);
      const index = fold.size, { ballot, refused } = await fold.take(leaf);
      if (fold.acts.length > MOST_ACTS) throw new Unusable('more acts than an election has');
      if (fold.openIndex >= 0 && !box) {
        box = new SecondBox(fold.roll?.keys ?? new Map());
        for (const one of early) box.outside(one);
      }
      if (refused?.code === 'malformed' && hasStrangePoints(leaf)) {
        strange.add(index);
        if (!ballot) fold.acts.pop();
      } else if (box) again(box, fold, index, leaf, ballot, refused?.code);
      else if (ballot && early.length < MOST_SPARES) early.push(leaf);
      await given.progress?.(fold.size, size);
    }
  }
  const facts = new Facts({ bundle, head: newest, kept: [newest, ...kept], unread, fold, box, trust, now: given.now, sampled, strange, plain: given.plain ?? !given.random,
    held: { ...given, receipts: given.receipts ?? [], challenges: given.challenges ?? [] } });
  /** @type {Map<string, Said>} */ const said = new Map();
  /** @type {import('./said.js').On} */
  const on = async (id, check) => {
    try {
      said.set(id, await check());
    } catch (e) {
      // what breaks down has failed; only a mistake of this program goes through
      if (!(e instanceof Malformed) && !(e instanceof Refused)) throw e;
      said.set(id, fail(e.message));
    }
  };
  await log.make(facts, on);
  if (facts.whole) for (const group of [roll, keys, ballots, mixes, openings, count, council]) await group.make(facts, on);
  const checks = IDS.map((id) => ({ id, ...(said.get(id) ?? notChecked('the log could not be read to its end')) }));
  const some = (/** @type {string} */ status) => checks.some((c) => c.status === status);
  return {
    origin, size, root: hex(newest.tree.root), phase: fold.phase, result: fold.result && hex(fold.result.digest), mode, sampled, checks,
    exit: some('fail') ? 1 : some('not-checked') ? 2 : 0,
  };
}

/** Proves the ballots from here on together, as many as stand in a row. @param {WeakMap<Uint8Array, import('../ballot/check.js').Proved|import('../ballot/check.js').Refusal>} ahead
 * @param {import('../ballot/check.js').Election} election @param {Uint8Array[]} leaves @param {number} at @param {(length: number) => Uint8Array} random @param {() => boolean} drawn */
function prove(ahead, election, leaves, at, random, drawn) {
  let end = at;
  while (end < leaves.length && end < at + BATCH && isBallot(leaves[end])) end++;
  if (end - at < 2) return;
  const run = leaves.slice(at, end);
  proveLeaves(election, run, random, drawn).forEach((found, i) => ahead.set(run[i], found));
}

/** The box's second look at a leaf. @param {SecondBox} box @param {Fold} fold @param {number} index @param {Uint8Array} leaf @param {boolean} ballot @param {string|undefined} code */
function again(box, fold, index, leaf, ballot, code) {
  if (ballot) {
    if (index > fold.openIndex && (fold.closeIndex < 0 || index < fold.closeIndex)) box.take(index, leaf, code);
    else box.outside(leaf);
    return;
  }
  const deposit = fold.deposits.get(index), { act, type } = fold.acts[fold.acts.length - 1];
  if (deposit) box.deposit(index, deposit);
  else if (type === 'deposit' && act && code === 'conflict') {
    const { election } = fold;
    box.empty(index, readDeposited(act.payload), (one) => election !== undefined && proveLeaf(election, one).verdict === 'proved');
  }
}

/** Whether the next ballot is one of the about so many that a quick look proves. @param {{proved: number, ballots: number}} sampled @param {number} size @param {Given} given
 * @returns {() => boolean} */
function drawing(sampled, size, { sample = SAMPLE, random }) {
  if (!random) throw new Error('a fast look needs `random`');
  const limit = size <= sample ? 2 ** 32 : Math.ceil((sample / size) * 2 ** 32);
  return () => {
    const drawn = new DataView(random(4).slice().buffer).getUint32(0) < limit;
    sampled.ballots++;
    if (drawn) sampled.proved++;
    return drawn;
  };
}
