// The frame of every page: header, language, the one place where screens stand, and the voice of the live region.
import { h, nodes } from './dom.js';
import { here, link } from './net.js';
import { LANGUAGES, pick, preferred, speak, spoken, t } from './words.js';

/** A page's application element. It holds the state; screens are given what they need. */
export class Page extends HTMLElement {
  async connectedCallback() {
    await speak(preferred());
    this.frame();
    await this.start();
  }

  /** What a page does first. */
  async start() {}

  /** Draws the current state again. */
  draw() {}

  /** The key of the page's name. */
  get name() { return 'site.name'; }

  frame() {
    const { base } = here();
    document.title = `${t(this.name)} · ${t('site.name')}`;
    this.main = h('main', { id: 'main', tabindex: '-1' });
    this.live = h('p', { class: 'unseen', role: 'status' });
    const languages = h('nav', { class: 'languages', 'aria-label': t('frame.language') },
      Object.entries(LANGUAGES).map(([code, [short, name]]) => h('button', {
        type: 'button', lang: code, title: name, 'aria-pressed': String(code === spoken()), onclick: () => this.relanguage(code),
      }, short)));
    const places = base
      ? [['', 'place.election'], ['/vote', 'place.vote'], ['/check', 'place.check'], ['/result', 'place.result'], ['/verify', 'place.verify']]
        .map(([path, key]) => h('a', { href: link(base + path), 'aria-current': location.pathname === base + path ? 'page' : undefined }, t(key)))
      : [];
    this.replaceChildren(
      h('a', { class: 'skip', href: '#main', onclick: (/** @type {Event} */ e) => { e.preventDefault(); this.main?.focus(); } }, t('frame.skip')),
      h('header', { class: 'top' },
        h('div', { class: 'bar' }, h('a', { class: 'brand', href: link('/') }, t('site.name')), languages),
        places.length > 0 && h('nav', { class: 'places', 'aria-label': t('frame.places') }, places)),
      this.main, this.live,
      h('footer', { class: 'bottom' }, h('p', {}, t('frame.promise')), this.foot()));
  }

  /** @returns {import('./dom.js').Child} */
  foot() { return null; }

  /** @param {string} code */
  async relanguage(code) {
    try {
      await speak(code);
    } catch {
      return this.announce(t('wrong.offline.title'));
    }
    const address = new URL(location.href);
    address.searchParams.set('lang', code);
    history.replaceState(null, '', address);
    this.frame();
    this.draw();
    /** @type {HTMLElement|null} */ (this.querySelector('.languages [aria-pressed=true]'))?.focus();
  }

  /** Puts a screen in its place; a new screen is read from its heading on. @param {boolean} fresh @param {...import('./dom.js').Child} children */
  show(fresh, ...children) {
    this.main?.replaceChildren(...nodes(children));
    if (!fresh) return;
    const heading = this.main?.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  /** Says it once to those who do not see it. @param {string} sentence */
  announce(sentence) {
    if (!this.live) return;
    this.live.textContent = '';
    setTimeout(() => { if (this.live) this.live.textContent = sentence; }, 50);
  }
}

/** Who vouches, by the names of their bodies. @param {{draft: any, cosigned: readonly {witness: {name: string}}[]}} reading */
export const witnesses = ({ draft, cosigned }) => cosigned.map((c) => witness(draft, c.witness.name));

/** @param {any} draft @param {string} name of a witness, whose first part is its body's id */
export function witness(draft, name) {
  const body = draft.bodies.find((/** @type {any} */ b) => b.id === name.split('/')[0]);
  return body ? pick(body.names) : name;
}

/** Something that went wrong, with what may be done. @param {string} title @param {...import('./dom.js').Child} children */
export const trouble = (title, ...children) =>
  h('div', { class: 'note bad', role: 'alert' }, h('h2', {}, title), ...children);

/** @param {string} kind calm, wait or good @param {...import('./dom.js').Child} children */
export const note = (kind, ...children) => h('div', { class: `note ${kind}` }, ...children);

/** @param {string} label @param {() => void} onclick @param {string} [kind] main, quiet or grave */
export const button = (label, onclick, kind = '') => h('button', { type: 'button', class: kind, onclick }, label);
