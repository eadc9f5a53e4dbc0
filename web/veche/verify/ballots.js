// checks §1 BAL: the box holds every valid ballot of every key's last word, and nothing else.
import { hex } from '../wire.js';
import { Fold, readDecrypt } from './fold.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {import('./box.js').SecondBox} SecondBox */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold, box, sampled } = facts;
  const check = (/** @type {string} */ id, /** @type {(box: SecondBox) => Said} */ made) => on(id, () => (box ? made(box) : notApplicable('the vote has not been opened')));
  const partly = sampled && sampled.proved < sampled.ballots
    ? notChecked(`a quick look: of ${sampled.ballots} ballots ${sampled.proved}, drawn at random, were proved; of the others form, signature and chain only`) : undefined;
  const refusedAs = (/** @type {string} */ code) => [...fold.ignored.values()].filter((r) => r.code === code).length
    + [...fold.deposits.values()].flatMap((d) => d.fates).filter((f) => f.kind === 'ignored' && f.code === code).length;
  const also = (/** @type {string} */ code) => (refusedAs(code) ? `; refused as ${code}: ${refusedAs(code)}` : '');
  const differs = (/** @type {SecondBox} */ { wrong }, /** @type {string} */ code) => {
    const one = wrong.find((w) => w.code === code);
    return one && fail(one.why, one.index);
  };
  await check('BAL-01', ({ valid }) => pass(`${valid} ballots: every point on the curve, none the identity`));
  await check('BAL-02', ({ valid }) => partly ?? pass(`${valid} ballots proved, each equation by itself${also('bad-proof')}`));
  await check('BAL-03', (b) => (b.offRoll > 0 ? fail(`${b.offRoll} admitted ballots are by keys off the roll`, b.wrong[0].index)
    : pass(`${b.last.size} keys voted, all on the roll${also('not-on-roll')}`)));
  await check('BAL-04', (b) => differs(b, 'duplicate-ciphertext') ?? pass(`no ciphertext stands under two keys${also('duplicate-ciphertext')}`));
  await check('BAL-05', (b) => differs(b, 'stale-chain') ?? pass(`${b.valid - b.last.size} ballots gave way to later ones${also('stale-chain')}`));
  await check('BAL-06', (b) => {
    const out = b.counted().find(([, { index }]) => index <= fold.openIndex || (fold.closeIndex >= 0 && index >= fold.closeIndex));
    return out ? fail('a ballot from outside the vote counts', out[1].index) : pass(`between leaf ${fold.openIndex} and ${fold.closeIndex < 0 ? 'now' : `leaf ${fold.closeIndex}`}`);
  });
  await check('BAL-07', (b) => whole(fold, b) ?? partly ?? pass(`${b.last.size} ballots, found twice by different code${fold.deposits.size ? `; some came in ${fold.deposits.size} deposits` : ''}`));
  await check('BAL-08', (b) => (b.wrong.length ? fail(b.wrong[0].why, b.wrong[0].index) : partly ?? pass(`${b.refused} refused, each for its true reason`)));
  await on('BAL-09', () => notApplicable('challenged ballots are not logged, and none was given'));
  await check('BAL-10', () => (fold.stand('decrypt').some((s) => readDecrypt(Fold.act(s).payload).part !== 'main')
    ? fail('a list of set-aside ballots that nobody set aside') : pass('no ballot was set aside')));
}

/** Where the box found twice differs. @param {Fold} fold @param {SecondBox} box @returns {Said|undefined} */
function whole(fold, box) {
  const mine = box.counted(), theirs = fold.box.counted();
  if (mine.length !== theirs.length) return fail('the box found twice has two sizes');
  // inside a deposit the fold knows no order but that of its own map
  const byKey = new Map(theirs.map(({ index, ballot }) => [ballot.vk, { index, id: hex(ballot.ballotId) }]));
  const other = mine.find(([vk, { index, id }]) => byKey.get(vk)?.index !== index || byKey.get(vk)?.id !== id);
  return other && fail('the box found twice differs', other[1].index);
}
