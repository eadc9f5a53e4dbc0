// record §4, counting: what opened numbers and rankings come to. Approval contests are counted here twice, in two ways; ranked ones by the page's second counter.
import { opened } from '../mix/opening.js';
import { test } from '../record/result.js';
import * as again from '../tally/again.js';
import { groups } from './definition.js';

/** @typedef {import('../election/draft.js').Question} Question */
/** @typedef {import('./definition.js').Group} Group */
/** @typedef {import('../mix/opening.js').Vote} Vote */
/**
 * @typedef {{contest: number, counted: number, totals: number[], winners: number[], tests: {option: number, holds: boolean, text: string}[], ties: number[][],
 *   ranked?: {invalidEncoding: number, invalidCode: number, blank: number, profile: Uint8Array}, unknown?: string}} Outcome
 *   of a contest that this program cannot count `unknown` is the reason, and its winners and ties are empty
 */

/** @param {Group} g @param {readonly number[]} chosen */
const inside = (g, chosen) => chosen.filter((o) => g.members.includes(o)).length;

/** Whether some set of `seats` winners that keeps every group's bounds has all of `chosen` and otherwise only some of `left`. @param {Group[]} all @param {number} seats @param {number[]} chosen @param {number[]} left */
function canEnd(all, seats, chosen, left) {
  let needed = 0, room = left.filter((o) => !all.some((g) => g.members.includes(o))).length;
  for (const g of all) {
    const has = inside(g, chosen), more = inside(g, left), least = Math.max(0, g.least - has);
    if (has > g.most || least > more) return false;
    needed += least;
    room += Math.min(g.most - has, more);
  }
  const open = seats - chosen.length;
  return needed <= open && room >= open;
}

/** record §4: the seats one after the other, the most approved first, equal ones in the lot's order.
 * @param {Question} q @param {number} k @param {number[]} totals @param {number} counted @param {number} roll @param {number[]} lot @returns {Outcome}
 */
export function approval(q, k, totals, counted, roll, lot) {
  const tests = totals.flatMap((n, option) => q.thresholds.map((t) => {
    const { holds, text } = test(t, n, counted, roll);
    return { option, holds, text };
  }));
  const may = totals.map((_, j) => j).filter((j) => tests.every((t) => t.option !== j || t.holds));
  if (q.rule === 'endorse') return { contest: k, counted, totals, winners: may, tests, ties: [] };
  const all = groups(q), order = may.sort((a, b) => totals[b] - totals[a] || lot.indexOf(a) - lot.indexOf(b));
  const seats = Math.min(q.seats, order.length);
  /** @type {number[]} */ const winners = [];
  order.forEach((o, i) => {
    if (winners.length < seats && canEnd(all, seats, [...winners, o], order.slice(i + 1))) winners.push(o);
  });
  const between = new Set();
  for (const a of winners)
    for (const b of order) {
      if (winners.includes(b) || totals[a] !== totals[b]) continue;
      const swapped = winners.map((o) => (o === a ? b : o));
      if (all.every((g) => inside(g, swapped) >= g.least && inside(g, swapped) <= g.most)) between.add(a).add(b);
    }
  const values = [...new Set(order.filter((o) => between.has(o)).map((o) => totals[o]))];
  return { contest: k, counted, totals, winners, tests, ties: values.map((n) => order.filter((o) => between.has(o) && totals[o] === n)) };
}

/** The same by another way (log §8 TAL-08): first what every group must have, then whoever still has a place. @param {Question} q @param {number[]} totals @param {number} counted @param {number} roll @param {number[]} lot */
export function second(q, totals, counted, roll, lot) {
  const holds = totals.map((n) => q.thresholds.map((t) => {
    const base = t.base === 'eligible' ? BigInt(roll) : BigInt(counted), over = BigInt(n) * t.q - t.p * base;
    return BigInt(counted) >= t.quorum && (t.strict ? over > 0n : over >= 0n);
  }));
  const left = totals.map((_, j) => j).filter((j) => holds[j].every(Boolean));
  if (q.rule === 'endorse') return { winners: left, tests: holds.flat(), ties: [] };
  /** @type {number[]} */ const order = [];
  while (left.length) {
    const top = left.reduce((n, o) => Math.max(n, totals[o]), 0), next = lot.find((o) => left.includes(o) && totals[o] === top) ?? left[0];
    order.push(next);
    left.splice(left.indexOf(next), 1);
  }
  const all = groups(q), chosen = all.flatMap((g) => order.filter((o) => g.members.includes(o)).slice(0, g.least));
  for (const o of order)
    if (chosen.length < q.seats && !chosen.includes(o) && all.every((g) => !g.members.includes(o) || inside(g, chosen) < g.most)) chosen.push(o);
  const winners = order.filter((o) => chosen.includes(o));
  const fits = (/** @type {number[]} */ set) => all.every((g) => inside(g, set) >= g.least && inside(g, set) <= g.most);
  // who stood beside an equal one and could have taken its place
  const pairs = winners.flatMap((a) => order.filter((b) => !winners.includes(b) && totals[b] === totals[a] && fits([...winners.filter((o) => o !== a), b])).map((b) => [a, b]));
  const involved = pairs.flat(), values = [...new Set(involved.map((o) => totals[o]))].sort((a, b) => b - a);
  return { winners, tests: holds.flat(), ties: values.map((n) => lot.filter((o) => involved.includes(o) && totals[o] === n)) };
}

/** @param {Question} q @param {number} k @param {Vote[]} cast of all counted ballots @param {number[]} lot @returns {Outcome} */
export function ranked(q, k, cast, lot) {
  const { ballots, invalidEncoding, invalidCode, blank, digest } = opened(cast), totals = q.options.map(() => 0);
  for (const { weight, ranks } of ballots) if (ranks.length) totals[ranks[0]] += Number(weight);
  /** @type {Outcome} */
  const out = { contest: k, counted: cast.length, totals, winners: [], tests: [], ties: [],
    ranked: { invalidEncoding, invalidCode, blank, profile: digest } };
  const why = !again.known(q.rule) ? `the rule ${q.rule} is not in this program`
    : q.parameters.size || q.constraints.length ? 'this program counts rules without parameters and constraints only' : '';
  if (why) return { ...out, unknown: why };
  /** @type {number[][]} */ const ties = [];
  const tally = again.count(q.rule, { options: q.options.length, seats: q.seats, lot, ties }, ballots);
  for (const equal of ties) {
    const order = lot.filter((o) => equal.includes(o));
    if (!out.ties.some((t) => t.join() === order.join())) out.ties.push(order);
  }
  return { ...out, winners: tally.winners };
}
