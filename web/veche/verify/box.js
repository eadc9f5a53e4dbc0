// log §8 BAL-07: which ballots count, found once more from the leaves by code of its own, which reads no point and believes no fold.
import * as elgamal from '../crypto/elgamal.js';
import { decodePoint } from '../crypto/p256.js';
import { TH } from '../crypto/transcript.js';
import { Malformed, bytes, decodeScalar, equal, hex, toBigInt } from '../wire.js';

/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {{tag: number, value: Uint8Array|bigint|string|Raw[]}} Raw  an item of ENC as it stands: points and scalars are bytes that nobody has judged */
/** @typedef {{index: number, order: number, seq: bigint, id: string, pairs: Uint8Array[][]}} Last  pairs: A_0, B_0, A_1, … of each contest, as they stand */
/** A ballot that does not count, kept to recognise a list that somebody made with it. @typedef {{vk: string, order: number, pairs: Uint8Array[][]}} Spare */

const BYTES = 1, TEXT = 2, UINT = 3, POINT = 4, SCALAR = 5, LIST = 6, DEEPEST = 16;

/** @param {Uint8Array} encoded @returns {Raw} */
function raw(encoded) {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  const run = (/** @type {number} */ n) => {
    at += n;
    if (at > encoded.length) throw new Malformed('truncated');
    return encoded.subarray(at - n, at);
  };
  const length = () => {
    const four = run(4);
    return view.getUint32(four.byteOffset - encoded.byteOffset);
  };
  /** @param {number} depth @returns {Raw} */
  const item = (depth) => {
    const [tag] = run(1);
    switch (tag) {
      case BYTES: return { tag, value: run(length()) };
      case TEXT: return { tag, value: new TextDecoder().decode(run(length())) };
      case UINT: return { tag, value: toBigInt(run(8)) };
      case POINT: return { tag, value: run(33) };
      case SCALAR: return { tag, value: run(32) };
      case LIST: {
        const count = length();
        if (depth === DEEPEST || count * 5 > encoded.length - at) throw new Malformed('truncated');
        return { tag, value: Array.from({ length: count }, () => item(depth + 1)) };
      }
      default: throw new Malformed('unknown-type');
    }
  };
  const one = item(0);
  if (at !== encoded.length) throw new Malformed('trailing-bytes');
  return one;
}

/** The values of a list's items, whose types are these; more may follow. @param {Raw|undefined} of @param {number[]} types @returns {any[]} */
function row(of, ...types) {
  if (of?.tag !== LIST) throw new Malformed('not-a-list');
  const items = /** @type {Raw[]} */ (of.value);
  if (types.some((tag, i) => items[i]?.tag !== tag)) throw new Malformed('wrong-type');
  return items.map((i) => i.value);
}

/** Points or scalars. @param {Raw[]} items @returns {Uint8Array[]} */
function elements(items) {
  if (items.some(({ tag }) => tag !== POINT && tag !== SCALAR)) throw new Malformed('wrong-type');
  return items.map(({ value }) => /** @type {Uint8Array} */ (value));
}

/** @param {Uint8Array} leaf of a ballot's shape */
function read(leaf) {
  const outer = raw(leaf), [, , , body] = row(outer, TEXT, UINT, BYTES, BYTES), inner = raw(body);
  const [, , vk, seq, prev, answers] = row(inner, TEXT, BYTES, POINT, UINT, BYTES, LIST);
  const pairs = /** @type {Raw[]} */ (answers).map((answer) => {
    const [, kind, first] = row(answer, UINT, TEXT), rest = /** @type {Raw[]} */ (answer.value);
    if (kind === 'ranked') return elements(rest.slice(2, 4));
    if (rest[2]?.tag !== LIST) throw new Malformed('wrong-type');
    return elements(first);
  });
  return { vk: hex(vk), seq: /** @type {bigint} */ (seq), prev: /** @type {Uint8Array} */ (prev), id: TH('ballot-id', bytes(body)), pairs, outer, inner };
}

/** Every point and scalar in it. @param {Raw} one @returns {Raw[]} */
const inside = (one) => (one.tag === LIST ? /** @type {Raw[]} */ (one.value).flatMap(inside) : one.tag === POINT || one.tag === SCALAR ? [one] : []);

/** checks §2: of a leaf that is a ballot but for points or scalars that are none. @param {Uint8Array} leaf */
export function hasStrangePoints(leaf) {
  /** @type {Raw[]} */ let found;
  try {
    const { outer, inner } = read(leaf);
    found = [...inside(outer), ...inside(inner)];
  } catch (e) {
    if (e instanceof Malformed) return false;
    throw e;
  }
  try {
    for (const { tag, value } of found) {
      if (tag === POINT) decodePoint(/** @type {Uint8Array} */ (value));
      else decodeScalar(/** @type {Uint8Array} */ (value));
    }
    return false;
  } catch (e) {
    if (e instanceof Malformed) return true;
    throw e;
  }
}

/** More than these of one kind are not tried, so that nobody can make a verifier work for ever. */
export const MOST_SPARES = 1_000;
/** Which check a list speaks against that holds ballots refused for this reason. @type {Record<string, string>} */
const CHECKS = { 'bad-proof': 'BAL-02', 'wrong-contests': 'BAL-02', 'wrong-context': 'BAL-02', 'bad-signature': 'BAL-03', 'not-on-roll': 'BAL-03',
  'duplicate-ciphertext': 'BAL-04', 'stale-chain': 'BAL-05' };

/** @param {Uint8Array[][]} pairs */
const copied = (pairs) => pairs.map((a) => a.map((b) => b.slice()));

const ZERO = new Uint8Array(32);

export class SecondBox {
  /** @param {ReadonlyMap<string, string>} roll */
  constructor(roll) {
    this.roll = roll;
    /** @type {Map<string, Last>} */ this.last = new Map();
    /** First points of valid ballots → their key. @type {Map<string, string>} */ this.owners = new Map();
    /** @type {Set<string>} */ this.ids = new Set();
    /** @type {{why: string, index: number, code?: string}[]} */ this.wrong = [];
    /** By the check that a list made with them would speak against. @type {Map<string, Spare[]>} */ this.spares = new Map();
    /** By contest: digests of lists that somebody may have meant. @type {Map<number, Map<string, string>>} */ this.candidates = new Map();
    this.order = 0;
    this.valid = 0;
    this.refused = 0;
    this.offRoll = 0;
  }

  /** Why a ballot does not follow, or undefined. @param {ReturnType<typeof read>} ballot */
  chained({ vk, seq, prev, pairs }) {
    for (const answer of pairs)
      for (let i = 0; i < answer.length; i += 2) if ((this.owners.get(hex(answer[i])) ?? vk) !== vk) return 'duplicate-ciphertext';
    const before = this.last.get(vk);
    return before ? (seq === before.seq + 1n && hex(prev) === before.id ? undefined : 'stale-chain') : (seq === 0n && equal(prev, ZERO) ? undefined : 'stale-chain');
  }

  /** A ballot leaf between `open` and `close`, and what the fold said of it. @param {number} index @param {Uint8Array} leaf @param {string|undefined} code */
  take(index, leaf, code) {
    if (code !== undefined) {
      this.refused++;
      this.outside(leaf, CHECKS[code] ?? 'BAL-07');
      // what needs no other ballot the fold judged by the plain form
      const chain = code === 'duplicate-ciphertext' || code === 'stale-chain';
      if (chain && this.chained(read(leaf)) !== code) this.wrong.push({ index, why: `leaf ${index} was refused as ${code}` });
      return;
    }
    const ballot = read(leaf), against = this.chained(ballot);
    if (against) this.wrong.push({ index, code: against, why: `leaf ${index} was admitted in spite of ${against}` });
    if (!this.roll.has(ballot.vk)) {
      this.offRoll++;
      this.wrong.push({ index, why: `leaf ${index} is by a key that is not on the roll` });
    }
    for (const answer of ballot.pairs) for (let i = 0; i < answer.length; i += 2) if (!this.owners.has(hex(answer[i]))) this.owners.set(hex(answer[i]), ballot.vk);
    const id = hex(ballot.id);
    const before = this.last.get(ballot.vk);
    this.last.set(ballot.vk, { index, order: this.order++, seq: ballot.seq, id, pairs: copied(ballot.pairs) });
    if (before) this.spare('BAL-05', { vk: ballot.vk, order: before.order, pairs: before.pairs });
    this.ids.add(id);
    this.valid++;
  }

  /** A ballot leaf that does not count, and the check that a list with it would fail. @param {Uint8Array} leaf @param {string} [check] */
  outside(leaf, check = 'BAL-06') {
    try {
      const { vk, pairs } = read(leaf);
      this.spare(check, { vk, order: this.order++, pairs: copied(pairs) });
    } catch (e) {
      // what cannot be read was in nobody's list
      if (!(e instanceof Malformed)) throw e;
    }
  }

  /** @param {string} check @param {Spare} one */
  spare(check, one) {
    const of = this.spares.get(check) ?? [];
    this.spares.set(check, of);
    if (of.length < MOST_SPARES) of.push(one);
  }

  /** checks §2: which check a list with this digest speaks against, if it is not far from the counted one. To be asked when all leaves were taken; what could be
   * meant is worked out once for a contest, so that no number of wrong lists makes it costly.
   * @param {number} k @param {'approval'|'ranked'} kind @param {number} options @param {string} digest in hex @returns {string|undefined} */
  told(k, kind, options, digest) {
    const known = this.candidates.get(k) ?? this.candidatesOf(k, kind, options);
    this.candidates.set(k, known);
    return known.get(digest);
  }

  /** Digests of the counted ballots with those that do not count, beside them or in place of those of the same keys, and without one of them.
   * @param {number} k @param {'approval'|'ranked'} kind @param {number} options @returns {Map<string, string>} */
  candidatesOf(k, kind, options) {
    /** @type {Map<string, string>} */ const out = new Map();
    const counted = [...this.last].map(([vk, { order, pairs }]) => ({ vk, order, pairs })), width = kind === 'approval' ? 2 * options : 2;
    /** @type {Map<Spare, Ciphertext[]>} */ const decoded = new Map();
    const cells = (/** @type {Spare} */ ballot) => {
      const answer = ballot.pairs[k];
      if (answer?.length !== width) throw new Malformed('wrong-type');
      const row = decoded.get(ballot) ?? Array.from({ length: width / 2 }, (_, j) => ({ A: decodePoint(answer[2 * j]), B: decodePoint(answer[2 * j + 1]) }));
      decoded.set(ballot, row);
      return row;
    };
    const sums = (/** @type {Spare[]} */ ballots) => Array.from({ length: options }, (_, j) => elgamal.total(ballots.map((b) => cells(b)[j])));
    const joined = (/** @type {Ciphertext[]} */ a, /** @type {Ciphertext[]} */ b, plus = true) =>
      a.map((c, j) => ({ A: plus ? c.A.add(b[j].A) : c.A.subtract(b[j].A), B: plus ? c.B.add(b[j].B) : c.B.subtract(b[j].B) }));
    const put = (/** @type {string} */ check, /** @type {() => Ciphertext[]} */ list) => {
      try {
        const digest = hex(elgamal.listDigest(list()));
        if (!out.has(digest)) out.set(digest, check);
      } catch (e) {
        // ballots of another form are in nobody's list
        if (!(e instanceof Malformed)) throw e;
      }
    };
    const all = kind === 'approval' && counted.length > 0 ? sums(counted) : [];
    const listed = (/** @type {Spare[]} */ ballots) => [...ballots].sort((a, b) => a.order - b.order).map((b) => cells(b)[0]);
    const kinds = [...this.spares].sort(([a], [b]) => (a < b ? -1 : 1));
    if (kinds.length > 1) kinds.push(['BAL-07', kinds.flatMap(([, spares]) => spares)]);
    for (const [check, spares] of kinds) {
      const instead = new Map(spares.map((s) => [s.vk, s])), gone = counted.filter((c) => instead.has(c.vk));
      put(check, () => (kind === 'ranked' ? listed([...spares, ...counted]) : all.length ? joined(all, sums(spares)) : sums(spares)));
      put(check, () => (kind === 'ranked' ? listed([...instead.values(), ...counted.filter((c) => !instead.has(c.vk))])
        : gone.length ? joined(joined(all, sums([...instead.values()])), sums(gone), false) : all.length ? joined(all, sums([...instead.values()])) : sums([...instead.values()])));
    }
    if (counted.length <= MOST_SPARES && counted.length > 1)
      for (const c of counted) put('BAL-08', () => (kind === 'ranked' ? listed(counted.filter((other) => other !== c)) : joined(all, cells(c), false)));
    return out;
  }

  /** @param {Uint8Array} leaf */
  stands(leaf) {
    try {
      return this.ids.has(hex(read(leaf).id));
    } catch {
      return false;
    }
  }

  /** A deposit that stands. @param {number} index @param {import('./fold.js').Deposit} deposit */
  deposit(index, { leaves, fates }) {
    leaves.forEach((leaf, i) => {
      const fate = fates[i], stands = this.stands(leaf);
      if (fate.kind === 'standing') {
        if (!stands) this.wrong.push({ index, why: `a ballot in leaf ${index} was passed over` });
        return;
      }
      if (stands) this.wrong.push({ index, why: fate.kind === 'taken' ? `a ballot in leaf ${index} counts twice` : `a ballot in leaf ${index} stood already` });
      this.take(index, leaf, fate.kind === 'taken' ? undefined : fate.code);
    });
  }

  /** A deposit that was refused because nothing in it is new. @param {number} index @param {Uint8Array[]} leaves @param {(leaf: Uint8Array) => boolean} proves */
  empty(index, leaves, proves) {
    for (const leaf of leaves)
      if (!this.stands(leaf) && proves(leaf) && !this.chained(read(leaf))) this.wrong.push({ index, why: `leaf ${index} holds a good ballot and was refused` });
  }

  /** Counted ballots by log index: key → its last. */
  counted() { return [...this.last].sort(([, a], [, b]) => a.order - b.order); }

  /** Sums of an approval contest, option by option; nothing where nobody's ballot counts. @param {number} k @param {number} options @returns {Ciphertext[]} */
  sums(k, options) {
    const all = this.counted();
    if (all.length === 0) return [];
    return Array.from({ length: options }, (_, j) =>
      elgamal.total(all.map(([, { pairs }]) => ({ A: decodePoint(pairs[k][2 * j]), B: decodePoint(pairs[k][2 * j + 1]) }))));
  }

  /** protocol §8: the list of a ranked contest. @param {number} k @returns {Ciphertext[]} */
  list(k) { return this.counted().map(([, { pairs }]) => ({ A: decodePoint(pairs[k][0]), B: decodePoint(pairs[k][1]) })); }
}
