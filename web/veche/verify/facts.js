// What the checks ask: the bundle as it was read and folded, the trust file, and whose check a refused act speaks against.
import { parseVkey, verifyNote } from '../crypto/note.js';
import { quorumMet, verifiers } from '../log/policy.js';
import { Fields, Malformed, equal, hex, parse } from '../wire.js';
import { readDecrypt } from './fold.js';
import { readMix } from './mixing.js';
import { readCertificate } from './papers.js';
import { fail } from './said.js';

/** @typedef {import('./fold.js').Fold} Fold */
/** @typedef {import('./fold.js').Seen} Seen */
/** @typedef {import('./reading.js').Kept} Kept */
/** @typedef {import('../crypto/note.js').Verifier} Verifier */
/** @typedef {{name: string, time: bigint}} Cosigned */
/** What an observer has beside the bundle: receipts, challenged ballots as booths showed them, the twelve words of every key of the roll, a table of opened
 * ballots, and SHA-256 in hex of the page's files as served.
 * @typedef {{receipts: string[], challenges: string[], roll?: string[], votes?: string, web?: ReadonlyMap<string, string>}} Held */

export class Facts {
  /** @param {{bundle: import('./reading.js').Bundle, head: Kept, kept: Kept[], unread: string[], fold: Fold, box: import('./box.js').SecondBox|undefined,
   *   trust: import('./trust.js').Trust|undefined, held: Held, now: number, sampled: {proved: number, ballots: number}|undefined, strange: Set<number>, plain: boolean}} of */
  constructor(of) {
    this.bundle = of.bundle;
    this.head = of.head;
    this.kept = of.kept;
    this.unread = of.unread;
    this.fold = of.fold;
    this.box = of.box;
    this.trust = of.trust;
    this.now = of.now;
    /** How many ballots were proved of how many; undefined where all were. */
    this.sampled = of.sampled;
    /** Leaves that are ballots but for points that are none. */
    this.strange = of.strange;
    this.held = of.held;
    this.plain = of.plain;
    /** @type {Map<Kept, Cosigned[]>} */ this.cosignatures = new Map();
    /** @type {{seen: Seen, check: string, why?: string}[]|undefined} */ this.blamed = undefined;
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
    this.blamed ??= this.fold.acts.flatMap((seen) => (seen.refused ? [{ seen, ...blame(this, seen, seen.refused) }] : []));
    const bad = this.blamed.find((b) => b.check === id);
    return bad && fail(bad.why ?? `leaf ${bad.seen.index}: ${bad.seen.refused?.code} (${bad.seen.refused?.detail})`, bad.seen.index);
  }
}

const UNSIGNED = ['too-few-signatures', 'unknown-key', 'bad-signature'];

/** @typedef {{check: string, why?: string}} Blame  empty for what protocol §11 bids to ignore: an invalid contribution while enough others stand */

/** checks §2: an honest log holds no act that the rules refuse; which check says so follows from the act, and where it claims something, from what is wrong
 * with that. @param {Facts} facts @param {Seen} seen @param {import('./refused.js').Refused} refused @returns {Blame} */
function blame(facts, { index, act, type }, { code, check, detail }) {
  const { fold } = facts, to = (/** @type {string} */ id) => ({ check: id });
  if (!act) return to('LOG-10');
  if (code === 'not-found') return to('LOG-01');
  const unsigned = UNSIGNED.includes(code), early = code === 'wrong-phase' || code === 'stale-serial';
  if (type === 'draft') return to(code === 'malformed' ? (detail.startsWith('t: ') ? 'SET-07' : 'SET-01') : unsigned ? 'SET-02' : code === 'wrong-context' ? 'LOG-10' : 'LOG-12');
  if (!fold.draft) return to('');
  if (code === 'unsupported') return to('LOG-10');
  const before = fold.openIndex < 0 || index <= fold.openIndex, closed = fold.closeIndex >= 0 && index > fold.closeIndex;
  if (!equal(act.id, before ? fold.cid : fold.eid)) return to(equal(act.id, fold.cid) || equal(act.id, fold.eid) ? 'SET-10' : 'LOG-10');
  switch (type) {
    case 'roll-freeze':
      if (early || code === 'conflict') return to('ROL-04');
      return to(check ?? (code === 'malformed' ? 'ROL-02' : code === 'bad-proof' ? 'ROL-06' : 'ROL-01'));
    case 'decrypt': return decrypt(facts, act.payload, code);
    case 'mix': return mix(facts, act.payload, code, check, closed);
    case 'dkg-commit': case 'dkg-reveal': case 'dkg-confirm': case 'dkg-complaint': case 'dkg-opening':
      return to(early || unsigned ? 'LOG-12' : code === 'bad-proof' ? check ?? 'SET-04' : 'SET-05');
    case 'lot-commit': case 'lot-reveal': return to(early || unsigned ? 'LOG-12' : closed ? 'TAL-02' : 'SET-08');
    case 'web-release': return to(early ? 'LOG-12' : 'LOG-11');
    case 'open': return to(code === 'wrong-context' ? 'SET-06' : 'LOG-12');
    case 'recount': return to(early || unsigned ? 'LOG-12' : 'LOG-10');
    case 'tally': return to(early || unsigned ? 'LOG-12' : 'TAL-07');
    case 'certificate': {
      const counted = fold.stages.get('counted');
      if (early) return closed && (counted === undefined || index < counted) ? { check: 'DEC-03', why: 'certified before enough trustees had opened the lists' } : to('LOG-12');
      if (unsigned) return to(code === 'unknown-key' ? 'CER-03' : 'CER-02');
      return certificate(fold, act.payload);
    }
    case 'dissent': return to(early || unsigned ? 'LOG-12' : 'CER-06');
    case 'object': return to(early || unsigned ? 'LOG-12' : 'CER-05');
    case 'countersign': return to(early ? 'LOG-12' : code === 'malformed' ? 'LOG-10' : 'CER-07');
    case 'annul': return to(early || unsigned ? 'LOG-12' : 'CER-08');
    case 'mandate': case 'revoke-mandate': return to(early || unsigned ? 'LOG-12' : 'CER-09');
    default: return to(code === 'malformed' ? 'LOG-10' : 'LOG-12');
  }
}

/** Another list than the counted one: of what it was made, if that can be told.
 * @type {Record<string, string>} */
const MADE = {
  'BAL-02': 'a list with ballots whose proofs do not hold', 'BAL-03': 'a list with ballots by keys that have no right to vote', 'BAL-04': 'a list with copied ballots',
  'BAL-05': 'a list with older or doubled ballots of a key', 'BAL-06': 'a list with ballots from outside the vote',
  'BAL-07': 'a list with ballots of several kinds that do not count', 'BAL-08': 'a list without one of the ballots that count',
};

/** @param {Facts} facts @param {number} k @param {Uint8Array} digest @param {string} otherwise @returns {Blame} */
function list({ fold, box }, k, digest, otherwise) {
  const q = fold.definition.contests[k], check = q && box?.told(k, q.kind, q.options.length, hex(digest));
  return check ? { check, why: MADE[check] } : { check: otherwise };
}

/** @param {Facts} facts @param {Uint8Array} payload @param {string} code @returns {Blame} */
function decrypt(facts, payload, code) {
  switch (code) {
    case 'bad-proof': case 'malformed': case 'conflict': return { check: '' };
    case 'wrong-context': {
      const { contest, digest } = readDecrypt(payload);
      return list(facts, contest, digest, 'DEC-01');
    }
    case 'wrong-contests':
      return readDecrypt(payload).part === 'main' ? { check: 'DEC-05' } : { check: 'BAL-10', why: 'a list of set-aside ballots that nobody set aside' };
    default: return { check: code === 'wrong-phase' ? 'DEC-05' : 'LOG-12' };
  }
}

/** @param {Facts} facts @param {Uint8Array} payload @param {string} code @param {string|undefined} check @param {boolean} closed @returns {Blame} */
function mix(facts, payload, code, check, closed) {
  try {
    const { place, contest, input } = readMix(payload);
    switch (code) {
      case 'bad-proof': return { check: 'MIX-03' };
      case 'malformed': return { check: check ?? 'MIX-04' };
      case 'wrong-context': return place === 1 ? list(facts, contest, input, 'MIX-01') : { check: 'MIX-02' };
      case 'conflict': return { check: 'MIX-05' };
      case 'wrong-phase': return { check: closed ? 'MIX-05' : 'MIX-06' };
      default: return { check: 'LOG-12' };
    }
  } catch (e) {
    if (e instanceof Malformed) return { check: 'LOG-10' };
    throw e;
  }
}

/** The first of a certificate's claims that is not what the record gives. @param {Fold} fold @param {Uint8Array} payload @returns {Blame} */
function certificate(fold, payload) {
  /** @type {import('./papers.js').Certificate} */ let claims;
  try {
    claims = readCertificate(new Fields(parse(payload), 1).text());
  } catch (e) {
    if (e instanceof Malformed) return { check: 'CER-01' };
    throw e;
  }
  // of a contest that this program cannot count nothing can be said
  if (!fold.result) return { check: 'TAL-04' };
  const mine = fold.certificateOf(claims), same = (/** @type {unknown} */ a, /** @type {unknown} */ b) => JSON.stringify(a) === JSON.stringify(b);
  const bound = (/** @type {import('./papers.js').Certificate} */ c) => [c.cid, c.eid, c.origin, c.size, c.root];
  if (!same(bound(claims), bound(mine))) return { check: 'CER-01', why: 'the certificate is of another election or another log' };
  if (claims.result !== mine.result) return { check: 'TAL-01', why: 'the certificate is over another result' };
  if (claims.contests.length !== mine.contests.length) return { check: 'TAL-04' };
  for (const [k, m] of mine.contests.entries()) {
    const c = claims.contests[k], totals = (/** @type {import('./papers.js').Line} */ l) => l.options.map((o) => o.approvals);
    if (totals(c).some((n) => n > m.counted)) return { check: 'DEC-06', why: `contest ${k}: certified totals that no ballots can give` };
    if (!same(totals(c), totals(m))) return { check: 'DEC-04', why: `contest ${k}: other totals are certified than were opened` };
    if (!same(c.ties, m.ties)) return { check: 'TAL-02', why: `contest ${k}: other ties are certified than the lot decided` };
    if (!same(c.winners, m.winners)) return { check: 'TAL-05', why: `contest ${k}: others are certified as elected` };
    if (!same(c.tests, m.tests)) return { check: 'TAL-08', why: `contest ${k}: other thresholds are certified than both counts give` };
  }
  if (!same(claims.counts, mine.counts)) return { check: 'TAL-03', why: 'the certified control numbers are not those of the record' };
  return { check: 'TAL-04' };
}
