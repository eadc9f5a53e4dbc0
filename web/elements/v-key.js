// The voting key: opening one, or making one from an invitation and keeping it.
import { Screen, copy, h, saveFile } from './dom.js';
import { button, note } from './page.js';
import { groups } from './v-code.js';
import { t } from './words.js';

const SHORTEST_PASSPHRASE = 10;

/** The twelve words of a key, in an order that must be kept. @param {readonly string[]} words */
export const twelve = (words) => h('ol', { class: 'twelve', lang: 'en', translate: 'no' }, words.map((w) => h('li', {}, w)));

/** @param {string} id @param {string} label @param {Record<string, any>} [props] */
function field(id, label, props = {}) {
  const input = h('input', { id, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', ...props });
  return { input, row: h('div', { class: 'field' }, h('label', { for: id }, label), input) };
}

/** A form that never leaves the page. @param {() => void} send @param {...import('./dom.js').Child} children */
const form = (send, ...children) => h('form', { class: 'way', novalidate: true, onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); send(); } }, ...children);

/** data: {engine, demo, kept, files, invited}; tells `key` {xv, rest, from}, `demo`, `enrol`. */
class OpenKey extends Screen {
  /** @param {any} data */
  view({ demo, kept, files, invited }) {
    this.said = h('p', { class: 'warning', role: 'alert' });
    return [
      h('h1', {}, t('key.title')),
      h('p', { class: 'lead' }, t('key.lead')),
      this.said,
      demo && h('section', { class: 'way first' }, h('h2', {}, t('key.demo.title')), h('p', {}, t('key.demo.text')),
        button(t('key.demo.take'), () => this.tell('demo'), 'main')),
      invited && h('section', { class: 'way first' }, h('h2', {}, t('key.invited.title')), h('p', {}, t('key.invited.late'))),
      kept && files && this.withPassphrase('kept', t('key.kept.title'), t('key.kept.text', { words: kept.words.split(' ').slice(0, 3).join(' ') }), () => kept.keyFile),
      files && this.fromFile(),
      this.fromPaper(),
    ];
  }

  /** @param {string} id @param {string} title @param {string} text @param {() => string|undefined} file @param {...import('./dom.js').Child} before */
  withPassphrase(id, title, text, file, ...before) {
    const pass = field(`${id}-pass`, t('key.passphrase'), { type: 'password' });
    return form(async () => {
      const json = file();
      if (json === undefined) return this.warn(t('key.file.none'));
      this.warn(t('key.opening'));
      const { engine } = this.data;
      try {
        const { xv, rest } = await engine.key.openKeyFile(json, pass.input.value);
        this.tell('key', { xv, rest, from: id });
      } catch (e) {
        if (!(e instanceof engine.wire.Malformed)) throw e;
        this.warn(t(/** @type {any} */ (e).reason === 'passphrase' ? 'key.wrong.passphrase' : 'key.wrong.file'));
      }
    }, h('h2', {}, title), h('p', {}, text), ...before, pass.row, h('button', { class: kept(this.data) === id ? 'main' : '' }, t('key.open')));
  }

  fromFile() {
    let content = /** @type {string|undefined} */ (undefined);
    const file = field('key-file', t('key.file.choose'), { type: 'file', accept: '.veche-key,application/json', onchange: async (/** @type {Event} */ e) => {
      content = await /** @type {HTMLInputElement} */ (e.target).files?.[0]?.text();
    } });
    return this.withPassphrase('file', t('key.file.title'), t('key.file.text'), () => content, file.row);
  }

  fromPaper() {
    const code = field('paper', t('key.paper.label'), { type: 'text', class: 'letters' });
    return form(() => {
      const { engine } = this.data;
      try {
        this.tell('key', { xv: engine.key.parsePaperCode(code.input.value), from: 'paper' });
      } catch (e) {
        if (!(e instanceof engine.wire.Malformed)) throw e;
        this.warn(t('key.wrong.paper'));
        code.input.focus();
      }
    }, h('h2', {}, t('key.paper.title')), h('p', {}, t('key.paper.text')), code.row, h('button', {}, t('key.open')));
  }

  /** @param {string} text */
  warn(text) {
    if (!this.said) return;
    this.said.textContent = text;
    this.said.scrollIntoView({ block: 'nearest' });
  }
}

/** @param {any} data */
const kept = (data) => (data.kept ? 'kept' : '');

customElements.define('v-open-key', OpenKey);

/** data: {engine, xv, rest, words, files, slug, title, lead, done, canKeep}; tells `kept` {how, keyFile?}, `done`. */
class KeepKey extends Screen {
  saved = false;

  /** @param {any} data */
  view({ engine, xv, words, files, lead, title, done }) {
    const paper = engine.key.paperCode(xv);
    this.said = h('p', { class: 'warning', role: 'alert' });
    const sure = h('input', { type: 'checkbox', id: 'sure' });
    return [
      h('h1', {}, title), h('p', { class: 'lead' }, lead), note('calm', h('p', {}, t('keep.loss'))),
      h('section', { class: 'way' }, h('h2', {}, t('keep.words.title')), h('p', {}, t('keep.words.text')), twelve(words)),
      files && this.file(),
      h('section', { class: 'way' }, h('h2', {}, t('keep.paper.title')), h('p', {}, t('keep.paper.text')),
        h('p', { class: 'paper', translate: 'no' }, groups(paper.replaceAll('-', '')).map((g) => h('span', { class: 'group' }, g))),
        h('div', { class: 'actions' }, button(t('keep.print'), () => print()), button(t('keep.copy'), () => this.copied(paper)))),
      this.said,
      done && [
        h('label', { class: 'sure', for: 'sure' }, sure, h('span', {}, t('keep.sure'))),
        h('div', { class: 'actions' }, button(done, () => {
          if (sure.checked) this.tell('done');
          else this.warn(t('keep.first'));
        }, 'main'))],
    ];
  }

  /** @param {string} paper */
  async copied(paper) { this.warn(t((await copy(paper)) ? 'keep.copied' : 'keep.notcopied')); }

  file() {
    const first = field('pass-1', t('key.passphrase'), { type: 'password', autocomplete: 'new-password' });
    const again = field('pass-2', t('keep.again'), { type: 'password', autocomplete: 'new-password' });
    const here = h('input', { type: 'checkbox', id: 'here' });
    return form(async () => {
      const passphrase = first.input.value;
      if ([...passphrase].length < SHORTEST_PASSPHRASE) return this.warn(t('keep.short', { n: SHORTEST_PASSPHRASE }));
      if (passphrase !== again.input.value) return this.warn(t('keep.differ'));
      const { engine, xv, rest, slug } = this.data;
      this.warn(t('key.opening'));
      const json = await engine.key.sealKeyFile(xv, rest, passphrase, (/** @type {number} */ n) => crypto.getRandomValues(new Uint8Array(n)));
      saveFile(`${slug}.veche-key`, json, 'application/json');
      this.warn(t('keep.saved'));
      this.tell('kept', { keyFile: json, onDevice: here.checked });
    }, h('h2', {}, t('keep.file.title')), h('p', {}, t('keep.file.text')), first.row, again.row,
    h('label', { class: 'sure', for: 'here' }, here, h('span', {}, t('keep.here'))),
    h('button', {}, t('keep.save')));
  }

  /** @param {string} text */
  warn(text) {
    if (!this.said) return;
    this.said.textContent = text;
    this.said.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('v-keep-key', KeepKey);

