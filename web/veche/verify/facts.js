// What the checks ask: the bundle as it was read and folded, the trust file, and whose check a refused act speaks against.
import { parseVkey, verifyNote } from '../crypto/note.js';
import { quorumMet, verifiers } from '../log/policy.js';
import { Fields, Malformed, equal, hex, parse } from '../wire.js';
import { readMix } from './mixing.js';
import { readCertificate } from './papers.js';
import { fail } from './said.js';

/** @typedef {import('./fold.js').Fold} Fold */
/** @typedef {import('./fold.js').Seen} Seen */
/** @typedef {import('./reading.js').Kept} Kept */
/** @typedef {import('../crypto/note.js').Verifier} Verifier */
/** @typedef {{name: string, time: bigint}} Cosigned */

export class Facts {
  /** @param {{bundle: import('./reading.js').Bundle, head: Kept, kept: Kept[], unread: string[], fold: Fold, box: import('./box.js').SecondBox|undefined,
   *   trust: import('./trust.js').Trust|undefined, receipts: string[], web: ReadonlyMap<string, string>|undefined, now: number, sampled: {proved: number, ballots: number}|undefined}} of */
  constructor(of) {
    this.bundle = of.bundle;
    this.head = of.head;
    this.kept = of.kept;
    this.unread = of.unread;
    this.fold = of.fold;
    this.box = of.box;
    this.trust = of.trust;
    this.receipts = of.receipts;
    this.web = of.web;
    this.now = of.now;
    /** How many ballots were proved of how many; undefined where all were. */
    this.sampled = of.sampled;
    /** @type {Map<Kept, Cosigned[]>} */ this.cosignatures = new Map();
  }

  /** Whether every leaf up to the checkpoint was folded. */
  get whole() { return this.fold.size === this.head.tree.size; }

  /** The log's key: of the trust file; without one, what the log says of itself. @returns {Verifier|undefined} */
  get logKey() {
    if (this.trust) return this.trust.policy.logs.find((k) => k.name === this.head.tree.origin);
    return this.fold.draft && parseVkey(this.fold.draft.log);
  }

  get policy() { return this.trust?.policy ?? this.fold.policy; }

  /** Witnesses of the trust file and of the definition. */
  get witnesses() {
    const out = this.policy ? verifiers(this.policy) : [];
    for (const key of this.fold.policy ? verifiers(this.fold.policy) : []) if (!out.some((k) => k.vkey === key.vkey)) out.push(key);
    return out;
  }

  /** Whether the log of the trust file signed this note under its own name. @param {Kept['note']} note @param {string} origin */
  signedByLog(note, origin) {
    const key = this.logKey;
    try {
      return key !== undefined && origin === key.name && verifyNote(note, [key]).length > 0;
    } catch (e) {
      if (e instanceof Malformed) return false;
      throw e;
    }
  }

  /** Whether a checkpoint of the bundle is of this very log. @param {Kept} one */
  holds({ note, tree }) {
    return this.signedByLog(note, tree.origin) && tree.size <= this.fold.size && equal(this.fold.tree.root(tree.size), tree.root);
  }

  /** Every cosignature of a witness on a checkpoint; none where one of them does not verify. @param {Kept} one @returns {Cosigned[]} */
  cosigned(one) {
    const known = this.cosignatures.get(one);
    if (known) return known;
    /** @type {Cosigned[]} */ let out = [];
    try {
      out = verifyNote(one.note, this.witnesses).flatMap(({ verifier, time }) => (time === undefined ? [] : [{ name: verifier.name, time }]));
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
    }
    this.cosignatures.set(one, out);
    return out;
  }

  /** Whether the quorum stands on it with times not before this one. @param {Kept} one @param {bigint} notBefore */
  quorum(one, notBefore) {
    const { policy } = this;
    if (!policy || !this.holds(one)) return false;
    const seen = this.cosigned(one);
    return quorumMet(policy, policy.witnesses.flatMap(({ verifier }) => seen.filter((c) => c.name === verifier.name).map(({ time }) => ({ witness: verifier, time }))), notBefore);
  }

  /** @param {Uint8Array} sha256 */
  async blob(sha256) {
    const blob = await this.bundle.blob(sha256);
    if (!blob) throw new Malformed('blob', `${hex(sha256)} is missing`);
    return blob;
  }

  /** What the first refused act says that speaks against a check. @param {string} id */
  against(id) {
    const bad = this.fold.acts.find((a) => a.refused && blame(this.fold, a) === id);
    return bad && fail(`leaf ${bad.index}: ${bad.refused?.code} (${bad.refused?.detail})`, bad.index);
  }
}

const UNSIGNED = ['too-few-signatures', 'unknown-key', 'bad-signature'];

/** checks §2: an honest log holds no act that the rules refuse; which check says so follows from the act. Empty for what protocol §11 bids to ignore:
 * an invalid contribution while enough others stand. @param {Fold} fold @param {Seen} seen @returns {string} */
export function blame(fold, { index, act, type, refused }) {
  if (!refused) return '';
  const { code, check } = refused;
  if (!act) return 'LOG-10';
  if (code === 'not-found') return 'LOG-01';
  const unsigned = UNSIGNED.includes(code), early = code === 'wrong-phase' || code === 'stale-serial';
  if (type === 'draft') return code === 'malformed' ? 'SET-01' : unsigned ? 'SET-02' : code === 'wrong-context' ? 'LOG-10' : 'LOG-12';
  if (!fold.draft) return '';
  const id = fold.openIndex < 0 || index <= fold.openIndex ? fold.cid : fold.eid, closed = fold.closeIndex >= 0 && index > fold.closeIndex;
  if (code === 'unsupported' || !equal(act.id, id)) return 'LOG-10';
  switch (type) {
    case 'roll-freeze':
      if (early || code === 'conflict') return 'ROL-04';
      return check ?? (code === 'malformed' ? 'ROL-02' : code === 'bad-proof' ? 'ROL-06' : 'ROL-01');
    case 'decrypt':
      if (code === 'bad-proof' || code === 'malformed' || code === 'conflict') return '';
      return code === 'wrong-context' || code === 'wrong-contests' || code === 'wrong-phase' ? 'DEC-05' : 'LOG-12';
    case 'mix': return mix(act.payload, refused, closed);
    case 'dkg-commit': case 'dkg-reveal': case 'dkg-confirm': case 'dkg-complaint': case 'dkg-opening':
      return early || unsigned ? 'LOG-12' : code === 'bad-proof' ? 'SET-04' : 'SET-05';
    case 'lot-commit': case 'lot-reveal': return early || unsigned ? 'LOG-12' : closed ? 'TAL-02' : 'SET-08';
    case 'web-release': return early ? 'LOG-12' : 'LOG-11';
    case 'open': return code === 'wrong-context' ? 'SET-06' : 'LOG-12';
    case 'recount': return early || unsigned ? 'LOG-12' : 'LOG-10';
    case 'tally': return early || unsigned ? 'LOG-12' : 'TAL-07';
    case 'certificate': return early ? 'LOG-12' : unsigned ? 'CER-02' : certificate(fold, act.payload);
    case 'dissent': return early || unsigned ? 'LOG-12' : 'CER-06';
    case 'object': return early || unsigned ? 'LOG-12' : 'CER-05';
    default: return code === 'malformed' ? 'LOG-10' : 'LOG-12';
  }
}

/** @param {Uint8Array} payload @param {import('./refused.js').Refused} refused @param {boolean} closed */
function mix(payload, { code, check }, closed) {
  try {
    const { place } = readMix(payload);
    switch (code) {
      case 'bad-proof': return 'MIX-03';
      case 'malformed': return check ?? 'MIX-04';
      case 'wrong-context': return place === 1 ? 'MIX-01' : 'MIX-02';
      case 'conflict': return 'MIX-05';
      case 'wrong-phase': return closed ? 'MIX-05' : 'MIX-06';
      default: return 'LOG-12';
    }
  } catch (e) {
    if (e instanceof Malformed) return 'LOG-10';
    throw e;
  }
}

/** @param {Fold} fold @param {Uint8Array} payload */
function certificate(fold, payload) {
  try {
    const claims = readCertificate(new Fields(parse(payload), 1).text());
    return fold.result && claims.result === hex(fold.result.digest) ? 'TAL-04' : 'TAL-01';
  } catch (e) {
    if (e instanceof Malformed) return 'CER-01';
    throw e;
  }
}
