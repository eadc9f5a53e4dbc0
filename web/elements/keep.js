// What this device keeps, and only if the voter chose so: the key under its passphrase, the chain, what is not yet confirmed, receipts.

/** @typedef {{keyFile: string, words: string, chain?: string, pending: string[], receipts: {ballot: string, text: string}[],
 *   taken?: {ballot: string, text: string}[]}} Kept  taken: words of bodies for ballots that have no receipt yet */

const place = (/** @type {string} */ slug) => `veche ${slug}`;

/** @param {string} slug @returns {Kept|undefined} */
export function kept(slug) {
  try {
    const found = localStorage.getItem(place(slug));
    return found === null ? undefined : JSON.parse(found);
  } catch {
    return undefined;
  }
}

/** @param {string} slug @param {Kept} what @returns {boolean} whether the device took it */
export function keep(slug, what) {
  try {
    localStorage.setItem(place(slug), JSON.stringify(what));
    return true;
  } catch {
    return false;
  }
}

/** Everything this site ever kept here. */
export function forget() {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch { /* where nothing can be kept, nothing is */ }
}
