// The end of an election as its leaves tell it: the result object, the certificate and the dissents (record §10, §3a).
import { approved, bodyKeys, readAct, signers } from '../election/draft.js';
import { H, TH } from '../crypto/transcript.js';
import { Fields, Malformed, bytes, equal, hex, parse } from '../wire.js';

/** @typedef {import('../election/draft.js').Opened} Opened */
/**
 * @typedef {{contest: number, counted: number, totals: number[], winners: number[], tests: boolean[], sums?: string[], spoilt?: number}} Line  totals of a ranked contest are first preferences; `sums` are the tests as a certificate writes them out
 * @typedef {{eid: Uint8Array, size: bigint, root: Uint8Array, opened: {contest: number, trustees: number[]}[], lines: Line[]}} Result
 * @typedef {{index: number, text: string, signers: string[]}} Statement
 * @typedef {{option: number, contest: number, index: number, revoked?: string}} Mandate
 * @typedef {{certificate?: Statement, dissents: Statement[], results: Map<string, Result>, close?: number, annulled: Map<number, Statement>, mandates: Mandate[]}} Ending
 */

/** The digest that a certificate names. @param {Uint8Array} object */
export const resultDigest = (object) => TH('result', bytes(object));

/** record §10 Result object. @param {Uint8Array} object @returns {Result} */
export function readResult(object) {
  const f = new Fields(parse(object), 6);
  f.text('veche/1/result');
  const eid = f.bytes(32), tree = f.list(2), size = tree.uint(), root = tree.bytes(32);
  const mixes = f.list(), shares = f.list(), contests = f.list();
  while (mixes.left) mixes.bytes(32);
  const opened = [];
  while (shares.left) {
    const part = shares.list(3), contest = Number(part.uint());
    part.text();
    const by = part.list(), trustees = [];
    while (by.left) {
      const share = by.list(2);
      trustees.push(Number(share.uint()));
      share.bytes(32);
    }
    opened.push({ contest, trustees });
  }
  const lines = [];
  while (contests.left) {
    const c = contests.list();
    /** @type {Line} */
    const line = { contest: Number(c.uint()), counted: Number(c.uint()), totals: numbers(c), winners: numbers(c), tests: numbers(c).map((n) => n === 1) };
    if (c.left) {
      const ranked = c.list(3);
      line.spoilt = Number(ranked.uint()) + Number(ranked.uint());
      ranked.bytes(32);
    }
    c.end();
    lines.push(line);
  }
  return { eid, size, root, opened, lines };
}

/** @param {Fields} f */
function numbers(f) {
  const of = f.list(), out = [];
  while (of.left) out.push(Number(of.uint()));
  return out;
}

/** What was said after `close`, by whom. Only acts signed as the draft demands are taken.
 * @param {readonly Uint8Array[]} leaves from some index of the log on, proved @param {number} first that index @param {Opened} opened
 * @param {(sha256: string) => Promise<Uint8Array|undefined>} blob @returns {Promise<Ending>}
 */
export async function ending(leaves, first, opened, blob) {
  const { draft, eid } = opened, known = bodyKeys(draft);
  /** @type {Ending} */
  const end = { dissents: [], results: new Map(), annulled: new Map(), mandates: [] };
  for (const [i, leaf] of leaves.entries()) {
    const act = actOf(leaf);
    if (!act || !equal(act.id, eid)) continue;
    if (act.type === 'close' && approved(act, draft, 'close')) end.close = first + i;
    if (act.type === 'tally') {
      const found = await objectOf(act.payload, eid, blob);
      if (found) end.results.set(found.digest, found.result);
    }
    if (end.certificate) after(end, act, first + i, draft, known);
    if (act.type !== 'certificate' && act.type !== 'dissent') continue;
    const text = new Fields(parse(act.payload), 1).text();
    const statement = { index: first + i, text, signers: [...signers(act, draft.origin, known)] };
    if (act.type === 'certificate' && !end.certificate && approved(act, draft, 'certify')) end.certificate = statement;
    if (act.type === 'dissent' && statement.signers.length === 1) end.dissents.push(statement);
  }
  return end;
}

/** record §12: what bodies do with a certificate that stands.
 * @param {Ending} end @param {import('../election/draft.js').Act} act @param {number} index @param {import('../election/draft.js').Draft} draft @param {ReturnType<typeof bodyKeys>} known
 */
function after(end, act, index, draft, known) {
  const rule = act.type === 'annul' ? 'annul' : act.type === 'mandate' || act.type === 'revoke-mandate' ? 'certify' : undefined;
  if (!rule || !approved(act, draft, rule)) return;
  const f = new Fields(parse(act.payload), rule === 'annul' ? 2 : 3), contest = Number(f.uint());
  // what the rules refuse is nothing, whoever logged it
  if (contest >= draft.contests.length || (act.type === 'mandate' && end.annulled.has(contest))) return;
  if (rule === 'annul') {
    if (!end.annulled.has(contest)) end.annulled.set(contest, { index, text: f.text(), signers: [...signers(act, draft.origin, known)] });
    return;
  }
  const option = Number(f.uint()), held = end.mandates.find((m) => m.contest === contest && m.option === option && m.revoked === undefined);
  if (act.type === 'revoke-mandate') {
    if (held) held.revoked = f.text();
  } else if (!held && end.certificate && equal(f.bytes(32), H(new TextEncoder().encode(end.certificate.text)))) end.mandates.push({ contest, option, index });
}

/** The object a `tally` names, if it is there and of this election. @param {Uint8Array} payload @param {Uint8Array} eid @param {(sha256: string) => Promise<Uint8Array|undefined>} blob */
async function objectOf(payload, eid, blob) {
  const f = new Fields(parse(payload), 2);
  const digest = f.bytes(32), sha256 = f.bytes(32);
  const object = await blob(hex(sha256));
  if (!object || !equal(H(object), sha256) || !equal(resultDigest(object), digest)) return undefined;
  const result = readResult(object);
  return equal(result.eid, eid) ? { digest: hex(digest), result } : undefined;
}

/** The digest of the result object in a certificate's line. @param {string} text */
export const certified = (text) => /^result ([0-9a-f]{64})$/m.exec(text)?.[1];

const LINE = /^([^:]+): (.*)$/;
const REFUSED = new Set(['не заверено / not-certified', 'учебное: не заверено / training: not-certified']);

/** Whether the bodies signed that they do not certify (record §6, §11). @param {string} text */
export const refuses = (text) => text.split('\n').some((row) => {
  const [, label, value] = LINE.exec(row) ?? [];
  return label === 'решение / verdict' && REFUSED.has(value);
});

const CONTEST = 'вопрос / contest', COUNTED = 'подсчитано бюллетеней / ballots counted', OPTION = 'вариант / option', TEST = 'порог / threshold';
const WON = new Set(['избран / elected', 'одобрен / endorsed']);

/** The figures of a certificate's text (log §9), as the bodies signed them: what is shown is what they vouch for.
 * @param {string} text @param {import('../election/draft.js').Draft} draft @returns {Line[]}
 */
export function certifiedLines(text, draft) {
  /** @type {Line[]} */
  const lines = [];
  for (const row of text.split('\n')) {
    const [, label, value] = LINE.exec(row) ?? [];
    const line = lines.at(-1), question = line && draft.contests[line.contest];
    const place = (/** @type {string} */ id) => {
      const j = question?.options.findIndex((o) => o.id === id) ?? -1;
      if (j < 0) throw new Malformed('certificate', row);
      return j;
    };
    if (label === CONTEST) {
      const contest = draft.contests.findIndex((q) => q.id === value);
      if (contest < 0) throw new Malformed('certificate', row);
      lines.push({ contest, counted: 0, totals: draft.contests[contest].options.map(() => 0), winners: [], tests: [], sums: [] });
    } else if (line && label === COUNTED) line.counted = whole(value);
    else if (line && label === OPTION) {
      const [id, n] = value.split(' ');
      line.totals[place(id)] = whole(n);
    } else if (line && label === TEST) {
      const [, id, holds, sum] = /^(\S+) (holds|fails) (.+)$/.exec(value) ?? [];
      place(id);
      line.tests.push(holds === 'holds');
      line.sums?.push(sum);
    } else if (line && WON.has(label)) line.winners.push(place(value));
  }
  if (lines.length !== draft.contests.length) throw new Malformed('certificate', 'its contests');
  return lines;
}

/** @param {string|undefined} digits */
function whole(digits) {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(digits ?? '')) throw new Malformed('certificate', 'a number');
  return Number(digits);
}

/** @param {Uint8Array} leaf */
function actOf(leaf) {
  try {
    return readAct(leaf);
  } catch (e) {
    if (e instanceof Malformed) return undefined;
    throw e;
  }
}

/** One inequality of a threshold, in integers (record §4).
 * @param {import('../election/draft.js').Threshold} threshold @param {number} approvals @param {number} counted @param {number} rollSize
 */
export function test({ base, p, q, strict, quorum }, approvals, counted, rollSize) {
  const of = BigInt(base === 'eligible' ? rollSize : counted);
  const left = BigInt(approvals) * q, right = p * of;
  const met = strict ? left > right : left >= right, reached = BigInt(counted) >= quorum;
  const sign = met ? (strict ? '>' : '≥') : strict ? '≤' : '<';
  const text = `${approvals} · ${q} ${sign} ${p} · ${p === 0n ? 0n : of}` + (quorum > 0n ? `, ${counted} ${reached ? '≥' : '<'} ${quorum}` : '');
  return { holds: met && reached, met, reached, left, right, text };
}
