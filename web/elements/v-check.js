// Is my ballot in the box, is it the one that counts, was none cast with my key; and the second device's look at a challenged ballot.
import { h } from './dom.js';
import { kept } from './keep.js';
import { chosen } from './marks.js';
import { Offline, get, here, text, view } from './net.js';
import { Page, button, note, trouble, witnesses } from './page.js';
import './v-code.js';
import { twelve } from './v-key.js';
import { listed, own, pick, say, t, when } from './words.js';

const { base, slug } = here();
const from = (/** @type {string} */ path) => get(`${base}/${path}`);

class Check extends Page {
  /** @type {typeof import('./engine.js')} */ engine = /** @type {any} */ (undefined);
  /** @type {import('../veche/record/board.js').Reading|undefined} */ reading;
  /** What was found @type {(() => import('./dom.js').Child)|undefined} */ answer;
  /** @type {Promise<typeof import('./engine.js')>|undefined} */ loading;
  busy = false;
  typed = '';

  get name() { return 'place.check'; }

  async start() {
    addEventListener('hashchange', () => location.reload());
    this.draw();
    // Loads behind the first screen; whoever asks sooner waits for it.
    this.loading = import('./engine.js');
    this.loading.catch(() => undefined);
    const shown = /^#t=([A-Z2-7]{52})$/.exec(location.hash)?.[1];
    if (!shown) return;
    this.typed = shown;
    this.draw();
    await this.run(() => this.byTracker(shown));
  }

  /** @param {() => Promise<() => import('./dom.js').Child>} work */
  async run(work) {
    if (this.busy) return;
    this.busy = true;
    this.answer = undefined;
    this.draw();
    try {
      this.engine = await (this.loading ?? import('./engine.js')).catch(() => {
        this.loading = undefined;
        throw new Offline('engine');
      });
      const facts = await view(`${base}/election.json`);
      this.reading = await this.engine.board.readElection(from, slug, facts?.openIndex ?? undefined);
      this.answer = this.reading.opened ? await work() : () => note('calm', h('h2', {}, t('check.notopen')));
    } catch (e) {
      const lie = this.engine !== undefined && e instanceof this.engine.wire.Malformed;
      if (!lie && !(e instanceof Offline)) throw e;
      this.answer = () => trouble(t(lie ? 'wrong.lie.title' : 'wrong.offline.title'), h('p', {}, t(lie ? 'wrong.lie.text' : 'wrong.offline.text')), lie && h('pre', { class: 'detail' }, /** @type {Error} */ (e).message));
    } finally {
      this.busy = false;
    }
    this.draw();
    const said = /** @type {HTMLElement|null} */ (this.querySelector('.answer'));
    said?.focus();
    said?.scrollIntoView({ block: 'start' });
  }

  get opened() { return /** @type {import('../veche/election/draft.js').Opened} */ (this.reading?.opened); }

  progress = (/** @type {number} */ share) => {
    const bar = this.querySelector('progress');
    if (bar) bar.value = share;
  };

  // ---- the questions ----

  /** @param {string} letters */
  async byTracker(letters) {
    const { wire, board } = this.engine;
    let id;
    try {
      id = wire.unbase32(letters);
    } catch (e) {
      if (!(e instanceof wire.Malformed)) throw e;
      return () => note('bad', h('h2', {}, t('check.badletter')));
    }
    const found = await board.findBallot(/** @type {any} */ (this.reading).board, this.opened, id, this.progress);
    if (!found) return () => note('bad', h('h2', {}, t('check.absent.title')), h('p', {}, t('check.absent.text', { size: /** @type {any} */ (this.reading).board.size })));
    return this.standing(found.index, found.leaf, letters);
  }

  /** @param {string} receiptText */
  async byReceipt(receiptText) {
    if (this.engine.deposit.isWord(receiptText)) return this.byWord(receiptText);
    const { receipt, wire, board, sealer } = this.engine, reading = /** @type {import('../veche/record/board.js').Reading} */ (this.reading);
    let index;
    try {
      index = Number(receipt.parseReceipt(receiptText).index);
    } catch (e) {
      if (!(e instanceof wire.Malformed)) throw e;
      return () => note('bad', h('h2', {}, t('check.badreceipt')));
    }
    if (index >= reading.board.size) return () => note('wait', h('h2', {}, t('check.newer.title')), h('p', {}, t('check.newer.text', { size: reading.board.size })));
    const leaf = await reading.board.leaf(index);
    let proven;
    try {
      proven = receipt.verifyReceipt(receiptText, leaf, reading.log, reading.policy);
    } catch (e) {
      if (!(e instanceof wire.Malformed)) throw e;
      return () => note('bad', h('h2', {}, t('check.fork.title')), h('p', {}, t('check.fork.text')));
    }
    if (!(await this.continues(proven.tree))) return () => note('bad', h('h2', {}, t('check.fork.title')), h('p', {}, t('check.fork.text')));
    const ballot = board.ballotOf(receiptText, leaf, this.opened), body = ballot && board.bodyOf(ballot);
    if (!body) return () => note('bad', h('h2', {}, t('check.badreceipt')));
    return this.standing(index, ballot, wire.base32(sealer.ballotIdOf(body)));
  }

  /** What a body promised, against the log (protocol §6). @param {string} wordText */
  async byWord(wordText) {
    const { board, deposit, sealer, wire } = this.engine, reading = /** @type {import('../veche/record/board.js').Reading} */ (this.reading);
    let word;
    try {
      word = deposit.readWord(wordText, this.opened.draft);
    } catch (e) {
      if (!(e instanceof wire.Malformed)) throw e;
      return () => note('bad', h('h2', {}, t('check.badreceipt')));
    }
    const { draft } = this.opened, by = draft.bodies.find((b) => b.id === word.body);
    const found = await board.findTaken(reading.board, this.opened, word.hash, this.progress), body = found && board.bodyOf(found.leaf);
    if (found && body) return this.standing(found.index, found.leaf, wire.base32(sealer.ballotIdOf(body)));
    return () => note('bad', h('h2', {}, t('check.promised.title')),
      h('p', {}, say('check.promised.by', { body: by ? pick(by.names) : word.body, when: when(word.time) })), h('p', {}, t('check.promised.text', { size: reading.board.size })));
  }

  /** Whether the log of a receipt and today's are one log. @param {import('../veche/log/checkpoint.js').Tree} tree */
  async continues(tree) {
    const { receipt } = this.engine, now = /** @type {any} */ (this.reading).board.tree;
    const [a, b] = tree.size < now.size ? [tree, now] : [now, tree];
    const proof = a.size === b.size ? '' : await text(`${base}/consistency/${a.size}/${b.size}`);
    return proof !== undefined && receipt.upgrades(a, b, receipt.parseConsistency(proof));
  }

  /** @param {number} index @param {Uint8Array} leaf @param {string} letters */
  async standing(index, leaf, letters) {
    const { board, p256, sealer, wire, words } = this.engine, reading = /** @type {import('../veche/record/board.js').Reading} */ (this.reading);
    const body = board.bodyOf(leaf) ?? new Uint8Array(), by = board.keyOf(body);
    const vk = by && p256.decodePoint(by), registrar = vk && (await board.rollEntry(from, this.opened, vk));
    if (!vk || !by || registrar === undefined) return () => note('bad', h('h2', {}, t('check.invalid')));
    const { ballots, close } = await board.ownBallots(reading.board, this.opened, vk, registrar, this.progress);
    // ballots of one deposit share an index, so they are told apart by their numbers
    const own = by && wire.hex(sealer.ballotIdOf(body)), valid = ballots.some((b) => wire.hex(b.ballotId) === own);
    const newest = ballots.at(-1), last = newest !== undefined && wire.hex(newest.ballotId) === own;
    const state = !valid ? 'invalid' : !last ? 'replaced' : close === undefined ? 'last' : 'counts';
    return () => h('div', {},
      note(valid ? 'good' : 'bad', h('h2', {}, t(valid ? 'check.in' : 'check.invalid')), h('p', {}, t('check.entry', { index, size: reading.board.size })),
        h('p', {}, say('check.vouched', { names: listed(witnesses(reading)) }))),
      valid && note(last ? 'good' : 'wait', h('h2', {}, t(`check.${state}`)), h('p', {}, t(`check.${state}.text`))),
      h('p', {}, t('check.ballots', { n: ballots.length })),
      h('v-code', { data: { letters, label: t('sealed.number') } }),
      h('h3', {}, t('check.key')), h('p', {}, t('check.key.text')), twelve(words.words(by)));
  }

  /** @param {string} typed a paper code */
  async byKey(typed) {
    const { key, sealer } = this.engine;
    return this.ofKey(sealer.votingKey(key.parsePaperCode(typed)));
  }

  /** @param {import('../veche/crypto/p256.js').Point} vk */
  async ofKey(vk) {
    const { board, wire, words, p256 } = this.engine, reading = /** @type {import('../veche/record/board.js').Reading} */ (this.reading);
    const registrar = await board.rollEntry(from, this.opened, vk);
    if (registrar === undefined) return () => note('bad', h('h2', {}, t('wrong.roll.title')), h('p', {}, t('wrong.roll.text')));
    const { ballots, close } = await board.ownBallots(reading.board, this.opened, vk, registrar, this.progress);
    return () => h('div', {},
      ballots.length === 0
        ? note('good', h('h2', {}, t('check.none')), h('p', {}, t('check.none.text', { size: reading.board.size })))
        : [note('good', h('h2', {}, t('check.cast', { n: ballots.length })), h('p', {}, t(close === undefined ? 'check.last.text' : 'check.counts.text'))),
          h('ol', { class: 'chain' }, ballots.map((b, i) => h('li', { class: i === ballots.length - 1 ? 'last' : '' },
            h('p', {}, t('check.chain', { index: b.index }), ' ', i === ballots.length - 1 && h('strong', {}, t('check.chain.last'))),
            h('p', { class: 'hash' }, wire.base32(b.ballotId).match(/.{4}/g)?.join(' ')))))],
      h('h3', {}, t('keep.words.title')), twelve(words.words(p256.encodePoint(vk))));
  }

  /** @param {string} pasted */
  async audit(pasted) {
    const { challenge, audit, p256, wire, board, contest } = this.engine, { opened } = this;
    let read;
    try {
      read = challenge.read(pasted);
    } catch (e) {
      if (!(e instanceof wire.Malformed)) throw e;
      return () => note('bad', h('h2', {}, t('audit.bad')), h('p', {}, t('audit.bad.text')));
    }
    if (read.origin !== opened.draft.origin) return () => note('bad', h('h2', {}, t('audit.foreign')));
    const election = board.sealable(opened);
    const marked = read.marks.map(({ k, choice }) => ({ k, contest: election.contests[k], choice }));
    if (marked.some((m, i) => !m.contest || m.contest.kind !== read.marks[i].kind || contest.misfit(m.contest, m.choice))) return () => note('bad', h('h2', {}, t('audit.bad')), h('p', {}, t('audit.bad.text')));
    const { same, ballotId } = audit.audit(election, marked, { vk: p256.decodePoint(read.vk), seq: read.seq, prev: read.prev }, read.seed, read.ballotId);
    const words = this.engine.words.words(read.vk);
    return () => h('div', {},
      note(same ? 'good' : 'bad', h('h2', {}, t(same ? 'audit.same' : 'audit.differs')), h('p', {}, t(same ? 'audit.same.text' : 'audit.differs.text'))),
      h('h3', {}, t('audit.number')), h('v-code', { data: { letters: wire.base32(ballotId), label: t('audit.number') } }),
      h('h3', {}, t('audit.choices')),
      read.marks.map(({ k, choice }) => {
        const q = opened.draft.contests[k];
        return h('section', { class: 'chosen' }, h('h4', {}, own(q.titles)), chosen(q, opened.order[k], choice));
      }),
      h('h3', {}, t('check.key')), h('p', {}, t('check.key.text')), twelve(words));
  }

  // ---- what is seen ----

  draw() {
    const mine = kept(slug);
    this.show(false, h('h1', {}, t('check.title')), h('p', { class: 'lead' }, t('check.lead')),
      this.busy && [h('p', { role: 'status' }, t('check.reading')), h('progress', { max: 1, value: 0, 'aria-label': t('check.reading') })],
      this.answer && h('section', { class: 'answer', tabindex: '-1' }, this.answer()),
      this.ask('tracker', 'text', { class: 'letters', value: this.typed }, async (value) => {
        const letters = value.toUpperCase().replace(/[^A-Z2-7]/g, '');
        this.typed = letters;
        await this.run(async () => letters.length === 52 ? this.byTracker(letters) : () => note('bad', h('h2', {}, t('check.badnumber', { n: letters.length }))));
      }),
      this.askFile(),
      mine && mine.receipts.length > 0 && h('section', { class: 'way' }, h('h2', {}, t('check.kept')), h('ul', { class: 'plain' }, mine.receipts.map((r) => h('li', {},
        button(t('check.kept.one', { ballot: r.ballot.slice(0, 8) }), () => this.run(() => this.byReceipt(r.text))))))),
      mine?.taken && mine.taken.length > 0 && h('section', { class: 'way' }, h('h2', {}, t('check.words')), h('ul', { class: 'plain' }, mine.taken.map((w) => h('li', {},
        button(t('check.words.one', { ballot: w.ballot.slice(0, 8) }), () => this.run(() => this.byWord(w.text))))))),
      this.ask('paper', 'text', { class: 'letters' }, (value) => this.run(() => this.byPaper(value))),
      this.askChallenge());
  }

  /** @param {string} value */
  async byPaper(value) {
    try {
      return await this.byKey(value);
    } catch (e) {
      if (/** @type {any} */ (e).reason === 'paper-code' || /** @type {any} */ (e).reason === 'not-base32') return () => note('bad', h('h2', {}, t('key.wrong.paper')));
      throw e;
    }
  }

  /** @param {'tracker'|'paper'} what @param {string} type @param {Record<string, any>} props @param {(value: string) => void} send */
  ask(what, type, props, send) {
    const input = h('input', { id: `by-${what}`, type, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', ...props });
    return h('form', { class: 'way', novalidate: true, onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); send(input.value); } },
      h('h2', {}, t(`check.by.${what}`)), h('p', { class: 'hint' }, t(`check.by.${what}.text`)),
      h('div', { class: 'field' }, h('label', { for: `by-${what}` }, t(`check.by.${what}.label`)), input), h('button', {}, t('check.go')));
  }

  askFile() {
    return h('section', { class: 'way' }, h('h2', {}, t('check.by.receipt')), h('p', { class: 'hint' }, t('check.by.receipt.text')),
      h('div', { class: 'field' }, h('label', { for: 'by-receipt' }, t('check.by.receipt.label')), h('input', { id: 'by-receipt', type: 'file', accept: '.tlog-proof,.taken,text/plain',
        onchange: async (/** @type {Event} */ e) => {
          const content = await /** @type {HTMLInputElement} */ (e.target).files?.[0]?.text();
          if (content !== undefined) await this.run(() => this.byReceipt(content));
        } })));
  }

  askChallenge() {
    const area = h('textarea', { id: 'by-challenge', rows: '6', autocomplete: 'off', spellcheck: 'false' });
    return h('form', { class: 'way', id: 'audit', novalidate: true, onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); this.run(() => this.audit(area.value)); } },
      h('h2', {}, t('audit.title')), h('p', { class: 'hint' }, t('audit.text')),
      h('div', { class: 'field' }, h('label', { for: 'by-challenge' }, t('audit.label')), area), h('button', {}, t('audit.go')));
  }
}

customElements.define('v-check', Check);
