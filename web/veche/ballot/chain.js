// The client's own chain (protocol §6): it never signs two bodies with one (eid, seq, prev), and a ballot once signed
// is presumed logged, so the next one stands on it.
import { Fields, bytes, encode, equal, hex, list, parse, uint } from '../wire.js';
import { FIRST_PREV, ballotIdOf } from './seal.js';

/** @typedef {{eid: Uint8Array, entries: readonly Uint8Array[]}} Chain  ids of the signed ballots in order; seq is the place in it */

/** @param {Uint8Array} eid @returns {Chain} */
export const begin = (eid) => Object.freeze({ eid, entries: Object.freeze([]) });

/** Where the next body stands. @param {Chain} chain */
export const next = ({ entries }) => ({ seq: BigInt(entries.length), prev: entries.at(-1) ?? FIRST_PREV });

/** The chain after signing `body`, or undefined: another body was signed in that place, and this one must not be.
 * The same body again is no second one. Keep the answer before the signature leaves the device.
 * @param {Chain} chain @param {Uint8Array} body @returns {Chain|undefined}
 */
export function extended(chain, body) {
  const f = new Fields(parse(body), 6);
  f.text('veche/1/ballot');
  const eid = f.bytes(32);
  f.point();
  const seq = f.uint(), prev = f.bytes(32), id = ballotIdOf(body);
  if (!equal(eid, chain.eid)) return undefined;
  if (seq < BigInt(chain.entries.length)) return equal(chain.entries[Number(seq)], id) ? chain : undefined;
  const due = next(chain);
  if (seq !== due.seq || !equal(prev, due.prev)) return undefined;
  return Object.freeze({ eid: chain.eid, entries: Object.freeze([...chain.entries, id]) });
}

/** A device without the chain reads every ballot of its key up to a cosigned checkpoint, in log order, never an answer by vk.
 * Takes the valid ones' ids. @param {Uint8Array} eid @param {readonly Uint8Array[]} ids @returns {Chain}
 */
export const fromLog = (eid, ids) => Object.freeze({ eid, entries: Object.freeze([...ids]) });

/** Stored and exported with the key. @param {Chain} chain */
export const write = ({ eid, entries }) => encode(list([bytes(eid), uint(entries.length), list(entries.map(bytes))]));

/** @param {Uint8Array} encoded @returns {Chain} */
export function read(encoded) {
  const f = new Fields(parse(encoded), 3);
  const eid = f.bytes(32), count = Number(f.uint()), ids = f.list(count);
  const entries = Array.from({ length: count }, () => ids.bytes(32));
  return fromLog(eid, entries);
}

/** @param {Chain} a @param {Chain} b whether one continues the other; two that do not are a sign that two devices voted at once */
export const agree = (a, b) =>
  equal(a.eid, b.eid) && a.entries.slice(0, b.entries.length).every((id, i) => hex(id) === hex(b.entries[i]));
