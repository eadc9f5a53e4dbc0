// The shapes that roll, ballot and log share: what a contest is, and what an answer to it may be.
import { Malformed } from '../wire.js';

/**
 * @typedef {{kind: 'approval'|'ranked', options: number, lo: number, hi: number, roll?: string}} Contest
 *   lo..hi bounds the number of chosen options; roll is 'all' (also when absent) or a body's id.
 * @typedef {readonly number[]} Choice  approval: one 0 or 1 per option; ranked: option indices in order
 */

/** protocol §4, §15 line 9: what one point can carry. */
export const CAPACITY = 1n << 216n;
const WIDEST_RANGE = 32;

/** P(a, b) = a!/(a − b)! @param {number} a @param {number} b */
export function arrangements(a, b) {
  let n = 1n;
  for (let i = 0; i < b; i++) n *= BigInt(a - i);
  return n;
}

/** How many rankings a contest allows. @param {{options: number, lo: number, hi: number}} contest */
export function rankings({ options, lo, hi }) {
  let n = 0n;
  for (let k = lo; k <= hi; k++) n += arrangements(options, k);
  return n;
}

/** A range proof stands exactly where a limit does. @param {Contest} contest */
export const isLimited = ({ options, lo, hi }) => !(lo === 0 && hi === options);

/** A contest that the definition checks accept. @param {Contest} c @returns {Contest} */
export function contest(c) {
  const { kind, options, lo, hi } = c;
  if (![options, lo, hi].every(Number.isSafeInteger) || lo < 0 || lo > hi || hi > options)
    throw new Malformed('bounds', `${lo}..${hi} of ${options}`);
  if (kind === 'ranked') {
    if (rankings(c) > CAPACITY) throw new Malformed('capacity');
  } else if (kind === 'approval') {
    if (isLimited(c) && hi - lo > WIDEST_RANGE) throw new Malformed('range');
  } else throw new Malformed('kind', String(kind));
  return Object.freeze({ ...c });
}

/** A choice that fits its contest, or the reason why not. @param {Contest} contest @param {Choice} choice @returns {string|undefined} */
export function misfit({ kind, options, lo, hi }, choice) {
  const whole = (/** @type {number} */ i, /** @type {number} */ n) => Number.isInteger(i) && i >= 0 && i < n;
  if (kind === 'approval') {
    if (choice.length !== options) return 'options';
    if (!choice.every((v) => whole(v, 2))) return 'vote';
    const chosen = choice.reduce((a, b) => a + b, 0);
    return chosen < lo || chosen > hi ? 'limit' : undefined;
  }
  if (choice.length < lo || choice.length > hi) return 'length';
  if (!choice.every((i) => whole(i, options))) return 'candidate';
  return new Set(choice).size === choice.length ? undefined : 'duplicate';
}
