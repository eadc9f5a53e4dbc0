// checks §1 LOG: the log is whole, it is one log, and the witnesses saw it when they had to.
import { verifyNote } from '../crypto/note.js';
import { parseBody } from '../log/checkpoint.js';
import { includes } from '../log/merkle.js';
import { parseReceipt } from '../log/receipt.js';
import { inside } from '../record/deposit.js';
import { parseNote } from '../crypto/note.js';
import { leafHash } from '../log/merkle.js';
import { Malformed, equal, hex } from '../wire.js';
import { tilesOf } from './reading.js';
import { fail, notApplicable, notChecked, pass } from './said.js';

/** @typedef {import('./facts.js').Facts} Facts */
/** @typedef {import('./said.js').Said} Said */

/** An observer's clock may be this far behind a witness's. */
const CLOCKS = 3_600;

/** @param {Facts} facts @param {import('./said.js').On} on */
export async function make(facts, on) {
  await on('LOG-01', () => complete(facts));
  await on('LOG-02', () => hashes(facts));
  await on('LOG-03', () => signed(facts));
  if (!facts.whole) return;
  await on('LOG-04', () => prefixes(facts));
  await on('LOG-05', () => opened(facts));
  await on('LOG-06', () => closed(facts));
  await on('LOG-07', () => ended(facts));
  await on('LOG-08', () => oneRoot(facts));
  await on('LOG-09', () => times(facts));
  await on('LOG-10', () => strict(facts));
  await on('LOG-11', () => release(facts));
  await on('LOG-12', () => order(facts));
  await on('LOG-13', () => receipts(facts));
}

/** @param {Facts} facts @returns {Promise<Said>} */
async function complete(facts) {
  const { bundle, head, kept, unread } = facts;
  if (unread.length) return fail(unread[0]);
  if (bundle.paths) {
    for (const { path } of tilesOf(head.tree.size)) if (!bundle.paths.has(path)) return fail(`${path} is missing`);
    for (const path of bundle.paths) {
      if (path.startsWith('blob/') && !(await bundle.blob(Uint8Array.from(path.slice(5).match(/../g) ?? [], (b) => parseInt(b, 16))))) return fail(`${path} does not have the hash in its name`);
      if (/^stage\/[0-9]+$/.test(path) && !kept.some((k) => k.path === path)) return fail(`${path} is not in stage/index`);
    }
  }
  return facts.against('LOG-01') ?? pass(`${head.tree.size} leaves and all they refer to`);
}

/** @param {Facts} facts @returns {Promise<Said>} */
async function hashes({ whole, bundle, head, fold }) {
  if (!whole) return notChecked('the log could not be read to its end');
  for (const { level, n, width, path } of tilesOf(head.tree.size)) {
    if (level === 'entries') continue;
    const stored = await bundle.file(path);
    if (!stored) return fail(`${path} is missing`);
    if (!equal(stored, fold.tree.tile(level, n, width))) return fail(`${path} is not what the leaves give`, n * 256);
  }
  const root = fold.tree.root();
  return equal(root, head.tree.root) ? pass(`root ${hex(root)}`) : fail(`the leaves do not give the root of size ${fold.size}`);
}

/** @param {Facts} facts @returns {Said} */
function signed(facts) {
  const key = facts.logKey, { origin } = facts.head.tree;
  if (!key) return facts.trust ? fail(`the trust file names no log ${origin}`) : notChecked('no trust file, and the log does not name its key');
  const known = [key, ...facts.witnesses];
  for (const { path, note, tree } of facts.kept) {
    if (tree.origin !== key.name) return fail(`${path}: checkpoint of another origin: ${tree.origin}`);
    try {
      if (!verifyNote(note, known).some((v) => v.verifier === key)) return fail(`${path}: the log did not sign`);
    } catch (e) {
      if (e instanceof Malformed) return fail(`${path}: ${e.message}`);
      throw e;
    }
    if (note.signatures.some((s) => !known.some((k) => k.name === s.name && equal(k.id, s.id)))) return fail(`${path}: a line by nobody of the definition's policy`);
  }
  if (!facts.trust) return notChecked("no trust file: the log's key is what the log says it is");
  return pass(`${facts.kept.length} checkpoints of ${origin}`);
}

/** @param {Facts} facts @returns {Said} */
function prefixes({ kept, fold }) {
  for (const { path, tree } of kept) {
    if (tree.size > fold.size) return fail(`${path} is beyond the log`);
    if (!equal(fold.tree.root(tree.size), tree.root)) return fail(`${path} is of another log: fork at size ${tree.size}`);
  }
  return pass(`${kept.length} checkpoints, one history`);
}

/** @param {Facts} facts @returns {Said} */
function opened(facts) {
  const { fold } = facts, open = fold.openIndex;
  if (open < 0) return notApplicable('the vote has not been opened');
  let quorum = false;
  for (const one of facts.kept) {
    if (one.tree.size <= open || !facts.holds(one)) continue;
    const early = facts.cosigned(one).find((c) => c.time < fold.definition.opensAt);
    if (early) return fail(`${early.name} saw \`open\` before opensAt, in ${one.path}`, open);
    quorum ||= facts.quorum(one, 0n);
  }
  return quorum ? pass('a quorum of witnesses saw `open`, none of them before opensAt') : fail('no checkpoint over `open` carries a quorum', open);
}

/** record §6: both sides of `close`, each with a quorum after closing time. @param {Facts} facts @returns {Said} */
function closed(facts) {
  const { fold } = facts, close = fold.closeIndex;
  if (close < 0) return notApplicable('the vote has not been closed');
  const after = facts.kept.filter((one) => facts.quorum(one, fold.definition.closesAt));
  if (!after.some((one) => one.tree.size <= close)) return fail('no quorum after closesAt on a checkpoint before `close`', close);
  if (!after.some((one) => one.tree.size > close)) return fail('no quorum after closesAt on a checkpoint over `close`', close);
  return pass('witnesses saw the log without and with `close`, after closesAt');
}

/** @param {Facts} facts @returns {Said} */
function ended(facts) {
  const [last] = facts.fold.stand('final');
  if (!last) return notApplicable('the log has not been ended');
  return facts.kept.some((one) => one.tree.size > last.index && facts.quorum(one, 0n)) ? pass('a quorum of witnesses saw `final`') : fail('no checkpoint over `final` carries a quorum', last.index);
}

/** @param {Facts} facts @returns {Said} */
function oneRoot(facts) {
  const { fold } = facts, all = facts.kept.filter((k) => facts.signedByLog(k.note, k.tree.origin)).map(({ tree }) => ({ size: BigInt(tree.size), root: tree.root }));
  for (const text of facts.held.receipts) {
    try {
      const note = parseNote(parseReceipt(text).checkpoint), { origin, size, root } = parseBody(note.body);
      if (facts.signedByLog(note, origin)) all.push({ size, root });
    } catch (e) {
      // LOG-13 says what is wrong with it
      if (!(e instanceof Malformed)) throw e;
    }
  }
  /** @type {Map<bigint, Uint8Array>} */ const roots = new Map();
  for (const { size, root } of all) {
    const other = roots.get(size) ?? root, here = size > BigInt(fold.size) || equal(fold.tree.root(Number(size)), root);
    roots.set(size, other);
    if (!here || !equal(other, root)) return fail(`the log signed two roots of size ${size}: the proof of a fork`);
  }
  return pass(`${roots.size} sizes, one root each`);
}

/** @param {Facts} facts @returns {Said} */
function times(facts) {
  /** @type {Map<string, {size: number, time: bigint}[]>} */ const by = new Map();
  let lines = 0;
  for (const one of facts.kept)
    for (const { name, time } of facts.cosigned(one)) {
      lines++;
      if (time > BigInt(Math.floor(facts.now) + CLOCKS)) return fail(`${name} cosigned ${one.path} in the future`);
      by.set(name, [...(by.get(name) ?? []), { size: one.tree.size, time }]);
    }
  for (const [name, seen] of [...by].sort(([a], [b]) => (a < b ? -1 : 1))) {
    seen.sort((a, b) => a.size - b.size);
    const back = seen.find(({ size, time }) => seen.some((e) => e.size < size && e.time > time));
    if (back) return fail(`${name} cosigned size ${back.size} before a smaller size`);
  }
  return pass(`${lines} cosignatures in the order of time`);
}

/** @param {Facts} facts @returns {Said} */
function strict(facts) {
  const bad = facts.against('LOG-10');
  if (bad) return bad;
  for (const [index, { code, detail }] of facts.fold.ignored)
    if (!facts.strange.has(index) && (code === 'malformed' || code === 'wrong-context')) return fail(`leaf ${index}: ${detail}`, index);
  return pass("every leaf is an entry in its one form, with its election's id");
}

/** @param {Facts} facts @returns {Said} */
function release(facts) {
  const bad = facts.against('LOG-11'), { release: newest, openIndex } = facts.fold;
  if (bad) return bad;
  if (!newest) return openIndex < 0 ? notApplicable("the page's files have not been released") : fail("the vote was opened without hashes of the page's files", openIndex);
  if (newest.files.size === 0) return fail('the web-release names no file');
  const { web } = facts.held;
  if (!web) return pass(`${newest.files.size} files; compare them with --web`);
  for (const path of [...new Set([...newest.files.keys(), ...web.keys()])].sort()) {
    if (!newest.files.has(path)) return fail(`the served ${path} was never released`);
    if (newest.files.get(path) !== web.get(path)) return fail(`the served ${path} is not the one that the bodies signed`);
  }
  return pass(`${newest.files.size} files, as served`);
}

/** @param {Facts} facts @returns {Said} */
function order(facts) {
  const { fold } = facts;
  if (!fold.draft) return notChecked('no definition stands');
  const bad = facts.against('LOG-12');
  if (bad) return bad;
  let before = 0;
  for (const [phase, size] of fold.stages) {
    if (size < before) return fail(`phase ${phase} out of order`);
    before = size;
  }
  return pass(`phase ${fold.phase}`);
}

/** @param {Facts} facts @returns {Said} */
function receipts(facts) {
  const { fold } = facts, key = facts.logKey, count = facts.held.receipts.length;
  if (count === 0) return notApplicable('no receipt was given');
  for (const [i, text] of facts.held.receipts.entries()) {
    const name = `receipt ${i + 1}: `;
    try {
      const receipt = parseReceipt(text), note = parseNote(receipt.checkpoint), { origin, size, root } = parseBody(note.body);
      if (!key || origin !== key.name || verifyNote(note, [key]).length === 0) return fail(`${name}the log did not sign`);
      if (size > BigInt(fold.size)) {
        if (fold.phase === 'final') return fail(`${name}of a log that went on after \`final\``);
        return notChecked(`${name}newer than this bundle; get a newer one`);
      }
      const index = Number(receipt.index);
      if (!equal(fold.tree.root(Number(size)), root)) return fail(`${name}of another log: fork at size ${size}`, index);
      if (receipt.index >= size) return fail(`${name}its path does not lead to the root`, index);
      const ballot = inside(receipt), deposit = fold.deposits.get(index);
      const taken = ballot && deposit?.leaves.some((leaf, at) => deposit.fates[at].kind === 'taken' && equal(leafHash(leaf), ballot));
      if (ballot && !taken) return fail(`${name}its ballot is not in the deposit it names`, index);
      if (!includes(receipt.index, size, fold.tree.leaf(index), receipt.proof, root)) return fail(`${name}its path does not lead to the root`, index);
    } catch (e) {
      if (e instanceof Malformed) return fail(name + e.message);
      throw e;
    }
  }
  return pass(`${count} receipts, all in this log`);
}
