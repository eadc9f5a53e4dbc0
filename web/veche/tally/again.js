// counting §6: the page's own count of what was opened, beside the one that was published.
import { TH } from '../crypto/transcript.js';
import { Fields, Malformed, hex, parse } from '../wire.js';
import { irv } from './irv.js';
import { meek } from './meek.js';
import { schulze } from './schulze.js';
import { scottish } from './scottish.js';

/** @typedef {import('./profile.js').Ballot} Ballot */
/** @typedef {import('./profile.js').Terms} Terms */

/** Rules of which there is a second program. @type {Record<string, (terms: Terms, ballots: Ballot[]) => import('./profile.js').Tally>} */
const RULES = { irv, 'scottish-stv': scottish, 'meek-prf': meek, schulze };

/** Whether a rule can be counted again here. @param {string} rule */
export const known = (rule) => Object.hasOwn(RULES, rule);

/** The second program's count. @param {string} rule a known one @param {Terms} terms @param {Ballot[]} ballots */
export const count = (rule, terms, ballots) => RULES[rule](terms, ballots);

/** counting §3: a profile as the door gives it, and its digest in hex. @param {Uint8Array} body @param {number} options */
export function readProfile(body, options) {
  const value = parse(body), all = new Fields(value);
  /** @type {Ballot[]} */
  const ballots = [];
  while (all.left) {
    const one = all.list(2), weight = one.uint(), cells = one.list();
    /** @type {number[]} */ const ranks = [];
    while (cells.left) {
      const option = Number(cells.uint());
      if (option >= options || ranks.includes(option)) throw new Malformed('option', String(option));
      ranks.push(option);
    }
    if (weight === 0n) throw new Malformed('weight', '0');
    ballots.push({ weight, ranks });
  }
  return { digest: hex(TH('profile', value)), ballots };
}

/** A number as the published count writes it, exactly: whole, decimal or p/q. @param {string} text @returns {[bigint, bigint]} */
function exact(text) {
  const [top, bottom] = text.split('/');
  if (bottom !== undefined) return [BigInt(top), BigInt(bottom)];
  const [whole, places = ''] = text.split('.');
  return [BigInt(whole + places), 10n ** BigInt(places.length)];
}

/** @param {string} a @param {string} b */
function equal(a, b) {
  const [p, q] = exact(a), [r, s] = exact(b);
  return p * s === r * q;
}

/** Counts again and compares winners, and where the rule has steps every figure of every step.
 * @param {string} rule @param {Terms} terms @param {Ballot[]} ballots @param {{winners: string[], stages?: any[]}} said the count as published @param {string[]} ids of the options
 * @returns {{same: boolean, stages: number}} */
export function countAgain(rule, terms, ballots, said, ids) {
  const mine = count(rule, terms, ballots);
  const winners = [...mine.winners].map((o) => ids[o]).sort().join() === [...said.winners].sort().join();
  const steps = said.stages ?? [];
  const figures = mine.stages.length === 0 || (mine.stages.length === steps.length && mine.stages.every((stage, i) => {
    const theirs = steps[i];
    return stage.kind.toLowerCase() === theirs.kind
      && stage.options.map((o) => ids[o]).sort().join() === [...theirs.options].sort().join()
      && equal(stage.exhausted, theirs.exhausted)
      && stage.votes.every((v, o) => v === undefined || theirs.tally[ids[o]] === undefined || equal(v, theirs.tally[ids[o]]));
  }));
  return { same: winners && figures, stages: mine.stages.length };
}
