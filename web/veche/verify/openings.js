// checks §1 DEC: the sums of the counted ballots were opened rightly, and nothing else was.
import { chosen, combine } from '../crypto/dleq.js';
import { listDigest } from '../crypto/elgamal.js';
import { parseSignature } from '../crypto/note.js';
import { contests as styles } from '../election/draft.js';
import { encode as codeOf } from '../ballot/ranked.js';
import { votes } from '../mix/opening.js';
import { equal } from '../wire.js';
import { Fold, readDecrypt, totals } from './fold.js';
import { fail, notApplicable, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {import('./fold.js').Opening} Opening */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const check = (/** @type {string} */ id, /** @type {(facts: Facts, openings: Opening[]) => Said} */ made) => on(id, () =>
    facts.against(id) ?? (facts.fold.openings ? made(facts, facts.fold.openings) : notApplicable('the vote has not been closed')));
  await check('DEC-01', lists);
  await check('DEC-02', proofs);
  await check('DEC-03', enough);
  await check('DEC-04', combined);
  await check('DEC-05', nothingElse);
  await check('DEC-06', legal);
}

/** The lists once more, from the box that was found apart. @param {Facts} facts @param {Opening[]} openings @returns {Said} */
function lists({ fold, box }, openings) {
  if (!box) return fail('no box');
  if (fold.counted === 0) return box.last.size === 0 ? pass('no ballot counts: nothing to open') : fail('some ballots do count');
  const expected = fold.definition.contests.map((q, k) => fold.mixing?.lines.get(k)?.done.at(-1)?.payload.output ?? listDigest(box.sums(k, q.options.length)));
  const k = openings.findIndex((o, i) => !equal(o.digest, expected[i]));
  if (k >= 0) return fail(`contest ${k}: another list than that of the counted ballots`);
  for (const seen of fold.stand('decrypt')) {
    const said = readDecrypt(Fold.act(seen).payload);
    if (!equal(said.digest, expected[said.contest])) return fail('a contribution to another list', seen.index);
  }
  return pass(fold.mixing ? 'the last mix of each ranked contest, and sums' : 'the sums of all counted ballots, option by option');
}

/** Contributions without a valid proof. @param {Facts} facts */
function invalid({ fold }) {
  const acts = fold.acts.filter((a) => a.type === 'decrypt' && a.act && (a.refused?.code === 'bad-proof' || a.refused?.code === 'malformed'));
  const names = [...new Set(acts.flatMap((a) => Fold.act(a).signatures.map((s) => parseSignature(s).name)))].sort();
  return { acts, said: `[${names.join(', ')}]` };
}

/** protocol §11: an invalid contribution is ignored and its author named; it matters when without it too few are left. @param {Facts} facts @returns {Said} */
function proofs(facts) {
  const { acts, said } = invalid(facts), { fold } = facts;
  if (acts.length && fold.outcomes.length === 0) return fail(`contributions without a valid proof, and too few without them: ${said}`, acts[0].index);
  return pass(`${fold.stand('decrypt').length} contributions proved${acts.length ? `; invalid ones: ${said}` : ''}`);
}

/** @param {Facts} facts @param {Opening[]} openings @returns {Said} */
function enough(facts, openings) {
  const { fold } = facts, { acts, said } = invalid(facts);
  if (fold.phase === 'no-result' || fold.outcomes.length === 0) {
    if (acts.length && !fold.withoutResult) return fail(`fewer than t valid contributions; invalid ones by ${said}`);
    return notApplicable(fold.withoutResult ? `no result: ${fold.withoutResult}` : 'not opened yet');
  }
  const who = openings.map((o) => [...o.valid.keys()].sort((a, b) => a - b)), { t } = fold.definition;
  const k = who.findIndex((js) => js.length < t);
  if (k >= 0) return fail(`contest ${k}: only trustees [${who[k].join(', ')}]`);
  return pass(`trustees [${who[0].filter((j) => who.every((js) => js.includes(j))).join(', ')}], ${t} are enough`);
}

/** @param {Facts} facts @param {Opening[]} openings @returns {Said} */
function combined({ fold }, openings) {
  if (fold.outcomes.length === 0) return notApplicable('not opened yet');
  const { t, contests } = fold.definition;
  let twice = false;
  for (const [k, { list, valid, totals: said, votes: cast }] of openings.entries()) {
    const factors = new Map([...valid].map(([j, c]) => [j, c.D])), first = chosen([...valid.keys()], t);
    if (!first) return fail(`contest ${k}: the contributions give other numbers`);
    const opened = combine(list, first, factors);
    const same = contests[k].kind === 'ranked'
      ? JSON.stringify(votes(styles(fold.definition)[k], opened)) === JSON.stringify(cast)
      : totals(opened, fold.counted).join() === said?.join();
    if (!same) return fail(`contest ${k}: the contributions give other numbers`);
    if (valid.size <= t) continue;
    twice = true;
    const again = combine(list, [...valid.keys()].sort((a, b) => a - b).slice(-t), factors);
    if (again.some((M, i) => !M.equals(opened[i]))) return fail(`contest ${k}: two sets of trustees open different numbers`);
  }
  return pass(`the totals of ${contests.length} contests${twice ? ', by two sets of trustees' : ''}`);
}

/** @param {Facts} facts @returns {Said} */
function nothingElse({ fold }) {
  const stand = fold.stand('decrypt');
  if (BigInt(fold.counted) < fold.definition.minCount && stand.length) return fail('sums of fewer than minCount ballots were opened');
  const answers = new Set();
  for (const seen of stand) {
    const { contest, part } = readDecrypt(Fold.act(seen).payload), answer = `${fold.trusteeOf(seen)} ${contest} ${part}`;
    if (answers.has(answer)) return fail('a trustee answered twice', seen.index);
    answers.add(answer);
  }
  return pass(`${answers.size} answers, one per trustee and list`);
}

/** @param {Facts} facts @param {Opening[]} openings @returns {Said} */
function legal({ fold }, openings) {
  if (fold.outcomes.length === 0) return notApplicable('not opened yet');
  const { counted } = fold, shapes = styles(fold.definition);
  let spoilt = 0;
  for (const [k, q] of fold.definition.contests.entries()) {
    const { totals: sums = [], votes: cast = [] } = openings[k];
    if (q.kind === 'ranked') {
      if (cast.length !== counted) return fail(`contest ${k}: another number of opened ballots`);
      for (const { status, ranking } of cast) {
        if (status === 'valid') codeOf(shapes[k], ranking);
        else spoilt++;
      }
      continue;
    }
    if (sums.some((n) => n < 0 || n > counted)) return fail(`contest ${k}: a total out of range`);
    const sum = sums.reduce((a, b) => a + b, 0);
    if (sum < q.lo * counted || sum > q.hi * counted) return fail(`contest ${k}: more or fewer marks than the ballots may hold`);
  }
  return pass(spoilt === 0 ? `every total is possible for ${counted} ballots` : `possible for ${counted} ballots; opened ones that are no ranking: ${spoilt}`);
}
