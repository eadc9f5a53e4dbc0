// The server's doors as the page uses them (doors §1 to §3).

const PLACE = /^(.*\/e\/([a-z2-7]{10}))(?:\/|$)/;

/** The election of this address. */
export function here() {
  const match = PLACE.exec(location.pathname);
  return match ? { base: match[1], slug: match[2] } : { base: '', slug: '' };
}

export class Offline extends Error {}

const PATIENCE = 30_000;

/** @param {string} url @param {RequestInit} [init] */
async function ask(url, init = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { ...init, signal: stop.signal, credentials: 'omit', redirect: 'error' });
    return { answer, content: new Uint8Array(await answer.arrayBuffer()) };
  } catch {
    throw new Offline(url);
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes, or undefined where the server has nothing. @param {string} url */
export async function get(url) {
  const { answer, content } = await ask(url);
  if (answer.ok) return content;
  if (answer.status === 404) return undefined;
  throw new Offline(`${url}: ${answer.status}`);
}

/** @param {string} url @returns {Promise<any>} undefined where there is nothing */
export async function view(url) {
  const content = await get(url);
  return content && JSON.parse(new TextDecoder().decode(content));
}

/** @param {string} url */
export async function text(url) {
  const content = await get(url);
  return content && new TextDecoder().decode(content);
}

/** @typedef {{text: string}|{refused: string, detail: string, work?: {challenge: string, bits: number}}} Answer */

/** @param {string} url @param {Uint8Array} body @param {string} [paid] the work that a busy door asked for (doors §8) @returns {Promise<Answer>} */
export async function post(url, body, paid) {
  const { answer, content } = await ask(url, {
    method: 'POST', body: /** @type {Uint8Array<ArrayBuffer>} */ (body),
    headers: { 'content-type': 'application/octet-stream', ...(paid && { 'veche-work': paid }) },
  });
  const said = new TextDecoder().decode(content);
  if (answer.ok) return { text: said };
  try {
    const { code, detail, work } = JSON.parse(said);
    if (typeof code === 'string') return { refused: code, detail: String(detail ?? ''), ...(work && { work }) };
  } catch { /* not a refusal of ours: something stands between */ }
  throw new Offline(`${url}: ${answer.status}`);
}

/** An address of this site in the language that was chosen. @param {string} path */
export function link(path) {
  const lang = new URLSearchParams(location.search).get('lang');
  return lang ? `${path}?lang=${lang}` : path;
}
