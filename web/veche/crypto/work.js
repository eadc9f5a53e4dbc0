// Work for a busy door (doors §8): a counter whose hash with the seed begins with so many zero bits.
import { sha256 } from '../../vendor/noble/hashes/sha2.js';
import { utf8Bytes } from '../wire.js';

/** More than any door asks. */
export const MOST = 24;

const AT_ONCE = 256;

/** The challenge and the body that it pays for. @param {string} challenge @param {Uint8Array} body */
export const seed = (challenge, body) => sha256.create().update(utf8Bytes(`${challenge}\n`)).update(body).digest();

/** The first counter that will do, a few hundred tries a step; each step tells how many were made.
 * @param {Uint8Array} seed @param {number} bits @returns {Generator<number, number>}
 */
export function* solving(seed, bits) {
  const block = new Uint8Array(40), view = new DataView(block.buffer);
  block.set(seed);
  for (let counter = 0; ; counter++) {
    view.setUint32(32, Math.floor(counter / 2 ** 32));
    view.setUint32(36, counter >>> 0);
    const hash = sha256(block);
    if (Math.clz32((hash[0] << 24) | (hash[1] << 16) | (hash[2] << 8) | hash[3]) >= bits) return counter;
    if (counter % AT_ONCE === AT_ONCE - 1) yield counter + 1;
  }
}
