// One ranked contest: those in order above, the others below; buttons move, a number typed moves too, and every step is said aloud.
import { Screen, h } from './dom.js';
import { limits } from './marks.js';
import { number, own, pick, say, t } from './words.js';

/** data: {k, count, question, order, choice, risk}; choice is changed in place; tells `marked` {k, choice}. */
class Ranking extends Screen {
  /** @param {any} data */
  view({ k, count, question, order, choice, risk }) {
    this.counter = h('p', { class: 'counter' });
    this.told = h('p', { class: 'unseen', role: 'status' });
    this.warning = h('p', { class: 'warning', role: 'alert' });
    this.places = h('ol', { class: 'ranks' });
    this.others = h('ul', { class: 'unranked' });
    this.rest = h('h2', { class: 'small' }, t('rank.others'));
    this.empty = h('p', { class: 'nothing' }, t('rank.none'));
    queueMicrotask(() => this.fill());
    return [h('fieldset', { class: 'contest', 'aria-describedby': `rule-${k}` },
      h('legend', {},
        count > 1 && h('span', { class: 'eyebrow' }, t('mark.contest', { k: k + 1, n: count })),
        h('span', { class: 'question' }, own(question.titles))),
      h('p', { class: 'hint', id: `rule-${k}` }, this.hint(question)),
      risk && h('p', { class: 'hint' }, t('rank.risk')),
      this.warning,
      h('h2', { class: 'small' }, t('rank.yours')), this.empty, this.places,
      this.rest, this.others, this.counter, this.told)];
  }

  /** @param {any} question */
  hint(question) {
    const { least, most } = limits(question);
    return [t('rank.how'), ' ', most < question.options.length && t('rank.most', { n: most }), ' ', least > 0 && t('rank.least', { n: least }),
      question.blank && t('rank.blank')];
  }

  fill() {
    const { question, order, choice } = this.data, { most } = limits(question);
    const left = order.filter((/** @type {number} */ j) => !choice.includes(j));
    this.places?.replaceChildren(...choice.map((/** @type {number} */ j, /** @type {number} */ i) => this.place(j, i)));
    this.others?.replaceChildren(...left.map((/** @type {number} */ j) => this.other(j, choice.length >= most)));
    if (this.rest) this.rest.hidden = left.length === 0;
    if (this.empty) this.empty.hidden = choice.length > 0;
    if (this.counter) this.counter.textContent = t('rank.count', { n: choice.length, of: number(question.options.length) });
  }

  /** @param {number} j */
  name(j) { return pick(this.data.question.options[j].names); }

  /** @param {number} j */
  text(j) {
    const option = this.data.question.options[j], more = [...(option.texts.values?.() ?? [])].some((x) => x !== '');
    return h('span', { class: 'words' }, h('span', { class: 'option' }, own(option.names)),
      option.body && h('span', { class: 'of' }, say('mark.of', { body: this.data.bodyName(option.body) })),
      more && h('span', { class: 'text' }, own(option.texts)));
  }

  /** @param {number} j @param {number} i */
  place(j, i) {
    const { k, choice } = this.data, name = this.name(j);
    const step = (/** @type {string} */ what, /** @type {boolean} */ off, /** @type {() => void} */ act) =>
      h('button', { type: 'button', class: `step ${what}`, 'data-do': `${what}-${j}`, disabled: off, 'aria-label': t(`rank.${what}`, { name }), title: t(`rank.${what}`, { name }), onclick: act });
    return h('li', { class: 'rankable' },
      h('input', {
        class: 'rank', type: 'text', inputmode: 'numeric', autocomplete: 'off', size: 2, value: String(i + 1), id: `r-${k}-${j}`, 'data-do': `type-${j}`,
        'aria-label': t('rank.place', { name, of: number(choice.length) }),
        onchange: (/** @type {Event} */ e) => this.type(j, /** @type {HTMLInputElement} */ (e.target).value),
        onfocus: (/** @type {Event} */ e) => /** @type {HTMLInputElement} */ (e.target).select(),
      }),
      this.text(j),
      h('span', { class: 'moves' },
        step('up', i === 0, () => this.move(j, i - 1, 'up')),
        step('down', i === choice.length - 1, () => this.move(j, i + 1, 'down')),
        step('out', false, () => this.out(j))));
  }

  /** @param {number} j @param {boolean} full */
  other(j, full) {
    const { choice } = this.data, name = this.name(j);
    return h('li', { class: 'rankable' }, this.text(j),
      h('span', { class: 'moves' }, h('button', { type: 'button', class: 'step in', disabled: full, 'data-do': `in-${j}`, 'aria-label': t('rank.in', { name, n: choice.length + 1 }), onclick: () => this.add(j) },
        t('rank.in.short', { n: choice.length + 1 }))));
  }

  /** @param {number} j */
  add(j) {
    const { choice, order } = this.data, left = order.filter((/** @type {number} */ o) => o !== j && !choice.includes(o));
    choice.push(j);
    // the next one to add, so that a row of taps or Enter keys ranks all
    this.changed(j, left.length ? `in-${left[0]}` : `up-${j}`);
  }

  /** @param {number} j */
  out(j) {
    const { choice } = this.data;
    choice.splice(choice.indexOf(j), 1);
    this.changed(j, `in-${j}`);
  }

  /** @param {number} j @param {number} to @param {string} by */
  move(j, to, by) {
    const { choice } = this.data;
    choice.splice(choice.indexOf(j), 1);
    choice.splice(to, 0, j);
    const other = by === 'up' ? 'down' : 'up';
    const end = to === 0 && by === 'up' || to === choice.length - 1 && by === 'down';
    this.changed(j, by === 'type' ? `type-${j}` : `${end ? other : by}-${j}`);
  }

  /** @param {number} j @param {string} typed */
  type(j, typed) {
    const { choice } = this.data, n = Number(typed.trim());
    if (!/^[0-9]{1,3}$/.test(typed.trim()) || n > choice.length || n < 1) {
      this.warn(t('rank.number', { n: choice.length }));
      this.fill();
      this.focusOn(`type-${j}`);
      return;
    }
    this.move(j, n - 1, 'type');
  }

  /** @param {number} j @param {string} next what has the focus then */
  changed(j, next) {
    const { choice, k } = this.data, at = choice.indexOf(j);
    this.warn('');
    this.fill();
    this.focusOn(next);
    if (this.told) this.told.textContent = at < 0 ? t('rank.told.out', { name: this.name(j) }) : t('rank.told', { name: this.name(j), place: number(at + 1), of: number(choice.length) });
    this.tell('marked', { k, choice });
  }

  /** @param {string} what */
  focusOn(what) { /** @type {HTMLElement|null} */ (this.querySelector(`[data-do="${what}"]`))?.focus(); }

  /** @param {string} text */
  warn(text) { if (this.warning) this.warning.textContent = text; }

  /** Says what is missing and goes there. */
  complain() {
    const { least } = limits(this.data.question);
    this.warn(t('rank.few', { n: least }));
    this.querySelector('button')?.focus();
  }
}

customElements.define('v-ranking', Ranking);
