// doors §6 A challenge: what the second device needs to rebuild a ballot that will not be cast.
import { WirePoint, base32, hex, unbase32, unhex, Malformed } from '../wire.js';

const FORM = 'veche.challenge/v1';

/**
 * @typedef {{origin: string, ballotId: Uint8Array, vk: Uint8Array, seq: bigint, prev: Uint8Array, seed: Uint8Array,
 *   marks: {k: number, kind: 'approval'|'ranked', choice: number[]}[]}} Challenge
 * @typedef {Omit<Challenge, 'marks'> & {marks: {k: number, contest: {kind: 'approval'|'ranked'}, choice: readonly number[]}[]}} Opened
 */

/** @param {Opened} c */
export const write = ({ origin, ballotId, vk, seq, prev, seed, marks }) => [
  FORM, origin, `ballot ${base32(ballotId)}`, `key ${hex(vk)}`, `place ${seq} ${hex(prev)}`, `seed ${hex(seed)}`,
  ...marks.map(({ k, contest: { kind }, choice }) => kind === 'ranked' ? `ranks ${k} ${choice.join(',') || '-'}` : `marks ${k} ${choice.join('')}`), '',
].join('\n');

/** Spaces and empty lines at the ends do not matter: it is pasted by hand. @param {string} text @returns {Challenge} */
export function read(text) {
  const lines = text.split('\n').map((l) => l.trim()).filter((l) => l !== '');
  const form = lines.shift(), origin = lines.shift();
  if (form !== FORM || !origin) throw new Malformed('challenge', 'another first line');
  const value = (/** @type {string} */ label, /** @type {RegExp} */ shape) => {
    const match = shape.exec(lines.shift() ?? '');
    if (!match) throw new Malformed('challenge', label);
    return match.slice(1);
  };
  const [id] = value('ballot', /^ballot ([A-Z2-7]{52})$/);
  const [key] = value('key', /^key ([0-9a-f]{66})$/);
  const [seq, prev] = value('place', /^place (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})$/);
  const [seed] = value('seed', /^seed ([0-9a-f]{64})$/);
  const marks = [];
  while (lines.length) {
    const ranks = lines[0].startsWith('ranks ');
    const [k, choice] = ranks ? value('ranks', /^ranks (0|[1-9][0-9]{0,3}) (-|(?:0|[1-9][0-9]{0,2})(?:,(?:0|[1-9][0-9]{0,2})){0,49})$/)
      : value('marks', /^marks (0|[1-9][0-9]{0,3}) ([01]{1,500})$/);
    const kind = /** @type {'approval'|'ranked'} */ (ranks ? 'ranked' : 'approval');
    marks.push({ k: Number(k), kind, choice: (ranks ? (choice === '-' ? [] : choice.split(',')) : [...choice]).map(Number) });
  }
  return { origin, ballotId: unbase32(id), vk: WirePoint.decode(unhex(key)).bytes, seq: BigInt(seq), prev: unhex(prev), seed: unhex(seed), marks };
}
