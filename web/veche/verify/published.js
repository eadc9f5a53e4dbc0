// record §4, §11: whether a published outcome of an approval contest follows from its published totals.
import { approval } from './tallying.js';

/** @typedef {import('../election/draft.js').Question} Question */
/** @typedef {import('../record/result.js').Line} Line */

/** Works the winners and every inequality out again. Of each place that tells them (a certificate, a result object) all are compared.
 * @param {Question} q @param {number} k @param {Line[]} said by each place @param {number} roll voters on the roll @param {number[]} lot
 * @returns {{same: boolean, tests: number}} */
export function totalsAgain(q, k, said, roll, lot) {
  const [{ totals, counted }] = said;
  const could = totals.length === q.options.length && counted <= roll && totals.every((n) => n <= counted);
  if (!could) return { same: false, tests: 0 };
  const mine = approval(q, k, totals, counted, roll, lot), holds = mine.tests.map((x) => x.holds).join(), texts = mine.tests.map((x) => x.text).join('\n');
  const same = said.every((one) => one.totals.join() === totals.join() && one.counted === counted && one.winners.join() === mine.winners.join()
    && one.tests.join() === holds && (one.sums ?? mine.tests.map((x) => x.text)).join('\n') === texts);
  return { same, tests: mine.tests.length };
}
