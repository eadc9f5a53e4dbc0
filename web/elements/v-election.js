// One election: its questions, its rules in plain words made from the draft, its calendar, its people and the state of its log.
import { h } from './dom.js';
import { Offline, get, here, link, view } from './net.js';
import { Page, button, note, trouble, witness } from './page.js';
import { next } from './v-index.js';
import { words as protection } from './v-protection.js';
import { isRanked, limits, marks } from './marks.js';
import { listed, own, pick, say, t, when } from './words.js';

const { base, slug } = here();

class Election extends Page {
  /** @type {import('../veche/record/board.js').Reading|undefined} */ reading;
  /** @type {any} */ facts;
  /** @type {{lie: boolean, detail: string}|undefined} */ failed;

  get name() { return 'place.election'; }

  async start() {
    this.draw();
    try {
      this.facts = await view(`${base}/election.json`);
      this.draw();
      this.engine = await import('./engine.js');
      this.reading = await this.engine.board.readElection((path) => get(`${base}/${path}`), slug, this.facts?.openIndex ?? undefined);
    } catch (e) {
      if (!this.engine || e instanceof Offline) this.failed = { lie: false, detail: '' };
      else if (e instanceof this.engine.wire.Malformed) this.failed = { lie: true, detail: e.message };
      else throw e;
    }
    this.draw();
  }

  draw() {
    const { facts, reading, failed } = this;
    this.show(false,
      failed ? this.drawFailed(failed) : !reading
        ? [h('h1', {}, facts ? own(facts.title) : t('place.election')), h('p', { class: 'lead' }, t('election.reading')), h('progress', { 'aria-label': t('election.reading') })]
        : this.drawElection(reading));
  }

  /** @param {{lie: boolean, detail: string}} failed */
  drawFailed({ lie, detail }) {
    const what = lie ? 'lie' : 'offline';
    return [h('h1', {}, this.facts ? own(this.facts.title) : t('place.election')),
      trouble(t(`wrong.${what}.title`), h('p', {}, t(`wrong.${what}.text`)), detail && h('pre', { class: 'detail' }, detail)),
      button(t('wrong.again'), () => { this.failed = undefined; this.start(); }, 'main')];
  }

  /** @param {import('../veche/record/board.js').Reading} reading */
  drawElection({ draft, opened, board, cosigned, quorum }) {
    const phase = this.facts?.phase ?? (opened ? 'voting' : 'enrolling');
    return [
      h('p', { class: 'eyebrow' }, h('span', { class: phase === 'voting' ? 'phase open' : 'phase' }, t(`phase.${phase}`)), draft.kind === 'training' && h('span', { class: 'phase' }, t('kind.training'))),
      h('h1', {}, own(draft.title)),
      h('p', { class: 'lead' }, own(draft.text)),
      h('p', {}, next({ phase, opensAt: Number(draft.opensAt), closesAt: Number(draft.closesAt) })),
      h('div', { class: 'actions' },
        phase === 'voting' && h('a', { class: 'button main', href: link(`${base}/vote`) }, t('place.vote')),
        h('a', { class: 'button', href: link(`${base}/check`) }, t('place.check')),
        h('a', { class: 'button', href: link(`${base}/result`) }, t('place.result'))),
      !quorum && note('wait', h('p', {}, t('election.noquorum'))),
      draft.contests.map((q, k) => h('section', { class: 'question-sheet' },
        h('p', { class: 'eyebrow' }, t('mark.contest', { k: k + 1, n: draft.contests.length })),
        h('h2', {}, own(q.titles)), rules(q).map((r) => h('p', { class: 'hint' }, r)),
        h('ol', { class: 'options' }, (opened?.order[k] ?? q.options.map((_, j) => j)).map((j) => h('li', {},
          h('strong', {}, own(q.options[j].names)),
          q.options[j].body && h('span', { class: 'of' }, ' ', say('mark.of', { body: this.bodyName(draft, q.options[j].body) })),
          [...q.options[j].texts.values()].some((x) => x) && h('p', {}, own(q.options[j].texts))))),
        marks(draft, q) && h('p', { class: 'hint' }, t('rank.risk')),
        h('p', { class: 'hint' }, t(opened ? 'rule.drawn' : 'rule.notdrawn')))),
      h('section', {}, h('h2', {}, t('election.rules')), h('ul', {}, this.rules(draft).map((r) => h('li', {}, r)))),
      h('section', {}, h('h2', {}, t('election.calendar')), h('dl', { class: 'calendar' },
        h('dt', {}, t('calendar.opens')), h('dd', {}, when(draft.opensAt)),
        h('dt', {}, t('calendar.closes')), h('dd', {}, when(draft.closesAt)),
        h('dt', {}, t('calendar.dispute')), h('dd', {}, t('calendar.days', { n: draft.disputeDays })),
        this.facts?.rollSize !== undefined && this.facts?.rollSize !== null && [h('dt', {}, t('calendar.roll')), h('dd', {}, t('calendar.keys', { n: opened?.manifest.rollSize ?? this.facts.rollSize }))])),
      this.people(draft),
      h('section', {}, h('h2', {}, t('log.title')), h('p', {}, t('log.text')),
        h('dl', {},
          h('dt', {}, t('log.size')), h('dd', {}, t('log.entries', { n: board.size })),
          h('dt', {}, t('log.root')), h('dd', { class: 'hash' }, this.engine?.wire.hex(board.tree.root)),
          h('dt', {}, t('log.witnesses')), h('dd', {}, cosigned.length
            ? h('ul', {}, cosigned.map((c) => h('li', {}, say('log.saw', { name: witness(draft, c.witness.name), when: when(c.time) })))) : t('log.nobody'))),
        h('div', { class: 'actions' },
          h('a', { class: 'button', href: `${base}/bundle.zip`, download: `${slug}.zip` }, t('log.bundle')),
          h('a', { class: 'button', href: `${base}/cosigned` }, t('log.checkpoint')))),
      protection(draft.t, draft.trustees.length)];
  }

  /** @param {import('../veche/election/draft.js').Draft} draft @param {string} id */
  bodyName(draft, id) {
    const body = draft.bodies.find((b) => b.id === id);
    return body ? pick(body.names) : id;
  }

  /** @param {import('../veche/election/draft.js').Draft} draft */
  rules(draft) {
    const n = draft.trustees.length;
    return [t('rule.secret', { t: draft.t, n }), t('rule.revote'), t('rule.minimum', { n: draft.minCount }),
      t('rule.certify', { k: draft.rules.get('certify') ?? 0, n: draft.bodies.length }), t('rule.simple')];
  }

  /** @param {import('../veche/election/draft.js').Draft} draft */
  people(draft) {
    const { note: notes, words } = /** @type {typeof import('./engine.js')} */ (this.engine);
    const print = (/** @type {string} */ vkey) => h('span', { class: 'print', lang: 'en', translate: 'no' }, words.words(notes.parseVkey(vkey).key).join(' '));
    const policy = this.reading?.policy;
    const rows = [
      ...draft.bodies.map((b) => [t('role.body'), own(b.names), print(b.vkey)]),
      ...draft.trustees.map((x) => [t('role.trustee'), this.bodyName(draft, x.body), print(x.vkey)]),
      ...draft.registrars.map((r) => [t('role.registrar'), this.bodyName(draft, r.body), print(r.vkey)]),
      ...(policy?.witnesses ?? []).map((w) => [t('role.witness'), this.bodyName(draft, w.name), print(w.verifier.vkey)]),
    ];
    return h('section', {}, h('h2', {}, t('people.title')), h('p', {}, t('people.text')),
      h('p', {}, say('people.draft', { words: h('strong', { class: 'print', lang: 'en', translate: 'no' }, words.wordsOfDigest(this.reading?.cid ?? new Uint8Array(32)).join(' ')) })),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('people.title') }, h('table', {},
        h('thead', {}, h('tr', {}, ['people.role', 'people.name', 'people.print'].map((key) => h('th', { scope: 'col' }, t(key))))),
        h('tbody', {}, rows.map(([role, name, words]) => h('tr', {}, h('td', {}, role), h('th', { scope: 'row' }, name), h('td', {}, words)))))),
      h('p', {}, say('people.bodies', { names: listed(draft.bodies.map((b) => pick(b.names))) })));
  }
}

/** What a question asks and how its marks become a result, from the draft's own fields. @param {import('../veche/election/draft.js').Question} q */
export function rules(q) {
  const { least, most } = limits(q);
  return [
    isRanked(q) ? t('rule.ranked', { n: q.seats, rule: ruleName(q.rule) }) : t(q.rule === 'endorse' ? 'rule.endorse' : 'rule.approval', { n: q.seats }),
    isRanked(q) ? t('rank.how') : least === most ? t('mark.exactly', { n: most }) : least > 0 ? t('mark.between', { n: most, least }) : most < q.options.length ? t('mark.most', { n: most }) : t('mark.any'),
    ...q.thresholds.map((x) => threshold(x)),
    ...q.constraints.map((text) => group(text, q)),
  ];
}

/** A rule's name as people who know it call it; a name the page does not know is shown as it is signed. @param {string} rule */
export const ruleName = (rule) => ({
  'scottish-stv': 'STV (Scotland 2007)', wigm: 'STV (WIGM)', 'wigm-prf': 'STV (WIGM, PRF)', meek: 'Meek STV', 'meek-prf': 'Meek STV (PRF)', warren: 'Warren STV', irv: 'IRV',
  schulze: 'Schulze', 'ranked-pairs': 'Ranked Pairs', minimax: 'Minimax', copeland: 'Copeland', 'kemeny-young': 'Kemeny-Young',
  'smith-irv': 'Smith//IRV', benham: 'Benham', 'tideman-alternative': 'Tideman', baldwin: 'Baldwin', nanson: 'Nanson', black: 'Black', 'ranked-robin': 'Ranked Robin', bucklin: 'Bucklin', coombs: 'Coombs',
}[rule] ?? rule);

/** counting §7: how many seats a group takes, in the reader's language; a form this page does not know is shown as it is signed.
 * @param {string} text @param {import('../veche/election/draft.js').Question} q */
export function group(text, q) {
  const m = /^\s*([^:]{1,100}?)\s*:\s*(?:at least (\d{1,3}%?))?\s*,?\s*(?:at most (\d{1,3}%?))?\s+of\s+(body\s+)?(.+?)\s*$/.exec(text);
  if (!m) return text;
  /** @param {string} bound @param {(x: number) => number} round */
  const seats = (bound, round) => (bound.endsWith('%') ? round((parseInt(bound, 10) * q.seats) / 100) : parseInt(bound, 10));
  const ids = m[5].split(/\s*,\s*/);
  const members = q.options.filter((o) => (m[4] ? o.body === m[5] : ids.includes(o.id)));
  const who = listed(members.map((o) => pick(o.names)));
  return [
    t('rule.group', { name: m[1], who }),
    m[2] ? t('rule.group.least', { n: seats(m[2], Math.ceil) }) : '',
    m[3] ? t('rule.group.most', { n: seats(m[3], Math.floor) }) : '',
  ].filter(Boolean).join(' ');
}

/** @param {import('../veche/election/draft.js').Threshold} x */
export function threshold({ base: of, p, q, strict, quorum }) {
  const share = `${p}/${q}`;
  const bar = of === 'eligible'
    ? t(strict ? 'threshold.eligible.more' : 'threshold.eligible.least', { share })
    : t(strict ? 'threshold.votes.more' : 'threshold.votes.least', { share });
  return quorum > 0n ? `${bar} ${t('threshold.quorum', { n: quorum })}` : bar;
}

customElements.define('v-election', Election);
