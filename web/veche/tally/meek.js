// Proportional Representation Foundation, Reference Meek Rule. Votes and keep factors are whole numbers of 0.000000001.
import { byLot, fraction, upTo } from './profile.js';

const ONE = 1000000000n, SMALL = ONE / 1000000n;
/** @param {bigint} a @param {bigint} b */
const up = (a, b) => (a + b - 1n) / b;

/** @param {import('./profile.js').Terms} terms @param {import('./profile.js').Ballot[]} ballots @returns {import('./profile.js').Tally} */
export function meek(terms, ballots) {
  const cast = ballots.filter((b) => b.ranks.length > 0);
  const all = cast.reduce((n, b) => n + b.weight, 0n) * ONE, parts = BigInt(terms.seats + 1);
  const keep = upTo(terms.options).map(() => ONE);
  let votes = upTo(terms.options).map(() => 0n), residual = 0n, quota = 0n, surplus = 0n;
  let hopeful = upTo(terms.options);
  /** @type {number[]} */ const elected = [], /** @type {number[]} */ excluded = [];
  /** @type {import('./profile.js').Stage[]} */ const stages = [];
  const left = () => terms.seats - elected.length;
  const sum = () => votes.reduce((a, b) => a + b, 0n);
  /** @param {string} kind @param {number[]} options */
  const minute = (kind, options) =>
    stages.push({ kind, options, votes: votes.map((v) => fraction(v, ONE)), exhausted: fraction(residual, ONE), elected: [...elected], excluded: [...excluded] });
  const share = () => {
    votes = upTo(terms.options).map(() => 0n);
    residual = 0n;
    for (const b of cast) {
      let rest = ONE;
      for (const o of b.ranks) {
        if (rest === 0n) break;
        let kept = keep[o] === ONE ? rest : up(rest * keep[o], ONE);
        if (kept > rest) kept = rest;
        votes[o] += kept * b.weight;
        rest -= kept;
      }
      residual += rest * b.weight;
    }
  };
  /** @param {number} o */
  const elect = (o) => {
    hopeful = hopeful.filter((x) => x !== o);
    elected.push(o);
    minute('ELECT', [o]);
  };
  /** @param {number} o */
  const exclude = (o) => {
    hopeful = hopeful.filter((x) => x !== o);
    excluded.push(o);
    minute('EXCLUDE', [o]);
    votes[o] = 0n;
    keep[o] = 0n;
  };
  /** B.2: true when somebody was elected. */
  const iterate = () => {
    for (let last = all; ; ) {
      share();
      quota = sum() / parts + 1n;
      const before = elected.length;
      for (const o of [...hopeful]) if (votes[o] >= quota) elect(o);
      surplus = elected.reduce((n, o) => n + votes[o] - quota, 0n);
      if (surplus < 0n) surplus = 0n;
      if (elected.length > before) return true;
      if (surplus < SMALL || surplus >= last) return false;
      last = surplus;
      for (const o of elected) keep[o] = up(up(keep[o] * quota, ONE) * ONE, votes[o]);
    }
  };
  share();
  quota = all / parts + 1n;
  minute('FIRST', []);
  while (left() > 0 && hopeful.length > left()) {
    if (iterate()) continue;
    const low = hopeful.map((o) => votes[o]).reduce((a, b) => (b < a ? b : a));
    exclude(byLot(terms, hopeful.filter((o) => low + surplus >= votes[o])));
  }
  const fill = hopeful.length <= left();
  for (const o of [...hopeful]) fill ? elect(o) : exclude(o);
  residual = all - sum();
  minute('END', []);
  return { winners: elected, stages };
}
