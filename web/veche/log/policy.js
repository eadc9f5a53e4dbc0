// Whose word is enough (C2SP tlog-policy): logs, witnesses, groups of them, and the quorum.
import { COSIGNATURE, ED25519, parseVkey } from '../crypto/note.js';
import { Malformed, hex } from '../wire.js';

/**
 * @typedef {import('../crypto/note.js').Verifier} Verifier
 * @typedef {{name: string, verifier: Verifier, url?: string}} Witness
 * @typedef {{name: string, needed: number, members: string[]}} Group
 * @typedef {{logs: Verifier[], witnesses: Witness[], groups: Group[], quorum: string}} Policy
 */

const NONE = 'none';

/** @param {string} line @param {string} why */
const flaw = (line, why) => new Malformed('policy', `${why}: ${line.slice(0, 80)}`);

/** @param {string} text @returns {Policy} */
export function parsePolicy(text) {
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) throw new Malformed('policy', 'a control character');
  /** @type {{logs: Verifier[], witnesses: Witness[], groups: Group[], quorum?: string}} */
  const policy = { logs: [], witnesses: [], groups: [] };
  const names = new Set(), used = new Set(), keys = new Set();

  for (const line of text.split('\n')) {
    const [word, ...rest] = line.split(/[ \t]+/).filter((w) => w !== '');
    if (word === undefined || word.startsWith('#')) continue;
    const define = (/** @type {string} */ name) => {
      if (name === NONE || names.has(name)) throw flaw(line, 'a name already taken');
      names.add(name);
    };
    const key = (/** @type {string} */ vkey, /** @type {number} */ type) => {
      const verifier = parseVkey(vkey);
      if (verifier.type !== type) throw flaw(line, 'a key of another type');
      const mark = `${word} ${hex(verifier.key)}`;
      if (keys.has(mark)) throw flaw(line, 'a key already listed');
      keys.add(mark);
      return verifier;
    };
    if (word === 'log' && (rest.length === 1 || rest.length === 2)) {
      policy.logs.push(key(rest[0], ED25519));
    } else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const [name, vkey, url] = rest;
      const verifier = key(vkey, COSIGNATURE);
      if (policy.witnesses.some((w) => w.verifier.name === verifier.name)) throw flaw(line, 'a key name already taken');
      define(name);
      policy.witnesses.push({ name, verifier, ...(url === undefined ? {} : { url }) });
    } else if (word === 'group' && rest.length >= 3) {
      const [name, k, ...members] = rest;
      for (const member of members) {
        if (!names.has(member)) throw flaw(line, `${member} is not defined above`);
        if (used.has(member)) throw flaw(line, `${member} is already a member`);
        used.add(member);
      }
      define(name);
      policy.groups.push({ name, members, needed: threshold(k, members.length, line) });
    } else if (word === 'quorum' && rest.length === 1) {
      if (policy.quorum !== undefined) throw flaw(line, 'a second quorum');
      if (rest[0] !== NONE && !names.has(rest[0])) throw flaw(line, 'not defined above');
      policy.quorum = rest[0];
    } else throw flaw(line, 'unknown');
  }
  if (policy.quorum === undefined) throw new Malformed('policy', 'no quorum');
  return { ...policy, quorum: policy.quorum };
}

/** @param {string} k @param {number} n @param {string} line */
function threshold(k, n, line) {
  if (k === 'any') return 1;
  if (k === 'all') return n;
  if (!/^[1-9][0-9]{0,5}$/.test(k) || Number(k) > n) throw flaw(line, 'a threshold outside its group');
  return Number(k);
}

/** Whether these cosignatures are enough; with `since`, only those not older count (record §6).
 * @param {Policy} policy @param {readonly {witness: Verifier, time: bigint}[]} cosigned @param {bigint} [since]
 */
export function quorumMet(policy, cosigned, since = 0n) {
  if (policy.quorum === NONE) return true;
  const met = new Set(policy.witnesses
    .filter((w) => cosigned.some((c) => c.time >= since && hex(c.witness.key) === hex(w.verifier.key)))
    .map((w) => w.name));
  // A group stands below its members, so one pass settles them all.
  for (const { name, needed, members } of policy.groups)
    if (members.filter((m) => met.has(m)).length >= needed) met.add(name);
  return met.has(policy.quorum);
}

/** The keys to look for in a checkpoint. @param {Policy} policy */
export const verifiers = ({ witnesses }) => witnesses.map((w) => w.verifier);
