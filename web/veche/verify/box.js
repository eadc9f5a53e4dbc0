// log §8 BAL-07: which ballots count, found once more from the leaves by code of its own, which reads no point and believes no fold.
import * as elgamal from '../crypto/elgamal.js';
import { decodePoint } from '../crypto/p256.js';
import { TH } from '../crypto/transcript.js';
import { Malformed, bytes, equal, hex } from '../wire.js';

/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {Uint8Array|bigint|string|Raw[]} Raw  an item as it stands: bytes, points and scalars alike, numbers, texts, lists */
/** @typedef {{index: number, order: number, seq: bigint, id: string, pairs: Uint8Array[][]}} Last  pairs: A_0, B_0, A_1, … of each contest, as they stand */

/** ENC without judging elements. @param {Uint8Array} encoded @returns {Raw[]} */
function items(encoded) {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  const run = (/** @type {number} */ n) => {
    at += n;
    if (at > encoded.length) throw new Malformed('truncated');
    return encoded.subarray(at - n, at);
  };
  const length = () => view.getUint32((at += 4) - 4);
  /** @returns {Raw} */
  const item = () => {
    switch (encoded[at++]) {
      case 1: return run(length());
      case 2: return new TextDecoder().decode(run(length()));
      case 3: return view.getBigUint64((at += 8) - 8);
      case 4: return run(33);
      case 5: return run(32);
      case 6: return Array.from({ length: length() }, item);
      default: throw new Malformed('unknown-type');
    }
  };
  return /** @type {Raw[]} */ (item());
}

/** @param {Uint8Array} leaf that the fold could read */
function read(leaf) {
  const body = /** @type {Uint8Array} */ (items(leaf)[3]);
  const [, , vk, seq, prev, answers] = /** @type {[string, Uint8Array, Uint8Array, bigint, Uint8Array, Raw[][]]} */ (items(body));
  const pairs = answers.map((a) => (a[1] === 'ranked' ? [a[2], a[3]] : a[2]));
  return { vk: hex(vk), seq, prev, id: TH('ballot-id', bytes(body)), pairs: /** @type {Uint8Array[][]} */ (pairs) };
}

const ZERO = new Uint8Array(32);

export class SecondBox {
  /** @param {ReadonlyMap<string, string>} roll */
  constructor(roll) {
    this.roll = roll;
    /** @type {Map<string, Last>} */ this.last = new Map();
    /** First points of valid ballots → their key. @type {Map<string, string>} */ this.owners = new Map();
    /** @type {Set<string>} */ this.ids = new Set();
    /** @type {{why: string, index: number, code?: string}[]} */ this.wrong = [];
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
    this.last.set(ballot.vk, { index, order: this.valid++, seq: ballot.seq, id, pairs: ballot.pairs.map((a) => a.map((b) => b.slice())) });
    this.ids.add(id);
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
