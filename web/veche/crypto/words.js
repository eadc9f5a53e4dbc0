// Fingerprints people can compare (record §8): the first 132 bits of SHA-256 as 12 words of BIP-39's English list.
import { toBigInt } from '../wire.js';
import { ENGLISH } from './bip39-english.js';
import { H } from './transcript.js';

/** @param {Uint8Array} digest 32 bytes @returns {string[]} twelve words */
export function wordsOfDigest(digest) {
  if (digest.length !== 32) throw new RangeError('a digest has 32 bytes');
  const top = toBigInt(digest) >> (256n - 132n);
  return Array.from({ length: 12 }, (_, i) => ENGLISH[Number((top >> (11n * BigInt(11 - i))) & 2047n)]);
}

/** @param {Uint8Array} key for a voting key its 33 bytes */
export const words = (key) => wordsOfDigest(H(key));
