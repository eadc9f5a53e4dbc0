// The doors for people who write programs: the server's own description, read from it and set in type.
import { h } from './dom.js';
import { link } from './net.js';
import { Page } from './page.js';
import { t } from './words.js';

/** What a server answers without a code: 405, 500 and 503. */
const TROUBLES = ['method', 'failed', 'unavailable'];

class Doors extends Page {
  /** @type {any} */ found;

  get name() { return 'doors.title'; }

  async start() {
    this.draw();
    const answer = await fetch('/openapi.json');
    this.found = await answer.json();
    this.draw();
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }

  draw() {
    const { found } = this;
    this.show(false,
      h('h1', {}, t('doors.title')),
      h('p', { class: 'lead' }, t('doors.lead')),
      h('p', {}, h('a', { href: link('/openapi.json') }, 'OpenAPI 3.1')),
      found ? [
        h('h2', {}, t('doors.all')),
        Object.entries(found.paths).flatMap(([path, item]) => ['get', 'post'].filter((m) => item[m]).map((m) => this.door(path, m, item[m]))),
        h('h2', {}, t('doors.codes')),
        h('dl', { class: 'codes' }, TROUBLES.flatMap((id) => [
          h('dt', { id }, h('code', {}, id)),
          h('dd', {}, t(`trouble.${id}`)),
        ]), found.components.schemas.problem.properties.code.enum.flatMap((/** @type {string} */ code) => [
          h('dt', { id: code }, h('code', {}, code)),
          h('dd', {}, t(`refusal.${code}`)),
        ])),
      ] : h('progress', { 'aria-label': t('doors.title') }));
  }

  /** @param {string} path @param {string} method @param {any} door */
  door(path, method, door) {
    const kinds = (/** @type {any} */ content) => Object.keys(content ?? {}).join(', ');
    const refused = Object.keys(door.responses).filter((s) => door.responses[s].$ref);
    return h('section', { class: 'door' },
      h('h3', {}, h('code', {}, `${method.toUpperCase()} ${path}`)),
      h('p', { lang: 'en' }, door.summary),
      door.requestBody && h('p', {}, `${t('doors.takes')} `, h('span', { lang: 'en' }, `${door.requestBody.description} (${kinds(door.requestBody.content)})`)),
      Object.entries(door.responses).filter(([, r]) => !r.$ref).map(([status, r]) =>
        h('p', {}, `${status}: `, h('span', { lang: 'en' }, `${r.description}${r.content ? ` (${kinds(r.content)})` : ''}`))),
      refused.length > 0 && h('p', { class: 'quiet' }, `${t('doors.refuses')} ${refused.join(', ')}`));
  }
}

customElements.define('v-doors', Doors);
