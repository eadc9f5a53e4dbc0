// The opening of a ranked contest (protocol §11): contributions over the list of the last mix, any t of them combined, and what the opened points say.
import { open as read } from '../ballot/ranked.js';
import { chosen, combine, decryptContext, holds } from '../crypto/dleq.js';
import { listDigest } from '../crypto/elgamal.js';
import { normalized, pointOf } from '../crypto/p256.js';
import { TH } from '../crypto/transcript.js';
import { Fields, Malformed, list as items, parse, uint } from '../wire.js';

/** @typedef {import('../crypto/p256.js').Point} Point */
/** @typedef {import('../crypto/elgamal.js').Ciphertext} Ciphertext */
/** @typedef {import('../election/contest.js').Contest} Contest */
/** @typedef {import('../tally/profile.js').Ballot} Ballot */
/** What is opened: one list of an election. @typedef {{eid: Uint8Array, contest: number, list: Ciphertext[]}} Of */
/** As a trustee posts it: the blob of its factors and the proof. @typedef {{factors: Uint8Array, T: Point, U: Point, z: bigint}} Posted */
/** @typedef {{reason: 'malformed'|'bad-proof', detail: string}} Refusal */
/** An opened ballot. @typedef {{status: 'valid'|'invalid-encoding'|'invalid-code', ranking: number[]}} Vote */
/** @typedef {{votes: Vote[], invalidEncoding: number, invalidCode: number, blank: number, ballots: Ballot[], digest: Uint8Array}} Opened */

/** record §3a: the points of a factors blob, exactly as many as the list has rows. @param {Uint8Array} blob @param {number} [size] @returns {Point[]} */
export function readFactors(blob, size) {
  const f = new Fields(parse(blob), size), D = [];
  while (f.left) D.push(pointOf(f.point()));
  return D;
}

/** One contribution of the trustee j, whose public share is Yj: its factors, or why they are not to be used.
 * @param {Of} of @param {number} j @param {Point} Yj @param {Posted} posted @returns {{D: Point[]}|Refusal}
 */
export function contribution({ eid, contest, list }, j, Yj, { factors, T, U, z }) {
  try {
    const D = readFactors(factors, list.length);
    const xctx = decryptContext(eid, contest, 'ranked', listDigest(list));
    return holds(xctx, j, Yj, list, { D, T, U, z }) ? { D } : { reason: 'bad-proof', detail: `the proof of trustee ${j} does not hold` };
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    return { reason: 'malformed', detail: e.message };
  }
}

/** The points that the t smallest indices open; `agree` where t others, if there are more, open the same. Undefined: fewer than t are valid.
 * @param {Ciphertext[]} list @param {ReadonlyMap<number, Point[]>} valid @param {number} t @returns {{used: number[], points: Point[], agree: boolean}|undefined}
 */
export function combined(list, valid, t) {
  const factors = new Map(valid), all = [...valid.keys()].sort((a, b) => a - b), used = chosen(all, t);
  if (!used) return undefined;
  const points = combine(list, used, factors);
  const agree = all.length === t || combine(list, all.slice(-t), factors).every((M, i) => M.equals(points[i]));
  return { used, points, agree };
}

/** What each point says, in the order of the last mix. @param {Contest} contest @param {Point[]} points @returns {Vote[]} */
export const votes = (contest, points) => normalized(points).map((M) => {
  const found = read(contest, M);
  return { status: found.status, ranking: found.status === 'valid' ? found.ranking : [] };
});

/** counting §3: distinct rankings in the one order, shorter ones first. @param {Vote[]} cast @returns {Ballot[]} */
export function profile(cast) {
  /** @type {Map<string, {weight: bigint, ranks: number[]}>} */ const seen = new Map();
  for (const { status, ranking } of cast) {
    if (status !== 'valid') continue;
    const one = seen.get(ranking.join());
    if (one) one.weight++;
    else seen.set(ranking.join(), { weight: 1n, ranks: ranking });
  }
  return [...seen.values()].sort((a, b) => {
    if (a.ranks.length !== b.ranks.length) return a.ranks.length - b.ranks.length;
    const i = a.ranks.findIndex((o, at) => o !== b.ranks[at]);
    return i < 0 ? 0 : a.ranks[i] - b.ranks[i];
  });
}

/** @param {Ballot[]} ballots a profile @returns {Uint8Array} */
export const profileDigest = (ballots) => TH('profile', items(ballots.map(({ weight, ranks }) => items([uint(weight), items(ranks.map((o) => uint(o)))]))));

/** The whole of what a contest's opened points come to: both kinds of spoilt ballots are counted and take no part. @param {Vote[]} cast @returns {Opened} */
export function opened(cast) {
  const ballots = profile(cast), spoilt = (/** @type {string} */ how) => cast.filter((v) => v.status === how).length;
  return {
    votes: cast, invalidEncoding: spoilt('invalid-encoding'), invalidCode: spoilt('invalid-code'), blank: Number(ballots.find((b) => b.ranks.length === 0)?.weight ?? 0n),
    ballots, digest: profileDigest(ballots),
  };
}
