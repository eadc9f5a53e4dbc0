// Schulze's method with winning votes (Schulze 2011): unranked options stand last; the strongest paths are found by following every chain of majorities.
import { byLot, upTo } from './profile.js';

/** @param {import('./profile.js').Terms} terms @param {import('./profile.js').Ballot[]} ballots @returns {import('./profile.js').Tally} */
export function schulze(terms, ballots) {
  const all = upTo(terms.options);
  const prefer = all.map(() => all.map(() => 0n));
  for (const b of ballots)
    for (const x of all)
      for (const y of all) {
        const i = b.ranks.indexOf(x), j = b.ranks.indexOf(y);
        if (i >= 0 && (j < 0 || i < j)) prefer[x][y] += b.weight;
      }
  const path = all.map((x) => all.map((y) => (x !== y && prefer[x][y] > prefer[y][x] ? prefer[x][y] : 0n)));
  // until no detour is stronger
  for (let more = true; more; ) {
    more = false;
    for (const x of all)
      for (const y of all)
        for (const z of all) {
          if (x === z) continue;
          const weaker = path[x][y] < path[y][z] ? path[x][y] : path[y][z];
          if (weaker > path[x][z]) {
            path[x][z] = weaker;
            more = true;
          }
        }
  }
  /** @type {number[][]} */ const ranking = [];
  for (let left = all; left.length; ) {
    const now = left, top = now.filter((x) => now.every((y) => path[x][y] >= path[y][x]));
    ranking.push(top);
    left = now.filter((x) => !top.includes(x));
  }
  /** @type {number[]} */ const winners = [];
  for (const group of ranking)
    for (let rest = [...group]; rest.length && winners.length < terms.seats; ) {
      const next = rest.length <= terms.seats - winners.length ? rest[0] : byLot(terms, rest);
      winners.push(next);
      rest = rest.filter((o) => o !== next);
    }
  return { winners, stages: [], ranking };
}
