// checks §1 BAL: the box holds every valid ballot of every key's last word, and nothing else.
import { audit } from '../ballot/audit.js';
import { read as readChallenge } from '../ballot/challenge.js';
import { decodePoint } from '../crypto/p256.js';
import { Malformed, hex } from '../wire.js';
import { Fold, readDecrypt } from './fold.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {import('./box.js').SecondBox} SecondBox */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold, box, sampled } = facts;
  const check = (/** @type {string} */ id, /** @type {(box: SecondBox) => Said} */ made) => on(id, () => (box ? facts.against(id) ?? made(box) : notApplicable('the vote has not been opened')));
  const partly = sampled && sampled.proved < sampled.ballots
    ? notChecked(`a quick look: of ${sampled.ballots} ballots ${sampled.proved}, drawn at random, were proved; of the others form, signature and chain only`) : undefined;
  const refusedAs = (/** @type {string} */ code) => [...fold.ignored.values()].filter((r) => r.code === code).length
    + [...fold.deposits.values()].flatMap((d) => d.fates).filter((f) => f.kind === 'ignored' && f.code === code).length;
  const also = (/** @type {string} */ code) => (refusedAs(code) ? `; refused as ${code}: ${refusedAs(code)}` : '');
  const differs = (/** @type {SecondBox} */ { wrong }, /** @type {string} */ code) => {
    const one = wrong.find((w) => w.code === code);
    return one && fail(one.why, one.index);
  };
  await check('BAL-01', ({ valid }) => (facts.strange.size ? fail('a ballot with a point that is none', [...facts.strange][0]) : pass(`${valid} ballots: every point on the curve, none the identity`)));
  await check('BAL-02', ({ valid }) => partly ?? pass(`${valid} ballots proved${facts.plain ? ', each equation by itself' : ''}${also('bad-proof')}`));
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
  await check('BAL-09', (b) => challenged(facts, b));
  await check('BAL-10', () => (fold.stand('decrypt').some((s) => readDecrypt(Fold.act(s).payload).part !== 'main')
    ? fail('a list of set-aside ballots that nobody set aside') : pass('no ballot was set aside')));
}

/** protocol §7: what was challenged holds what was shown, and was not cast. @param {Facts} facts @param {SecondBox} box @returns {Said} */
function challenged({ fold, held: { challenges } }, box) {
  const { election } = fold;
  if (challenges.length === 0 || !election) return notApplicable('no challenged ballot was given');
  for (const [i, text] of challenges.entries()) {
    const name = `challenged ballot ${i + 1}`;
    try {
      const one = readChallenge(text);
      if (one.origin !== fold.origin) return fail(`${name} is of another election`);
      if (one.marks.length !== election.contests.length || one.marks.some(({ k, kind }, at) => k !== at || kind !== election.contests[at].kind)) throw new Malformed('challenge', 'its answers');
      const marked = one.marks.map(({ k, choice }) => ({ k, contest: election.contests[k], choice }));
      const { same, ballotId } = audit(election, marked, { vk: decodePoint(one.vk), seq: one.seq, prev: one.prev }, one.seed, one.ballotId);
      if (!same) return fail(`${name}: the device had sealed something else`);
      if (box.ids.has(hex(ballotId))) return fail(`${name} was cast all the same`);
    } catch (e) {
      if (e instanceof Malformed) return fail(`${name}: ${e.message}`);
      throw e;
    }
  }
  return pass(`${challenges.length} challenged ballots hold what was shown, and none was cast`);
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
