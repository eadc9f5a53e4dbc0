// The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1 Part III, rules 45 to 52. Votes are whole numbers of 0.00001.
import { best, byLot, fraction, upTo } from './profile.js';

const UNIT = 100000n;

/** @param {import('./profile.js').Terms} terms @param {import('./profile.js').Ballot[]} ballots @returns {import('./profile.js').Tally} */
export function scottish(terms, ballots) {
  const papers = ballots.filter((b) => b.ranks.length > 0).map((b) => ({ ...b, at: 0, holder: -1, value: UNIT }));
  const valid = papers.reduce((n, p) => n + p.weight, 0n);
  const quota = (valid / BigInt(terms.seats + 1) + 1n) * UNIT;
  /** @type {('hopeful'|'pending'|'elected'|'excluded')[]} */
  const status = upTo(terms.options).map(() => 'hopeful');
  const votes = upTo(terms.options).map(() => 0n);
  /** @type {number[]} */ const elected = [], /** @type {number[]} */ excluded = [];
  /** @type {bigint[][]} */ const past = [];
  /** @type {import('./profile.js').Stage[]} */ const stages = [];
  let ended = 0n;
  const having = (/** @type {string} */ wanted) => upTo(terms.options).filter((o) => status[o] === wanted);
  const left = () => terms.seats - elected.length;
  /** @param {string} kind @param {number[]} options */
  const minute = (kind, options) =>
    stages.push({ kind, options, votes: votes.map((v) => fraction(v, UNIT)), exhausted: fraction(ended, UNIT), elected: [...elected], excluded: [...excluded] });
  /** A paper goes to its next hopeful option. @param {typeof papers[0]} p */
  const pass = (p) => {
    while (p.at < p.ranks.length && status[p.ranks[p.at]] !== 'hopeful') p.at++;
    p.holder = p.at < p.ranks.length ? p.ranks[p.at] : -1;
    if (p.holder < 0) ended += p.value * p.weight;
    else votes[p.holder] += p.value * p.weight;
  };
  /** The most recent earlier stage in which they differ, else the lot. @param {number[]} equal @param {(a: bigint, b: bigint) => boolean} better */
  const backwards = (equal, better) => {
    let rest = equal;
    for (let r = past.length - 1; r >= 0 && rest.length > 1; r--) rest = best(rest, (o) => past[r][o], better);
    return byLot(terms, rest);
  };
  papers.forEach(pass);
  minute('FIRST', []);
  while (true) {
    const reached = having('hopeful').filter((o) => votes[o] >= quota).sort((a, b) => (votes[a] < votes[b] ? 1 : votes[a] > votes[b] ? -1 : a - b));
    for (const o of reached) {
      status[o] = votes[o] > quota ? 'pending' : 'elected';
      elected.push(o);
      minute('ELECT', [o]);
    }
    if (left() <= 0 || having('hopeful').length <= left()) break;
    past.push([...votes]);
    const pending = having('pending');
    if (pending.length) {
      const from = backwards(best(pending, (o) => votes[o], (a, b) => a > b), (a, b) => a > b);
      const had = votes[from], surplus = had - quota;
      status[from] = 'elected';
      for (const p of papers.filter((q) => q.holder === from)) {
        p.value = (p.value * surplus) / had;
        pass(p);
      }
      votes[from] = quota;
      minute('SURPLUS', [from]);
    } else {
      const from = backwards(best(having('hopeful'), (o) => votes[o], (a, b) => a < b), (a, b) => a < b);
      status[from] = 'excluded';
      excluded.push(from);
      minute('EXCLUDE', [from]);
      papers.filter((q) => q.holder === from).forEach(pass);
      votes[from] = 0n;
      minute('TRANSFER', [from]);
    }
    if (!having('pending').length && having('hopeful').length <= left()) break;
  }
  const all = having('hopeful').length <= left();
  const rest = having('hopeful').sort((a, b) => (votes[a] < votes[b] ? -1 : votes[a] > votes[b] ? 1 : a - b));
  for (const o of rest) {
    const takes = all && elected.length < terms.seats;
    status[o] = takes ? 'elected' : 'excluded';
    (takes ? elected : excluded).push(o);
    minute(takes ? 'ELECT' : 'EXCLUDE', [o]);
  }
  minute('END', []);
  return { winners: elected, stages };
}
