// One approval contest: a card an option, all alike, a tick in each; the limit is explained where it is met.
import { Screen, h } from './dom.js';
import { limits } from './marks.js';
import { number, own, say, t } from './words.js';

/** data: {k, count, question, order, choice}; tells `marked` {k, choice}. */
class Approval extends Screen {
  /** @param {any} data */
  view({ k, count, question, order, choice }) {
    this.counter = h('p', { class: 'counter', 'aria-live': 'polite' });
    this.warning = h('p', { class: 'warning', role: 'alert' });
    const cards = order.map((/** @type {number} */ j) => this.card(question.options[j], j, choice[j] === 1));
    queueMicrotask(() => this.count());
    return [h('fieldset', { class: 'contest', 'aria-describedby': `rule-${k}` },
      h('legend', {},
        count > 1 && h('span', { class: 'eyebrow' }, t('mark.contest', { k: k + 1, n: count })),
        h('span', { class: 'question' }, own(question.titles))),
      h('p', { class: 'hint', id: `rule-${k}` }, this.hint(question)),
      this.warning,
      h('div', { class: 'cards' }, cards),
      this.counter)];
  }

  /** @param {any} question */
  hint(question) {
    const { least, most } = limits(question), all = question.options.length;
    const bounds = most >= all
      ? (least === 0 ? t('mark.any') : t('mark.least', { n: least }))
      : least === 0 ? t('mark.most', { n: most })
        : least === most ? t('mark.exactly', { n: most }) : t('mark.between', { n: most, least });
    return [bounds, question.blank ? ' ' + t('mark.blank') : ''];
  }

  /** @param {any} option @param {number} j @param {boolean} checked */
  card(option, j, checked) {
    const { body } = option;
    const more = [...(option.texts.values?.() ?? [])].some((x) => x !== '');
    const id = `o-${this.data.k}-${j}`;
    return h('label', { class: 'card', for: id },
      h('input', { type: 'checkbox', id, checked, onchange: (/** @type {Event} */ e) => this.toggle(j, /** @type {HTMLInputElement} */ (e.target)),
        'aria-describedby': more ? `${id}-text` : undefined }),
      h('span', { class: 'tick', 'aria-hidden': 'true' }),
      h('span', { class: 'words' },
        h('span', { class: 'option' }, own(option.names)),
        body && h('span', { class: 'of' }, say('mark.of', { body: this.data.bodyName(body) })),
        more && h('span', { class: 'text', id: `${id}-text` }, own(option.texts))));
  }

  /** @param {number} j @param {HTMLInputElement} box */
  toggle(j, box) {
    const { choice, question, k } = this.data, { most } = limits(question);
    const marked = choice.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    if (box.checked && marked >= most) {
      box.checked = false;
      this.warn(t('mark.full', { n: most }));
      return;
    }
    choice[j] = box.checked ? 1 : 0;
    this.warn('');
    this.count();
    this.tell('marked', { k, choice });
  }

  /** @param {string} text */
  warn(text) { if (this.warning) this.warning.textContent = text; }

  count() {
    const { choice, question } = this.data, n = choice.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    const { most } = limits(question);
    if (this.counter) this.counter.textContent = t('mark.count', { n, of: number(most) });
  }

  /** Says what is missing and goes there. */
  complain() {
    const { question } = this.data, { least } = limits(question);
    this.warn(t('mark.few', { n: least }));
    this.querySelector('input')?.focus();
  }
}

customElements.define('v-approval', Approval);
