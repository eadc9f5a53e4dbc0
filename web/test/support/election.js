// A whole election in memory, with real keys and real proofs, as a static tree that can be read like the server's.
import * as resultOf from '../../veche/record/result.js';
import { ed25519 } from '../../vendor/noble/curves/ed25519.js';
import * as chain from '../../veche/ballot/chain.js';
import * as sealer from '../../veche/ballot/seal.js';
import * as dleq from '../../veche/crypto/dleq.js';
import * as note from '../../veche/crypto/note.js';
import { G, encodePoint, mod, mul, p, ps, randomScalar } from '../../veche/crypto/p256.js';
import { H, TH } from '../../veche/crypto/transcript.js';
import * as draftOf from '../../veche/election/draft.js';
import * as checkpoint from '../../veche/log/checkpoint.js';
import * as merkle from '../../veche/log/merkle.js';
import { tilePath } from '../../veche/record/board.js';
import * as enrol from '../../veche/roll/enrol.js';
import { bytes, concat, encode, hex, list, text, uint, utf8Bytes } from '../../veche/wire.js';
import { Box, proveLeaf } from '../../veche/ballot/check.js';


/** Bytes that look random and are the same in every run. @param {string} name */
export function drawn(name) {
  let n = 0;
  return (/** @type {number} */ length) => {
    let out = new Uint8Array();
    while (out.length < length) out = concat(out, H(utf8Bytes(`${name} ${n++}`)));
    return out.slice(0, length);
  };
}

const words = (/** @type {Record<string, string>} */ of) => list(Object.entries(of).map(([l, t]) => list([text(l), text(t)])));

/** @param {any} d the fields of record §4 by name */
export const writeDraft = (d) => encode(list([
  text(d.slug), text(d.origin), text(d.log), text(d.kind), list(d.languages.map(text)), words(d.title), words(d.text),
  list(d.bodies.map((b) => list([text(b.id), words(b.names), text(b.vkey), text(b.contact)]))),
  list(Object.entries(d.rules).map(([act, k]) => list([text(act), uint(k)]))),
  list(d.trustees.map((t) => list([text(t.body), uint(t.index), text(t.vkey)]))), uint(d.t), uint(d.lambda),
  list(d.registrars.map((r) => list([text(r.body), text(r.vkey)]))), text(d.rollMode), text(d.witnessPolicy), list(d.mirrors.map(text)),
  list(d.contests.map((c) => list([
    text(c.id), text(c.kind), words(c.titles),
    list(c.options.map((o) => list([text(o.id), words(o.names), words(o.texts), text(o.body)]))),
    uint(c.lo), uint(c.hi), uint(c.blank), text(c.rule), list([]), uint(c.seats), list([]),
    list(c.thresholds.map((t) => list([text(t.base), uint(t.p), uint(t.q), uint(t.strict), uint(t.quorum)]))), text(c.lot), text(c.roll),
  ]))),
  uint(d.expectedTurnout), text(''), uint(d.minCount), uint(d.opensAt), uint(d.closesAt), uint(d.mixDeadline), uint(d.disputeDays), uint(d.answerDays), text(''),
]));

const NAMES = { narod: 'Народное собрание', sojuz: 'Союз городов', golos: 'Открытый голос' };
const NAMES_EN = { narod: 'People’s Assembly', sojuz: 'Union of Cities', golos: 'Open Voice' };

/** Three bodies, each trustee and witness, the first one registrar; two approval contests. */
export class Election {
  /** @param {{slug?: string, host?: string, voters?: number, now?: number, contests?: any[], draft?: (d: any) => any}} [settings] */
  constructor({ slug = 'abcdefghij', host = 'vote.example.org', voters = 5, now = 1_700_000_000, contests = CONTESTS, draft: edit = (d) => d } = {}) {
    this.random = drawn('election ' + slug);
    this.slug = slug;
    this.now = now;
    this.origin = `${host}/e/${slug}`;
    this.logKey = note.signerOf(this.origin, this.random(32));
    this.ids = Object.keys(NAMES);
    const seeds = (/** @type {string} */ role) => new Map(this.ids.map((id) => [id, note.signerOf(id + role, this.random(32))]));
    this.bodies = seeds('');
    this.trustees = seeds('/trustee');
    this.registrars = seeds('/registrar');
    this.witnesses = this.ids.map((id) => ({ id, name: id + '/witness', seed: this.random(32) }));
    const witness = (w) => `witness ${w.id} ${note.vkeyOf(w.name, note.COSIGNATURE, ed25519.getPublicKey(w.seed))}`;
    const fields = edit({
      slug, origin: this.origin, log: note.vkeyOfSigner(this.logKey), kind: 'training', languages: ['ru', 'en'],
      title: { ru: 'Выборы координационного совета', en: 'Election of the coordinating council' },
      text: { ru: 'Учебное голосование: попробуйте всё, что захотите. Итог ничего не решает.', en: 'A training election: try whatever you like. Its result decides nothing.' },
      bodies: this.ids.map((id) => ({ id, names: { ru: NAMES[id], en: NAMES_EN[id] }, vkey: note.vkeyOfSigner(this.bodies.get(id)), contact: `${id}@example.org` })),
      rules: { define: 2, open: 2, amend: 2, release: 2, extend: 2, close: 2, annul: 3, certify: 2 },
      trustees: this.ids.map((id, i) => ({ body: id, index: i + 1, vkey: note.vkeyOfSigner(this.trustees.get(id)) })), t: 2, lambda: 2,
      registrars: [{ body: 'narod', vkey: note.vkeyOfSigner(this.registrars.get('narod')) }], rollMode: 'simple',
      witnessPolicy: [...this.witnesses.map(witness), `group coalition 2 ${this.ids.join(' ')}`, 'quorum coalition', ''].join('\n'), mirrors: [],
      contests, expectedTurnout: 40, minCount: 2, opensAt: now, closesAt: now + 86_400, mixDeadline: now + 2 * 86_400, disputeDays: 1, answerDays: 1,
    });
    this.draftPayload = writeDraft(fields);
    this.cid = draftOf.cidOf(this.draftPayload);
    this.draft = draftOf.readDraft(this.draftPayload);
    /** @type {Uint8Array[]} */
    this.leaves = [];
    /** @type {Map<string, Uint8Array>} */
    this.blobs = new Map();
    this.serials = new Map();
    this.eid = undefined;
    this.act('draft', this.draftPayload, [...this.bodies.values()]);
    this.codes = Array.from({ length: 4 }, () => this.random(16));
    this.voters = Array.from({ length: voters }, () => randomScalar(this.random));
    this.chains = new Map();
    /** @type {Uint8Array[]} */
    this.cosignedSizes = [];
  }

  /** @param {string} type @param {Uint8Array} payload @param {note.Signer[]} signers */
  act(type, payload, signers) {
    const id = this.eid ?? this.cid;
    const serial = this.serials.get(type + hex(id)) ?? 0n;
    this.serials.set(type + hex(id), serial + 1n);
    const head = [text(type), uint(1), bytes(id), uint(serial), bytes(payload)];
    const body = draftOf.actBody({ type, digest: H(encode(list(head))) }, this.origin);
    const leaf = encode(list([...head, list(signers.map((s) => text(note.signNote(body, s))))]));
    this.leaves.push(leaf);
    return leaf;
  }

  all() { return [...this.bodies.values()]; }

  blob(b) {
    this.blobs.set(hex(H(b)), b);
    return H(b);
  }

  /** The trustees' key, shared 2 of 3; this model plays all of them, so it holds what in life nobody holds. */
  keys() {
    const a = randomScalar(this.random), b = randomScalar(this.random);
    this.shares = this.ids.map((_, i) => mod(a + b * BigInt(i + 1)));
    this.Y = mul(a, G);
  }

  open() {
    this.keys();
    const rows = this.voters.map((xv) => {
      const vk = mul(xv, G);
      return { vk, registrar: 0, signature: note.signEd25519(this.registrars.get('narod').seed, enrol.entry(this.cid, vk)), proof: enrol.provePossession(xv, this.cid, 0) };
    }).sort((x, y) => (hex(encodePoint(x.vk)) < hex(encodePoint(y.vk)) ? -1 : 1));
    const roll = enrol.writeRoll(rows), rollRoot = this.blob(roll);
    this.act('roll-freeze', encode(list([uint(rows.length), bytes(rollRoot)])), [this.registrars.get('narod')]);
    const r = this.ids.map(() => this.random(32));
    const trustees = [...this.trustees.values()];
    const late = this.draft.contests.some((q) => q.lot === 'trustee-seed');
    const committed = (x, i) => [x, ...(late ? [this.random(32)] : [])].map((v) => bytes(draftOf.lotCommitment(this.cid, i + 1, v)));
    r.forEach((x, i) => this.act('lot-commit', encode(list(committed(x, i))), [trustees[i]]));
    r.forEach((x, i) => this.act('lot-reveal', encode(list([bytes(x)])), [trustees[i]]));
    this.lot = draftOf.lotSeed(r);
    const release = encode(list([list([]), text('')]));
    this.act('web-release', release, this.all());
    const manifest = encode(list([bytes(this.cid), bytes(TH('dkg-transcript')), p(this.Y), ps(this.shares.map((x) => mul(x, G))),
      bytes(rollRoot), uint(rows.length), list([uint(rows.length)]), bytes(H(release))]));
    this.openIndex = this.leaves.length;
    this.act('open', manifest, this.all());
    this.eid = draftOf.eidOf(manifest);
    this.manifest = draftOf.readManifest(manifest);
    this.order = this.draft.contests.map((q, k) => draftOf.lotOrder(this.lot, k, q.options.map((o) => o.id)));
    this.box = new Box();
    this.sealable = { eid: this.eid, Y: this.Y, contests: draftOf.contests(this.draft) };
    this.roll = new Map(rows.map((row) => [hex(encodePoint(row.vk)), 'narod']));
    return this;
  }

  get opened() {
    return { draft: this.draft, cid: this.cid, manifest: this.manifest, eid: this.eid, order: this.order, openIndex: this.openIndex };
  }

  /** Votes for voter i; the ballot is logged. @param {number} i @param {number[][]} choices */
  vote(i, choices) {
    return this.cast(this.seal(i, choices));
  }

  /** A ballot of voter i that is sent nowhere. @param {number} i @param {number[][]} choices */
  seal(i, choices) {
    const xv = this.voters[i], before = this.chains.get(i) ?? chain.begin(this.eid);
    const marked = this.sealable.contests.map((contest, k) => ({ k, contest, choice: choices[k] }));
    const { body } = sealer.seal(this.sealable, marked, { vk: sealer.votingKey(xv), ...chain.next(before) }, this.random(32));
    this.chains.set(i, chain.extended(before, body));
    return sealer.signedLeaf(xv, this.eid, body);
  }

  /** What a body took, logged. @param {Uint8Array[]} ballots @param {string} [body] @param {note.Signer} [signer] */
  deposit(ballots, body = 'golos', signer = this.bodies.get(body)) {
    this.serials.delete('deposit' + hex(this.eid));
    const index = this.leaves.length;
    for (const leaf of ballots) this.box.admit(proveLeaf({ ...this.sealable, roll: this.roll }, leaf), index);
    this.act('deposit', encode(list(ballots.map((b) => bytes(b)))), [signer]);
    return index;
  }

  /** A body's word that it took a ballot. @param {Uint8Array} ballot @param {string} body @param {number} time */
  taken(ballot, body = 'golos', time = this.now) {
    const said = `veche.taken/v1\n${this.origin}\n${hex(merkle.leafHash(ballot))}\n${time}\n`;
    return note.writeNote(said, [note.signNote(said, this.bodies.get(body))]);
  }

  /** What the door does with a ballot leaf: a reason, or where it stands. @param {Uint8Array} leaf */
  cast(leaf) {
    const same = this.leaves.findIndex((l) => hex(l) === hex(leaf));
    if (same >= 0) return { index: same };
    if (this.closed !== undefined) return { reason: 'wrong-phase', detail: '' };
    const verdict = this.box.admit(proveLeaf({ ...this.sealable, roll: this.roll }, leaf), this.leaves.length);
    if (verdict.verdict === 'refused') return { reason: verdict.reason, detail: verdict.detail };
    this.leaves.push(leaf);
    return { index: this.leaves.length - 1 };
  }

  close() {
    this.closed = this.leaves.length;
    this.act('close', encode(list([uint(this.draft.closesAt)])), this.all());
    return this;
  }

  /** The sums opened, the result object logged and certified by two bodies, dissented by the third. */
  count() {
    const counted = this.box.counted();
    const lines = this.draft.contests.map((q, k) => {
      const totals = q.options.map((_, j) => {
        const A = counted.map((c) => c.ballot.answers.find((a) => a.k === k).ciphertexts[j]);
        const sum = A.reduce((s, c) => (s ? { A: s.A.add(c.A), B: s.B.add(c.B) } : c), undefined);
        const D = new Map([1, 2].map((t) => [t, [mul(this.shares[t - 1], sum.A)]]));
        return dleq.discreteLog(dleq.combine([sum], [1, 2], D)[0], counted.length);
      });
      return { k, q, totals };
    });
    return this.announce(lines, counted.length);
  }

  announce(lines, counted) {
    const holds = (t, n) => {
      const base = t.base === 'eligible' ? BigInt(this.manifest.rollSize) : BigInt(counted);
      return BigInt(counted) >= t.quorum && (t.strict ? BigInt(n) * t.q > t.p * base : BigInt(n) * t.q >= t.p * base);
    };
    const done = lines.map(({ k, q, totals }) => {
      const able = q.options.map((_, j) => j).filter((j) => q.thresholds.every((t) => holds(t, totals[j])));
      const winners = q.rule === 'endorse' ? able
        : able.sort((a, b) => totals[b] - totals[a] || this.order[k].indexOf(a) - this.order[k].indexOf(b)).slice(0, q.seats);
      return { k, q, totals, winners, tests: q.options.flatMap((_, j) => q.thresholds.map((t) => holds(t, totals[j]))) };
    });
    const tree = this.tree(this.closed + 1);
    const object = encode(list([text('veche/1/result'), bytes(this.eid), list([uint(this.closed + 1), bytes(tree.root)]), list([]),
      list(done.map(({ k }) => list([uint(k), text('main'), list([1, 2].map((t) => list([uint(t), bytes(new Uint8Array(32))])))]))),
      list(done.map(({ k, totals, winners, tests }) => list([uint(k), uint(counted), list(totals.map((n) => uint(n))), list(winners.map((n) => uint(n))), list(tests.map((t) => uint(t ? 1 : 0)))])))]));
    const digest = TH('result', bytes(object));
    this.act('tally', encode(list([bytes(digest), bytes(this.blob(object))])), [this.bodies.get('narod')]);
    this.result = { digest: hex(digest), done, counted };
    const certificate = `veche.certificate/v1\nвыборы / election: ${this.slug}\nназвание / title: ru ${this.draft.title.get('ru')}\nвид / kind: training\nresult ${hex(digest)}\n`
      + done.map(({ q, totals, winners }) => `вопрос / contest: ${q.id}\nтекст вопроса / question: ru ${q.titles.get('ru')}\nправило / rule: ${q.rule}\nмест / seats: ${q.seats}\n`
        + `подсчитано бюллетеней / ballots counted: ${counted}\n`
        + q.options.map((o, j) => `вариант / option: ${o.id} ${totals[j]}\nимя / name: ru ${o.names.get('ru')}\n`).join('')
        + q.options.flatMap((o, j) => q.thresholds.map((x) => resultOf.test(x, totals[j], counted, this.voters.length)).map((x) => `порог / threshold: ${o.id} ${x.holds ? 'holds' : 'fails'} ${x.text}\n`)).join('')
        + winners.map((j) => `${q.rule === 'endorse' ? 'одобрен / endorsed' : 'избран / elected'}: ${q.options[j].id}\n`).join('')).join('')
      + 'решение / verdict: учебное: заверено / training: certified\n';
    this.certificate = certificate;
    this.act('certificate', encode(list([text(certificate)])), this.all().slice(0, 2));
    this.dissent = `veche.dissent/v1\nвыборы / election: ${this.slug}\nорганизация / body: golos\nсоображения / grounds: Список избирателей закрыт на час раньше объявленного.\n`;
    this.act('dissent', encode(list([text(this.dissent)])), [this.bodies.get('golos')]);
    return this;
  }

  // ---- the static tree ----

  tree(size = this.leaves.length) {
    return { origin: this.origin, size: BigInt(size), root: merkle.root(this.leaves.slice(0, size).map(merkle.leafHash)) };
  }

  /** @param {number} size @param {string[]} by ids of witnesses */
  checkpoint(size = this.leaves.length, by = []) {
    const body = checkpoint.writeBody(this.tree(size));
    return note.writeNote(body, [note.signNote(body, this.logKey),
      ...this.witnesses.filter((w) => by.includes(w.id)).map((w) => note.cosign(body, w.name, w.seed, BigInt(this.now)))]);
  }

  /** @param {number} L @param {number} n @param {number} width @param {number} size */
  tile(L, n, width, size = this.leaves.length) {
    const span = 256 ** L;
    return concat(...Array.from({ length: width }, (_, i) => {
      const from = (n * 256 + i) * span;
      if (from + span > size) throw new Error('beyond the tree');
      return merkle.root(this.leaves.slice(from, from + span).map(merkle.leafHash));
    }));
  }

  /** @param {string} path @returns {Promise<Uint8Array|undefined>} */
  async file(path) {
    if (path === 'checkpoint') return utf8Bytes(this.checkpoint());
    if (path === 'cosigned') return utf8Bytes(this.checkpoint(this.leaves.length, this.ids.slice(0, 2)));
    if (path.startsWith('blob/')) return this.blobs.get(path.slice(5));
    const m = /^tile\/(entries|\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path);
    if (!m) return undefined;
    const n = Number(m[2].replace(/[x/]/g, '')), width = Number(m[3] ?? 256);
    const level = m[1] === 'entries' ? 'entries' : Number(m[1]);
    const size = Math.floor(this.leaves.length / (level === 'entries' ? 1 : 256 ** level));
    if (tilePath(level, n, width) !== path || n * 256 + width > size) return undefined;
    if (level !== 'entries') return this.tile(level, n, width);
    return concat(...this.leaves.slice(n * 256, n * 256 + width).flatMap((l) => [Uint8Array.of(l.length >> 8, l.length & 255), l]));
  }

  /** RFC 6962 §2.1.1 and §2.1.2, written as they stand there. */
  path(m, D) {
    if (D.length === 1) return [];
    const k = 2 ** Math.ceil(Math.log2(D.length) - 1);
    return m < k ? [...this.path(m, D.slice(0, k)), merkle.root(D.slice(k))] : [...this.path(m - k, D.slice(k)), merkle.root(D.slice(0, k))];
  }

  consistency(m, D = this.leaves.map(merkle.leafHash), whole = true) {
    if (m === D.length) return whole ? [] : [merkle.root(D)];
    const k = 2 ** Math.ceil(Math.log2(D.length) - 1);
    return m <= k ? [...this.consistency(m, D.slice(0, k), whole), merkle.root(D.slice(k))]
      : [...this.consistency(m - k, D.slice(k), false), merkle.root(D.slice(0, k))];
  }

  /** @param {number} index @param {number} size @param {string[]} by */
  receipt(index, size = this.leaves.length, by = []) {
    const proof = this.path(index, this.leaves.slice(0, size).map(merkle.leafHash));
    return ['c2sp.org/tlog-proof@v1', `index ${index}`, ...proof.map((h) => Buffer.from(h).toString('base64')), '', this.checkpoint(size, by)].join('\n');
  }
}


const person = (id, ru, en, body) => ({ id, body, names: { ru, en },
  texts: { ru: `${ru}. Предлагает открытые заседания, отчёт каждые три месяца и ротацию представителей.`, en: `${en}. Proposes open sessions, a report every three months and rotation of representatives.` } });

export const CONTESTS = [
  { id: 'council', kind: 'approval', titles: { ru: 'Кого вы одобряете в координационный совет?', en: 'Whom do you approve for the coordinating council?' },
    options: [person('arkhipova', 'Анна Архипова', 'Anna Arkhipova', 'narod'), person('belov', 'Борис Белов', 'Boris Belov', 'sojuz'),
      person('voronina', 'Вера Воронина', 'Vera Voronina', 'golos'), person('grinev', 'Глеб Гринёв', 'Gleb Grinyov', 'narod'),
      person('daniliuk', 'Дарина Данилюк', 'Daryna Danyliuk', ''), person('ermakov', 'Егор Ермаков', 'Yegor Yermakov', 'sojuz')],
    lo: 0, hi: 3, blank: 1, rule: 'approval', seats: 3, thresholds: [], lot: 'drawn-order', roll: 'all' },
  { id: 'platform', kind: 'approval', titles: { ru: 'Какие положения вы поддерживаете?', en: 'Which planks do you endorse?' },
    options: [
      { id: 'open-budget', body: '', names: { ru: 'Открытый бюджет', en: 'Open budget' }, texts: { ru: 'Каждый расход публикуется в течение десяти дней.', en: 'Every expense is published within ten days.' } },
      { id: 'recall', body: '', names: { ru: 'Отзыв представителей', en: 'Recall of representatives' }, texts: { ru: 'Десятая часть списка может назначить голосование об отзыве.', en: 'A tenth of the roll may call a vote of recall.' } },
      { id: 'languages', body: '', names: { ru: 'Документы на всех языках коалиции', en: 'Documents in every language of the coalition' }, texts: { ru: 'Решения переводятся за неделю.', en: 'Decisions are translated within a week.' } }],
    lo: 0, hi: 3, blank: 1, rule: 'endorse', seats: 0,
    thresholds: [{ base: 'votes', p: 1, q: 2, strict: 1, quorum: 3 }, { base: 'eligible', p: 1, q: 3, strict: 0, quorum: 0 }], lot: 'drawn-order', roll: 'all' },
];
