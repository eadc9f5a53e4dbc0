// Ballots that came through a body (record §3b): the deposit in the log, its receipts, and the body's word before that.
import { parseNote, verifyNote } from '../crypto/note.js';
import { bodyKeys, readAct, signers } from '../election/draft.js';
import { leafHash } from '../log/merkle.js';
import { Fields, Malformed, equal, parse, unhex } from '../wire.js';

const FIRST_LINE = 'veche.taken/v1';

/** The ballot leaves of a deposit that one body signed, in order; undefined where a leaf is something else.
 * @param {Uint8Array} leaf @param {import('../election/draft.js').Opened} opened @returns {{body: string, leaves: Uint8Array[]}|undefined}
 */
export function readDeposit(leaf, { draft, eid }) {
  try {
    const act = readAct(leaf);
    if (act.type !== 'deposit' || !equal(act.id, eid) || act.serial !== 0n) return undefined;
    const by = [...signers(act, draft.origin, bodyKeys(draft))];
    if (by.length !== 1) return undefined;
    const f = new Fields(parse(act.payload));
    /** @type {Uint8Array[]} */
    const leaves = [];
    while (f.left) leaves.push(f.bytes());
    return leaves.length ? { body: by[0], leaves } : undefined;
  } catch (e) {
    if (e instanceof Malformed) return undefined;
    throw e;
  }
}

/** log §4: the leaf hash of the ballot that a receipt places inside the proven leaf; undefined: it speaks of the leaf itself.
 * @param {import('../log/receipt.js').Receipt} receipt
 */
export function inside({ extra }) {
  if (!extra) return undefined;
  const f = new Fields(parse(extra), 2);
  f.text('veche/1/deposited');
  return f.bytes(32);
}

/** @typedef {{body: string, time: bigint, hash: Uint8Array}} Taken  hash: of the ballot's leaf */

/** protocol §6: a body's word that it took a ballot. Throws Malformed where it is none. @param {string} text
 * @param {import('../election/draft.js').Draft} draft @returns {Taken}
 */
export function readWord(text, draft) {
  const note = parseNote(text), by = verifyNote(note, bodyKeys(draft));
  const [first, origin, hash, time, end, more] = note.body.split('\n');
  if (first !== FIRST_LINE || origin !== draft.origin || end !== '' || more !== undefined) throw new Malformed('taken');
  if (!/^[0-9a-f]{64}$/.test(hash) || !/^(0|[1-9][0-9]{0,17})$/.test(time)) throw new Malformed('taken');
  if (by.length !== 1) throw new Malformed('taken', 'no body of this election signed');
  return { body: by[0].verifier.name, time: BigInt(time), hash: unhex(hash) };
}

/** The word for this ballot and no other. @param {string} text @param {Uint8Array} ballot @param {import('../election/draft.js').Draft} draft */
export function readTaken(text, ballot, draft) {
  const taken = readWord(text, draft);
  if (!equal(taken.hash, leafHash(ballot))) throw new Malformed('taken', 'another ballot');
  return taken;
}

/** Whether this is meant as a body's word. @param {string} text */
export const isWord = (text) => text.startsWith(`${FIRST_LINE}\n`);

/** doors §7: where a body takes ballots, from an address as people write it; undefined: it is none.
 * @param {string} typed @param {string} slug
 */
export function doorOf(typed, slug) {
  const said = typed.trim(), at = said.indexOf('://');
  // onion services have no certificates and need none
  const whole = at >= 0 ? said : `${/^[^/]*\.onion(:\d+)?(\/|$)/i.test(said) ? 'http' : 'https'}://${said}`;
  /** @type {URL} */
  let url;
  try {
    url = new URL(whole);
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) return undefined;
  const before = url.pathname.replace(/\/+$/, '').replace(new RegExp(`/e/${slug}(/ballots)?$`), '');
  return `${url.origin}${before}/e/${slug}/ballots`;
}
