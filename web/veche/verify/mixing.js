// record §6a: the mixes of a closed election as facts: whose turn it is, which list is next, what came out. Whether a proof holds is asked of a judge.
import { listDigest } from '../crypto/elgamal.js';
import { pointOf } from '../crypto/p256.js';
import { ELEMENT, readRows } from '../mix/bytetree.js';
import { Fields, Malformed, equal, parse } from '../wire.js';
import { small } from './ceremony.js';
import { no } from './refused.js';

/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {{eid: Uint8Array, contest: number, place: number, input: Uint8Array, output: Uint8Array, files: Uint8Array[], list: Uint8Array, part: string}} Payload  files: SHA-256 of the three of the proof */
/** @typedef {{trustee: number, index: number, leafHash: Uint8Array, payload: Payload, output: Ciphertext[]}} Done */
/** @typedef {{input: Ciphertext[]|undefined, last: Ciphertext[]|undefined, digest: Uint8Array, done: Done[]}} Line */
/** What a judge is asked: `files` are PermutationCommitment, PoSCommitment and PoSReply.
 * @typedef {{eid: Uint8Array, contest: number, key: Point, input: Ciphertext[], output: Ciphertext[], files: Uint8Array[]}} Proof */
/** Undefined where the proof holds; `form` where its files have not the form of one, `element` where a point in them is none, else the equations that fail; `unjudged` where nobody looked.
 * @typedef {(proof: Proof) => Promise<{why: 'form'|'element'|'equations'|'unjudged', detail: string}|undefined>} Judge */

/** record §3a `mix`. @param {Uint8Array} payload @returns {Payload} */
export function readMix(payload) {
  const f = new Fields(parse(payload), 3), s = f.list(9);
  s.text('veche/1/mix');
  const eid = s.bytes(32), contest = small(s, 1_000), place = small(s, 1_000), input = s.bytes(32), output = s.bytes(32);
  const files = [s.bytes(32), s.bytes(32), s.bytes(32)], part = f.text();
  if (part !== 'main' && part !== 'set-aside') throw new Malformed('mix', 'part');
  return { eid, contest, place, input, output, files, part, list: f.bytes(32) };
}

/** Which check a judge's answer speaks against. */
const AGAINST = { form: 'MIX-04', element: 'MIX-07', equations: 'MIX-03' };

/** The ciphertexts of an output, exactly so many (protocol §15 line 30). @param {Uint8Array} tree @param {number} size @returns {Ciphertext[]} */
function readList(tree, size) {
  try {
    const { A, B } = readRows(tree, size, 1);
    return A[0].map((a, i) => ({ A: pointOf(a), B: pointOf(B[0][i]) }));
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    return no('malformed', `mix: ShuffledCiphertexts: ${e.message}`, AGAINST[ELEMENT.test(e.reason) ? 'element' : 'form']);
  }
}

export class Mixing {
  /** @param {import('../election/draft.js').Draft} draft @param {Uint8Array} eid @param {Point} key @param {number} counted
   * @param {Map<number, Ciphertext[]>} lists of the ranked contests @param {(sha256: Uint8Array) => Promise<Uint8Array|undefined>} blob @param {Judge} judge */
  constructor(draft, eid, key, counted, lists, blob, judge) {
    this.draft = draft;
    this.eid = eid;
    this.key = key;
    this.counted = counted;
    this.blob = blob;
    this.judge = judge;
    /** @type {Map<number, Line>} */ this.lines = new Map();
    for (const [k, list] of lists) {
      const input = list.length < 2 ? undefined : list;
      this.lines.set(k, { input, last: input, digest: input ? listDigest(input) : new Uint8Array(), done: [] });
    }
    /** @type {Map<number, string>} */ this.skipped = new Map();
    /** Why proofs of mixing were not looked at. @type {string|undefined} */ this.unjudged = undefined;
  }

  /** Whose mix a contest waits for. @param {number} k */
  turn(k) {
    const line = this.lines.get(k);
    if (!line || line.done.length >= this.draft.lambda) return undefined;
    return this.draft.trustees.map((x) => x.index).sort((a, b) => a - b).find((j) => !this.skipped.has(j) && !line.done.some((d) => d.trustee === j));
  }

  get complete() { return [...this.lines.values()].every((line) => line.done.length >= this.draft.lambda); }

  /** @param {number} trustee @param {string} reason @returns {boolean} whether it was its turn */
  skip(trustee, reason) {
    if (![...this.lines.keys()].some((k) => this.turn(k) === trustee)) return false;
    this.skipped.set(trustee, reason);
    return true;
  }

  /** @param {number} trustee @param {number} index @param {Uint8Array} leafHash @param {Uint8Array} bytes the payload */
  async add(trustee, index, leafHash, bytes) {
    const payload = readMix(bytes), k = payload.contest, line = this.lines.get(k);
    const first = payload.place === 1 ? 'MIX-01' : 'MIX-02';
    if (!line || payload.part !== 'main') return no('wrong-contests', 'mix: no such list');
    if (!equal(payload.eid, this.eid)) no('wrong-context', 'mix: of another election', first);
    if (BigInt(this.counted) < this.draft.minCount || !line.last) return no('wrong-phase', 'mix: fewer counted ballots than minCount', 'MIX-05');
    if (line.done.some((d) => d.trustee === trustee)) no('conflict', `mix: trustee ${trustee} has mixed contest ${k}`, 'MIX-05');
    if (this.turn(k) !== trustee) no('wrong-phase', `mix: not the turn of trustee ${trustee}`, 'MIX-05');
    if (payload.place !== line.done.length + 1) no('wrong-context', `mix: expected place ${line.done.length + 1}`, first);
    if (!equal(payload.input, line.digest)) no('wrong-context', 'mix: of another list than the one whose turn it is', first);
    /** @type {Uint8Array[]} */ const files = [];
    for (const sha256 of [...payload.files, payload.list]) files.push((await this.blob(sha256)) ?? no('not-found', 'mix: a proof file is not in the record'));
    const output = readList(files[3], line.last.length);
    if (!equal(listDigest(output), payload.output)) no('wrong-context', 'mix: the list is another than its digest says', first);
    const wrong = await this.judge({ eid: this.eid, contest: k, key: this.key, input: line.last, output, files: files.slice(0, 3) });
    if (wrong?.why === 'unjudged') this.unjudged = wrong.detail;
    else if (wrong) no(wrong.why === 'equations' ? 'bad-proof' : 'malformed', `mix: ${wrong.detail}`, AGAINST[wrong.why]);
    line.done.push({ trustee, index, leafHash, payload, output });
    line.last = output;
    line.digest = payload.output;
    return undefined;
  }
}

