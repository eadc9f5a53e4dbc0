// Enrolling by invitation (record §8): the code never leaves the page; what is sent lets the registrar alone recognise it.
import { verifyEd25519 } from '../crypto/note.js';
import { G, encodePoint, mul, p, pointOf } from '../crypto/p256.js';
import * as schnorr from '../crypto/schnorr.js';
import { HMAC, TH } from '../crypto/transcript.js';
import { Fields, Malformed, bytes, encode, equal, hex, list, parse, scalar, text, uint, unbase32 } from '../wire.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {{codeId: Uint8Array, vk: Point, proof: schnorr.Proof, mac: Uint8Array}} Enrolment */
/** @typedef {{vk: Point, registrar: number, signature: Uint8Array, proof: schnorr.Proof}} Row */
/** @typedef {{body: string, key: Uint8Array}} Registrar  its body's id and its Ed25519 key, in the draft's order */

const SHORTEST_CODE = 16;

/** An invitation's fragment `i=<code, Base32>&r=<registrar>` (doors §5). @param {string} fragment @returns {{code: Uint8Array, registrar: number}} */
export function parseInvitation(fragment) {
  const match = /^#?i=([A-Z2-7]+)&r=(0|[1-9][0-9]{0,3})$/.exec(fragment);
  if (!match) throw new Malformed('invitation');
  return { code: checkedCode(unbase32(match[1])), registrar: Number(match[2]) };
}

/** @param {Uint8Array} code */
function checkedCode(code) {
  if (code.length < SHORTEST_CODE) throw new Malformed('invitation', 'a code below 128 bits');
  return code;
}

/** @param {Uint8Array} code */
export const codeId = (code) => TH('invitation-id', bytes(code)).slice(0, 16);

/** @param {Uint8Array} code @param {string} slug @param {Point} vk */
export const mac = (code, slug, vk) => HMAC(code, encode(list([text(slug), p(vk)])));

/** h of a proof of possession; scope = cid in simple mode (protocol §12). @param {Uint8Array} scope @param {number} registrar @param {Point} vk */
const popBody = (scope, registrar, vk) => TH('roll-pop-body', bytes(scope), uint(registrar), p(vk));

/** @param {bigint} xv @param {Uint8Array} scope @param {number} registrar its place in the draft, from 0 */
export const provePossession = (xv, scope, registrar) =>
  schnorr.sign('roll-pop', xv, popBody(scope, registrar, mul(xv, G)));

/** @param {Point} vk @param {Uint8Array} scope @param {number} registrar @param {schnorr.Proof} proof */
export const possesses = (vk, scope, registrar, proof) =>
  schnorr.verify('roll-pop', vk, popBody(scope, registrar, vk), proof);

/** What the page sends (doors §3 enrolments).
 * @param {Uint8Array} code @param {string} slug @param {Uint8Array} cid @param {number} registrar @param {bigint} xv @returns {Enrolment}
 */
export function enrol(code, slug, cid, registrar, xv) {
  const vk = mul(xv, G);
  return { codeId: codeId(checkedCode(code)), vk, proof: provePossession(xv, cid, registrar), mac: mac(code, slug, vk) };
}

/** @param {Enrolment} e */
export const writeEnrolment = ({ codeId, vk, proof: { T, z }, mac }) =>
  encode(list([bytes(codeId), p(vk), p(T), scalar(z), bytes(mac)]));

/** @param {Uint8Array} encoded @returns {Enrolment} */
export function readEnrolment(encoded) {
  const f = new Fields(parse(encoded), 5);
  return { codeId: f.bytes(16), vk: pointOf(f.point()), proof: { T: pointOf(f.point()), z: f.scalar() }, mac: f.bytes(32) };
}

/** The registrar's own look at an enrolment: made with this code, for this key. @param {Enrolment} e @param {Uint8Array} code @param {string} slug @param {Uint8Array} cid @param {number} registrar */
export const recognises = (e, code, slug, cid, registrar) =>
  equal(e.codeId, codeId(code)) && equal(e.mac, mac(code, slug, e.vk)) && possesses(e.vk, cid, registrar, e.proof);

// ---- the published roll (record §3a) ----

/** What a registrar signs. @param {Uint8Array} cid @param {Point} vk */
export const entry = (cid, vk) => encode(list([text('roll-entry'), bytes(cid), p(vk)]));

/** @param {Row} row */
export const writeRow = ({ vk, registrar, signature, proof: { T, z } }) =>
  list([p(vk), uint(registrar), bytes(signature), p(T), scalar(z)]);

/** @param {Row[]} rows */
export const writeRoll = (rows) => encode(list(rows.map(writeRow)));

/** Why a row does not stand, or undefined. @param {Row} row @param {Uint8Array} cid @param {readonly Registrar[]} registrars @returns {'unknown-key'|'bad-signature'|'bad-proof'|undefined} */
export function flaw({ vk, registrar, signature, proof }, cid, registrars) {
  const by = registrars[registrar];
  if (!by) return 'unknown-key';
  if (!verifyEd25519(by.key, entry(cid, vk), signature)) return 'bad-signature';
  return possesses(vk, cid, registrar, proof) ? undefined : 'bad-proof';
}

/** The rows of a roll, strictly ascending by key. @param {Uint8Array} blob @returns {Row[]} */
export function readRoll(blob) {
  const all = parse(blob);
  const f = new Fields(all);
  /** @type {Row[]} */
  const rows = [];
  let before = '';
  while (f.left) {
    const r = f.list(5);
    const vk = pointOf(r.point()), registrar = r.uint(), signature = r.bytes(64);
    const key = hex(encodePoint(vk));
    if (key <= before) throw new Malformed('roll', 'not in ascending order');
    if (registrar > 0xffffn) throw new Malformed('roll', 'registrar');
    before = key;
    rows.push({ vk, registrar: Number(registrar), signature, proof: { T: pointOf(r.point()), z: r.scalar() } });
  }
  return rows;
}

/** The roll as ballots are checked against it: key → the body that admitted it. Malformed if any row does not stand.
 * @param {Uint8Array} blob @param {Uint8Array} cid @param {readonly Registrar[]} registrars @returns {Map<string, string>}
 */
export function roll(blob, cid, registrars) {
  return new Map(readRoll(blob).map((row) => {
    const why = flaw(row, cid, registrars);
    if (why) throw new Malformed('roll', `${why}: ${hex(encodePoint(row.vk))}`);
    return [hex(encodePoint(row.vk)), registrars[row.registrar].body];
  }));
}
