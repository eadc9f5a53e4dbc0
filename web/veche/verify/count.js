// checks §1 TAL: the numbers follow from what was opened by the rules of the definition.
import { resultDigest } from '../record/result.js';
import { Fields, equal, hex, parse } from '../wire.js';
import { Fold } from './fold.js';
import { late, liar, revealed, tieOrder } from './keys.js';
import { readCertificate } from './papers.js';
import { fail, notApplicable, notChecked, pass } from './said.js';
import { ranked, second } from './tallying.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold } = facts;
  const check = (/** @type {string} */ id, /** @type {(facts: Facts) => Said} */ made, counts = true) => on(id, () => {
    const bad = facts.against(id);
    if (bad) return bad;
    if (fold.outcomes.length === 0) return notApplicable(fold.withoutResult ? `no result: ${fold.withoutResult}` : 'not counted yet');
    return counts && fold.uncounted ? notChecked(fold.uncounted) : made(facts);
  });
  await check('TAL-01', published);
  await check('TAL-02', ties);
  await check('TAL-03', sums, false);
  await check('TAL-04', protocol);
  await check('TAL-05', winners);
  await on('TAL-06', () => notApplicable('the definition has no districts and no curiae'));
  await check('TAL-07', others);
  await check('TAL-08', again, false);
  await check('TAL-09', exported, false);
}

/** An approval contest by the second way. @param {Fold} fold @param {import('./tallying.js').Outcome} outcome */
const recount = (fold, outcome) => second(fold.definition.contests[outcome.contest], outcome.totals, fold.counted, fold.roll?.rows.length ?? 0, tieOrder(fold, outcome.contest));

/** A ranked contest from the opened ballots in another order: a rule must not depend on it. @param {Fold} fold @param {import('./tallying.js').Outcome} outcome */
const reversed = (fold, outcome) => ranked(fold.definition.contests[outcome.contest], outcome.contest, [...(fold.openings?.[outcome.contest].votes ?? [])].reverse(), tieOrder(fold, outcome.contest));

/** @param {Facts} facts @returns {Said} */
function published({ fold }) {
  const { certificate, result } = fold, where = [];
  if (!result) return fail('no result');
  if (certificate) {
    if (readCertificate(certificate.text).result !== hex(result.digest)) return fail('the certificate is over another result', certificate.index);
    where.push('the certificate');
  }
  const tallies = fold.stand('tally').length;
  if (tallies) where.push(`${tallies} tallies`);
  return pass(`result ${hex(resultDigest(result.object))}${where.length ? ` as in [${where.join(', ')}]` : ', not published in the log yet'}`);
}

/** @param {Facts} facts @returns {Said} */
function ties({ fold }) {
  const j = liar(fold, revealed(fold, true), 1);
  if (j !== undefined) return fail(`trustee ${j} revealed what it had not committed to`);
  let early = 0, after = 0;
  for (const outcome of fold.outcomes) {
    const k = outcome.contest, other = outcome.ranked ? reversed(fold, outcome) : recount(fold, outcome);
    if ((fold.method(k) === 'trustee-seed') !== late(fold, k)) return fail(`contest ${k}: the ties are told of another lot`);
    if (JSON.stringify(other.ties) !== JSON.stringify(outcome.ties)) return fail(`contest ${k}: the lot orders the tied options otherwise`);
    if (late(fold, k)) after += outcome.ties.length;
    else early += outcome.ties.length;
  }
  if (fold.drawsLate) {
    const out = [...fold.lot.excluded].sort((a, b) => a - b).join(', ');
    return pass(`${early} ties by the order drawn before the vote, ${after} by the lot revealed after close; left out of it: [${out}]`);
  }
  return pass(early === 0 ? 'no tie mattered' : `${early} ties, by the order drawn before the vote`);
}

/** log §7 КС. @param {Facts} facts @returns {Said} */
function sums({ fold, box }) {
  if (!box) return fail('no box');
  const { roll, ballots, replaced, refused, counted } = fold.counts;
  const mine = [box.roll.size, box.valid + box.refused, box.valid - box.last.size, box.refused, box.last.size];
  if ([roll, ballots, replaced, refused, counted].join() !== mine.join()) return fail(`the counts found twice differ: ${[roll, ballots, replaced, refused, counted]}, ${mine}`);
  if (ballots !== replaced + refused + counted || counted > roll) return fail(`the control sums do not agree: ${mine}`);
  const other = fold.outcomes.find((o) => o.counted !== counted);
  if (other) return fail(`contest ${other.contest}`);
  return pass(`${ballots} = ${replaced} + ${refused} + ${counted}, ${counted} <= ${roll}`);
}

/** @param {Facts} facts @returns {Said} */
function protocol({ fold }) {
  const { certificate } = fold;
  if (!certificate) return notApplicable('no certificate yet');
  return fold.certificateText(readCertificate(certificate.text)) === certificate.text ? pass("the certificate's text, byte for byte") : fail('the record gives another text', certificate.index);
}

/** @param {Facts} facts @returns {Said} */
function winners({ fold }) {
  for (const outcome of fold.outcomes) {
    const q = fold.definition.contests[outcome.contest];
    if (outcome.ranked) {
      const other = reversed(fold, outcome);
      if (other.winners.join() !== outcome.winners.join() || other.totals.join() !== outcome.totals.join()) return fail(`contest ${q.id}: the rankings give another count`);
    } else if (recount(fold, outcome).winners.join() !== outcome.winners.join()) return fail(`contest ${q.id}: others are elected`);
    if (q.rule !== 'endorse' && outcome.winners.length > q.seats) return fail(`contest ${q.id}: more elected than seats`);
  }
  return pass('elected and endorsed as the rules say');
}

/** @param {Facts} facts @returns {Said} */
function others({ fold }) {
  const digest = fold.result?.digest ?? new Uint8Array(), tallies = fold.stand('tally');
  const other = tallies.find((s) => !equal(new Fields(parse(Fold.act(s).payload), 2).bytes(32), digest));
  if (other) return fail('a tally that disagrees', other.index);
  const said = `${tallies.length} independent tallies in the log, none disagrees`;
  if (fold.recounts.length === 0) return pass(said);
  return pass(`${said}; ${fold.recounts.length} recounts by people without a role, of which another result: ${fold.recounts.filter((r) => !equal(r.digest, digest)).length}`);
}

/** protocol §11: a table of opened ballots, line by line, for the contests it speaks of. @param {Facts} facts @returns {Said} */
function exported({ fold, held: { votes } }) {
  if (votes === undefined) return notApplicable('no table of opened ballots was given');
  const theirs = votes.split('\n'), { contests } = fold.definition;
  if (theirs.at(-1) === '') theirs.pop();
  const named = [...new Set(theirs.slice(1).map((line) => contests.findIndex((q) => q.id === line.replace(/,.*/, ''))))].filter((k) => k >= 0);
  const mine = ['contest,place,status,ranking', ...named.flatMap((k) => (fold.openings?.[k].votes ?? []).map(({ status, ranking }, i) =>
    `${contests[k].id},${i + 1},${status},${ranking.map((o) => contests[k].options[o].id).join(' ')}`))];
  const line = Array.from({ length: Math.max(mine.length, theirs.length) }, (_, i) => i).find((i) => mine[i] !== theirs[i]);
  return line === undefined ? pass(`the table given has the opened ballots, ${theirs.length - 1}`) : fail(`the table of opened ballots differs from line ${line + 1}`);
}

/** @param {Facts} facts @returns {Said} */
function again({ fold }) {
  const approvals = fold.outcomes.filter((o) => !o.ranked);
  for (const outcome of approvals) {
    const mine = recount(fold, outcome);
    if (mine.tests.join() !== outcome.tests.map((t) => t.holds).join() || mine.winners.join() !== outcome.winners.join()) return fail(`contest ${outcome.contest}: the second count differs`);
  }
  return approvals.length ? pass(`${approvals.length} contests counted by a second program`) : notApplicable('this program is the second counter of ranked rules: see TAL-01');
}
