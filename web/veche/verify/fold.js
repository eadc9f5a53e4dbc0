// record §6: the fold of a log's leaves, once more and apart from the server's: what stands, what is ignored, and why.
import { Box, proveLeaf } from '../ballot/check.js';
import { combine, decryptContext, discreteLog, holds as proves } from '../crypto/dleq.js';
import * as elgamal from '../crypto/elgamal.js';
import { parseSignature, parseVkey, verifyEd25519 } from '../crypto/note.js';
import { encodePoint, p, pointOf, ps } from '../crypto/p256.js';
import { H, TH } from '../crypto/transcript.js';
import { actBody, cidOf, contests as styles, eidOf, keys as keysOf, lotCommitment, lotOrder, lotSeed, readAct, readDraft, readManifest } from '../election/draft.js';
import { leafHash } from '../log/merkle.js';
import { readFactors, votes } from '../mix/opening.js';
import { parsePolicy } from '../log/policy.js';
import { resultDigest } from '../record/result.js';
import { flaw, readRoll, writeRow } from '../roll/enrol.js';
import { Fields, Malformed, bytes, encode, equal, hex, list, parse, text, uint, utf8Bytes } from '../wire.js';
import { Ceremony, small } from './ceremony.js';
import { flaws } from './definition.js';
import { Mixing } from './mixing.js';
import { certificateText, readCertificate, readDissent } from './papers.js';
import { Tree } from './reading.js';
import { Refused, no } from './refused.js';
import { approval, ranked } from './tallying.js';

/** @typedef {import('../crypto/note.js').Verifier} Verifier */
/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../election/draft.js').Act} Act */
/** @typedef {import('../election/draft.js').Draft} Draft */
/** @typedef {import('../election/draft.js').Manifest} Manifest */
/** @typedef {import('../roll/enrol.js').Row} Row */
/** @typedef {import('./tallying.js').Outcome} Outcome */
/** @typedef {'drafting'|'keys'|'enrolling'|'ready'|'voting'|'closed'|'opening'|'counted'|'certified'|'refused'|'final'|'no-result'|'void'} Phase */
/** @typedef {'body'|'trustee'|'registrar'} Role */
/** @typedef {{index: number, act: Act|undefined, type: string, refused: Refused|undefined}} Seen  a leaf that is no ballot */
/** @typedef {{kind: 'taken'}|{kind: 'standing', index: number}|{kind: 'ignored', code: string, detail: string}} Fate */
/** @typedef {{body: string, leaves: Uint8Array[], fates: Fate[]}} Deposit */
/** @typedef {{trustee: number, index: number, leafHash: Uint8Array, D: Point[]}} Contribution */
/** @typedef {{list: Ciphertext[], digest: Uint8Array, valid: Map<number, Contribution>, first: Contribution[], totals?: number[], votes?: import('./tallying.js').Vote[], points?: Point[]}} Opening */
/** @typedef {{index: number, text: string, signers: string[]}} Statement */
/** @typedef {{contest: number, kind: string, part: string, digest: Uint8Array, factors: Uint8Array, T: Point, U: Point, z: bigint}} Decrypt */
/** @typedef {{vkey: Verifier, tool: string, version: string, digest: Uint8Array, checks: string}} Recount */
/** @typedef {{vkey: Verifier, size: number, root: Uint8Array, failed: number}} Countersign */
/** @typedef {{index: number, contest: number, option: number, revoked: string|undefined}} Mandate */
/** How a ballot is proved: undefined leaves its equations to the one who sampled.
 * @typedef {(election: import('../ballot/check.js').Election, leaf: Uint8Array, index: number) => import('../ballot/check.js').Proved|import('../ballot/check.js').Refusal} Prove */

/** @type {Phase[]} */
const OPENED = ['voting', 'closed', 'opening', 'counted', 'certified', 'refused', 'final', 'no-result'];
const MOST_RECOUNTS = 256, MOST_COUNTERSIGNS = 256, LONGEST_REASON = 2_000;

/** The type that a leaf claims, whatever else it holds. @param {Uint8Array} leaf */
export function typeOf(leaf) {
  try {
    return new Fields(parse(leaf)).text();
  } catch (e) {
    if (e instanceof Malformed) return '';
    throw e;
  }
}

/** An act as it is read: its own encoding, a payload that is ENC, as many and as long lines as the envelope allows. @param {Uint8Array} leaf @returns {Act} */
export function strictAct(leaf) {
  const act = readAct(leaf);
  if (act.serial >= 1n << 63n) throw new Malformed('act', 'serial');
  parse(act.payload);
  if (act.signatures.length > 64 || act.signatures.some((s) => s.length > 512)) throw new Malformed('act', 'signatures');
  return act;
}

/** @param {Uint8Array} payload @returns {Decrypt} */
export function readDecrypt(payload) {
  const f = new Fields(parse(payload), 8), contest = small(f, 1_000), kind = f.text(), part = f.text();
  if ((kind !== 'approval' && kind !== 'ranked') || (part !== 'main' && part !== 'set-aside')) throw new Malformed('decrypt', `${kind} ${part}`);
  return { contest, kind, part, digest: f.bytes(32), factors: f.bytes(32), T: pointOf(f.point()), U: pointOf(f.point()), z: f.scalar() };
}

/** record §3a `web-release`. @param {Uint8Array} payload */
export function readRelease(payload) {
  const f = new Fields(parse(payload), 2), all = f.list(), reason = () => f.text();
  /** @type {Map<string, string>} */ const files = new Map();
  let before = '';
  while (all.left) {
    const file = all.list(2), path = file.text();
    if (files.size && path <= before) throw new Malformed('web-release', 'paths are not ascending');
    files.set(path, hex(file.bytes(32)));
    before = path;
  }
  return { files, reason: reason(), digest: H(payload) };
}

export class Fold {
  /** @param {string} origin @param {(sha256: Uint8Array) => Promise<Uint8Array|undefined>} blob @param {{prove?: Prove, judge?: import('./mixing.js').Judge}} [how] */
  constructor(origin, blob, { prove = (election, leaf) => proveLeaf(election, leaf), judge = async () => ({ why: /** @type {const} */ ('unjudged'), detail: 'proofs of mixing are not looked at by this program' }) } = {}) {
    this.origin = origin;
    this.blob = blob;
    this.prove = prove;
    this.judge = judge;
    this.tree = new Tree();
    /** @type {Phase} */ this.phase = 'drafting';
    /** @type {Map<Phase, number>} size of the log at which each began */ this.stages = new Map();
    /** @type {Map<string, bigint>} */ this.serials = new Map();
    /** @type {Seen[]} */ this.acts = [];
    /** Refused leaves that are ballots. @type {Map<number, {code: string, detail: string}>} */ this.ignored = new Map();
    this.ignoredBallots = 0;
    this.valid = 0;
    /** @type {Map<number, Deposit>} */ this.deposits = new Map();
    /** @type {Draft|undefined} */ this.draft = undefined;
    /** @type {Uint8Array} */ this.cid = new Uint8Array();
    /** @type {Uint8Array} */ this.eid = new Uint8Array();
    /** @type {Record<Role, Verifier[]>} */ this.roster = { body: [], trustee: [], registrar: [] };
    /** @type {import('../log/policy.js').Policy|undefined} */ this.policy = undefined;
    /** @type {Ceremony|undefined} */ this.ceremony = undefined;
    /** @type {(Row[]|undefined)[]} */ this.frozen = [];
    /** The merged roll. @type {{rows: Row[], sizes: number[], root: Uint8Array, keys: Map<string, string>}|undefined} */ this.roll = undefined;
    /** @type {{commits: Map<number, Uint8Array[]>, early: Map<number, Uint8Array>, late: Map<number, Uint8Array>, excluded: Set<number>}} */
    this.lot = { commits: new Map(), early: new Map(), late: new Map(), excluded: new Set() };
    /** @type {ReturnType<typeof readRelease>|undefined} */ this.release = undefined;
    /** @type {Manifest|undefined} */ this.manifest = undefined;
    /** @type {import('../ballot/check.js').Election|undefined} */ this.election = undefined;
    this.openIndex = -1;
    this.closeIndex = -1;
    this.box = new Box();
    /** Where each valid ballot stands. @type {Map<string, number>} */ this.places = new Map();
    /** @type {Mixing|undefined} */ this.mixing = undefined;
    /** @type {Opening[]|undefined} */ this.openings = undefined;
    /** @type {Outcome[]} */ this.outcomes = [];
    /** @type {{object: Uint8Array, digest: Uint8Array, size: number, root: Uint8Array}|undefined} undefined also where a contest cannot be counted here */ this.result = undefined;
    /** Why the result could not be found. @type {string|undefined} */ this.uncounted = undefined;
    /** @type {string|undefined} */ this.withoutResult = undefined;
    /** @type {Statement|undefined} */ this.certificate = undefined;
    /** @type {Statement[]} */ this.dissents = [];
    /** @type {Statement[]} */ this.objections = [];
    /** @type {Recount[]} */ this.recounts = [];
    /** @type {Countersign[]} */ this.countersigned = [];
    /** By contest. @type {Map<number, {index: number, grounds: string}>} */ this.annulled = new Map();
    /** @type {Mandate[]} */ this.mandates = [];
  }

  get size() { return this.tree.size; }
  get opened() { return OPENED.includes(this.phase); }
  get closed() { return this.opened && this.phase !== 'voting'; }
  /** The definition; only where one stands. @returns {Draft} */
  get definition() { return this.draft ?? no('wrong-phase', 'no definition stands'); }
  /** @returns {Ceremony} */
  get keys() { return this.ceremony ?? no('wrong-phase', 'no definition stands'); }

  /** Acts of a type that the rules admitted. @param {string} type */
  stand(type) { return this.acts.filter((a) => a.type === type && !a.refused); }

  /** The act of one that stands. @param {Seen} seen @returns {Act} */
  static act(seen) { return seen.act ?? no('malformed', 'no act'); }

  /** The trustee's index in an act that stands. @param {Seen} seen */
  trusteeOf(seen) { return this.definition.trustees.find((x) => parseSignature(Fold.act(seen).signatures[0]).name === `${x.body}/trustee`)?.index ?? 0; }

  /** Takes the next leaf. @param {Uint8Array} leaf @returns {Promise<{ballot: boolean, refused: {code: string, detail: string}|undefined}>} */
  async take(leaf) {
    const type = typeOf(leaf), index = this.size;
    if (type === 'ballot') {
      const refused = this.cast(leaf, index);
      if (refused) {
        // what comes after `close` must not move the numbers that bodies are signing
        if (this.closeIndex < 0) this.ignoredBallots++;
        this.ignored.set(index, refused);
      }
      this.tree.append(leafHash(leaf));
      return { ballot: true, refused };
    }
    /** @type {Act|undefined} */ let act;
    /** @type {Refused|undefined} */ let refused;
    const hash = leafHash(leaf);
    try {
      act = strictAct(leaf);
      const head = [text(act.type), uint(1), bytes(act.id), uint(act.serial), bytes(act.payload)];
      if (!equal(encode(list([...head, list(act.signatures.map((s) => text(s)))])), leaf)) throw new Malformed('act', 'not its own encoding');
      await this.admit(act, hash);
    } catch (e) {
      if (e instanceof Refused) refused = e;
      else if (e instanceof Malformed) refused = new Refused('malformed', e.message);
      else throw e;
    }
    this.acts.push({ index, act, type, refused });
    this.tree.append(hash);
    return { ballot: false, refused };
  }

  // ---- ballots

  /** @param {Uint8Array} leaf @param {number} index @returns {{code: string, detail: string}|undefined} */
  cast(leaf, index) {
    const outside = { code: 'wrong-phase', detail: 'ballots are taken between open and close' };
    if (!this.election) {
      try {
        readLeaf(leaf);
        return outside;
      } catch (e) {
        if (e instanceof Malformed) return { code: 'malformed', detail: e.message };
        throw e;
      }
    }
    const proved = this.prove(this.election, leaf, index);
    if (proved.verdict === 'refused') return { code: proved.reason, detail: proved.detail };
    return this.phase === 'voting' ? this.enter(proved, index) : outside;
  }

  /** @param {import('../ballot/check.js').Proved} proved @param {number} index */
  enter(proved, index) {
    // proofs that were judged are not needed again, and are most of a ballot
    const answers = proved.ballot.answers.map(({ k, contest, ciphertexts }) => ({ k, contest, ciphertexts: ciphertexts.map(({ A, B }) => ({ A, B })) }));
    const light = { ...proved, ballot: { ...proved.ballot, answers: /** @type {import('../ballot/check.js').Answer[]} */ (/** @type {unknown} */ (answers)) } };
    const admitted = this.box.admit(light, index);
    if (admitted.verdict === 'refused') return { code: admitted.reason, detail: admitted.detail };
    this.places.set(hex(proved.ballot.ballotId), index);
    this.valid++;
    return undefined;
  }

  /** record §3b. @param {string} body @param {Uint8Array} payload */
  deposit(body, payload) {
    const leaves = readDeposited(payload), index = this.size, election = this.election ?? no('wrong-phase', 'no election');
    /** @type {Fate[]} */ const fates = [];
    for (const leaf of leaves) {
      const proved = this.prove(election, leaf, -1);
      if (proved.verdict === 'refused') {
        fates.push({ kind: 'ignored', code: proved.reason, detail: proved.detail });
        continue;
      }
      const place = this.places.get(hex(proved.ballot.ballotId));
      if (place !== undefined) {
        fates.push({ kind: 'standing', index: place });
        continue;
      }
      const refused = this.enter(proved, index);
      fates.push(refused ? { kind: 'ignored', ...refused } : { kind: 'taken' });
    }
    if (!fates.some((f) => f.kind === 'taken')) {
      const why = fates.find((f) => f.kind === 'ignored');
      no('conflict', `deposit: no ballot in it is new and valid (${why?.kind === 'ignored' ? `${why.code}: ${why.detail}` : 'all stand already'})`);
    }
    this.ignoredBallots += fates.filter((f) => f.kind === 'ignored').length;
    this.deposits.set(index, { body, leaves, fates });
  }

  // ---- acts

  /** @param {Act} act @param {Uint8Array} hash of its leaf */
  async admit(act, hash) {
    const { type } = act;
    if (this.phase === 'drafting') return type === 'draft' ? this.define(act) : no('wrong-phase', `${type}: the first leaf is a draft`);
    const id = this.opened ? this.eid : this.cid, key = `${type} ${hex(id)}`;
    if (!equal(act.id, id)) no('wrong-context', `${type}: another election's id`);
    const serial = this.serials.get(key) ?? 0n;
    if (act.serial !== serial) no('stale-serial', `${type}: expected serial ${serial}, not ${act.serial}`);
    await this.effect(act, hash);
    // a deposit's serial is always 0: an old one that comes again brings nothing new
    if (type !== 'deposit') this.serials.set(key, serial + 1n);
    return undefined;
  }

  /** @param {Act} act @param {Uint8Array} hash */
  async effect(act, hash) {
    const { type, payload } = act;
    const at = (/** @type {Phase[]} */ ...phases) => {
      if (!phases.includes(this.phase)) no('wrong-phase', `${type}: the election is in phase ${this.phase}`);
    };
    const trustee = (/** @type {Phase[]} */ ...phases) => {
      at(...phases);
      const name = this.one(act, 'trustee');
      return this.definition.trustees[this.roster.trustee.findIndex((k) => k.name === name)].index;
    };
    const bodies = (/** @type {string} */ rule, /** @type {Phase[]} */ ...phases) => {
      at(...phases);
      const names = this.signed(act, 'body'), needed = this.definition.rules.get(rule) ?? Infinity;
      if (names.length < needed) no('too-few-signatures', `${type}: ${names.length} of ${needed} needed signatures`);
      return names;
    };
    switch (type) {
      case 'draft': return no('wrong-phase', 'draft: the log has one');
      case 'object': return this.object(act);
      case 'dkg-commit': return this.keys.commit(trustee('keys'), payload);
      case 'dkg-reveal': return this.keys.reveal(trustee('keys'), payload);
      case 'dkg-confirm': {
        this.keys.confirm(trustee('keys'), payload);
        if (this.keys.complete) this.go('enrolling');
        return undefined;
      }
      case 'dkg-complaint':
        this.keys.complain(trustee('keys'), payload);
        return this.go('void');
      case 'dkg-opening': return this.keys.open(trustee('void'), payload);
      case 'roll-freeze':
        at('enrolling');
        return this.freeze(this.one(act, 'registrar'), payload);
      case 'lot-commit': return this.commitLot(trustee('ready'), payload);
      case 'lot-reveal': return this.revealLot(trustee('ready', 'closed', 'opening'), payload);
      case 'web-release': {
        bodies('release', 'keys', 'enrolling', 'ready', 'voting');
        const release = readRelease(payload);
        if (this.phase === 'voting' && release.reason.trim() === '') no('malformed', 'web-release: during voting a reason must be stated');
        this.release = release;
        return undefined;
      }
      case 'open':
        bodies('open', 'ready');
        return this.openVote(payload);
      case 'deposit':
        at('voting');
        return this.deposit(this.one(act, 'body'), payload);
      case 'close': {
        bodies('close', 'voting');
        const closesAt = new Fields(parse(payload), 1).uint();
        if (closesAt !== this.definition.closesAt) no('wrong-context', `close: expected the time in force, ${this.definition.closesAt}`);
        return this.close();
      }
      case 'mix': {
        const j = trustee('closed'), mixing = this.mixing ?? no('wrong-phase', 'mix');
        await mixing.add(j, this.size, hash, payload);
        if (mixing.complete) this.beginOpening();
        return undefined;
      }
      case 'skip': {
        bodies('close', 'closed', 'opening');
        const f = new Fields(parse(payload), 2), j = small(f, this.definition.trustees.length), reason = f.text();
        if (reason.trim() === '') no('malformed', 'skip: expected a reason');
        const mixing = this.phase === 'closed' && (this.mixing?.skip(j, reason) ?? false), drawing = this.owed.includes(j);
        if (drawing) this.lot.excluded.add(j);
        return mixing || drawing ? undefined : no('conflict', `skip: nothing waits for trustee ${j}`);
      }
      case 'decrypt': return this.decrypt(trustee('opening', 'counted', 'certified', 'refused'), payload, hash);
      case 'tally': return this.tally(act, at);
      case 'recount':
        at('counted', 'certified', 'refused');
        return this.recount(act);
      case 'no-result': {
        bodies('close', 'closed', 'opening');
        const reason = new Fields(parse(payload), 1).text();
        if (reason.trim() === '') no('malformed', 'no-result: expected a reason');
        this.withoutResult = reason;
        return this.go('no-result');
      }
      case 'certificate': return this.certify(payload, bodies('certify', 'counted'));
      case 'dissent': {
        at('counted', 'certified', 'refused');
        const body = this.one(act, 'body'), said = new Fields(parse(payload), 1).text(), dissent = readDissent(said);
        const other = this.result && dissent.result !== hex(this.result.digest);
        if (other || dissent.eid !== hex(this.eid) || dissent.body !== body) no('wrong-context', 'dissent: of another body or over another result');
        this.dissents.push({ index: this.size, text: said, signers: [body] });
        return undefined;
      }
      case 'countersign':
        at('counted', 'certified', 'refused');
        return this.countersign(act);
      case 'annul':
        bodies('annul', 'certified', 'refused');
        return this.annul(payload);
      case 'mandate':
        bodies('certify', 'certified');
        return this.mandate(payload);
      case 'revoke-mandate':
        bodies('certify', 'certified');
        return this.revoke(payload);
      case 'final':
        bodies('certify', 'certified', 'refused', 'counted', 'no-result');
        new Fields(parse(payload), 0).end();
        return this.go('final');
      default: return no('unsupported', `${type}: no such act here`);
    }
  }

  /** @param {Phase} phase */
  go(phase) {
    this.phase = phase;
    this.stages.set(phase, this.size);
  }

  /** The names that signed: every line by another key of the role. @param {Act} act @param {Role} role */
  signed(act, role, roster = this.roster) {
    const message = utf8Bytes(actBody(act, this.origin));
    /** @type {string[]} */ const names = [];
    for (const line of act.signatures) {
      const { name, id, signature } = parseSignature(line), key = roster[role].find((k) => k.name === name);
      if (!key) return no('unknown-key', `${act.type}: no such signer`);
      if (!equal(id, key.id) || !verifyEd25519(key.key, message, signature)) no('bad-signature', `${act.type}: by ${name}`);
      if (names.includes(name)) no('malformed', `${act.type}: ${name} twice`);
      names.push(name);
    }
    return names;
  }

  /** @param {Act} act @param {Role} role */
  one(act, role) {
    const names = this.signed(act, role);
    return names.length === 1 ? names[0] : no('too-few-signatures', `${act.type}: expected exactly one signature`);
  }

  // ---- definition, roll, lot

  /** @param {Act} act */
  define(act) {
    const draft = readDraft(act.payload), cid = cidOf(act.payload);
    if (draft.origin !== this.origin) no('wrong-context', `draft: for the log ${draft.origin}`);
    if (!equal(act.id, cid) || act.serial !== 0n) no('wrong-context', 'draft: expected its own cid as id and serial 0');
    const wrong = flaws(draft);
    if (wrong.length) no('malformed', wrong[0]);
    /** @type {Record<Role, Verifier[]>} */
    const roster = {
      body: keysOf(draft.bodies.map((b) => ({ body: b.id, vkey: b.vkey }))),
      trustee: keysOf(draft.trustees, 'trustee'), registrar: keysOf(draft.registrars, 'registrar'),
    };
    if (Object.values(roster).flat().some((k) => k.type !== 1)) throw new Malformed('vkey', 'expected an Ed25519 key');
    const policy = parsePolicy(draft.witnessPolicy);
    if (policy.quorum === 'none') no('malformed', 'witnessPolicy: expected a quorum that needs witnesses');
    const signed = this.signed(act, 'body', roster).length, needed = draft.rules.get('define') ?? Infinity;
    if (signed < needed) no('too-few-signatures', `draft: ${signed} of ${needed} needed signatures`);
    this.draft = draft;
    this.cid = cid;
    this.roster = roster;
    this.policy = policy;
    this.ceremony = new Ceremony(cid, draft.t, roster.trustee.map((k) => k.key));
    this.frozen = draft.registrars.map(() => undefined);
    this.serials.set(`draft ${hex(cid)}`, 1n);
    this.go('keys');
  }

  /** @param {string} registrar name of the key @param {Uint8Array} payload */
  async freeze(registrar, payload) {
    const draft = this.definition, r = this.roster.registrar.findIndex((k) => k.name === registrar);
    if (this.frozen[r]) no('conflict', 'roll-freeze: this roll is frozen', 'ROL-04');
    const f = new Fields(parse(payload), 2), count = f.uint(), root = f.bytes(32), blob = await this.blob(root);
    if (!blob) return no('not-found', 'roll-freeze: the rows are not in the record');
    const rows = rollRows(blob);
    if (BigInt(rows.length) !== count) no('malformed', `roll-freeze: ${rows.length} rows, declared ${count}`);
    if (rows.some((row) => row.registrar !== r)) no('malformed', 'roll-freeze: a row of another registrar');
    const registrars = this.roster.registrar.map((k, i) => ({ body: draft.registrars[i].body, key: k.key }));
    for (const row of rows) {
      const wrong = flaw(row, this.cid, registrars);
      if (wrong) no(wrong, `roll row of ${hex(encodePoint(row.vk))}: ${wrong}`, 'ROL-06');
    }
    this.frozen[r] = rows;
    if (this.frozen.some((one) => !one)) return undefined;
    /** @type {Map<string, Row>} */ const merged = new Map();
    const sizes = this.frozen.map((one) => (one ?? []).filter((row) => {
      const vk = hex(encodePoint(row.vk));
      return !merged.has(vk) && merged.set(vk, row);
    }).length);
    const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
    this.roll = {
      rows: sorted.map(([, row]) => row), sizes, root: H(encode(list(sorted.map(([, row]) => writeRow(row))))),
      keys: new Map(sorted.map(([vk, row]) => [vk, draft.registrars[row.registrar].body])),
    };
    return this.go('ready');
  }

  /** Whether a contest's ties are decided by what is revealed after `close`. */
  get drawsLate() { return this.definition.contests.some((q) => q.lot === 'trustee-seed'); }

  /** @param {number} j @param {Uint8Array} payload */
  commitLot(j, payload) {
    if (this.lot.early.size) no('wrong-phase', 'lot-commit: a reveal stands already');
    const f = new Fields(parse(payload), this.drawsLate ? 2 : 1), commits = [f.bytes(32)];
    if (this.drawsLate) commits.push(f.bytes(32));
    if (this.lot.commits.has(j)) no('conflict', `lot-commit: trustee ${j} has committed`);
    this.lot.commits.set(j, commits);
  }

  /** @param {number} j @param {Uint8Array} payload */
  revealLot(j, payload) {
    const value = new Fields(parse(payload), 1).bytes(32), { commits, early, late, excluded } = this.lot, commit = commits.get(j);
    if (!commit || commits.size < this.definition.t) return no('wrong-phase', 'lot-reveal: expected commits of this and at least t trustees');
    if (this.closed && !this.drawsLate) no('wrong-phase', 'lot-reveal: no contest draws a lot after close');
    if (this.closed && excluded.has(j)) no('wrong-phase', `lot-reveal: trustee ${j} was skipped`);
    if (!equal(commit[this.closed ? 1 : 0], lotCommitment(this.cid, j, value))) no('bad-proof', `lot-reveal: not what trustee ${j} committed to`);
    const of = this.closed ? late : early;
    if (of.has(j)) no('conflict', `lot-reveal: trustee ${j} has revealed`);
    of.set(j, value);
    return undefined;
  }

  /** Whose reveal after `close` is waited for. */
  get owed() {
    if (!this.drawsLate) return [];
    return [...this.lot.commits.keys()].filter((j) => !this.lot.late.has(j) && !this.lot.excluded.has(j)).sort((a, b) => a - b);
  }

  /** Option positions in an order drawn by these reveals. @param {number} k @param {Map<number, Uint8Array>} reveals */
  drawn(k, reveals) {
    const seed = lotSeed([...reveals].sort(([a], [b]) => a - b).map(([, r]) => r));
    return lotOrder(seed, k, this.definition.contests[k].options.map((o) => o.id));
  }

  /** The lot by which a contest's ties are decided. @param {number} k */
  method(k) { return this.definition.contests[k].lot === 'trustee-seed' && this.lot.late.size >= this.definition.t ? 'trustee-seed' : 'drawn-order'; }

  /** @param {number} k */
  ties(k) { return this.drawn(k, this.method(k) === 'trustee-seed' ? this.lot.late : this.lot.early); }

  // ---- open, close, opening

  /** @param {Uint8Array} payload */
  openVote(payload) {
    const { release, roll, ceremony } = this;
    if (!release || !roll || !ceremony || this.lot.early.size < this.definition.t) return no('wrong-phase', 'open: needs a web-release and at least t lot reveals before it');
    const given = readManifest(payload);
    const expected = encode(list([bytes(this.cid), bytes(ceremony.transcript), p(ceremony.Y), ps(ceremony.shares), bytes(roll.root), uint(roll.rows.length),
      list(roll.sizes.map((n) => uint(n))), bytes(release.digest)]));
    if (!equal(payload, expected)) no('wrong-context', 'open: another manifest than the record gives');
    this.manifest = given;
    this.eid = eidOf(payload);
    this.openIndex = this.size;
    this.election = { eid: this.eid, Y: given.Y, contests: styles(this.definition), roll: roll.keys };
    return this.go('voting');
  }

  close() {
    this.closeIndex = this.size;
    const counted = this.box.counted(), draft = this.definition, { Y } = this.manifest ?? no('wrong-phase', 'close');
    /** @type {Map<number, Ciphertext[]>} */ const lists = new Map();
    draft.contests.forEach((q, k) => {
      if (q.kind === 'ranked') lists.set(k, counted.map(({ ballot }) => ballot.answers[k].ciphertexts[0]));
    });
    if (lists.size === 0) return this.beginOpening();
    this.mixing = new Mixing(draft, this.eid, Y, counted.length, lists, this.blob, this.judge);
    return this.go('closed');
  }

  beginOpening() {
    const counted = this.box.counted();
    this.openings = this.definition.contests.map((q, k) => {
      const mixed = this.mixing?.lines.get(k)?.last;
      const of = mixed ?? (counted.length ? q.options.map((_, j) => elgamal.total(counted.map(({ ballot }) => ballot.answers[k].ciphertexts[j]))) : []);
      return { list: of, digest: counted.length ? elgamal.listDigest(of) : new Uint8Array(), valid: new Map(), first: [] };
    });
    this.go('opening');
  }

  get counted() { return this.box.last.size; }

  /** @param {number} j @param {Uint8Array} payload @param {Uint8Array} hash */
  async decrypt(j, payload, hash) {
    const { draft, openings } = this;
    if (!draft || !openings) return no('wrong-phase', 'decrypt');
    if (BigInt(this.counted) < draft.minCount) no('wrong-phase', 'decrypt: fewer counted ballots than minCount');
    if (this.owed.length) no('wrong-phase', `decrypt: before the lot-reveals of trustees ${this.owed}`);
    const said = readDecrypt(payload), k = said.contest, opening = openings[k];
    if (!opening || said.kind !== draft.contests[k].kind || said.part !== 'main') return no('wrong-contests', 'decrypt: no such list');
    if (!equal(said.digest, opening.digest)) no('wrong-context', 'decrypt: another list than that of the counted ballots');
    if (opening.valid.has(j)) no('conflict', `decrypt: trustee ${j} has contributed`);
    const blob = (await this.blob(said.factors)) ?? no('not-found', 'decrypt: the factors are not in the record'), D = readFactors(blob);
    if (D.length !== opening.list.length) no('malformed', 'decrypt: number of factors');
    if (!proves(this.context(k), j, this.keys.shares[j - 1], opening.list, { D, T: said.T, U: said.U, z: said.z })) no('bad-proof', `decrypt: the proof of trustee ${j} does not hold`);
    const contribution = { trustee: j, index: this.size, leafHash: hash, D };
    if (opening.valid.size + 1 === draft.t) {
      const points = combine(opening.list, [...opening.valid.keys(), j].sort((a, b) => a - b), new Map([...opening.valid.values(), contribution].map((c) => [c.trustee, c.D])));
      if (draft.contests[k].kind === 'ranked') opening.votes = votes(styles(draft)[k], points);
      else opening.totals = totals(points, this.counted);
      opening.points = points;
    }
    opening.valid.set(j, contribution);
    if (opening.first.length < draft.t) opening.first.push(contribution);
    if (this.phase === 'opening' && openings.every((o) => o.points)) this.count();
    return undefined;
  }

  /** xctx of a contest's list. @param {number} k */
  context(k) { return decryptContext(this.eid, k, this.definition.contests[k].kind, /** @type {Opening[]} */ (this.openings)[k].digest); }

  count() {
    const openings = /** @type {Opening[]} */ (this.openings);
    this.outcomes = this.definition.contests.map((q, k) => (q.kind === 'ranked'
      ? ranked(q, k, openings[k].votes ?? [], this.ties(k))
      : approval(q, k, openings[k].totals ?? [], this.counted, this.roll?.rows.length ?? 0, this.ties(k))));
    const size = this.closeIndex + 1, root = this.tree.root(size);
    this.uncounted = this.outcomes.find((o) => o.unknown)?.unknown;
    if (!this.uncounted) {
      const object = this.object10(size, root, openings);
      this.result = { object, digest: resultDigest(object), size, root };
    }
    this.go('counted');
  }

  /** record §10 Result object. @param {number} size @param {Uint8Array} root @param {Opening[]} openings */
  object10(size, root, openings) {
    const mixes = [...(this.mixing?.lines.values() ?? [])].flatMap((line) => line.done.map((d) => bytes(d.leafHash)));
    const numbers = (/** @type {number[]} */ ns) => list(ns.map((n) => uint(n)));
    return encode(list([
      text('veche/1/result'), bytes(this.eid), list([uint(size), bytes(root)]), list(mixes),
      list(openings.map((o, k) => list([uint(k), text('main'), list(o.first.map((c) => list([uint(c.trustee), bytes(c.leafHash)])))]))),
      list(this.outcomes.map((o) => list([
        uint(o.contest), uint(o.counted), numbers(o.totals), numbers(o.winners), numbers(o.tests.map((t) => (t.holds ? 1 : 0))),
        ...(o.ranked ? [list([uint(o.ranked.invalidEncoding), uint(o.ranked.invalidCode), bytes(o.ranked.profile)])] : []),
      ]))),
    ]));
  }

  // ---- what is said of the result

  /** @param {Act} act @param {(...phases: Phase[]) => void} at */
  async tally(act, at) {
    at('counted', 'certified', 'refused');
    this.one(act, act.signatures[0]?.includes('/trustee ') ? 'trustee' : 'body');
    const f = new Fields(parse(act.payload), 2), digest = f.bytes(32), sha256 = f.bytes(32);
    if (this.result && !(equal(digest, this.result.digest) && equal(sha256, H(this.result.object)))) no('conflict', 'tally: another result than the record gives');
    if (!(await this.blob(sha256))) no('not-found', 'tally: the object is not in the record');
  }

  /** @param {Act} act */
  recount(act) {
    const f = new Fields(parse(act.payload), 5);
    const found = { vkey: parseVkey(f.text()), tool: f.text(), version: f.text(), digest: f.bytes(32), checks: f.text() };
    const { vkey, tool, version, checks } = found;
    if (vkey.type !== 1 || tool.trim() === '' || tool.length > 100 || version.length > 100 || checks.length > 1_000) throw new Malformed('recount');
    this.stranger(act, vkey);
    if (this.recounts.some((r) => r.vkey.vkey === vkey.vkey)) no('conflict', 'recount: this key has said what it found');
    if (this.recounts.length >= MOST_RECOUNTS) no('rate-limited', `recount: the log holds ${MOST_RECOUNTS}`);
    this.recounts.push(found);
  }

  /** record §3a: signed by the key it names and no other, which bears no body's name. @param {Act} act @param {Verifier} vkey */
  stranger(act, vkey) {
    const first = vkey.name.replace(/\/.*/s, '');
    if (this.roster.body.some((k) => k.name === first)) no('conflict', `${act.type}: the name ${vkey.name} is a body's`);
    if (act.signatures.length !== 1) no('too-few-signatures', `${act.type}: expected exactly one signature`);
    const { name, id, signature } = parseSignature(act.signatures[0]);
    if (name !== vkey.name || !equal(id, vkey.id) || !verifyEd25519(vkey.key, utf8Bytes(actBody(act, this.origin)), signature)) no('bad-signature', `${act.type}: by ${vkey.name}`);
  }

  /** @param {Act} act */
  countersign(act) {
    const f = new Fields(parse(act.payload), 10), vkey = parseVkey(f.text()), size = f.uint(), root = f.bytes(32), tool = f.text(), version = f.text();
    small(f, 1_000);
    const failed = small(f, 1_000);
    small(f, 1_000);
    small(f, 1_000);
    const first = f.text();
    if (vkey.type !== 1 || tool.trim() === '' || tool.length > 100 || version.length > 100 || (first === '') !== (failed === 0) || first.length > 100) throw new Malformed('countersign');
    this.stranger(act, vkey);
    if (size <= BigInt(this.closeIndex) || size > BigInt(this.size) || !equal(this.tree.root(Number(size)), root)) no('wrong-context', 'countersign: over another log, or over one without `close`');
    if (this.countersigned.some((one) => one.vkey.vkey === vkey.vkey && BigInt(one.size) >= size)) no('conflict', 'countersign: this key has spoken of this log or a longer one');
    if (this.countersigned.length >= MOST_COUNTERSIGNS) no('rate-limited', `countersign: the log holds ${MOST_COUNTERSIGNS}`);
    this.countersigned.push({ vkey, size: Number(size), root, failed });
  }

  // ---- what follows a certificate (record §12)

  /** @param {Uint8Array} payload */
  annul(payload) {
    const f = new Fields(parse(payload), 2), k = small(f, this.definition.contests.length - 1), grounds = worded(f.text());
    if (this.annulled.has(k)) no('conflict', `annul: contest ${k} is annulled`);
    this.annulled.set(k, { index: this.size, grounds });
  }

  /** The contest and the option of a payload, and whether its mandate is held. @param {Fields} f */
  place(f) {
    const contest = small(f, this.definition.contests.length - 1), option = small(f, this.definition.contests[contest].options.length - 1);
    return { contest, option, held: this.mandates.find((m) => m.contest === contest && m.option === option && m.revoked === undefined) };
  }

  /** @param {Uint8Array} payload */
  mandate(payload) {
    const f = new Fields(parse(payload), 3), { contest, option, held } = this.place(f), over = f.bytes(32);
    if (!equal(over, H(utf8Bytes(this.certificate?.text ?? '')))) no('wrong-context', 'mandate: another certificate than the one that stands');
    const outcome = this.outcomes[contest];
    if (!outcome.unknown && !outcome.winners.includes(option)) no('conflict', `mandate: option ${option} is not elected`);
    if (this.annulled.has(contest)) no('conflict', `mandate: contest ${contest} is annulled`);
    if (held) no('conflict', 'mandate: it is given already');
    this.mandates.push({ index: this.size, contest, option, revoked: undefined });
  }

  /** @param {Uint8Array} payload */
  revoke(payload) {
    const f = new Fields(parse(payload), 3), { held } = this.place(f), reason = worded(f.text());
    if (!held) return no('conflict', 'revoke-mandate: there is no such mandate');
    held.revoked = reason;
    return undefined;
  }

  /** log §7: roll, ballots logged, replaced, refused, counted. */
  get counts() {
    return { roll: this.roll?.rows.length ?? 0, ballots: this.valid + this.ignoredBallots, replaced: this.valid - this.counted, refused: this.ignoredBallots, counted: this.counted };
  }

  /** The certificate as this record gives it, with what its writers alone can say. @param {Pick<import('./papers.js').Certificate, 'software'|'verdict'|'remarks'>} said
   * @returns {import('./papers.js').Certificate} */
  certificateOf({ software, verdict, remarks }) {
    const { draft, manifest, result, release } = this;
    if (!draft || !manifest || !result || !release) return no('wrong-phase', 'certificate: no result');
    const c = this.counts, rankedOnes = this.outcomes.flatMap((o) => (o.ranked ? [{ counted: o.counted, ...o.ranked }] : []));
    const mixes = [...(this.mixing?.lines.values() ?? [])].reduce((n, line) => n + line.done.length, 0);
    const spoilt = (/** @type {{invalidEncoding: number, invalidCode: number}} */ o) => o.invalidEncoding + o.invalidCode;
    const counts = [[1, [c.roll]], [2, [0]], [3, [c.roll]], [4, [c.ballots]], [5, [c.replaced]], [6, [c.refused]], [7, [c.counted]],
      ...(rankedOnes.length ? [[8, Array.from({ length: mixes }, () => c.counted)]] : []), [9, [c.counted]],
      ...(rankedOnes.length ? [[10, rankedOnes.map(spoilt)], [11, rankedOnes.map((o) => o.blank)], [12, rankedOnes.map((o) => o.counted - spoilt(o) - o.blank)]] : [])];
    return {
      slug: draft.slug, title: draft.title, kind: draft.kind, cid: hex(this.cid), eid: hex(this.eid), origin: this.origin, size: result.size, root: hex(result.root),
      rollSize: manifest.rollSize, rollRoot: hex(manifest.rollRoot), result: hex(result.digest),
      contests: this.outcomes.map((o) => {
        const q = draft.contests[o.contest], id = (/** @type {number} */ j) => q.options[j].id;
        return { id: q.id, titles: q.titles, rule: q.rule, seats: q.seats, counted: o.counted,
          options: q.options.map((option, j) => ({ id: option.id, names: option.names, approvals: o.totals[j] })),
          tests: o.tests.map((t) => ({ option: id(t.option), holds: t.holds, text: t.text })),
          ties: o.ties.map((order) => ({ method: this.method(o.contest), order: order.map(id) })), winners: o.winners.map(id) };
      }),
      counts: counts.map(([number, values]) => ({ number: /** @type {number} */ (number), values: /** @type {number[]} */ (values) })),
      web: hex(release.digest), software, verdict, remarks,
    };
  }

  /** Its text. @param {Pick<import('./papers.js').Certificate, 'software'|'verdict'|'remarks'>} said */
  certificateText(said) { return certificateText(this.certificateOf(said)); }

  /** @param {Uint8Array} payload @param {string[]} signers */
  certify(payload, signers) {
    const said = new Fields(parse(payload), 1).text();
    const claims = readCertificate(said);
    if (this.result && this.certificateText(claims) !== said) no('wrong-context', 'certificate: over another result than the record gives');
    this.certificate = { index: this.size, text: said, signers };
    return this.go(claims.verdict === 'not-certified' ? 'refused' : 'certified');
  }

  /** @param {Act} act */
  object(act) {
    if (['certified', 'refused', 'final', 'void'].includes(this.phase)) no('wrong-phase', `object: the election is in phase ${this.phase}`);
    const body = this.one(act, 'body'), f = new Fields(parse(act.payload), 2), reason = f.text();
    small(f, this.definition.languages.length - 1);
    this.objections.push({ index: this.size, text: reason, signers: [body] });
  }
}

/** The shape of a ballot leaf, without an election to judge it by. @param {Uint8Array} leaf */
function readLeaf(leaf) {
  const f = new Fields(parse(leaf), 6);
  f.text('ballot');
  f.uint(1);
  f.bytes(32);
  const body = new Fields(parse(f.bytes()), 6);
  f.point();
  f.scalar();
  body.text('veche/1/ballot');
  body.bytes(32);
  body.point();
  body.uint();
  body.bytes(32);
  body.list();
}

/** A reason as record §12 asks for one. @param {string} text */
function worded(text) {
  return text.trim() === '' || text.length > LONGEST_REASON ? no('malformed', `expected 1 to ${LONGEST_REASON} characters`) : text;
}

/** record §3b: the leaves in a deposit's payload, at least one. @param {Uint8Array} payload */
export function readDeposited(payload) {
  const f = new Fields(parse(payload)), leaves = [];
  while (f.left) leaves.push(f.bytes());
  if (leaves.length === 0) throw new Malformed('deposit', 'expected ballots');
  return leaves;
}

/** The rows of a roll's blob. @param {Uint8Array} blob @returns {Row[]} */
export function rollRows(blob) {
  const f = new Fields(parse(blob)), rows = f.items.map((_, i) => new Fields(f.items[i], 5).point());
  if (rows.some((row, i) => i > 0 && equal(row.bytes, rows[i - 1].bytes))) no('malformed', 'roll: a key stands twice', 'ROL-03');
  return readRoll(blob);
}

/** The numbers behind opened sums, each within 0..max. @param {Point[]} points @param {number} max */
export function totals(points, max) {
  return points.map((M, i) => discreteLog(M, max) ?? no('malformed', `opening: row ${i} is no number up to ${max}`));
}

