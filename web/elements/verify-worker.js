// Verifies beside the page, so that the page stays alive: one message in, progress and one report out.
import { Malformed } from '../veche/wire.js';
import { Unusable, verify } from '../veche/verify/verifier.js';
import { ofBlob, open } from '../veche/verify/zip.js';

const PATIENCE = 60_000;

/** @typedef {{zip?: Blob, base?: string, trust?: string, receipts: string[], mode: 'full'|'fast', now: number}} Order */
/** @typedef {{done: number, of: number}|{contest: number, share: number}|{report: import('../veche/verify/verifier.js').Report}|{unusable: string}|{offline: string}} News */

/** A file of the static tree below an address; undefined where there is none. @param {string} base @returns {(path: string) => Promise<Uint8Array|undefined>} */
const from = (base) => async (path) => {
  /** @type {Response} */ let answer;
  try {
    answer = await fetch(`${base}/${path}`, { signal: AbortSignal.timeout(PATIENCE), credentials: 'omit', redirect: 'error' });
  } catch (e) {
    throw new Offline(path);
  }
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Offline(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

class Offline extends Error {}

/** @param {News} news */
const tell = (news) => postMessage(news);

/** @param {Order} order */
async function run({ zip, base, trust, receipts, mode, now }) {
  const source = zip ? await open(ofBlob(zip)) : { get: from(/** @type {string} */ (base)) };
  let last = 0;
  const report = await verify({
    ...source, receipts, mode, now, ...(trust === undefined ? {} : { trust }),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    mixing: (contest, share) => tell({ contest, share }),
    progress: (done, of) => {
      if (performance.now() - last < 200 && done < of) return;
      last = performance.now();
      tell({ done, of });
    },
  });
  tell({ report });
}

addEventListener('message', (/** @type {MessageEvent<Order>} */ { data }) => {
  run(data).catch((e) => {
    if (e instanceof Unusable || e instanceof Malformed) return tell({ unusable: e.message });
    if (e instanceof Offline) return tell({ offline: e.message });
    // a mistake of this program: let the page's own handler see it
    setTimeout(() => { throw e; });
  });
});
