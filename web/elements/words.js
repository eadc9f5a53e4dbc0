// What the page says, in the reader's language (web §4). Other people's text is never looked up here, only isolated.
import { h } from './dom.js';

/** Languages whose words stand in web/words, each by its own name, short first. */
export const LANGUAGES = { ru: ['Рус', 'Русский'], en: ['Eng', 'English'], uk: ['Укр', 'Українська'] };

/** @typedef {string|Record<string, string>} Entry a sentence, or its plural forms by `n` */
/** @type {Record<string, Entry>} */
let table = {};
let language = 'ru';

/** The address's `?lang=`, else the first of the reader's languages that there is, else Russian. */
export function preferred() {
  const asked = new URLSearchParams(location.search).get('lang');
  return [asked, ...navigator.languages.map((l) => l.slice(0, 2))].find((l) => l && l in LANGUAGES) ?? 'ru';
}

/** @param {string} to */
export async function speak(to) {
  const answer = await fetch(new URL(`../words/${to}.json`, import.meta.url));
  table = await answer.json();
  language = to;
  document.documentElement.lang = to;
}

export const spoken = () => language;

/** @param {string} key @param {Record<string, any>} args @returns {string} */
function sentence(key, args) {
  const entry = table[key];
  if (entry === undefined) throw new Error(`no words for ${key}`);
  if (typeof entry === 'string') return entry;
  return entry[new Intl.PluralRules(language).select(Number(args.n))] ?? entry.other;
}

/** @param {any} value */
const shown = (value) => typeof value === 'number' || typeof value === 'bigint' ? number(value) : String(value);

/** @param {string} key @param {Record<string, string|number|bigint>} [args] */
export const t = (key, args = {}) => sentence(key, args).replace(/\{(\w+)\}/g, (_, name) => shown(args[name]));

/** The same as nodes: what is filled in stands isolated, so that a name in another script cannot turn the sentence round.
 * @param {string} key @param {Record<string, any>} [args] @returns {(Node|string)[]}
 */
export const say = (key, args = {}) => sentence(key, args).split(/(\{\w+\})/).filter((s) => s !== '').map((part) => {
  const name = /^\{(\w+)\}$/.exec(part)?.[1];
  if (!name) return part;
  const value = args[name];
  return value instanceof Node ? value : typeof value === 'string' ? h('bdi', {}, value) : shown(value);
});

/** @param {string} key */
export const has = (key) => key in table;

/** @param {number|bigint} n */
export const number = (n) => new Intl.NumberFormat(language).format(n);

/** @param {number} share 0..1 */
export const percent = (share) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);

/** @param {readonly string[]} items */
export const listed = (items) => new Intl.ListFormat(language, { type: 'conjunction' }).format(items);

const entries = (/** @type {any} */ texts) => texts instanceof Map ? [...texts] : Object.entries(texts ?? {});

/** An election's own text in the language nearest to the reader's. @param {ReadonlyMap<string, string>|Record<string, string>} texts @returns {[string, string]} language, text */
function nearest(texts) {
  const all = entries(texts);
  return all.find(([l]) => l === language) ?? (language === 'uk' ? all.find(([l]) => l === 'ru') : undefined) ?? all[0] ?? ['', ''];
}

/** @param {any} texts */
export const pick = (texts) => nearest(texts)[1];

/** Other people's words: isolated, and marked with their own language. @param {any} texts */
export function own(texts) {
  const [lang, text] = nearest(texts);
  return h('bdi', lang && lang !== language ? { lang } : {}, text);
}

/** A moment, as people write it. @param {number|bigint} seconds */
export function when(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return h('time', { datetime: date.toISOString() }, moment(seconds));
}

/** @param {number|bigint} seconds */
export const moment = (seconds) => new Intl.DateTimeFormat(language, {
  day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
}).format(new Date(Number(seconds) * 1000));

/** How far off a moment is. @param {number|bigint} seconds @param {number} now in seconds */
export function distance(seconds, now) {
  const away = Number(seconds) - now, size = Math.abs(away);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (size < 90) return format.format(Math.round(away), 'second');
  if (size < 5_400) return format.format(Math.round(away / 60), 'minute');
  if (size < 129_600) return format.format(Math.round(away / 3_600), 'hour');
  return format.format(Math.round(away / 86_400), 'day');
}
