// checks §1 CER: enough equal bodies certified this very result, and whoever disagrees is heard.
import { parseVkey } from '../crypto/note.js';
import { H } from '../crypto/transcript.js';
import { equal, hex, utf8Bytes } from '../wire.js';
import { Fold } from './fold.js';
import { signersOf } from './keys.js';
import { readCertificate, readDissent } from './papers.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {{facts: Facts, fold: Fold, text: string, index: number, claims: import('./papers.js').Certificate, signers: Set<string>, act: import('../election/draft.js').Act}} Paper */

const DAY = 86_400n;

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const { fold } = facts;
  const paper = () => {
    const seen = fold.stand('certificate')[0], act = Fold.act(seen), text = fold.certificate?.text ?? '';
    const roster = new Map(fold.definition.bodies.map((b) => [b.id, parseVkey(b.vkey)]));
    return { facts, fold, text, index: seen.index, claims: readCertificate(text), signers: signersOf(act, fold.origin, roster), act };
  };
  const check = (/** @type {string} */ id, /** @type {(paper: Paper) => Said} */ made) => on(id, () =>
    facts.against(id) ?? (fold.certificate ? made(paper()) : notApplicable('no certificate yet')));
  await check('CER-01', binds);
  await check('CER-02', signed);
  await check('CER-03', inForce);
  await check('CER-04', disputes);
  await check('CER-05', () => pass(`${fold.objections.length} objections, all in the log`));
  await check('CER-06', dissents);
  await on('CER-07', () => facts.against('CER-07') ?? countersigned(facts));
  await check('CER-08', ({ claims }) => {
    const [k] = [...fold.annulled.keys()].sort((a, b) => a - b), annulled = fold.annulled.get(k);
    return annulled ? fail(`contest ${k} is annulled: ${annulled.grounds}`, annulled.index) : pass(`not annulled; verdict ${claims.verdict}`);
  });
  await check('CER-09', mandates);
}

/** @param {Paper} paper @returns {Said} */
function binds({ fold, claims: c, index }) {
  const size = fold.closeIndex + 1;
  const same = c.cid === hex(fold.cid) && c.eid === hex(fold.eid) && c.origin === fold.origin && c.size === size && c.root === hex(fold.tree.root(size));
  if (!same || (fold.result && c.result !== hex(fold.result.digest))) return fail('the certificate is of another election or another log', index);
  if (!fold.result) return notChecked(fold.uncounted ?? 'no result');
  return pass(`binds definition, manifest, log at close and result; software ${c.software}`);
}

/** @param {Paper} paper @returns {Said} */
function signed({ facts: { trust }, fold, claims, signers, act, index }) {
  let needed = fold.definition.rules.get('certify') ?? Infinity, names = [...signers];
  if (trust) {
    if (trust.bodies.size === 0) return notChecked('the trust file names no body');
    const known = signersOf(act, fold.origin, trust.bodies);
    names = names.filter((name) => known.has(name));
    needed = Math.max(needed, trust.certify);
  }
  const said = `[${names.sort().join(', ')}]`;
  if (names.length < needed) return fail(`signed by ${said}, ${needed} bodies are needed`, index);
  if (!trust) return notChecked("no trust file: the bodies' keys are unknown");
  return pass(`verdict ${claims.verdict}, signed by ${said}`);
}

/** @param {Paper} paper @returns {Said} */
function inForce({ signers, act, index }) {
  return signers.size === act.signatures.length ? pass('every key is in force: this log rotates and revokes none') : fail('a signature by a key that is not in force', index);
}

/** @param {Paper} paper @returns {Said} */
function disputes({ facts, fold, index }) {
  const { closesAt, disputeDays } = fold.definition, end = closesAt + DAY * BigInt(disputeDays);
  for (const one of facts.kept) {
    const early = one.tree.size > index ? facts.cosigned(one).find((c) => c.time < end) : undefined;
    if (early) return fail(`${early.name} saw the certificate before the window's end`, index);
  }
  return pass(`${disputeDays} days for disputes`);
}

/** @param {Facts} facts @returns {Said} */
function countersigned({ fold }) {
  if (fold.countersigned.length === 0) return notApplicable('no observer has put a statement into the log');
  if (fold.countersigned.some(({ size, root }) => !equal(fold.tree.root(size), root))) return fail('a statement of an observer over another log');
  return pass(`${fold.countersigned.length} statements of observers over this log; found something wrong: ${fold.countersigned.filter((one) => one.failed > 0).length}`);
}

/** @param {Paper} paper @returns {Said} */
function mandates({ fold }) {
  if (fold.mandates.length === 0) return notApplicable('no mandate in the log');
  if (fold.uncounted) return notChecked(fold.uncounted);
  const other = fold.mandates.find((m) => !fold.outcomes[m.contest].winners.includes(m.option));
  if (other) return fail('a mandate for somebody who is not elected', other.index);
  return pass(`${fold.mandates.length} mandates, each of somebody elected; taken back: ${fold.mandates.filter((m) => m.revoked !== undefined).length}`);
}

/** @param {Paper} paper @returns {Said} */
function dissents({ fold, text, signers }) {
  const digest = hex(H(utf8Bytes(text)));
  const against = fold.dissents.map((d) => readDissent(d.text)).filter((d) => d.certificate === digest).map((d) => d.body).sort();
  const silent = fold.definition.bodies.map((b) => b.id).filter((id) => !signers.has(id) && !against.includes(id)).sort();
  return pass(`dissenting: [${[...new Set(against)].join(', ')}]; not signed: [${silent.join(', ')}]`);
}
