// record §11, log §9: the certificate and the dissent as the record gives them: read strictly, and written once more byte for byte.
import { Malformed } from '../wire.js';

/** @typedef {ReadonlyMap<string, string>} Texts */
/**
 * @typedef {{id: string, titles: Texts, rule: string, seats: number, counted: number, options: {id: string, names: Texts, approvals: number}[],
 *   tests: {option: string, holds: boolean, text: string}[], ties: {method: string, order: string[]}[], winners: string[]}} Line
 * @typedef {'certified'|'certified-with-remarks'|'not-certified'} Verdict
 * @typedef {{slug: string, title: Texts, kind: 'real'|'training', cid: string, eid: string, origin: string, size: number, root: string, rollSize: number, rollRoot: string,
 *   result: string, contests: Line[], counts: {number: number, values: number[]}[], web: string, software: string, verdict: Verdict, remarks: string}} Certificate  hashes in hex
 * @typedef {{slug: string, eid: string, body: string, certificate: string, result: string, grounds: string[], checks: string[], incidents: number[]}} Dissent
 */

const CERTIFICATE = 'veche.certificate/v1', DISSENT = 'veche.dissent/v1';
const COUNTS = new Map([
  [1, 'в списке при его закрытии / on the roll when frozen'], [2, 'изменений списка после закрытия / changes of the roll after the freeze'],
  [3, 'ключей, которые могли голосовать / keys that could vote'], [4, 'бюллетеней в журнале / ballots in the log'],
  [5, 'заменено повторным голосованием / replaced by a later ballot'], [6, 'отклонено по правилам / refused by rule'],
  [7, 'допущено к подсчёту / admitted to the count'], [8, 'на выходе смешиваний / out of each mix'], [9, 'вскрыто / opened'],
  [10, 'недействительных / invalid'], [11, 'пустых / blank'], [12, 'действительных / valid'],
  [13, 'жалоб подано, отвечено / complaints filed, answered'], [14, 'особых мнений / dissents'],
]);
const L = {
  slug: 'выборы / election', title: 'название / title', kind: 'вид / kind', notice: 'внимание / notice', cid: 'проект / definition', eid: 'манифест / manifest',
  origin: 'журнал / log', size: 'записей до закрытия / size at close', root: 'корень / root', rollSize: 'в списке избирателей / on the roll',
  rollRoot: 'корень списка / roll root', contest: 'вопрос / contest', question: 'текст вопроса / question', rule: 'правило / rule', seats: 'мест / seats',
  counted: 'подсчитано бюллетеней / ballots counted', option: 'вариант / option', name: 'имя / name', test: 'порог / threshold', tie: 'жребий / lot',
  elected: 'избран / elected', endorsed: 'одобрен / endorsed', vacant: 'вакантных мест / vacant seats', web: 'сборка страницы / web release',
  software: 'программа / software', verdict: 'решение / verdict', remarks: 'замечания / remarks', body: 'организация / body',
  certificate: 'протокол / certificate', grounds: 'основания / grounds', check: 'проверка / check', incident: 'происшествие / incident',
};
const NOTICE = 'учебное голосование, его итог ничего не решает / a training election, its result decides nothing';
/** @type {Record<Verdict, string>} */
const VERDICTS = { certified: 'заверено', 'certified-with-remarks': 'заверено с замечаниями', 'not-certified': 'не заверено' };

/** @param {Verdict} verdict @param {'real'|'training'} kind */
const spoken = (verdict, kind) => (kind === 'real' ? `${VERDICTS[verdict]} / ${verdict}` : `учебное: ${VERDICTS[verdict]} / training: ${verdict}`);

const BLANKS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069 ]+/gu, ENDS = /^[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+|[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+$/g;

/** A value is one line whatever it came from. @param {string} value */
const oneLine = (value) => value.replace(BLANKS, ' ').replace(ENDS, '').normalize('NFC');

/** Lines `label: value`. */
class Writer {
  /** @param {string} form */
  constructor(form) { this.lines = [form]; }

  /** @param {string} label @param {string|number} value */
  put(label, value) {
    const line = oneLine(String(value));
    if (line === '') throw new Malformed('paper', `${label}: expected a value`);
    this.lines.push(`${label}: ${line}`);
    return this;
  }

  /** @param {string} label @param {Texts} texts */
  texts(label, texts) {
    for (const [language, text] of texts) this.put(label, `${language} ${oneLine(text)}`);
    return this;
  }

  /** @param {string} digest */
  result(digest) {
    this.lines.push(`result ${digest}`);
    return this;
  }

  get text() { return this.lines.join('\n') + '\n'; }
}

class Reader {
  /** @param {string} form @param {string} text */
  constructor(form, text) {
    if (!text.endsWith('\n')) throw new Malformed('paper', 'the last line does not end');
    this.lines = text.slice(0, -1).split('\n');
    this.at = 0;
    if (this.lines.some((line) => line === '' || oneLine(line) !== line)) throw new Malformed('paper', 'not plain lines');
    if (this.take() !== form) throw new Malformed('paper', `expected a note that opens with ${form}`);
  }

  take() {
    if (this.at === this.lines.length) throw new Malformed('paper', `line ${this.at + 1} is missing`);
    return this.lines[this.at++];
  }

  /** @param {string} label */
  opens(label) { return this.lines[this.at]?.startsWith(`${label}: `) ?? false; }

  /** @param {string} label */
  value(label) {
    if (!this.opens(label)) throw new Malformed('paper', `line ${this.at + 1}: expected ${label}`);
    return this.take().slice(label.length + 2);
  }

  /** @param {string} label @param {string} [value] */
  number(label, value = this.value(label)) {
    if (!/^(0|[1-9][0-9]{0,17})$/.test(value)) throw new Malformed('paper', `expected ${label} as a number`);
    return Number(value);
  }

  /** @param {string} label */
  hash(label) { return hash(this.value(label)); }

  result() {
    const line = this.take();
    if (!line.startsWith('result ')) throw new Malformed('paper', 'expected the result');
    return hash(line.slice(7));
  }

  /** Split at blanks into so many parts; the last keeps its blanks. @param {string} label @param {number} parts */
  words(label, parts) {
    const words = this.value(label).split(' '), out = [...words.slice(0, parts - 1), words.slice(parts - 1).join(' ')];
    if (out.length !== parts) throw new Malformed('paper', `expected ${label} of ${parts} parts`);
    return out;
  }

  /** @param {string} label @returns {Texts} */
  texts(label) {
    const out = new Map();
    while (this.opens(label)) {
      const [language, text] = this.words(label, 2);
      if (out.has(language)) throw new Malformed('paper', `expected ${label} once`);
      out.set(language, text);
    }
    return out;
  }

  end() {
    if (this.at < this.lines.length) throw new Malformed('paper', `line ${this.at + 1} is one too many`);
  }
}

/** @param {string} value */
function hash(value) {
  if (!/^[0-9a-f]{64}$/.test(value)) throw new Malformed('paper', 'expected a hash');
  return value;
}

/** @param {number} number */
const label = (number) => `${number} ${COUNTS.get(number)}`;

/** @param {Certificate} c */
export function certificateText(c) {
  const out = new Writer(CERTIFICATE).put(L.slug, c.slug).texts(L.title, c.title).put(L.kind, c.kind);
  if (c.kind === 'training') out.put(L.notice, NOTICE);
  out.put(L.cid, c.cid).put(L.eid, c.eid).put(L.origin, c.origin).put(L.size, c.size).put(L.root, c.root);
  out.put(L.rollSize, c.rollSize).put(L.rollRoot, c.rollRoot).result(c.result);
  for (const q of c.contests) {
    out.put(L.contest, q.id).texts(L.question, q.titles).put(L.rule, q.rule).put(L.seats, q.seats).put(L.counted, q.counted);
    for (const o of q.options) out.put(L.option, `${o.id} ${o.approvals}`).texts(L.name, o.names);
    for (const t of q.tests) out.put(L.test, `${t.option} ${t.holds ? 'holds' : 'fails'} ${t.text}`);
    for (const t of q.ties) out.put(L.tie, `${t.method} ${t.order.join(' ')}`);
    const endorses = q.rule === 'endorse';
    for (const w of q.winners) out.put(endorses ? L.endorsed : L.elected, w);
    if (!endorses) out.put(L.vacant, q.seats - q.winners.length);
  }
  for (const { number, values } of c.counts) out.put(label(number), values.join(' '));
  out.put(L.web, c.web).put(L.software, c.software).put(L.verdict, spoken(c.verdict, c.kind));
  if (c.remarks !== '') out.put(L.remarks, c.remarks);
  return out.text;
}

/** @param {Reader} r @returns {Line} */
function readLine(r) {
  const id = r.value(L.contest), titles = r.texts(L.question), rule = r.value(L.rule), seats = r.number(L.seats), counted = r.number(L.counted);
  /** @type {Line} */
  const line = { id, titles, rule, seats, counted, options: [], tests: [], ties: [], winners: [] };
  while (r.opens(L.option)) {
    const [option, n] = r.words(L.option, 2);
    line.options.push({ id: option, approvals: r.number(L.option, n), names: r.texts(L.name) });
  }
  while (r.opens(L.test)) {
    const [option, holds, text] = r.words(L.test, 3);
    line.tests.push({ option, holds: holds === 'holds', text });
  }
  while (r.opens(L.tie)) {
    const [method, ...order] = r.value(L.tie).split(' ');
    line.ties.push({ method, order });
  }
  const won = rule === 'endorse' ? L.endorsed : L.elected;
  while (r.opens(won)) line.winners.push(r.value(won));
  if (r.opens(L.vacant)) r.number(L.vacant);
  return line;
}

/** Only what certificateText writes is one; else Malformed. @param {string} text @returns {Certificate} */
export function readCertificate(text) {
  const r = new Reader(CERTIFICATE, text);
  const slug = r.value(L.slug), title = r.texts(L.title), said = r.value(L.kind);
  const kind = said === 'real' || said === 'training' ? said : undefined;
  if (!kind) throw new Malformed('paper', 'expected real or training');
  if (kind === 'training') r.value(L.notice);
  const cid = r.hash(L.cid), eid = r.hash(L.eid), origin = r.value(L.origin), size = r.number(L.size), root = r.hash(L.root);
  const rollSize = r.number(L.rollSize), rollRoot = r.hash(L.rollRoot), result = r.result();
  /** @type {Line[]} */ const contests = [];
  while (r.opens(L.contest)) contests.push(readLine(r));
  const counts = [...COUNTS.keys()].flatMap((number) =>
    (r.opens(label(number)) ? [{ number, values: r.value(label(number)).split(' ').map((v) => r.number(label(number), v)) }] : []));
  const web = r.hash(L.web), software = r.value(L.software), verdictText = r.value(L.verdict);
  const verdict = /** @type {Verdict|undefined} */ (Object.keys(VERDICTS).find((v) => spoken(/** @type {Verdict} */ (v), kind) === verdictText));
  if (!verdict) throw new Malformed('paper', 'no such verdict');
  const remarks = r.opens(L.remarks) ? r.hash(L.remarks) : '';
  r.end();
  if ((verdict === 'certified-with-remarks') !== (remarks !== '')) throw new Malformed('paper', 'remarks and verdict do not agree');
  /** @type {Certificate} */
  const out = { slug, title, kind, cid, eid, origin, size, root, rollSize, rollRoot, result, contests, counts, web, software, verdict, remarks };
  if (certificateText(out) !== text) throw new Malformed('paper', 'not in its one form');
  return out;
}

/** @param {string} text @returns {Dissent} */
export function readDissent(text) {
  const r = new Reader(DISSENT, text);
  /** @type {Dissent} */
  const d = { slug: r.value(L.slug), eid: r.hash(L.eid), body: r.value(L.body), certificate: r.hash(L.certificate), result: r.result(), grounds: [], checks: [], incidents: [] };
  while (r.opens(L.grounds)) d.grounds.push(r.value(L.grounds));
  while (r.opens(L.check)) d.checks.push(r.value(L.check));
  while (r.opens(L.incident)) d.incidents.push(r.number(L.incident));
  r.end();
  if (d.grounds.length === 0) throw new Malformed('paper', 'no grounds');
  const out = new Writer(DISSENT).put(L.slug, d.slug).put(L.eid, d.eid).put(L.body, d.body).put(L.certificate, d.certificate).result(d.result);
  for (const g of d.grounds) out.put(L.grounds, g);
  for (const c of d.checks) out.put(L.check, c);
  for (const i of d.incidents) out.put(L.incident, i);
  if (out.text !== text) throw new Malformed('paper', 'not in its one form');
  return d;
}
