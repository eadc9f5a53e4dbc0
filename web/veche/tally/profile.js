// counting §3: what a second counter counts. Written apart from the Java engine, from the chapter, the statutes and the papers alone: numbers are BigInt
// throughout, and every rule is one straightforward function.

/** @typedef {{weight: bigint, ranks: number[]}} Ballot options best first, none twice; for approvals the order means nothing */
/** @typedef {{options: number, seats: number, lot: number[], ties?: number[][]}} Terms of equal options the one that is earlier in `lot` is chosen for the step; `ties` takes down between which it decided */
/** @typedef {{kind: string, options: number[], votes: (string|undefined)[], exhausted: string, elected: number[], excluded: number[]}} Stage */
/** @typedef {{winners: number[], stages: Stage[], ranking?: number[][]}} Tally */

/** @param {bigint} a @param {bigint} b @returns {bigint} */
const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));

/** p/q in lowest terms, or p. @param {bigint} top @param {bigint} bottom above 0 */
export function fraction(top, bottom = 1n) {
  const common = gcd(top < 0n ? -top : top, bottom) || 1n;
  return bottom === common ? String(top / common) : `${top / common}/${bottom / common}`;
}

/** The earlier in the lot. @param {Terms} terms @param {number[]} equal */
export function byLot(terms, equal) {
  if (equal.length > 1) terms.ties?.push([...equal]);
  return terms.lot.find((o) => equal.includes(o)) ?? equal[0];
}

/** @template T @param {number[]} among @param {(o: number) => T} value @param {(a: T, b: T) => boolean} better */
export function best(among, value, better) {
  const top = among.map(value).reduce((a, b) => (better(b, a) ? b : a));
  return among.filter((o) => value(o) === top);
}

/** @param {number} n */
export const upTo = (n) => Array.from({ length: n }, (_, i) => i);

/** A stage as one line, the same for every counter. @param {Stage} s */
export const line = (s) => `${s.kind} ${s.options.join(',')} | ${s.votes.map((v) => v ?? '-').join(' ')} | ${s.exhausted} | ${s.elected.join(',')} | ${s.excluded.join(',')}`;

/** A tally as text. @param {Tally} t */
export const text = (t) => [...t.stages.map(line), ...(t.ranking ? [t.ranking.map((g) => g.join('=')).join('>')] : []), `winners ${t.winners.join(',')}`].join('\n') + '\n';
