// What an election's leaves say before anybody votes (record §2, §4, §5): acts, the draft, the manifest, and the lot.
import { parseNote, parseVkey, verifyNote, writeNote } from '../crypto/note.js';
import { pointOf } from '../crypto/p256.js';
import { H, TH } from '../crypto/transcript.js';
import { Fields, Malformed, bytes, encode, equal, hex, list, parse, text, uint } from '../wire.js';
import { contest } from './contest.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../crypto/note.js').Verifier} Verifier */
/** @typedef {ReadonlyMap<string, string>} Texts  language → text, in the draft's order */
/**
 * @typedef {{type: string, id: Uint8Array, serial: bigint, payload: Uint8Array, signatures: string[], digest: Uint8Array}} Act
 * @typedef {{id: string, names: Texts, vkey: string, contact: string}} Body
 * @typedef {{body: string, index: number, vkey: string}} Trustee
 * @typedef {{body: string, vkey: string}} Registrar
 * @typedef {{id: string, names: Texts, texts: Texts, body: string}} Option
 * @typedef {{base: 'votes'|'eligible', p: bigint, q: bigint, strict: boolean, quorum: bigint}} Threshold
 * @typedef {{id: string, kind: 'approval'|'ranked', titles: Texts, options: Option[], lo: number, hi: number, blank: boolean,
 *   rule: string, parameters: ReadonlyMap<string, string>, seats: number, constraints: string[], thresholds: Threshold[],
 *   lot: string, roll: string}} Question
 * @typedef {{slug: string, origin: string, log: string, kind: 'real'|'training', languages: string[], title: Texts, text: Texts,
 *   bodies: Body[], rules: ReadonlyMap<string, number>, trustees: Trustee[], t: number, lambda: number, registrars: Registrar[],
 *   rollMode: string, witnessPolicy: string, mirrors: string[], contests: Question[], expectedTurnout: bigint, patternRisk: string,
 *   minCount: bigint, opensAt: bigint, closesAt: bigint, mixDeadline: bigint, disputeDays: number, answerDays: number, extension: string}} Draft
 * @typedef {{draftDigest: Uint8Array, dkgDigest: Uint8Array, Y: Point, shares: Point[], rollRoot: Uint8Array, rollSize: number,
 *   rollSizes: number[], webRelease: Uint8Array}} Manifest
 */

// ---- the act envelope (record §2) ----

/** @param {Uint8Array} leaf @returns {Act} */
export function readAct(leaf) {
  const f = new Fields(parse(leaf), 6);
  const type = f.text();
  f.uint(1);
  const id = f.bytes(32), serial = f.uint(), payload = f.bytes();
  const lines = f.list();
  const signatures = [];
  while (lines.left) signatures.push(lines.text());
  return { type, id, serial, payload, signatures, digest: H(encode(head(type, id, serial, payload))) };
}

/** @param {string} type @param {Uint8Array} id @param {bigint} serial @param {Uint8Array} payload */
const head = (type, id, serial, payload) => list([text(type), uint(1), bytes(id), uint(serial), bytes(payload)]);

/** What is signed: four lines. @param {{type: string, digest: Uint8Array}} act @param {string} origin */
export const actBody = ({ type, digest }, origin) => `veche.act/v1\n${type}\n${origin}\n${hex(digest)}\n`;

/** The names of the keys that signed. As in the fold, every line must be a valid signature by another key of the role; else nobody signed.
 * @param {Act} act @param {string} origin @param {Verifier[]} known @returns {Set<string>}
 */
export function signers(act, origin, known) {
  try {
    const note = parseNote(writeNote(actBody(act, origin), act.signatures));
    const names = verifyNote(note, known).map((v) => v.verifier.name);
    return new Set(names.length === act.signatures.length ? names : []);
  } catch (e) {
    if (e instanceof Malformed) return new Set();
    throw e;
  }
}

// ---- the draft (record §4) ----

/** record §3a: `words`. @param {Fields} f @returns {Texts} */
function words(f) {
  const of = f.list(), texts = new Map();
  while (of.left) {
    const pair = of.list(2), language = pair.text();
    if (texts.has(language)) throw new Malformed('words', `${language} stands twice`);
    texts.set(language, pair.text());
  }
  return texts;
}

/** @template A @param {Fields} f @param {(item: Fields) => A} read @returns {A[]} */
function each(f, read) {
  const of = f.list(), out = [];
  while (of.left) out.push(read(of));
  return out;
}

/** @param {Fields} f @param {number} [most] */
function small(f, most = 1_000_000_000) {
  const n = f.uint();
  if (n > BigInt(most)) throw new Malformed('number', String(n));
  return Number(n);
}

/** @param {Fields} f */
const flag = (f) => small(f, 1) === 1;

/** @template {string} A @param {string} value @param {readonly A[]} allowed @returns {A} */
function oneOf(value, allowed) {
  const found = allowed.find((a) => a === value);
  if (found === undefined) throw new Malformed('unknown-word', value.slice(0, 40));
  return found;
}

/** Pairs without repetition. @template A @param {Fields} f @param {(pair: Fields) => A} value @returns {Map<string, A>} */
function pairs(f, value) {
  const of = f.list(), out = new Map();
  while (of.left) {
    const pair = of.list(2), key = pair.text();
    if (out.has(key)) throw new Malformed('pairs', `${key} stands twice`);
    out.set(key, value(pair));
  }
  return out;
}

/** @param {Fields} list @returns {Question} */
function question(list) {
  const f = list.list(14);
  const q = {
    id: f.text(), kind: oneOf(f.text(), /** @type {const} */ (['approval', 'ranked'])), titles: words(f),
    options: each(f, (items) => {
      const o = items.list(4);
      return { id: o.text(), names: words(o), texts: words(o), body: o.text() };
    }),
    lo: small(f), hi: small(f), blank: flag(f), rule: f.text(), parameters: pairs(f, (p) => p.text()), seats: small(f),
    constraints: each(f, (c) => c.text()),
    thresholds: each(f, (items) => {
      const t = items.list(5);
      return { base: oneOf(t.text(), /** @type {const} */ (['votes', 'eligible'])), p: t.uint(), q: t.uint(), strict: flag(t), quorum: t.uint() };
    }),
    lot: f.text(), roll: f.text(),
  };
  contest(styleOf(q));
  if (new Set(q.options.map((o) => o.id)).size !== q.options.length) throw new Malformed('options', 'an id stands twice');
  return q;
}

/** record §4 Draft. @param {Uint8Array} payload of leaf 0 @returns {Draft} */
export function readDraft(payload) {
  const f = new Fields(parse(payload), 26);
  const draft = {
    slug: f.text(), origin: f.text(), log: f.text(), kind: oneOf(f.text(), /** @type {const} */ (['real', 'training'])),
    languages: each(f, (l) => l.text()), title: words(f), text: words(f),
    bodies: each(f, (items) => {
      const b = items.list(4);
      return { id: b.text(), names: words(b), vkey: b.text(), contact: b.text() };
    }),
    rules: pairs(f, (p) => small(p, 1000)),
    trustees: each(f, (items) => {
      const x = items.list(3);
      return { body: x.text(), index: small(x, 1000), vkey: x.text() };
    }),
    t: small(f, 1000), lambda: small(f, 1000),
    registrars: each(f, (items) => {
      const r = items.list(2);
      return { body: r.text(), vkey: r.text() };
    }),
    rollMode: f.text(), witnessPolicy: f.text(), mirrors: each(f, (m) => m.text()), contests: each(f, question),
    expectedTurnout: f.uint(), patternRisk: f.text(), minCount: f.uint(), opensAt: f.uint(), closesAt: f.uint(),
    mixDeadline: f.uint(), disputeDays: small(f), answerDays: small(f), extension: f.text(),
  };
  f.end();
  const log = parseVkey(draft.log);
  if (log.name !== draft.origin) throw new Malformed('draft', 'the log key has another name');
  return draft;
}

/** cid @param {Uint8Array} payload of the draft */
export const cidOf = (payload) => TH('ceremony', bytes(payload));

/** The contests as sealing and checking take them. @param {Draft} draft */
export const contests = (draft) => draft.contests.map((q) => contest(styleOf(q)));

/** @param {Pick<Question, 'kind'|'options'|'lo'|'hi'|'roll'>} q */
const styleOf = ({ kind, options, lo, hi, roll }) => ({ kind, options: options.length, lo, hi, roll });

/** The keys of a role, each under the name it must carry (record §2). @param {{body: string, vkey: string}[]} members @param {string} [role] */
export function keys(members, role) {
  return members.map(({ body, vkey }) => {
    const verifier = parseVkey(vkey), name = role === undefined ? body : `${body}/${role}`;
    if (verifier.name !== name) throw new Malformed('vkey', `${verifier.name}, not ${name}`);
    return verifier;
  });
}

/** @param {Draft} draft */
export const bodyKeys = (draft) => keys(draft.bodies.map((b) => ({ body: b.id, vkey: b.vkey })));

/** Whether so many bodies signed as the rule of the draft asks. @param {Act} act @param {Draft} draft @param {string} rule */
export function approved(act, draft, rule) {
  const k = draft.rules.get(rule);
  return k !== undefined && k > 0 && signers(act, draft.origin, bodyKeys(draft)).size >= k;
}

// ---- the manifest (record §5) ----

/** @param {Uint8Array} payload of `open` @returns {Manifest} */
export function readManifest(payload) {
  const f = new Fields(parse(payload), 8);
  const manifest = {
    draftDigest: f.bytes(32), dkgDigest: f.bytes(32), Y: pointOf(f.point()), shares: each(f, (p) => pointOf(p.point())),
    rollRoot: f.bytes(32), rollSize: small(f), rollSizes: each(f, (n) => small(n)), webRelease: f.bytes(32),
  };
  f.end();
  return manifest;
}

/** eid @param {Uint8Array} payload of `open` */
export const eidOf = (payload) => TH('election', bytes(payload));

// ---- the lot (record §8a) ----

/** @param {Uint8Array} cid @param {number} trustee from 1 @param {Uint8Array} r */
export const lotCommitment = (cid, trustee, r) => TH('lot-commit', bytes(cid), uint(trustee), bytes(r));

/** @param {readonly Uint8Array[]} reveals by trustee index */
export const lotSeed = (reveals) => TH('lot', list(reveals.map((r) => bytes(r))));

/** Positions of the options, the lowest rank first. @param {Uint8Array} seed @param {number} k the contest's place @param {readonly string[]} ids of its options */
export function lotOrder(seed, k, ids) {
  const ranks = ids.map((id) => hex(TH('lot-rank', bytes(seed), uint(k), text(id))));
  return ids.map((_, i) => i).sort((a, b) => (ranks[a] < ranks[b] ? -1 : ranks[a] > ranks[b] ? 1 : 0));
}

/**
 * What stands between the draft and `open`, as far as a voter's page needs it.
 * @typedef {{draft: Draft, cid: Uint8Array, manifest: Manifest, eid: Uint8Array, order: number[][], openIndex: number}} Opened
 */

/** The election as its own first leaves give it: the draft signed by its bodies, the first `open` they signed, the lot drawn
 * by commit and reveal. Acts that nobody entitled signed are passed over, as the fold does.
 * @param {readonly Uint8Array[]} leaves from leaf 0 on, as many as there are; those after `open` are not looked at
 * @param {string} origin of the log they stand in
 * @returns {Opened|{draft: Draft, cid: Uint8Array}} without a manifest while `open` is not among them
 */
export function opening(leaves, origin) {
  const first = readAct(leaves[0]);
  if (first.type !== 'draft') throw new Malformed('draft', 'the first leaf is another');
  const draft = readDraft(first.payload), cid = cidOf(first.payload);
  if (draft.origin !== origin) throw new Malformed('origin', draft.origin);
  if (!equal(first.id, cid)) throw new Malformed('draft', 'its id');
  if (!approved(first, draft, 'define')) throw new Malformed('draft', 'too few bodies signed');

  const trustees = keys(draft.trustees, 'trustee');
  /** @type {Map<number, Uint8Array>} */
  const commits = new Map(), reveals = new Map();
  const late = draft.contests.some((q) => q.lot === 'trustee-seed');
  for (let i = 1; i < leaves.length; i++) {
    const act = standing(leaves[i], cid);
    if (act?.type === 'lot-commit' || act?.type === 'lot-reveal') {
      const fields = new Fields(parse(act.payload), act.type === 'lot-commit' && late ? 2 : 1), r = fields.bytes(32);
      if (fields.left > 0) fields.bytes(32);
      const by = author(act, draft.origin, trustees);
      const j = draft.trustees[by ?? -1]?.index;
      if (j === undefined) continue;
      if (act.type === 'lot-commit') {
        if (reveals.size === 0 && !commits.has(j)) commits.set(j, r);
      } else {
        const committed = commits.get(j);
        if (committed && !reveals.has(j) && equal(committed, lotCommitment(cid, j, r))) reveals.set(j, r);
      }
    }
    if (act?.type !== 'open' || !approved(act, draft, 'open')) continue;
    const manifest = readManifest(act.payload);
    if (!equal(manifest.draftDigest, cid) || reveals.size < draft.t) continue;
    const seed = lotSeed([...reveals.keys()].sort((a, b) => a - b).map((j) => /** @type {Uint8Array} */ (reveals.get(j))));
    const order = draft.contests.map((q, k) => lotOrder(seed, k, q.options.map((o) => o.id)));
    return { draft, cid, manifest, eid: eidOf(act.payload), order, openIndex: i };
  }
  return { draft, cid };
}

/** An act of this ceremony, or undefined: the log may hold what the fold passes over. @param {Uint8Array} leaf @param {Uint8Array} cid */
function standing(leaf, cid) {
  try {
    const act = readAct(leaf);
    return equal(act.id, cid) ? act : undefined;
  } catch (e) {
    if (e instanceof Malformed) return undefined;
    throw e;
  }
}

/** The place of the one key that signed, or undefined. @param {Act} act @param {string} origin @param {Verifier[]} keys */
function author(act, origin, keys) {
  const by = signers(act, origin, keys);
  if (by.size !== 1) return undefined;
  return keys.findIndex((k) => by.has(k.name));
}
