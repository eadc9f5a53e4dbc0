// The second door (doors §7): a sealed ballot that the server does not take, and a body's word that it has it.
import { Screen, h } from './dom.js';
import { button, note, trouble } from './page.js';
import { own, say, t, when } from './words.js';

/** data: {steps, wrong, saved, known, bodies, typed, save, send, answer, again}; wrong: {title, text, detail?} */
class SecondDoor extends Screen {
  /** @param {any} data */
  view({ steps, wrong, saved, known, bodies, typed, save, send, answer, again }) {
    return [steps, h('h1', {}, t('door.title')), h('p', { class: 'lead' }, t('door.lead')),
      wrong && trouble(t(wrong.title), h('p', {}, t(wrong.text)), wrong.detail && h('pre', { class: 'detail' }, wrong.detail)),
      h('section', { class: 'way' }, h('h2', {}, t('door.save.title')), h('p', {}, t('door.save.text')),
        button(t('door.save'), save, saved ? '' : 'main'), h('p', { class: 'hint', role: 'status' }, saved && t('door.saved'))),
      h('section', { class: 'way' }, h('h2', {}, t('door.send.title')), h('p', {}, t('door.send.text')),
        known.length > 0 && [h('p', {}, t('door.known')), h('ul', { class: 'doors' }, known.map((/** @type {string} */ url) =>
          h('li', {}, button(t('door.send.to', { host: new URL(url).host }), () => send(url, false)))))],
        this.byAddress(typed, send, saved),
        bodies.some((/** @type {any} */ b) => b.contact) && h('details', { class: 'why' }, h('summary', {}, t('door.bodies')),
          h('dl', {}, bodies.filter((/** @type {any} */ b) => b.contact).map((/** @type {any} */ b) => [h('dt', {}, own(b.names)), h('dd', {}, h('bdi', {}, b.contact))])))),
      h('section', { class: 'way' }, h('h2', {}, t('door.carry.title')), h('p', {}, t('door.carry.text')),
        h('div', { class: 'field' }, h('label', { for: 'word-file' }, t('door.carry.label')), h('input', {
          id: 'word-file', type: 'file', accept: '.taken,text/plain', multiple: true,
          onchange: async (/** @type {Event} */ e) => {
            const files = [.../** @type {HTMLInputElement} */ (e.target).files ?? []];
            if (files.length > 0) answer(await Promise.all(files.map((f) => f.text())));
          },
        }))),
      h('div', { class: 'actions' }, button(t('door.again'), again))];
  }

  /** @param {string} typed @param {(address: string, typed: boolean) => void} send @param {boolean} saved */
  byAddress(typed, send, saved) {
    const input = h('input', {
      id: 'door', type: 'text', inputmode: 'url', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-describedby': 'door-hint', value: typed,
    });
    return h('form', { novalidate: true, onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); send(input.value, true); } },
      h('div', { class: 'field' }, h('label', { for: 'door' }, t('door.address')), input, h('p', { class: 'hint', id: 'door-hint' }, t('door.address.text'))),
      h('button', { class: saved ? 'main' : '' }, t('door.send')));
  }
}

customElements.define('v-door', SecondDoor);

/** data: {steps, title, word: {body, time, saved}, name, letters, scan, closes, lie, save, other, again, check} */
class Taken extends Screen {
  /** @param {any} data */
  view({ steps, title, word, name, letters, scan, closes, lie, save, other, again, check }) {
    return [steps, h('h1', {}, t('taken.title')),
      note('good', h('p', {}, say('taken.by', { body: name, when: when(word.time) }))),
      lie && trouble(t('wrong.lie.title'), h('p', {}, t('taken.lie')), h('pre', { class: 'detail' }, lie)),
      h('article', { class: 'receipt' }, h('h2', {}, own(title)), h('v-code', { data: { letters, label: t('sealed.number'), scan } }),
        h('h3', {}, t('taken.means')), h('ul', {}, ['taken.means.one', 'taken.means.two', 'taken.means.not'].map((key) => h('li', {}, t(key)))),
        h('h3', {}, t('taken.next')), h('ol', {}, h('li', {}, t('taken.next.save')), h('li', {}, say('taken.next.check', { closes })), h('li', {}, t('taken.next.else')))),
      !lie && note('wait', h('p', {}, t('taken.watching')), h('progress', { 'aria-label': t('taken.watching') })),
      h('div', { class: 'actions' }, button(t('taken.save'), save, word.saved ? '' : 'main'), h('a', { class: 'button', href: check, target: '_blank', rel: 'noopener' }, t('receipt.check')),
        button(t('taken.other'), other), button(t('door.again'), again))];
  }
}

customElements.define('v-taken', Taken);
