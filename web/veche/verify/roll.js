// checks §1 ROL: who could vote was fixed before the vote, by the registrars, and stayed so.
import { parseSignature, verifyEd25519 } from '../crypto/note.js';
import { encodePoint } from '../crypto/p256.js';
import { H } from '../crypto/transcript.js';
import { words } from '../crypto/words.js';
import { actBody } from '../election/draft.js';
import { writeRow } from '../roll/enrol.js';
import { Fields, encode, equal, hex, list, parse, utf8Bytes } from '../wire.js';
import { Fold, rollRows } from './fold.js';
import { fail, notApplicable, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */
/** @typedef {import('../roll/enrol.js').Row} Row */
/** @typedef {{index: number, act: import('../election/draft.js').Act, count: number, root: Uint8Array, rows: Row[]}} Frozen */

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  const all = facts.fold.stand('roll-freeze');
  /** @returns {Promise<Frozen[]>} */
  const frozen = async () => Promise.all(all.map(async (seen) => {
    const act = Fold.act(seen), f = new Fields(parse(act.payload), 2), count = Number(f.uint()), root = f.bytes(32);
    return { index: seen.index, act, count, root, rows: rollRows(await facts.blob(root)) };
  }));
  const check = (/** @type {string} */ id, /** @type {(frozen: Frozen[]) => Said} */ made) => on(id, async () =>
    facts.against(id) ?? (all.length === 0 ? notApplicable('no roll has been frozen') : made(await frozen())));
  await check('ROL-01', (f) => committed(facts, f));
  await check('ROL-02', (f) => sizes(facts, f));
  await check('ROL-03', distinct);
  await check('ROL-04', unchanged);
  await on('ROL-05', () => notApplicable('the definition has no districts and no eligible counts'));
  await check('ROL-06', (f) => pass(`${rows(f)} rows, each signed by its registrar and proved by its key's holder`));
  await on('ROL-07', () => notApplicable('the definition has no weights'));
  await check('ROL-08', (f) => listed(facts, f));
}

/** @param {Frozen[]} frozen */
const rows = (frozen) => frozen.reduce((n, f) => n + f.rows.length, 0);

/** Of rows with one key the lowest registrar's, by key. @param {Frozen[]} frozen @returns {[string, Row][]} */
function merged(frozen) {
  /** @type {Map<string, Row>} */ const out = new Map();
  for (const row of frozen.flatMap((f) => f.rows)) {
    const vk = hex(encodePoint(row.vk)), other = out.get(vk);
    if (!other || row.registrar < other.registrar) out.set(vk, row);
  }
  return [...out].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @param {Facts} facts @param {Frozen[]} frozen @returns {Said} */
function committed({ fold }, frozen) {
  for (const { index, act } of frozen) {
    if (fold.openIndex >= 0 && index > fold.openIndex) return fail('a roll was frozen after `open`', index);
    const message = utf8Bytes(actBody(act, fold.origin)), line = act.signatures.length === 1 ? parseSignature(act.signatures[0]) : undefined;
    const by = line && fold.roster.registrar.find((k) => k.name === line.name && equal(k.id, line.id));
    if (!line || !by || !verifyEd25519(by.key, message, line.signature)) return fail('a roll that no registrar signed', index);
  }
  if (fold.openIndex >= 0 && frozen.length !== fold.definition.registrars.length) return fail("the vote was opened without every registrar's roll", fold.openIndex);
  return pass(`${frozen.length} rolls, each signed by its registrar`);
}

/** @param {Facts} facts @param {Frozen[]} frozen @returns {Said} */
function sizes({ fold }, frozen) {
  const other = frozen.find((f) => f.rows.length !== f.count), { manifest } = fold;
  if (other) return fail('another count of rows', other.index);
  if (!manifest) return pass(`${rows(frozen)} rows, as declared`);
  const all = merged(frozen), root = H(encode(list(all.map(([, row]) => writeRow(row)))));
  if (all.length !== manifest.rollSize || !equal(root, manifest.rollRoot)) return fail('the manifest states another roll', fold.openIndex);
  const r = manifest.rollSizes.findIndex((n, i) => all.filter(([, row]) => row.registrar === i).length !== n);
  return r >= 0 ? fail(`the manifest states another size for registrar ${r}`, fold.openIndex) : pass(`${all.length} keys, as declared`);
}

/** @param {Frozen[]} frozen @returns {Said} */
function distinct(frozen) {
  const keys = merged(frozen).length, more = rows(frozen) - keys;
  return pass(more === 0 ? `${keys} keys, each once` : `${keys} keys; ${more} rows repeat a lower registrar's key and are out`);
}

/** The keys that an auditor knows of, by their twelve words. @param {Facts} facts @param {Frozen[]} frozen @returns {Said} */
function listed({ held }, frozen) {
  if (!held.roll) return notApplicable('no list of keys was given');
  const theirs = new Set(held.roll.map((line) => line.trim().replace(/\s+/g, ' ').toLowerCase()).filter((line) => line !== ''));
  const mine = new Set(merged(frozen).map(([, row]) => words(encodePoint(row.vk)).join(' ')));
  const missing = [...theirs].filter((name) => !mine.has(name)).length, more = [...mine].filter((name) => !theirs.has(name)).length;
  return missing + more === 0 ? pass(`the list given and the roll have the same keys, ${mine.size}`)
    : fail(`keys of the list that are not on the roll: ${missing}, and the other way round: ${more}`);
}

/** @param {Frozen[]} frozen @returns {Said} */
function unchanged(frozen) {
  const twice = frozen.find((f, i) => frozen.some((g, j) => j !== i && equal(f.root, g.root)));
  return twice ? fail('one roll was frozen twice', twice.index) : pass('no leaf touches the roll after the freeze');
}
