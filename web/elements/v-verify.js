// The browser's verifier (checks §1): what to verify, how thoroughly, and what came out, worst first.
import { h, saveFile } from './dom.js';
import { Offline, here, view } from './net.js';
import { Page, button, note, trouble } from './page.js';
import { number, percent, say, spoken, t } from './words.js';

const { base, slug } = here();
const GROUPS = ['LOG', 'ROL', 'SET', 'BAL', 'MIX', 'DEC', 'TAL', 'CER'];

/** @typedef {import('../veche/verify/verifier.js').Report} Report */
/** @typedef {Report['checks'][0]} Check */

/** The page's policy lets no other script be named than this one (log §10). */
function workerUrl() {
  const url = new URL('./verify-worker.js', import.meta.url).href, types = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= types?.createPolicy('veche-worker', { createScriptURL: (/** @type {string} */ asked) => {
    if (asked !== url) throw new TypeError(asked);
    return asked;
  } });
  return policy ? policy.createScriptURL(url) : url;
}

/** @type {{createScriptURL(url: string): unknown}|undefined} */
let policy;

class Verify extends Page {
  source = base ? 'here' : 'file';
  /** @type {'fast'|'full'} */ mode = 'fast';
  /** @type {File|undefined} */ zip;
  /** @type {File|undefined} */ trust;
  /** @type {File[]} */ receipts = [];
  /** @type {Worker|undefined} */ worker;
  /** @type {{done: number, of: number, since: number}|undefined} */ at;
  /** @type {Report|undefined} */ report;
  /** @type {{unusable?: string, offline?: string}|undefined} */ trouble;
  /** Claims and meanings of the checks, by id @type {Record<string, string>} */ claims = {};
  claimed = '';
  missing = false;

  get name() { return 'place.verify'; }

  async start() {
    this.draw();
  }

  /** The words of the checks are read when they are needed: this page alone speaks them. */
  async learn() {
    if (this.claimed === spoken()) return;
    const language = spoken();
    try {
      this.claims = await view(new URL(`../words/checks/${language}.json`, import.meta.url).href);
      this.claimed = language;
    } catch (e) {
      if (!(e instanceof Offline)) throw e;
      // without its words a check still has its id
    }
  }

  async begin() {
    this.missing = this.source === 'file' && !this.zip;
    if (this.missing) return this.draw();
    this.report = this.trouble = undefined;
    this.at = { done: 0, of: 0, since: performance.now() };
    this.draw(true);
    const order = {
      ...(this.source === 'here' ? { base } : { zip: this.zip }),
      ...(this.trust && { trust: await this.trust.text() }),
      receipts: await Promise.all(this.receipts.map((file) => file.text())), mode: this.mode, now: Math.floor(Date.now() / 1000),
    };
    this.worker = new Worker(/** @type {any} */ (workerUrl()), { type: 'module' });
    this.worker.addEventListener('message', ({ data }) => this.hear(data));
    this.worker.addEventListener('error', (e) => { this.end(); throw new Error(e.message); });
    this.worker.postMessage(order);
  }

  end() {
    this.worker?.terminate();
    this.worker = this.at = undefined;
  }

  /** @param {import('./verify-worker.js').News} news */
  async hear(news) {
    if (!this.at) return;
    if ('done' in news) {
      this.at = { ...this.at, done: news.done, of: news.of };
      return this.tellProgress();
    }
    if ('share' in news) return this.tellMixing(news.contest, news.share);
    this.end();
    if ('report' in news) this.report = news.report;
    else this.trouble = news;
    this.draw(true);
  }

  stop() {
    this.end();
    this.draw(true);
  }

  /** Other languages may be asked for at any time. @param {boolean} [fresh] */
  async draw(fresh = false) {
    if (this.report) await this.learn();
    this.show(fresh, h('h1', {}, t('verifier.title')),
      ...(this.report ? this.outcome(this.report) : this.at ? this.running() : this.form()));
    if (this.at) this.tellProgress();
  }

  // ---- before

  form() {
    const choice = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ label) =>
      h('label', { class: 'sure' }, h('input', {
        type: 'radio', name, value, checked: name === 'source' ? this.source === value : this.mode === value,
        onchange: () => { if (name === 'source') this.source = value; else this.mode = /** @type {any} */ (value); this.draw(); },
      }), h('span', {}, label));
    const file = (/** @type {string} */ id, /** @type {string} */ label, /** @type {Record<string, any>} */ props) =>
      h('div', { class: 'field' }, h('label', { for: id }, label), h('input', { type: 'file', id, ...props }));
    const chosen = (/** @type {Event} */ e) => [...(/** @type {HTMLInputElement} */ (e.target).files ?? [])];
    return [
      this.trouble && trouble(t('verifier.verdict.unusable'), this.trouble.offline !== undefined ? h('p', {}, t('wrong.offline.text')) : h('pre', { class: 'detail', lang: 'en' }, this.trouble.unusable)),
      h('p', { class: 'lead' }, t('verifier.lead')),
      base && h('fieldset', { class: 'plainset' }, h('legend', {}, t('verifier.source')), choice('source', 'here', t('verifier.here')), choice('source', 'file', t('verifier.file'))),
      this.source === 'file' && file('bundle', t('verifier.bundle'), { accept: '.zip,application/zip', onchange: (/** @type {Event} */ e) => { this.zip = chosen(e)[0]; this.missing = false; } }),
      this.missing && h('p', { class: 'warning', role: 'alert' }, t('verifier.needfile')),
      file('trust', t('verifier.trust'), { onchange: (/** @type {Event} */ e) => { this.trust = chosen(e)[0]; } }),
      h('p', { class: 'hint' }, t('verifier.trust.text')),
      file('receipts', t('verifier.receipts'), { multiple: true, onchange: (/** @type {Event} */ e) => { this.receipts = chosen(e); } }),
      h('fieldset', { class: 'plainset' }, h('legend', {}, t('verifier.mode')), choice('mode', 'fast', t('verifier.mode.fast')), choice('mode', 'full', t('verifier.mode.full'))),
      h('div', { class: 'actions' }, button(t('verifier.start'), () => this.begin(), 'main')),
      h('p', { class: 'hint' }, t('verifier.caution'))];
  }

  // ---- meanwhile

  running() {
    return [
      h('p', { class: 'lead' }, t('verifier.running')),
      h('progress', { max: '1', 'aria-label': t('verifier.running') }),
      h('p', { class: 'how' }), h('p', { class: 'hint' }, t('verifier.keep')),
      h('div', { class: 'actions' }, button(t('verifier.stop'), () => this.stop()))];
  }

  tellProgress() {
    const bar = /** @type {HTMLProgressElement|null} */ (this.querySelector('progress')), how = this.querySelector('.how');
    if (!bar || !how || !this.at) return;
    const { done, of, since } = this.at, passed = (performance.now() - since) / 1000;
    if (!of) return;
    const all = done === of;
    if (all) bar.removeAttribute('value');
    else bar.value = done / of;
    const left = (passed / done) * (of - done);
    const rest = all ? t('verifier.last') : passed < 3 ? '' : left < 60 ? t('verifier.left.seconds') : t('verifier.left.minutes', { n: Math.round(left / 60) });
    how.textContent = [t('verifier.done', { done, of }), rest].filter(Boolean).join(' · ');
  }

  /** @param {number} contest @param {number} share */
  tellMixing(contest, share) {
    const bar = /** @type {HTMLProgressElement|null} */ (this.querySelector('progress')), how = this.querySelector('.how');
    if (bar) bar.value = share;
    if (how) how.textContent = t('verifier.mixing', { n: contest + 1, share: percent(share) });
  }

  // ---- afterwards

  /** @param {Report} report */
  outcome(report) {
    const { checks, exit, sampled } = report, of = (/** @type {string} */ status) => checks.filter((c) => c.status === status).length;
    const first = checks.find((c) => c.status === 'fail');
    const verdict = exit === 0 ? t('verifier.verdict.right') : exit === 1 ? t('verifier.verdict.wrong') : t('verifier.verdict.open');
    return [
      note(exit === 0 ? 'good' : exit === 1 ? 'bad' : 'wait', h('h2', {}, verdict),
        h('p', {}, t('verifier.counts', { pass: of('pass'), fail: of('fail'), na: of('not-applicable'), open: of('not-checked') })),
        exit === 2 && !this.trust && h('p', {}, t('verifier.untrusted')),
        sampled && sampled.proved < sampled.ballots && h('p', {}, t('verifier.sampled', sampled)),
        h('p', { class: 'of' }, say('verifier.of', { origin: report.origin, size: number(report.size) }))),
      first && h('section', { class: 'way first' }, h('h2', {}, t('verifier.first')), this.check(first)),
      h('section', {}, h('h2', {}, t('verifier.checks')), GROUPS.map((group) => this.group(group, checks.filter((c) => c.id.startsWith(group))))),
      h('div', { class: 'actions' }, button(t('verifier.again'), () => { this.report = undefined; this.draw(true); }, 'main'),
        button(t('verifier.save'), () => saveFile(`${slug || 'veche'}-report.json`, JSON.stringify(report, undefined, 1) + '\n', 'application/json')))];
  }

  /** @param {string} group @param {Check[]} checks */
  group(group, checks) {
    const worst = ['fail', 'not-checked', 'pass', 'not-applicable'].find((s) => checks.some((c) => c.status === s)) ?? 'pass';
    return h('details', { class: 'why checks', open: worst === 'fail' }, h('summary', {},
      h('span', { class: `sign ${worst}` }), ' ', t(`verifier.group.${group.toLowerCase()}`), ' ',
      h('span', { class: 'of' }, worst === 'not-applicable' ? t('verifier.status.not-applicable') : `${checks.filter((c) => c.status === 'pass').length} / ${checks.filter((c) => c.status !== 'not-applicable').length}`)),
      checks.map((c) => this.check(c)));
  }

  /** @param {Check} c */
  check({ id, status, why, leaf }) {
    return h('div', { class: `finding ${status}` },
      h('p', {}, h('span', { class: `sign ${status}` }), ' ', h('strong', {}, this.claims[id] ?? id), ' — ', t(`verifier.status.${status}`), ' ',
        h('span', { class: 'of print', translate: 'no' }, id)),
      h('p', { class: 'of' }, t('verifier.found'), ' ', h('span', { lang: 'en' }, why), leaf !== undefined && leaf >= 0 && [' · ', base ? h('a', { href: `${base}/leaf/${leaf}.json` }, t('verifier.leaf', { index: leaf })) : t('verifier.leaf', { index: leaf })]),
      status === 'fail' && h('p', {}, t('verifier.means'), ' ', this.claims[`${id}.false`] ?? ''));
  }
}

customElements.define('v-verify', Verify);
