// What is open here, in which phase, and what comes next.
import { h } from './dom.js';
import { link, view } from './net.js';
import { Page, button, note, trouble } from './page.js';
import { distance, own, say, t, when } from './words.js';

class Index extends Page {
  /** @type {any[]|undefined} */ elections;
  failed = false;

  get name() { return 'place.index'; }

  async start() {
    this.draw();
    try {
      this.elections = (await view('/elections.json')) ?? [];
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.draw();
  }

  draw() {
    this.show(false,
      h('h1', {}, t('index.title')), h('p', { class: 'lead' }, t('index.lead')),
      this.failed ? [trouble(t('wrong.offline.title'), h('p', {}, t('wrong.offline.text'))), button(t('wrong.again'), () => this.start(), 'main')]
        : !this.elections ? h('progress', { 'aria-label': t('index.loading') })
          : this.elections.length === 0 ? note('calm', h('p', {}, t('index.none')))
            : h('ul', { class: 'elections' }, this.elections.map((e) => this.entry(e))),
      h('section', { class: 'way' }, h('h2', {}, t('index.how')), h('ol', { class: 'plain' },
        ['index.how.one', 'index.how.two', 'index.how.three', 'index.how.four'].map((key) => h('li', {}, t(key))))));
  }

  /** @param {any} e */
  entry(e) {
    const at = `/e/${e.slug}`, open = e.phase === 'voting';
    return h('li', { class: 'election' },
      h('p', { class: 'eyebrow' }, h('span', { class: open ? 'phase open' : 'phase' }, t(`phase.${e.phase}`)), e.kind === 'training' && h('span', { class: 'phase' }, t('kind.training'))),
      h('h2', {}, h('a', { href: link(at) }, own(e.title))),
      h('p', {}, next(e), ' ', open && t('index.ballots', { n: e.ballots })),
      h('div', { class: 'actions' },
        open && h('a', { class: 'button main', href: link(`${at}/vote`) }, t('place.vote')),
        h('a', { class: 'button', href: link(at) }, t('index.read')),
        ['counted', 'certified', 'refused', 'final'].includes(e.phase) && h('a', { class: 'button main', href: link(`${at}/result`) }, t('place.result'))));
  }
}

/** What happens next, and when. @param {{phase: string, opensAt: number, closesAt: number}} e */
export function next({ phase, opensAt, closesAt }) {
  const now = Date.now() / 1000;
  if (['drafting', 'keys', 'enrolling', 'ready'].includes(phase))
    return say('next.opens', { when: when(opensAt), away: distance(opensAt, now) });
  if (phase === 'voting')
    return closesAt > now ? say('next.closes', { when: when(closesAt), away: distance(closesAt, now) }) : t('next.closing');
  return t(`after.${phase}`);
}

customElements.define('v-index', Index);
