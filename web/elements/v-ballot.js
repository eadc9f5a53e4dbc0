// The booth: enrol or open a key, mark, review, seal, check or cast, receipt (web §2). All state of the page is in this element.
import { h, rest, saveFile } from './dom.js';
import { forget, keep, kept } from './keep.js';
import { chosen, isRanked, marked, marks, missing, unmarked } from './marks.js';
import { Offline, get, here, link, post, text, view } from './net.js';
import { Page, button, note, trouble, witnesses } from './page.js';
import './v-approval.js';
import './v-code.js';
import './v-door.js';
import './v-ranking.js';
import { twelve } from './v-key.js';
import './v-receipt.js';
import { words as protection } from './v-protection.js';
import { distance, has, listed, moment, number, own, percent, pick, say, t, when } from './words.js';

/** @typedef {typeof import('./engine.js')} Engine */
/** @typedef {import('../veche/record/board.js').Reading} Reading */

const { base, slug } = here();
const WAIT_FOR_WITNESSES = 60_000;
const ASK_AGAIN = 2_500;
const SLICE = 24;
const MOST_WORK = 4;

const random = (/** @type {number} */ n) => crypto.getRandomValues(new Uint8Array(n));
const from = (/** @type {string} */ path) => get(`${base}/${path}`);

class Booth extends Page {
  step = 'opening';
  /** @type {Engine} */ engine = /** @type {any} */ (undefined);
  /** @type {Reading} */ reading = /** @type {any} */ (undefined);
  /** @type {any} */ facts = {};
  /** What went wrong, by key of words @type {{title: string, text: string, detail?: string, again?: () => void}|undefined} */
  wrong;
  /** @type {bigint|undefined} */ xv;
  /** @type {any} */ chain;
  /** Signed, and not yet seen under a cosigned checkpoint; sent again, in order, before anything newer. @type {Uint8Array[]} */
  pending = [];
  /** @type {{k: number, question: any, contest: any, choice: number[]}[]} */ marks = [];
  /** @type {any} */ sealed;
  /** @type {any} */ receipt;
  /** The word of a body that it has the sealed ballot @type {{body: string, time: bigint, text: string, saved: boolean}|undefined} */ word;
  /** Whether the sealed ballot was saved as a file. */
  rescued = false;
  /** The address that was typed, and what came of it @type {string} */ typed = '';
  /** @type {{title: string, text: string, detail?: string}|undefined} */ shut;
  /** What the server showed while a body had the ballot @type {string|undefined} */ lie;
  /** @type {string|undefined} */ keyFile;
  registrar = 0;
  leaving = (/** @type {BeforeUnloadEvent} */ e) => { if (this.atRisk) e.preventDefault(); };

  get name() { return 'place.vote'; }

  /** Whether leaving now would lose something. */
  get atRisk() {
    return ['sending', 'sealed', 'sealing', 'keep', 'waiting', 'handing'].includes(this.step) || (this.step === 'receipt' && !this.receipt?.saved)
      || (this.mayHand && !this.word?.saved && !this.rescued);
  }

  foot() { return h('div', { class: 'trace' }, button(t('trace.button'), () => this.leaveNoTrace(), 'quiet'), h('p', {}, t('trace.text'))); }

  async start() {
    addEventListener('beforeunload', this.leaving);
    // Another invitation opened in the same window is another beginning.
    addEventListener('hashchange', () => location.reload());
    this.go('opening');
    if (!globalThis.crypto?.getRandomValues) return this.fail('random');
    try {
      this.engine = await import('./engine.js');
    } catch {
      return this.fail('offline', () => location.reload());
    }
    await this.open();
  }

  async open() {
    this.go('opening');
    try {
      await this.read();
      // Just opened: the witnesses look every few seconds, and nothing is sealed before they did.
      while (this.facts.phase === 'voting' && !(this.reading.opened && this.reading.quorum)) {
        if (this.step !== 'wrong') this.fail('quorum');
        await new Promise((r) => setTimeout(r, ASK_AGAIN));
        await this.read();
      }
    } catch (e) {
      return this.lied(e, () => this.open());
    }
    if (location.hash.startsWith('#k=')) return this.keyFrom(location.hash.slice(3));
    if (!this.reading.opened) return this.go(this.invitation() ? 'invited' : 'early');
    this.go('key');
  }

  async read() {
    this.facts = (await view(`${base}/election.json`)) ?? {};
    this.reading = await this.engine.board.readElection(from, slug, this.facts.openIndex ?? undefined);
  }

  /** @param {string} step */
  go(step) {
    this.step = step;
    this.draw(true);
  }

  /** A record that does not hold is named; a network that fails is only asked again. @param {unknown} e @param {() => void} again */
  lied(e, again) {
    if (e instanceof Offline) return this.fail('offline', again);
    const { wire } = this.engine;
    if (e instanceof wire.Malformed) return this.fail('lie', again, e.message);
    throw e;
  }

  /** @param {string} what @param {() => void} [again] @param {string} [detail] */
  fail(what, again, detail) {
    this.wrong = { title: `wrong.${what}.title`, text: `wrong.${what}.text`, detail, again };
    this.go('wrong');
  }

  // ---- the key ----

  invitation() {
    try {
      return this.engine.enrol.parseInvitation(location.hash);
    } catch {
      return undefined;
    }
  }

  /** @param {string} code */
  keyFrom(code) {
    try {
      this.useKey(this.engine.key.parsePaperCode(decodeURIComponent(code)));
    } catch (e) {
      if (!(e instanceof this.engine.wire.Malformed)) throw e;
      this.fail('link', () => this.go('key'));
    }
  }

  async takeDemo() {
    try {
      const demo = await view('/demo.json');
      if (!demo || demo.election !== slug || !demo.keys.length) return this.fail('demo', () => this.go('key'));
      const [n] = crypto.getRandomValues(new Uint32Array(1));
      this.keyFrom(demo.keys[n % demo.keys.length]);
    } catch (e) {
      this.lied(e, () => this.go('key'));
    }
  }

  makeKey() {
    this.xv = this.engine.p256.randomScalar(random);
    this.go('keep');
  }

  async enrol() {
    const invitation = this.invitation(), xv = this.xv;
    if (!invitation || xv === undefined) return;
    this.go('enrolling');
    const { enrol } = this.engine;
    const request = enrol.writeEnrolment(enrol.enrol(invitation.code, slug, this.reading.cid, invitation.registrar, xv));
    try {
      let answer = await post(`${base}/enrolments`, request);
      for (let i = 0; i < MOST_WORK && 'refused' in answer && answer.work; i++)
        answer = await post(`${base}/enrolments`, request, await this.pay(answer.work, request));
      if ('refused' in answer) return this.refused(answer, () => this.enrol());
      this.go('enrolled');
    } catch (e) {
      this.lied(e, () => this.enrol());
    }
  }

  /** doors §8: computes for a busy door, and breathes between slices. @param {{challenge: string, bits: number}} asked @param {Uint8Array} body */
  async pay({ challenge, bits }, body) {
    const { work } = this.engine;
    if (typeof challenge !== 'string' || !(bits >= 0 && bits <= work.MOST)) throw new Offline('work');
    this.go('working');
    await rest();
    const solving = work.solving(work.seed(challenge, body), bits);
    for (let from = performance.now(); ;) {
      const step = solving.next();
      if (step.done) {
        this.go('enrolling');
        return `${challenge} ${step.value}`;
      }
      if (performance.now() - from < SLICE) continue;
      // how likely it was to be done by now: it grows ever slower and never runs full too early
      const share = 1 - Math.exp(-step.value / 2 ** bits);
      this.tell(share);
      await rest();
      from = performance.now();
    }
  }

  /** How far it is, on the screen that stands now: another language draws it anew. @param {number} share */
  tell(share) {
    const bar = this.querySelector('progress'), told = this.querySelector('.share');
    if (bar) bar.value = share;
    if (told) told.textContent = percent(share);
  }

  vk() { return this.engine.sealer.votingKey(/** @type {bigint} */ (this.xv)); }

  keyWords() { return this.engine.words.words(this.engine.p256.encodePoint(this.vk())); }

  /** @param {bigint} xv @param {Uint8Array} [rest] what its file carried: the chains of its elections */
  async useKey(xv, rest) {
    this.xv = xv;
    const { opened } = this.reading;
    if (!opened) return this.go('early');
    this.go('reading');
    try {
      const place = await this.engine.board.rollEntry(from, opened, this.vk());
      if (place === undefined) return this.fail('roll', () => this.go('key'));
      this.registrar = place;
      const body = opened.draft.registrars[place]?.body;
      const contests = this.engine.draft.contests(opened.draft);
      this.marks = opened.draft.contests.flatMap((question, k) => question.roll === 'all' || question.roll === body
        ? [{ k, question, contest: contests[k], choice: unmarked(question) }] : []);
      if (!(await this.findChain(opened, this.carried(opened.eid, rest)))) return this.fail('lost', () => this.useKey(xv, rest));
    } catch (e) {
      return this.lied(e, () => this.useKey(xv, rest));
    }
    if (!this.reading.quorum) return this.fail('quorum', () => this.open());
    this.go('mark');
  }

  /** The chain of this election that came with a key file. @param {Uint8Array} eid @param {Uint8Array} [rest] */
  carried(eid, rest) {
    const { wire, chain } = this.engine;
    if (!rest?.length) return undefined;
    const all = new wire.Fields(wire.parse(rest));
    while (all.left) {
      const one = chain.read(all.bytes());
      if (wire.equal(one.eid, eid)) return one;
    }
    return undefined;
  }

  /** The chain this device kept, else what the whole box up to the cosigned checkpoint holds (protocol §6).
   * False: the log has lost a ballot that the key's file knows of.
   * @param {import('../veche/election/draft.js').Opened} opened @param {import('../veche/ballot/chain.js').Chain} [carried]
   */
  async findChain(opened, carried) {
    const { chain, wire } = this.engine, mine = kept(slug);
    const ours = mine?.words === this.keyWords().join(' ') ? mine : undefined;
    this.keyFile = ours?.keyFile;
    if (ours?.chain) {
      this.chain = chain.read(wire.unbase64(ours.chain));
      this.pending = ours.pending.map((p) => wire.unbase64(p));
      return true;
    }
    this.chain = await this.chainFromLog(opened);
    return !carried || carried.entries.length <= this.chain.entries.length || !chain.agree(carried, this.chain);
  }

  /** @param {import('../veche/election/draft.js').Opened} opened */
  async chainFromLog(opened) {
    const { board, chain } = this.engine;
    const { ballots } = await board.ownBallots(this.reading.board, opened, this.vk(), this.registrar, (share) => this.tell(share));
    return chain.fromLog(opened.eid, ballots.map((o) => o.ballotId));
  }

  remember() {
    if (!this.keyFile) return true;
    const { chain, wire } = this.engine, { receipt } = this;
    const before = (kept(slug)?.receipts ?? []).filter((r) => r.ballot !== receipt?.letters);
    return keep(slug, {
      keyFile: this.keyFile, words: this.keyWords().join(' '),
      chain: this.chain && wire.base64(chain.write(this.chain)), pending: this.pending.map((p) => wire.base64(p)),
      receipts: [...before, ...(receipt?.text ? [{ ballot: receipt.letters, text: receipt.text }] : [])],
      taken: this.promises(),
    });
  }

  /** Bodies' words for ballots that no receipt is here for. */
  promises() {
    const letters = this.sealed?.letters, before = (kept(slug)?.taken ?? []).filter((w) => w.ballot !== letters);
    return [...before, ...(this.word && !this.receipt ? [{ ballot: letters, text: this.word.text }] : [])];
  }

  leaveNoTrace() {
    forget();
    removeEventListener('beforeunload', this.leaving);
    this.xv = undefined;
    location.replace(link(base));
  }

  // ---- marking and sealing ----

  review() {
    const open = this.marks.find((m) => missing(m.question, m.choice) !== undefined);
    if (!open) return this.go('review');
    /** @type {any} */ ([...this.querySelectorAll('v-approval, v-ranking')][this.marks.indexOf(open)])?.complain();
  }

  async seal() {
    const { sealer, chain } = this.engine;
    const { opened } = this.reading;
    if (!opened) return;
    this.go('sealing');
    await rest();
    const seed = random(32), place = { vk: this.vk(), ...chain.next(this.chain) };
    const marked = this.marks.map(({ k, contest, choice }) => ({ k, contest, choice: [...choice] }));
    const work = sealer.sealing(this.engine.board.sealable(opened), marked, place, seed);
    for (let from = performance.now(); ;) {
      const step = work.next();
      if (step.done) {
        this.sealed = { ...step.value, seed, place, marked, letters: this.engine.wire.base32(step.value.ballotId) };
        return this.go('sealed');
      }
      if (performance.now() - from < SLICE) continue;
      this.tell(step.value);
      await rest();
      from = performance.now();
    }
  }

  challengeText() {
    const { challenge, p256 } = this.engine, { sealed, reading } = this;
    return challenge.write({
      origin: reading.draft.origin, ballotId: sealed.ballotId, vk: p256.encodePoint(sealed.place.vk), seq: sealed.place.seq,
      prev: sealed.place.prev, seed: sealed.seed, marks: sealed.marked,
    });
  }

  // ---- casting ----

  /** Signs exactly the body whose number was shown, and keeps that it did before anything is sent. */
  async cast() {
    const { sealer, chain } = this.engine, { sealed, reading } = this;
    const { opened } = reading;
    if (!opened || sealed.challenged) return;
    if (!sealed.leaf) {
      const longer = chain.extended(this.chain, sealed.body);
      if (!longer) return this.fail('twice', () => this.restart());
      this.chain = longer;
      sealed.leaf = sealer.signedLeaf(/** @type {bigint} */ (this.xv), opened.eid, sealed.body);
      this.pending.push(sealed.leaf);
      this.remember();
    }
    this.go('sending');
    try {
      let answer;
      for (const leaf of this.pending) answer = await post(`${base}/ballots`, leaf);
      if (!answer || 'refused' in answer) return this.refused(answer ?? { refused: 'malformed', detail: '' }, () => this.cast());
      this.receipt = { ...(await this.prove(answer.text)), letters: sealed.letters };
    } catch (e) {
      if (e instanceof Offline) return this.fail('unknown', () => this.cast());
      return this.lied(e, () => this.cast());
    }
    this.receipt.until = Date.now() + WAIT_FOR_WITNESSES;
    this.go('waiting');
    await this.upgrade(this.receipt, ['waiting', 'slow']);
  }

  /** The ballot may stand in a body's deposit by now; the receipt is then the deposit's. @param {string} text of a receipt */
  async prove(text) {
    return { text, ...(await this.engine.board.verifyPlaced(from, text, this.sealed.leaf, this.reading)) };
  }

  /** Waits until the witnesses vouch for a log that holds the ballot and continues the one that was shown first.
   * @param {{tree: import('../veche/log/checkpoint.js').Tree, text: string, until?: number}} first @param {string[]} steps where it is waited for
   */
  async upgrade(first, steps) {
    const { receipt, merkle, wire } = this.engine, hash = wire.hex(merkle.leafHash(this.sealed.leaf));
    while (steps.includes(this.step)) {
      try {
        const newer = await text(`${base}/receipt/${hash}`);
        const proven = newer === undefined ? undefined : await this.prove(newer);
        if (proven?.quorum && steps.includes(this.step)) {
          const same = proven.tree.size === first.tree.size;
          const proof = same ? '' : await text(`${base}/consistency/${least(first.tree, proven.tree)}/${most(first.tree, proven.tree)}`);
          const [a, b] = proven.tree.size < first.tree.size ? [proven.tree, first.tree] : [first.tree, proven.tree];
          if (proof === undefined || !receipt.upgrades(a, b, receipt.parseConsistency(proof))) return this.fail('fork', undefined, `${first.text}\n${newer}`);
          this.receipt = { ...proven, letters: this.sealed.letters };
          this.pending = [];
          this.remember();
          this.announce(t('receipt.ready'));
          return this.go('receipt');
        }
      } catch (e) {
        if (!(e instanceof Offline)) return this.deceived(e, first, steps);
      }
      if (this.step === 'waiting' && Date.now() > (first.until ?? 0)) this.go('slow');
      await new Promise((r) => setTimeout(r, ASK_AGAIN));
    }
  }

  /** A lie must not take a body's word off the screen. @param {unknown} e @param {{tree: any, text: string}} first @param {string[]} steps */
  deceived(e, first, steps) {
    const before = this.step;
    if (before !== 'taken' || !(e instanceof this.engine.wire.Malformed)) return this.lied(e, () => { this.go(before); this.upgrade(first, steps); });
    this.lie = e.message;
    this.draw();
  }

  // ---- the second door ----

  /** Whether a signed ballot may be brought to a body: it was sent, and nothing proves that it is in the log. */
  get mayHand() { return Boolean(this.sealed?.leaf) && !this.receipt; }

  /** Whether the second door helps: the log itself says so where another ballot stands, and after the end nobody takes any. @param {string} code */
  helps(code) {
    const ended = Date.now() / 1000 >= Number(this.reading.draft.closesAt);
    return this.mayHand && code !== 'stale-chain' && !(code === 'wrong-phase' && ended);
  }

  /** @param {typeof this.shut} [shut] */
  atDoor(shut) {
    this.shut = shut;
    this.go('door');
  }

  /** What was signed and is not confirmed, each as `veche body deposit` takes it. */
  saveBallots() {
    const name = `${slug}-${this.sealed.letters.slice(0, 8)}`;
    this.pending.forEach((leaf, i) => saveFile(this.pending.length > 1 ? `${name}-${i + 1}.ballot` : `${name}.ballot`, leaf));
    this.rescued = true;
    this.typed = /** @type {HTMLInputElement|null} */ (this.querySelector('#door'))?.value ?? this.typed;
    this.draw();
    /** @type {HTMLElement|null} */ (this.querySelector('v-door .way button'))?.focus();
    this.announce(t('door.saved'));
  }

  /** Sends what is not confirmed, in order; only the word that one of the bodies signed counts. @param {string} address @param {boolean} typed */
  async hand(address, typed) {
    const { deposit, wire } = this.engine, url = deposit.doorOf(address, slug);
    if (typed) this.typed = address;
    if (!url) return this.atDoor({ title: 'door.wrong.address', text: 'door.wrong.address.text' });
    this.go('handing');
    try {
      let said = '';
      for (const leaf of this.pending) {
        const answer = await post(url, leaf);
        if ('refused' in answer) return this.turnedAway(answer);
        said = answer.text;
      }
      this.taken(said);
    } catch (e) {
      if (e instanceof Offline) return this.atDoor({ title: 'door.wrong.silent', text: 'door.wrong.silent.text', detail: url });
      if (e instanceof wire.Malformed) return this.atDoor({ title: 'door.wrong.word', text: 'door.wrong.word.text', detail: url });
      throw e;
    }
  }

  /** @param {{refused: string, detail: string}} answer of a body, in its own words or in ours */
  turnedAway({ refused, detail }) {
    const key = `refusal.${refused}`;
    this.atDoor({ title: 'door.wrong.refused', text: has(key) ? key : 'door.wrong.refused.text', detail: `${refused}: ${detail}` });
  }

  /** Files that a body gave back. @param {string[]} files */
  givenBack(files) {
    const { wire } = this.engine;
    for (const file of files) {
      try {
        return this.taken(file);
      } catch (e) {
        if (!(e instanceof wire.Malformed)) throw e;
      }
    }
    this.atDoor({ title: 'door.wrong.word', text: 'door.wrong.word.text' });
  }

  /** A body has the newest ballot, and with it those it follows. @param {string} text */
  taken(text) {
    this.word = { ...this.engine.deposit.readTaken(text, this.sealed.leaf, this.reading.draft), text, saved: false };
    this.lie = undefined;
    this.remember();
    this.go('taken');
    this.upgrade({ tree: this.reading.board.tree, text: this.reading.note }, ['taken']);
  }

  saveWord() {
    const word = /** @type {NonNullable<typeof this.word>} */ (this.word);
    saveFile(`${slug}-${this.sealed.letters.slice(0, 8)}.taken`, word.text, 'text/plain');
    word.saved = true;
    this.announce(t('taken.saved'));
  }

  /** @param {{refused: string, detail: string}} answer @param {() => void} again */
  refused({ refused, detail }, again) {
    this.wrong = { title: 'refused.title', text: `refusal.${refused}`, detail, again: refused === 'rate-limited' || refused === 'work-needed' ? again : undefined };
    this.refusal = refused;
    this.go('refused');
  }

  /** What the log says wins where another ballot took the place of ours. Where the log is only behind, the ballots signed here
   * stay ours and are sent again: a server must not bring us to sign a second body for one place (protocol §6).
   */
  async rejoin() {
    const before = this.chain;
    this.go('reading');
    try {
      await this.read();
      const { opened } = this.reading;
      if (!opened) return this.go('early');
      const logged = await this.chainFromLog(opened);
      const behind = this.engine.chain.agree(before, logged) && logged.entries.length <= before.entries.length;
      this.elsewhere = !behind;
      this.withheld = behind;
      if (!behind) {
        this.chain = logged;
        this.pending = [];
      }
    } catch (e) {
      return this.lied(e, () => this.rejoin());
    }
    this.remember();
    this.restart();
  }

  revote() {
    for (const m of this.marks) m.choice = unmarked(m.question);
    this.restart();
  }

  /** To the marks, with nothing sealed. */
  restart() {
    this.sealed = undefined;
    this.receipt = undefined;
    this.word = undefined;
    this.rescued = false;
    this.shut = undefined;
    this.go('mark');
  }

  // ---- what is seen ----

  draw(fresh = false) {
    const screens = /** @type {Record<string, () => import('./dom.js').Child>} */ ({
      opening: () => [h('h1', {}, t('vote.opening')), h('p', { class: 'lead' }, t('vote.opening.text')), h('progress', { 'aria-label': t('vote.opening') })],
      wrong: () => this.drawWrong(), refused: () => this.drawRefused(), early: () => this.drawEarly(), invited: () => this.drawInvited(),
      key: () => h('v-open-key', { data: {
        engine: this.engine, demo: this.reading.draft.kind === 'training', kept: kept(slug), files: Boolean(crypto.subtle), invited: this.invitation(),
      }, onkey: (/** @type {CustomEvent} */ e) => this.useKey(e.detail.xv, e.detail.rest), ondemo: () => this.takeDemo() }),
      keep: () => this.drawKeep(t('enrol.keep.title'), t('enrol.keep.lead'), t('enrol.send')),
      enrolling: () => [h('h1', {}, t('enrol.sending')), h('progress', { 'aria-label': t('enrol.sending') })],
      working: () => [h('h1', {}, t('working.title')), h('p', { class: 'lead' }, t('working.text')),
        h('progress', { value: 0, max: 1, 'aria-label': t('working.title') }), h('p', { class: 'share', 'aria-hidden': 'true' })],
      enrolled: () => this.drawEnrolled(),
      reading: () => [h('h1', {}, t('vote.reading')), h('p', { class: 'lead' }, t('vote.reading.text')), h('progress', { value: 0, max: 1, 'aria-label': t('vote.reading') })],
      mark: () => this.drawMarks(), review: () => this.drawReview(),
      sealing: () => [this.steps(2), h('h1', {}, t('seal.title')), h('p', { class: 'lead' }, t('seal.text')),
        h('progress', { value: 0, max: 1, 'aria-label': t('seal.title') }), h('p', { class: 'share', 'aria-hidden': 'true' })],
      sealed: () => this.drawSealed(), challenged: () => this.drawChallenged(),
      sending: () => [this.steps(3), h('h1', {}, t('cast.sending')), h('p', { class: 'lead' }, t('cast.sending.text')), h('progress', { 'aria-label': t('cast.sending') })],
      door: () => this.drawDoor(),
      handing: () => [this.steps(3), h('h1', {}, t('door.handing')), h('p', { class: 'lead' }, t('door.handing.text')), h('progress', { 'aria-label': t('door.handing') })],
      taken: () => this.drawTaken(),
      waiting: () => this.drawWaiting(), slow: () => this.drawWaiting(), receipt: () => this.drawReceipt(),
      save: () => this.drawKeep(t('again.keep.title'), t('again.keep.lead'), t('again.keep.done')),
    });
    this.show(fresh, screens[this.step]());
  }

  /** @param {number} at */
  steps(at) {
    return h('ol', { class: 'steps', 'aria-label': t('steps.label') }, ['steps.mark', 'steps.review', 'steps.seal', 'steps.cast'].map((key, i) =>
      h('li', { 'aria-current': i === at ? 'step' : undefined, class: i < at ? 'past' : '' }, t(key))));
  }

  drawWrong() {
    const { title, text, detail, again } = /** @type {NonNullable<typeof this.wrong>} */ (this.wrong);
    return [h('h1', {}, t(title)), trouble(t('wrong.known'), h('p', {}, t(text)), detail && h('pre', { class: 'detail' }, detail)),
      h('div', { class: 'actions' }, again && button(t('wrong.again'), again, 'main'), h('a', { class: 'button', href: link(base) }, t('wrong.election'))),
      this.mayHand && this.offer()];
  }

  /** The way round a server that does not take the ballot. */
  offer(kind = '') {
    return h('section', { class: 'way offer' }, h('h2', {}, t('door.offer.title')), h('p', {}, t('door.offer.text')), button(t('door.offer'), () => this.atDoor(), kind));
  }

  drawDoor() {
    const { draft } = this.reading, { deposit } = this.engine;
    return h('v-door', { data: {
      steps: this.steps(3), wrong: this.shut, saved: this.rescued, typed: this.typed, bodies: draft.bodies,
      known: draft.mirrors.flatMap((url) => deposit.doorOf(url, slug) ?? []),
      save: () => this.saveBallots(), send: (/** @type {string} */ address, /** @type {boolean} */ typed) => this.hand(address, typed), answer: (/** @type {string[]} */ files) => this.givenBack(files),
      again: () => this.cast(),
    } });
  }

  drawTaken() {
    const { draft } = this.reading, word = /** @type {NonNullable<typeof this.word>} */ (this.word);
    return h('v-taken', { data: {
      steps: this.steps(3), title: draft.title, word, name: this.bodyName(word.body), letters: this.sealed.letters, scan: this.checkLink(),
      closes: moment(draft.closesAt), lie: this.lie, save: () => this.saveWord(), other: () => this.atDoor(), again: () => this.cast(),
      check: `${link(`${base}/check`)}#t=${this.sealed.letters}`,
    } });
  }

  drawRefused() {
    const { text, detail, again } = /** @type {NonNullable<typeof this.wrong>} */ (this.wrong), code = this.refusal ?? '';
    return [h('h1', {}, t('refused.title')), trouble(t(text), h('p', {}, t(`remedy.${code}`)), detail && h('pre', { class: 'detail' }, code, ': ', detail)),
      h('div', { class: 'actions' },
        again && button(t('wrong.again'), again, 'main'),
        code === 'stale-chain' && button(t('refused.read'), () => this.rejoin(), 'main'),
        this.marks.length > 0 && code !== 'stale-chain' && button(t('refused.back'), () => this.restart()),
        h('a', { class: 'button', href: link(base) }, t('wrong.election'))),
      this.helps(code) && this.offer(again ? '' : 'main')];
  }

  drawEarly() {
    const { draft } = this.reading;
    return [h('h1', {}, own(draft.title)), note('calm', h('h2', {}, t('early.title')),
      h('p', {}, say('early.text', { when: when(draft.opensAt), away: distance(draft.opensAt, Date.now() / 1000) })), h('p', {}, t('early.key')))];
  }

  drawInvited() {
    const { draft } = this.reading, { registrar } = /** @type {{registrar: number}} */ (this.invitation());
    const body = draft.bodies.find((b) => b.id === draft.registrars[registrar]?.body);
    return [h('p', { class: 'eyebrow' }, own(draft.title)), h('h1', {}, t('enrol.title')),
      h('p', { class: 'lead' }, say('enrol.lead', { body: body ? own(body.names) : '—' })),
      h('ol', { class: 'plain' }, ['enrol.one', 'enrol.two', 'enrol.three'].map((key) => h('li', {}, t(key)))),
      this.protection(),
      h('div', { class: 'actions' }, button(t('enrol.make'), () => this.makeKey(), 'main'))];
  }

  /** @param {string} title @param {string} lead @param {string} done */
  drawKeep(title, lead, done) {
    const { wire, chain } = this.engine;
    const chains = this.chain ? [wire.bytes(chain.write(this.chain))] : [];
    return h('v-keep-key', { data: {
      engine: this.engine, xv: this.xv, rest: wire.encode(wire.list(chains)), words: this.keyWords(), files: Boolean(crypto.subtle), slug, title, lead, done,
    }, ondone: () => (this.step === 'save' ? this.go('receipt') : this.enrol()),
    onkept: (/** @type {CustomEvent} */ e) => {
      if (!e.detail.onDevice) return;
      this.keyFile = e.detail.keyFile;
      if (!this.remember()) this.announce(t('keep.nodevice'));
    } });
  }

  drawEnrolled() {
    const { draft } = this.reading;
    return [h('h1', {}, t('enrolled.title')), h('p', { class: 'lead' }, t('enrolled.lead')), twelve(this.keyWords()),
      note('calm', h('p', {}, t('enrolled.compare')), h('p', {}, say('enrolled.opens', { when: when(draft.opensAt) })))];
  }

  protection() {
    const { draft } = this.reading;
    return protection(draft.t, draft.trustees.length);
  }

  bodyName(/** @type {string} */ id) {
    const body = this.reading.draft.bodies.find((b) => b.id === id);
    return body ? pick(body.names) : id;
  }

  drawMarks() {
    const { draft, cosigned, board, opened } = this.reading;
    const before = this.chain.entries.length;
    const late = this.facts.phase && this.facts.phase !== 'voting';
    return [this.steps(0), h('h1', {}, own(draft.title)),
      draft.kind === 'training' && note('calm', h('p', {}, t('vote.training'))),
      late && note('wait', h('p', {}, t('vote.closed'))),
      this.elsewhere && note('wait', h('p', {}, t('again.elsewhere'))),
      this.withheld && note('wait', h('p', {}, t('again.withheld'))),
      before > 0 && note('calm', h('h2', {}, t('again.title', { n: before })), h('p', {}, t('again.text'))),
      this.marks.map(({ k, question, choice }) => h(isRanked(question) ? 'v-ranking' : 'v-approval', {
        data: { risk: marks(draft, question), k, count: draft.contests.length, question, order: opened?.order[k], choice, bodyName: (/** @type {string} */ id) => this.bodyName(id) },
      })),
      h('div', { class: 'actions' }, button(t('mark.review'), () => this.review(), 'main')),
      h('details', { class: 'why' }, h('summary', {}, t('vote.source')),
        h('p', {}, t('vote.source.text', { n: board.size })),
        h('p', {}, say('vote.source.witnesses', { names: listed(witnesses({ draft, cosigned })) })),
        h('h3', {}, t('vote.yourkey')), twelve(this.keyWords()), h('p', { class: 'hint' }, t('vote.yourkey.text')))];
  }

  /** The marks in words. @param {{k: number, question: any, choice: number[]}[]} marks */
  choices(marks) {
    const order = this.reading.opened?.order ?? [];
    return marks.map(({ k, question, choice }) => {
      return h('section', { class: 'chosen' }, h('h2', {}, own(question.titles)), chosen(question, order[k] ?? [], choice),
        h('p', { class: 'hint' }, t(isRanked(question) ? 'review.ranked' : 'review.of', { n: marked(question, choice), of: number(question.options.length) })));
    });
  }

  drawReview() {
    return [this.steps(1), h('h1', {}, t('review.title')), h('p', { class: 'lead' }, t('review.lead')), this.choices(this.marks), this.protection(),
      h('div', { class: 'actions' }, button(t('review.seal'), () => this.seal(), 'main'), button(t('review.change'), () => this.go('mark')))];
  }

  drawSealed() {
    const { letters } = this.sealed;
    return [this.steps(2), h('h1', {}, t('sealed.title')), h('p', { class: 'lead' }, t('sealed.lead')),
      h('v-code', { data: { letters, label: t('sealed.number') } }),
      h('h2', {}, t('sealed.question')),
      h('div', { class: 'choice' },
        h('div', {}, button(t('sealed.cast'), () => this.cast(), 'main'), h('p', { class: 'hint' }, t('sealed.cast.text'))),
        h('div', {}, button(t('sealed.check'), () => { this.sealed.challenged = true; this.go('challenged'); }), h('p', { class: 'hint' }, t('sealed.check.text')))),
      h('p', {}, button(t('sealed.discard'), () => this.restart(), 'quiet'))];
  }

  drawChallenged() {
    const opened = this.challengeText(), { letters } = this.sealed;
    return [h('h1', {}, t('challenge.title')), note('wait', h('p', {}, t('challenge.void'))),
      h('h2', {}, t('challenge.number')), h('v-code', { data: { letters, label: t('sealed.number') } }),
      h('h2', {}, t('challenge.choices')), this.choices(this.sealed.marked.map((/** @type {any} */ m) => ({ ...m, question: this.reading.draft.contests[m.k] }))),
      h('h2', {}, t('challenge.text.title')), h('p', {}, t('challenge.text')),
      h('v-code', { class: 'opened', data: { letters: '', label: t('challenge.text.title'), scan: opened } }),
      h('pre', { class: 'detail', tabindex: '0', translate: 'no' }, opened),
      h('div', { class: 'actions' },
        button(t('challenge.again'), () => this.seal(), 'main'), button(t('review.change'), () => this.restart()),
        button(t('challenge.save'), () => saveFile(`${slug}-challenge.txt`, opened, 'text/plain')),
        h('a', { class: 'button', href: link(`${base}/check`), target: '_blank', rel: 'noopener' }, t('challenge.here')))];
  }

  drawWaiting() {
    const { index, letters, tree } = this.receipt;
    return [this.steps(3), h('h1', {}, t('waiting.title')),
      note('good', h('p', {}, t('waiting.logged', { index, size: tree.size }))),
      this.step === 'waiting'
        ? note('wait', h('p', {}, t('waiting.text')), h('progress', { 'aria-label': t('waiting.title') }))
        : note('bad', h('h2', {}, t('slow.title')), h('p', {}, t('slow.text'))),
      h('v-code', { data: { letters, label: t('sealed.number'), scan: this.checkLink() } }),
      this.step === 'slow' && h('div', { class: 'actions' }, button(t('receipt.save.first'), () => this.saveReceipt()))];
  }

  checkLink() { return `${location.origin}${base}/check#t=${this.sealed.letters}`; }

  saveReceipt() {
    saveFile(`${slug}-${this.receipt.letters.slice(0, 8)}.tlog-proof`, this.receipt.text, 'text/plain');
    this.receipt.saved = true;
  }

  drawReceipt() {
    const { draft } = this.reading;
    return h('v-receipt', {
      data: {
        steps: this.steps(4), title: draft.title, receipt: this.receipt, witnesses: witnesses({ draft, cosigned: this.receipt.cosigned }), scan: this.checkLink(),
        closes: moment(draft.closesAt), again: () => this.revote(), save: () => this.saveReceipt(), keepKey: () => this.go('save'), printed: () => { this.receipt.saved = true; },
        check: link(`${base}/check`),
      },
    });
  }
}

/** @typedef {{size: bigint}} Sized */
const least = (/** @type {Sized} */ a, /** @type {Sized} */ b) => (a.size < b.size ? a.size : b.size);
const most = (/** @type {Sized} */ a, /** @type {Sized} */ b) => (a.size > b.size ? a.size : b.size);

customElements.define('v-ballot', Booth);
