// Instant runoff (Ware 1871), one seat: until somebody has more than half of the votes that still count, the option with the fewest goes out.
import { best, byLot, fraction, upTo } from './profile.js';

/** @typedef {import('./profile.js').Stage} Stage */

/** @param {import('./profile.js').Terms} terms @param {import('./profile.js').Ballot[]} ballots @returns {import('./profile.js').Tally} */
export function irv(terms, ballots) {
  const cast = ballots.filter((b) => b.ranks.length > 0), all = cast.reduce((n, b) => n + b.weight, 0n);
  /** @type {Stage[]} */
  const stages = [], /** @type {number[]} */ excluded = [], /** @type {number[]} */ elected = [];
  let standing = upTo(terms.options), votes = firsts();
  function firsts() {
    const now = upTo(terms.options).map(() => 0n);
    for (const b of cast) {
      const top = b.ranks.find((o) => standing.includes(o));
      if (top !== undefined) now[top] += b.weight;
    }
    return now;
  }
  /** @param {string} kind @param {number[]} options */
  const minute = (kind, options) =>
    stages.push({ kind, options, votes: votes.map((v) => fraction(v)), exhausted: fraction(all - votes.reduce((a, b) => a + b, 0n)), elected: [...elected], excluded: [...excluded] });
  minute('FIRST', []);
  while (elected.length === 0) {
    const active = standing.reduce((n, o) => n + votes[o], 0n), quota = active / 2n + 1n;
    const over = standing.filter((o) => votes[o] >= quota);
    if (over.length) elected.push(over[0]);
    else if (standing.length === 1) elected.push(standing[0]);
    else if (standing.length === 2) {
      const out = votes[standing[0]] === votes[standing[1]] ? byLot(terms, standing) : best(standing, (o) => votes[o], (a, b) => a < b)[0];
      elected.push(standing.find((o) => o !== out) ?? out);
    }
    if (elected.length) {
      minute('ELECT', [...elected]);
      break;
    }
    const out = byLot(terms, best(standing, (o) => votes[o], (a, b) => a < b));
    excluded.push(out);
    minute('EXCLUDE', [out]);
    standing = standing.filter((o) => o !== out);
    votes = firsts();
    minute('TRANSFER', [out]);
  }
  minute('END', []);
  return { winners: elected, stages };
}
