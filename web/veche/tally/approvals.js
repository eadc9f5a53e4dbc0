// Committees from approvals: most approvals, and Thiele's sequential rule with weights 1, 1/2, 1/3 … (Thiele 1895).
import { best, byLot, fraction, upTo } from './profile.js';

/** @typedef {import('./profile.js').Terms} Terms @typedef {import('./profile.js').Ballot} Ballot @typedef {import('./profile.js').Tally} Tally */

/** One member at a time, each the one of the greatest score. @param {Terms} terms @param {(o: number, members: number[]) => bigint} score over one denominator @param {bigint} under @returns {Tally} */
function greedy(terms, score, under) {
  /** @type {number[]} */ const members = [];
  /** @type {import('./profile.js').Stage[]} */ const stages = [];
  while (members.length < Math.min(terms.seats, terms.options)) {
    const open = upTo(terms.options).filter((o) => !members.includes(o));
    const points = new Map(open.map((o) => [o, score(o, members)]));
    const next = byLot(terms, best(open, (o) => points.get(o) ?? 0n, (a, b) => a > b));
    members.push(next);
    const votes = upTo(terms.options).map((o) => (points.has(o) ? fraction(points.get(o) ?? 0n, under) : undefined));
    stages.push({ kind: 'ELECT', options: [next], votes, exhausted: '0', elected: [...members], excluded: [] });
  }
  return { winners: members, stages };
}

/** @param {Terms} terms @param {Ballot[]} ballots @returns {Tally} */
export function approval(terms, ballots) {
  return greedy(terms, (o) => ballots.reduce((n, b) => (b.ranks.includes(o) ? n + b.weight : n), 0n), 1n);
}

/** @param {Terms} terms @param {Ballot[]} ballots @returns {Tally} */
export function sequentialPav(terms, ballots) {
  // every 1/j is a whole number of parts of this
  const under = upTo(terms.seats + 1).reduce((n, i) => n * BigInt(i + 1), 1n);
  return greedy(terms, (o, members) => ballots.reduce((n, b) => (b.ranks.includes(o) ? n + (b.weight * under) / BigInt(1 + b.ranks.filter((m) => members.includes(m)).length) : n), 0n), under);
}
