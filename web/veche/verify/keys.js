// checks §1 SET: the definition is the one people agreed on, and nobody alone holds its key.
import { parseSignature, verifyEd25519 } from '../crypto/note.js';
import { TH } from '../crypto/transcript.js';
import { actBody } from '../election/draft.js';
import { Fields, bytes, equal, hex, list, parse, text, uint, utf8Bytes } from '../wire.js';
import { RANKED_RULES, flaws } from './definition.js';
import { Fold } from './fold.js';
import { Refused } from './refused.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold } = facts;
  const check = (/** @type {string} */ id, /** @type {(facts: Facts) => Said} */ made) => on(id, () => {
    const bad = facts.against(id);
    if (bad) return bad;
    if (fold.draft) return made(facts);
    return id === 'SET-01' && !facts.against('SET-02') && !facts.against('SET-07') ? fail('the first leaf is no definition', 0) : notChecked('no definition stands');
  });
  const keyed = (/** @type {string} */ id, /** @type {(facts: Facts) => Said} */ made) => check(id, () => {
    if (fold.phase === 'void') return id === 'SET-05' ? fail('a trustee complained: the ceremony is void') : notApplicable('the ceremony is void');
    return fold.keys.complete ? made(facts) : notApplicable('the key is not made yet');
  });
  await check('SET-01', definition);
  await check('SET-02', agreed);
  await keyed('SET-03', group);
  await keyed('SET-04', possession);
  await keyed('SET-05', transcript);
  await keyed('SET-06', combined);
  await check('SET-07', threshold);
  await check('SET-08', drawn);
  await on('SET-09', () => notApplicable("no leaf type carries a rehearsal's result"));
  await check('SET-10', bound);
}

/** Which of these keys, by body, signed an act. @param {import('../election/draft.js').Act} act @param {string} origin @param {ReadonlyMap<string, import('../crypto/note.js').Verifier>} known */
export function signersOf(act, origin, known) {
  const message = utf8Bytes(actBody(act, origin));
  return new Set(act.signatures.flatMap((one) => {
    const { name, id, signature } = parseSignature(one), key = known.get(name);
    return key && key.name === name && key.type === 1 && equal(key.id, id) && verifyEd25519(key.key, message, signature) ? [name] : [];
  }));
}

/** @param {Facts} facts @returns {Said} */
function definition({ fold, trust }) {
  const draft = fold.definition, wrong = flaws(draft);
  if (wrong.length) return fail(wrong[0]);
  const unknown = draft.contests.find((q) => !['approval', 'endorse'].includes(q.rule) && !RANKED_RULES.has(q.rule));
  if (unknown) return fail(`no rule ${unknown.rule}`);
  if (!trust) return notChecked('no trust file: any definition would do');
  const cid = trust.elections.get(draft.slug);
  if (!cid) return notChecked(`the trust file names no election ${draft.slug}`);
  return cid === hex(fold.cid) ? pass(`definition ${cid}`) : fail('another definition than that of the trust file', 0);
}

/** @param {Facts} facts @returns {Said} */
function agreed({ fold, trust }) {
  const draft = fold.definition, needed = draft.rules.get('define') ?? Infinity;
  if (!trust) return notChecked("no trust file: the bodies' keys are unknown");
  for (const { id, vkey } of draft.bodies) {
    const key = trust.bodies.get(id);
    if (!key) return notChecked(`the trust file has no key of ${id}`);
    if (key.vkey !== vkey) return fail(`the key of ${id} is not the one of the trust file`, 0);
  }
  const signed = signersOf(Fold.act(fold.stand('draft')[0]), fold.origin, trust.bodies).size;
  return signed >= needed ? pass(`${signed} of ${draft.bodies.length} bodies signed`) : fail(`${signed} bodies signed, ${needed} are needed`, 0);
}

/** @param {Facts} facts @returns {Said} */
function group({ fold }) {
  const { Y, shares } = fold.keys;
  if ([Y, ...shares].some((P) => P.is0())) return fail('a key is the identity');
  return pass('P-256 and its base point are in the program; every point read lies on it');
}

/** @param {Facts} facts @returns {Said} */
function possession({ fold }) {
  const { keys, definition: { trustees } } = fold;
  for (const { body, vkey, index } of trustees) {
    if (trustees.filter((x) => x.body === body || x.vkey === vkey).length > 1) return fail(`two trustees are one: ${body}`);
    const commit = keys.commits.get(index), reveal = keys.reveals.get(index), confirm = keys.confirms.get(index);
    if (!commit || !reveal || !confirm) return fail(`trustee ${index}: a message is missing`);
    try {
      keys.checkReveal(index, commit, reveal);
      keys.checkConfirm(index, confirm);
    } catch (e) {
      if (e instanceof Refused) return fail(`trustee ${index}: ${e.detail}`);
      throw e;
    }
  }
  return pass(`${trustees.length} trustees, each proved its part and its share`);
}

/** @param {Facts} facts @returns {Said} */
function transcript({ fold: { keys } }) {
  const digest = keys.digest(), other = [...keys.confirms].find(([, c]) => !equal(c.transcript, digest));
  if (other) return fail(`trustee ${other[0]} confirmed another ceremony`);
  return keys.complaints.length ? fail('a complaint stands') : pass('all confirmed one transcript, nobody complained');
}

/** @param {Facts} facts @returns {Said} */
function combined({ fold }) {
  const { keys, manifest } = fold;
  if (!keys.consistent) return fail('two sets of shares do not give one key');
  const same = !manifest || (manifest.Y.equals(keys.Y) && manifest.shares.length === keys.n && manifest.shares.every((Yj, i) => Yj.equals(keys.shareKey(i + 1))));
  return same ? pass(`the key is the sum of all parts, and any ${keys.t} shares give it`) : fail('the manifest states another key than the trustees made', fold.openIndex);
}

/** @param {Facts} facts @returns {Said} */
function threshold({ fold: { definition: { t, trustees } } }) {
  const n = trustees.length;
  if (2 * t <= n || t >= n) return fail(`t = ${t} of n = ${n}`);
  const alone = trustees.find(({ body }) => trustees.filter((x) => x.body === body).length >= t);
  return alone ? fail(`${alone.body} alone holds ${t} shares`) : pass(`${t} of ${n} trustees, of distinct bodies`);
}

// ---- the lot, found once more from the leaves (record §8a)

/** What trustees revealed before `open`, or after `close`. @param {Fold} fold @param {boolean} late @returns {Map<number, Uint8Array>} */
export function revealed(fold, late) {
  return new Map(fold.stand('lot-reveal').filter((s) => late === (fold.openIndex >= 0 && s.index > fold.openIndex))
    .map((s) => [fold.trusteeOf(s), new Fields(parse(Fold.act(s).payload), 1).bytes(32)]));
}

/** Who revealed what it had not committed to. @param {Fold} fold @param {Map<number, Uint8Array>} reveals @param {number} which of the values committed to */
export function liar(fold, reveals, which) {
  const commits = new Map(fold.stand('lot-commit').map((s) => {
    const f = new Fields(parse(Fold.act(s).payload)), values = [];
    while (f.left) values.push(hex(f.bytes(32)));
    return [fold.trusteeOf(s), values];
  }));
  return [...reveals].find(([j, r]) => commits.get(j)?.[which] !== hex(TH('lot-commit', bytes(fold.cid), uint(j), bytes(r))))?.[0];
}

/** @param {Fold} fold @param {number} k @param {Map<number, Uint8Array>} reveals */
function order(fold, k, reveals) {
  const seed = TH('lot', list([...reveals].sort(([a], [b]) => a - b).map(([, r]) => bytes(r))));
  const ranks = fold.definition.contests[k].options.map((o, j) => ({ j, rank: hex(TH('lot-rank', bytes(seed), uint(k), text(o.id))) }));
  return ranks.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ j }) => j);
}

/** Whether what was revealed after `close` decides a contest's ties. @param {Fold} fold @param {number} k */
export const late = (fold, k) => fold.definition.contests[k].lot === 'trustee-seed' && revealed(fold, true).size >= fold.definition.t;

/** Option positions in the order that decides a contest's ties. @param {Fold} fold @param {number} k */
export const tieOrder = (fold, k) => order(fold, k, revealed(fold, late(fold, k)));

/** @param {Facts} facts @returns {Said} */
function drawn({ fold }) {
  if (fold.openIndex < 0) return notApplicable('the order is not drawn before `open`');
  const reveals = revealed(fold, false), j = liar(fold, reveals, 0);
  if (j !== undefined) return fail(`trustee ${j} revealed what it had not committed to`);
  if (reveals.size < fold.definition.t) return fail('fewer reveals than t');
  const k = fold.definition.contests.findIndex((_, i) => order(fold, i, reveals).join() !== fold.drawn(i, fold.lot.early).join());
  if (k >= 0) return fail(`contest ${k}: order`);
  const silent = [...fold.lot.commits.keys()].filter((i) => !reveals.has(i));
  return pass(`${reveals.size} trustees drew the order${silent.length ? `; committed but did not reveal: [${silent.join(', ')}]` : ''}`);
}

/** @param {Facts} facts @returns {Said} */
function bound({ fold }) {
  const other = fold.acts.find((a) => a.act && !a.refused && !equal(a.act.id, fold.openIndex < 0 || a.index <= fold.openIndex ? fold.cid : fold.eid));
  if (other) return fail('an act of another election', other.index);
  if (fold.manifest && !equal(fold.manifest.draftDigest, fold.cid)) return fail('the manifest is of another definition', fold.openIndex);
  return pass("every later leaf carries the definition's digest or the manifest's");
}
