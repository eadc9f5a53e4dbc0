// Cast or audit (protocol §7): the second device rebuilds a challenged ballot from its seed and choices and compares every byte.
import { equal } from '../wire.js';
import { seal } from './seal.js';

/** @typedef {import('./seal.js').Election} Election */

/** The body that seed and choices give; `same` says whether it is the one whose id was shown.
 * The election comes from the checker's own record, never from the page under audit.
 * @param {Election} election @param {readonly import('./seal.js').Marked[]} marked @param {import('./seal.js').Place} place
 * @param {Uint8Array} seed @param {Uint8Array} shown the ballot id the voter saw before choosing
 */
export function audit(election, marked, place, seed, shown) {
  const { body, ballotId } = seal(election, marked, place, seed);
  return { same: equal(ballotId, shown), body, ballotId };
}

/** The same where the body itself is at hand. @param {Election} election @param {readonly import('./seal.js').Marked[]} marked @param {import('./seal.js').Place} place @param {Uint8Array} seed @param {Uint8Array} body */
export const rebuilds = (election, marked, place, seed, body) =>
  equal(seal(election, marked, place, seed).body, body);
