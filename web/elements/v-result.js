// The result: numbers first and pictures beside them, every inequality written out, and the signatures under it checked here.
import { h, svg } from './dom.js';
import { isRanked } from './marks.js';
import { Offline, get, here, link, view } from './net.js';
import { Page, button, note, trouble } from './page.js';
import { threshold } from './v-election.js';
import { listed, number, own, percent, pick, say, t } from './words.js';

const { base, slug } = here();
const from = (/** @type {string} */ path) => get(`${base}/${path}`);

class Result extends Page {
  /** @type {typeof import('./engine.js')|undefined} */ engine;
  /** @type {any} */ found;
  /** Contests whose rounds are shown. @type {Set<string>} */ unfolded = new Set();
  /** @type {{lie: boolean, detail: string}|undefined} */ failed;
  /** The page's own counts, by contest: of ranked ones from the ballots, of others from the totals. @type {Map<string, {same: boolean, stages: number, ballots: number}>} */ counted = new Map();

  get name() { return 'place.result'; }

  async start() {
    this.draw();
    try {
      const facts = await view(`${base}/election.json`);
      this.engine = await import('./engine.js');
      const { board, result } = this.engine;
      const reading = await board.readElection(from, slug, facts?.openIndex ?? undefined);
      const { opened } = reading;
      const early = !opened || facts?.closeIndex === null || facts?.closeIndex === undefined;
      const leaves = early ? [] : await reading.board.leaves(facts.closeIndex, reading.board.size);
      const end = early ? undefined : await result.ending(leaves, facts.closeIndex, opened, (sha) => from(`blob/${sha}`));
      const lines = end?.certificate && result.certifiedLines(end.certificate.text, reading.draft);
      const refused = end?.certificate && result.refuses(end.certificate.text);
      this.found = { reading, facts, end, lines, refused, said: early ? undefined : await view(`${base}/result.json`) };
    } catch (e) {
      if (!this.engine || e instanceof Offline) this.failed = { lie: false, detail: '' };
      else if (e instanceof this.engine.wire.Malformed) this.failed = { lie: true, detail: e.message };
      else throw e;
    }
    this.draw();
    if (this.found?.said && !this.failed) await this.countAgain();
  }

  /** record §4: winners and inequalities of an approval contest from its totals. @param {import('../veche/election/draft.js').Question} q @param {number} k @param {import('../veche/record/result.js').Line} line */
  fromTotals(q, k, line) {
    const { reading: { opened }, said, end } = this.found, { published, result } = /** @type {typeof import('./engine.js')} */ (this.engine);
    const ids = q.options.map((o) => o.id), late = said?.contests?.[k]?.lot?.map((/** @type {string} */ id) => ids.indexOf(id));
    const lot = q.lot === 'trustee-seed' && late ? late : opened.order[k];
    const object = end.certificate && end.results.get(result.certified(end.certificate.text))?.lines[k];
    return published.totalsAgain(q, k, object ? [line, object] : [line], opened.manifest.rollSize, lot);
  }

  /** counting §6: every ranked contest whose rule has a second program here. */
  async countAgain() {
    const { reading: { draft, opened }, said } = this.found, { again } = /** @type {typeof import('./engine.js')} */ (this.engine);
    for (const [k, q] of draft.contests.entries()) {
      const published = said.contests?.[k];
      if (!isRanked(q) || !published?.count || !this.countable(q)) continue;
      try {
        const ids = q.options.map((/** @type {any} */ o) => o.id);
        const body = await from(`profile/${q.id}`);
        if (!body) continue;
        const profile = again.readProfile(body, ids.length);
        const lot = q.lot === 'trustee-seed' ? published.lot.map((/** @type {string} */ id) => ids.indexOf(id)) : opened.order[k];
        const found = again.countAgain(q.rule, { options: ids.length, seats: q.seats, lot }, profile.ballots, published.count, ids);
        const ballots = Number(profile.ballots.reduce((/** @type {bigint} */ n, /** @type {any} */ b) => n + b.weight, 0n));
        this.counted.set(q.id, { same: found.same && profile.digest === published.ranked.profile, stages: found.stages, ballots });
      } catch (e) {
        if (!(e instanceof Offline)) throw e;
      }
    }
    this.draw();
  }

  /** The second program knows neither parameters nor constraints. @param {import('../veche/election/draft.js').Question} q */
  countable(q) {
    const { again } = /** @type {typeof import('./engine.js')} */ (this.engine);
    return again.known(q.rule) && q.parameters.size === 0 && q.constraints.length === 0;
  }

  /** @param {import('../veche/election/draft.js').Question} q */
  ownCount(q) {
    const mine = this.counted.get(q.id);
    if (!this.countable(q)) return h('p', { class: 'hint' }, t('again.none'));
    return mine && h('p', { class: mine.same ? 'again holds' : 'again fails' },
      t(!mine.same ? 'again.other' : mine.stages ? 'again.same' : 'again.winners', { n: number(mine.ballots), stages: number(mine.stages) }));
  }

  draw() {
    const { failed, found } = this;
    if (failed) {
      const what = failed.lie ? 'lie' : 'offline';
      return this.show(false, h('h1', {}, t('result.title')), trouble(t(`wrong.${what}.title`), h('p', {}, t(`wrong.${what}.text`)), failed.detail && h('pre', { class: 'detail' }, failed.detail)),
        button(t('wrong.again'), () => { this.failed = undefined; this.start(); }, 'main'));
    }
    if (!found) return this.show(false, h('h1', {}, t('result.title')), h('p', { class: 'lead' }, t('result.reading')), h('progress', { 'aria-label': t('result.reading') }));
    const { reading: { draft, opened }, facts, end, refused } = found;
    const lines = found.lines ?? this.saidLines(found);
    this.show(false,
      h('p', { class: 'eyebrow' }, h('span', { class: 'phase' }, t(`phase.${facts?.phase ?? 'voting'}`)), draft.kind === 'training' && h('span', { class: 'phase' }, t('kind.training'))),
      h('h1', {}, own(draft.title)),
      !lines ? this.drawNotYet(facts) : [
        end.certificate ? note(refused ? 'bad' : 'good', h('h2', {}, t(refused ? 'result.refused' : 'result.certified')), h('p', {}, say(refused ? 'result.refused.by' : 'result.certified.by', { names: listed(end.certificate.signers.map((/** @type {string} */ id) => this.bodyName(id))), k: draft.rules.get('certify') })))
          : note('wait', h('h2', {}, t('result.provisional')), h('p', {}, t('result.provisional.text'))),
        end.annulled.size > 0 && note('bad', h('h2', {}, t('annulled.some')), h('p', {}, say('annulled.some.text', { contests: listed([...end.annulled.keys()].map((k) => pick(draft.contests[k].titles))) }))),
        end.dissents.length > 0 && note('bad', h('h2', {}, t('result.dissents', { n: end.dissents.length })), h('p', {}, t('result.dissents.text'))),
        lines.map((/** @type {any} */ line) => this.contest(draft.contests[line.contest], line, opened)),
        this.statements(end),
        this.recounts(found.said?.recounts ?? []),
        this.observers(found.said?.countersigned ?? []),
        h('section', {}, h('h2', {}, t('verify.title')), h('p', {}, t('verify.text')),
          h('pre', { class: 'detail', tabindex: '0', translate: 'no' }, `curl -o ${slug}.zip ${location.origin}${base}/bundle.zip\nveche verify ${slug}.zip --trust trust.txt`),
          h('p', {}, t('verify.trust')),
          h('div', { class: 'actions' }, h('a', { class: 'button', href: `${base}/bundle.zip`, download: `${slug}.zip` }, t('log.bundle'))))]);
  }

  /** @param {any} facts */
  drawNotYet(facts) {
    const phase = facts?.phase ?? 'voting';
    return note('calm', h('h2', {}, t('result.notyet')), h('p', {}, phase === 'no-result' ? t('after.no-result') : phase === 'voting' ? t('result.voting') : t('result.wait')),
      h('div', { class: 'actions' }, h('a', { class: 'button', href: link(base) }, t('wrong.election'))));
  }

  /** Before a certificate stands there is the server's own view, which nobody signed. @param {any} found */
  saidLines({ said, reading: { draft } }) {
    return said?.contests?.map((/** @type {any} */ c, /** @type {number} */ k) => ({
      contest: k, counted: c.counted, tests: c.tests.map((/** @type {any} */ x) => x.holds), sums: c.tests.map((/** @type {any} */ x) => x.text), totals: draft.contests[k].options.map((/** @type {any} */ o) => c.totals[o.id] ?? 0),
      winners: c.winners.map((/** @type {string} */ id) => draft.contests[k].options.findIndex((/** @type {any} */ o) => o.id === id)),
    }));
  }

  /** @param {string} id */
  bodyName(id) {
    const body = this.found.reading.draft.bodies.find((/** @type {any} */ b) => b.id === id);
    return body ? pick(body.names) : id;
  }

  /** @param {import('../veche/election/draft.js').Question} q @param {import('../veche/record/result.js').Line} line @param {import('../veche/election/draft.js').Opened} opened */
  contest(q, line, opened) {
    const { contest: k, counted, totals, winners } = line;
    const { result } = /** @type {typeof import('./engine.js')} */ (this.engine);
    const byVotes = [...opened.order[k]].sort((a, b) => totals[b] - totals[a]);
    const name = (/** @type {number} */ j) => own(q.options[j].names);
    const vacant = q.rule === 'endorse' ? 0 : q.seats - winners.length;
    const said = this.found.said?.contests?.[k];
    return h('section', { class: 'outcome' },
      h('h2', {}, own(q.titles)),
      this.annulled(k),
      winners.length
        ? [h('h3', {}, t(q.rule === 'endorse' ? 'result.endorsed' : 'result.elected', { n: winners.length })), h('ol', { class: 'winners' }, winners.map((j) => h('li', {}, name(j), this.mandate(k, j))))]
        : h('p', {}, t(q.rule === 'endorse' ? 'result.noneendorsed' : 'result.noneelected')),
      vacant > 0 && h('p', {}, t('result.vacant', { n: vacant })),
      h('p', { class: 'hint' }, t('result.counted', { n: counted, roll: number(opened.manifest.rollSize), share: percent(opened.manifest.rollSize ? counted / opened.manifest.rollSize : 0) })),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('result.table', { question: pick(q.titles) }) }, h('table', { class: 'results' },
        h('caption', { class: 'unseen' }, t('result.table', { question: pick(q.titles) })),
        h('thead', {}, h('tr', {}, ['result.option', isRanked(q) ? 'result.first' : 'result.approvals', 'result.outcome'].map((key) => h('th', { scope: 'col' }, t(key))))),
        h('tbody', {}, byVotes.map((j) => {
          const won = winners.includes(j), share = counted ? totals[j] / counted : 0;
          return h('tr', { class: won ? 'won' : '' }, h('th', { scope: 'row' }, name(j), bar(share, won)), h('td', { class: 'figure' }, number(totals[j]), ' ', h('span', { class: 'of' }, percent(share))), h('td', {}, t(won ? (q.rule === 'endorse' ? 'result.is.endorsed' : 'result.is.elected') : 'result.is.not')));
        })))),
      q.thresholds.length > 0 && [
        h('h3', {}, t('result.thresholds')),
        q.thresholds.map((x) => h('div', { class: 'threshold' }, h('p', {}, threshold(x)),
          h('ul', {}, byVotes.map((j) => {
            const { text, holds } = result.test(x, totals[j], counted, opened.manifest.rollSize);
            return h('li', { class: holds ? 'holds' : 'fails' }, name(j), ': ', h('span', { class: 'sum' }, text), ' — ', t(holds ? 'result.holds' : 'result.fails'));
          }))))],
      !isRanked(q) && this.worked(this.fromTotals(q, k, line)),
      isRanked(q) && said?.ranked && [
        said.ranked.invalidEncoding + said.ranked.invalidCode > 0 && h('p', {}, t('result.spoilt', { n: said.ranked.invalidEncoding + said.ranked.invalidCode })),
        said.ranked.blank > 0 && h('p', {}, t('result.blankorders', { n: said.ranked.blank })),
        this.ownCount(q),
        this.rounds(q, said.count)],
      h('p', { class: 'hint' }, t(q.lot === 'trustee-seed' ? 'result.ties.late' : 'result.ties')));
  }

  /** @param {{same: boolean, tests: number}} found */
  worked({ same, tests }) {
    return h('p', { class: same ? 'again holds' : 'again fails' }, t(!same ? 'again.totals.other' : tests ? 'again.totals.tests' : 'again.totals', { n: tests }));
  }

  /** record §12. @param {number} k */
  annulled(k) {
    const why = this.found.end.annulled.get(k);
    return why && note('bad', h('h3', {}, t('annulled.title')), h('p', {}, say('annulled.by', { names: listed(why.signers.map((/** @type {string} */ id) => this.bodyName(id))) })), h('blockquote', {}, why.text));
  }

  /** @param {number} k @param {number} j */
  mandate(k, j) {
    const given = this.found.end.mandates.filter((/** @type {any} */ m) => m.contest === k && m.option === j).at(-1);
    return given && h('span', { class: 'of' }, ' — ', given.revoked === undefined ? say('mandate.given', { index: given.index }) : say('mandate.revoked', { reason: given.revoked }));
  }

  /** The steps of a ranked count: a column wherever the figures changed. @param {import('../veche/election/draft.js').Question} q @param {any} count counting §6 */
  rounds(q, count) {
    if (!count?.stages?.length) return undefined;
    /** @type {{tally: Record<string, string>, exhausted: string, elected: Set<string>, excluded: Set<string>}[]} */
    const columns = [];
    for (const stage of count.stages) {
      const last = columns.at(-1), same = last && JSON.stringify(last.tally) === JSON.stringify(stage.tally);
      if (!last || !same) columns.push({ tally: stage.tally, exhausted: stage.exhausted, elected: new Set(), excluded: new Set() });
      const column = /** @type {typeof columns[0]} */ (columns.at(-1));
      for (const id of stage.elected ?? []) column.elected.add(id);
      for (const id of stage.excluded ?? []) column.excluded.add(id);
    }
    const ids = q.options.map((o) => o.id), when = (/** @type {string} */ id) => columns.findIndex((c) => c.excluded.has(id));
    const place = (/** @type {string} */ id) => count.winners.includes(id) ? count.winners.indexOf(id) - 1e6 : -when(id);
    const rows = [...ids].sort((a, b) => place(a) - place(b));
    const figure = (/** @type {string} */ text) => /^[0-9]+(\.[0-9]+)?$/.test(text ?? '') ? number(Math.round(Number(text) * 100) / 100) : text ?? '';
    const name = (/** @type {string} */ id) => own(q.options[ids.indexOf(id)].names);
    const toggle = (/** @type {Event} */ e) => /** @type {HTMLDetailsElement} */ (e.target).open ? this.unfolded.add(q.id) : this.unfolded.delete(q.id);
    return h('details', { class: 'why', open: this.unfolded.has(q.id), ontoggle: toggle }, h('summary', {}, t('result.rounds')),
      h('p', {}, t('result.rounds.text')), count.quota && h('p', {}, t('result.quota', { quota: figure(count.quota) })),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('result.rounds') }, h('table', { class: 'rounds' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('result.option')), columns.map((_, i) => h('th', { scope: 'col', class: 'figure' }, t('result.round', { n: i + 1 }))))),
        h('tbody', {}, rows.map((id) => h('tr', { class: count.winners.includes(id) ? 'won' : '' }, h('th', { scope: 'row' }, name(id)),
          columns.map((c) => h('td', { class: 'figure' }, figure(c.tally?.[id]),
            c.elected.has(id) && h('span', { class: 'of' }, ' ', t('result.is.elected')), c.excluded.has(id) && h('span', { class: 'of' }, ' ', t('result.is.out'))))))),
        h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, t('result.exhausted')), columns.map((c) => h('td', { class: 'figure' }, figure(c.exhausted))))))));
  }

  /** @param {import('../veche/record/result.js').Ending} end */
  statements({ certificate, dissents }) {
    const { draft } = this.found.reading, { note: notes, words } = /** @type {typeof import('./engine.js')} */ (this.engine);
    const signer = (/** @type {string} */ id) => {
      const body = draft.bodies.find((/** @type {any} */ b) => b.id === id);
      return h('li', {}, h('strong', {}, body ? own(body.names) : id), ' ', h('span', { class: 'print', lang: 'en', translate: 'no' }, body && words.words(notes.parseVkey(body.vkey).key).join(' ')));
    };
    return [
      certificate && h('section', {}, h('h2', {}, t('certificate.title')), h('p', {}, t('certificate.text', { index: certificate.index })),
        h('ul', {}, certificate.signers.map(signer)), this.absent(certificate.signers),
        h('pre', { class: 'statement', tabindex: '0' }, certificate.text)),
      dissents.map((d) => h('section', { class: 'dissent' }, h('h2', {}, say('dissent.title', { body: this.bodyName(d.signers[0]) })), h('ul', {}, d.signers.map(signer)),
        h('pre', { class: 'statement', tabindex: '0' }, d.text)))];
  }

  /** What people without a role logged (record §3a recount). @param {{by: string, tool: string, version: string, agrees: boolean, checks: string}[]} recounts */
  recounts(recounts) {
    return h('section', {}, h('h2', {}, t('recounts.title')),
      h('p', {}, t(recounts.length ? 'recounts.text' : 'recounts.none')),
      recounts.length > 0 && h('ul', { class: 'recounts' }, recounts.map((one) => h('li', { class: one.agrees ? 'holds' : 'fails' },
        h('strong', { translate: 'no' }, one.by), ' — ', t(one.agrees ? 'recounts.same' : 'recounts.other'), h('br', {}),
        h('span', { class: 'of', translate: 'no' }, [`${one.tool} ${one.version}`.trim(), one.checks].filter(Boolean).join(' · '))))));
  }

  /** What observers logged of their verification (record §3a countersign). @param {{by: string, size: number, tool: string, version: string, passed: number, failed: number, notApplicable: number, notChecked: number, first: string}[]} said */
  observers(said) {
    return h('section', {}, h('h2', {}, t('observers.title')),
      h('p', {}, t(said.length ? 'observers.text' : 'observers.none')),
      said.length > 0 && h('ul', { class: 'observers' }, said.map((one) => h('li', { class: one.failed ? 'fails' : 'holds' },
        h('strong', { translate: 'no' }, one.by), ' — ', one.failed ? say('observers.failed', { n: one.failed, first: one.first }) : t('observers.fine'), h('br', {}),
        h('span', { class: 'of' }, say('observers.counts', { passed: one.passed, na: one.notApplicable, open: one.notChecked, size: one.size }), ' · ', h('span', { translate: 'no' }, `${one.tool} ${one.version}`.trim()))))));
  }

  /** @param {string[]} signed */
  absent(signed) {
    const without = this.found.reading.draft.bodies.filter((/** @type {any} */ b) => !signed.includes(b.id));
    return without.length > 0 && h('p', {}, say('certificate.absent', { names: listed(without.map((/** @type {any} */ b) => pick(b.names))) }));
  }
}

/** The share of a number once more, for the eye. @param {number} share @param {boolean} won */
const bar = (share, won) => svg('svg', { class: won ? 'bar won' : 'bar', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
  svg('rect', { class: 'rail', width: 100, height: 4 }), svg('rect', { class: 'fill', width: (100 * share).toFixed(2), height: 4 }));

customElements.define('v-result', Result);
