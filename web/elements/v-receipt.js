// The receipt: what it promises, what it does not, and ways to keep it (log §4).
import { Screen, h } from './dom.js';
import { button, note } from './page.js';
import { listed, own, say, t, when } from './words.js';

/** data: {steps, title, receipt, witnesses, scan, closes, again, save, keepKey, printed, check} */
class Receipt extends Screen {
  /** @param {any} data */
  view({ steps, title, receipt, witnesses, scan, closes, again, save, keepKey, printed, check }) {
    const { index, tree, cosigned, letters } = receipt;
    const newest = cosigned.reduce((/** @type {bigint} */ m, /** @type {any} */ c) => (c.time > m ? c.time : m), 0n);
    return [steps, h('h1', {}, t('receipt.title')), note('good', h('p', {}, t('receipt.done'))),
      h('article', { class: 'receipt' },
        h('h2', {}, own(title)),
        h('v-code', { data: { letters, label: t('sealed.number'), scan } }),
        h('dl', {},
          h('dt', {}, t('receipt.entry')), h('dd', {}, t('receipt.entry.of', { index, size: tree.size })),
          h('dt', {}, t('receipt.witnesses')), h('dd', {}, say('receipt.witnesses.at', { names: listed(witnesses), when: when(newest) }))),
        h('h3', {}, t('receipt.means')),
        h('ul', {}, ['receipt.promise.one', 'receipt.promise.two', 'receipt.promise.not'].map((key) => h('li', {}, t(key))))),
      h('div', { class: 'actions' },
        button(t('receipt.save'), save, 'main'), button(t('receipt.print'), () => { printed(); print(); }),
        h('a', { class: 'button', href: check }, t('receipt.check'))),
      h('section', { class: 'way' }, h('h2', {}, t('again.more')), h('p', {}, t('again.until', { closes })),
        h('div', { class: 'actions' }, button(t('again.vote'), again), button(t('again.keep'), keepKey)))];
  }
}

customElements.define('v-receipt', Receipt);
