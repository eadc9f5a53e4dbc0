// The page speaks only from web/words: every key is there in every language, none is idle, and no sentence stands anywhere else.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { IDS } from '../veche/verify/verifier.js';

const web = new URL('../', import.meta.url);
const languages = readdirSync(new URL('words/', web)).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -5)).sort();
const tables = new Map(languages.map((l) => [l, JSON.parse(readFileSync(new URL(`words/${l}.json`, web), 'utf8'))]));
const elements = new Map(readdirSync(new URL('elements/', web)).map((f) => [f, readFileSync(new URL(`elements/${f}`, web), 'utf8')]));
const pages = new Map(readdirSync(web).filter((f) => f.endsWith('.html')).map((f) => [f, readFileSync(new URL(f, web), 'utf8')]));
const source = [...elements.values()].join('\n').replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');

const record = readFileSync(new URL('../src/spec/record.md', web), 'utf8');
const doors = readFileSync(new URL('../src/spec/doors.md', web), 'utf8');

/** Keys said outright, and the patterns of those that are put together, as `refusal.${code}`. */
function spoken(code) {
  const keys = new Set([...code.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)].map((m) => m[1]).filter((k) => !k.endsWith('.js')));
  const patterns = [...code.matchAll(/\bt\(`([^`]*\$\{[^`]*)`/g)].map((m) => m[1])
    .concat([...code.matchAll(/(?:title|text): `([a-z]+\.\$\{[^`]*)`/g)].map((m) => m[1]))
    .map((p) => new RegExp('^' + p.replace(/\$\{[^}]*\}/g, '\0').replace(/[.]/g, '\\.').replace(/\0/g, '[a-z-]+') + '$'));
  return { keys, patterns };
}

const { keys, patterns } = spoken(source);

test('the page speaks Russian, English and Ukrainian', () => assert.deepEqual(languages, ['en', 'ru', 'uk']));

test('every language has the same keys', () => {
  const [first, ...others] = languages;
  for (const l of others) assert.deepEqual(Object.keys(tables.get(l)).sort(), Object.keys(tables.get(first)).sort(), `${first} and ${l}`);
});

test('every check has its claim and its meaning in every language, in the order of the verifier', () => {
  for (const l of languages) {
    const table = JSON.parse(readFileSync(new URL(`words/checks/${l}.json`, web), 'utf8'));
    assert.deepEqual(Object.keys(table), IDS.flatMap((id) => [id, `${id}.false`]), l);
    for (const sentence of Object.values(table)) assert.ok(/** @type {string} */ (sentence).length > 3, l);
  }
});

test('no key is missing', () => {
  const prefixes = new Set([...keys].map((k) => k.split('.')[0]));
  for (const [l, table] of tables) {
    assert.deepEqual([...keys].filter((k) => !(k in table)), [], l);
    for (const p of patterns) assert.ok(Object.keys(table).some((k) => p.test(k)), `${l}: ${p}`);
  }
  assert.ok(keys.size > 250 && patterns.length > 8 && prefixes.size > 20);
});

test('no key is idle', () => {
  const idle = Object.keys(tables.get('ru')).filter((k) => k !== 'noscript' && !keys.has(k) && !patterns.some((p) => p.test(k)));
  assert.deepEqual(idle, []);
});

test('every refusal of the doors has a sentence and a next step, every phase its name', () => {
  const codes = /Statuses: ([\s\S]*?)\.\n/.exec(doors)[1].split(',').map((s) => s.trim().split(' ')[0]);
  assert.ok(codes.length >= 20 && codes.includes('stale-chain'));
  for (const [l, table] of tables)
    assert.deepEqual(codes.flatMap((c) => [`refusal.${c}`, `remedy.${c}`]).filter((k) => !(k in table)), [], l);
  for (const phase of ['drafting', 'keys', 'enrolling', 'ready', 'voting', 'opening', 'counted', 'certified', 'refused', 'final', 'no-result', 'void'])
    for (const [l, table] of tables) assert.ok(table[`phase.${phase}`], `${l}: ${phase}`);
  assert.ok(record.includes('no-result'));
});

test('plural forms are those of the language, and places are the same everywhere', () => {
  const places = (/** @type {string} */ s) => [...new Set([...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort();
  for (const [l, table] of tables) {
    const forms = new Set(new Intl.PluralRules(l).resolvedOptions().pluralCategories);
    for (const [key, entry] of Object.entries(table)) {
      const own = typeof entry === 'string' ? [entry] : Object.values(entry);
      for (const sentence of own) assert.ok(sentence.length > 0 && sentence === sentence.normalize('NFC'), `${l}: ${key}`);
      const needed = new Set(own.flatMap(places));
      const russian = tables.get('ru')[key];
      assert.deepEqual([...needed].sort(), [...new Set((typeof russian === 'string' ? [russian] : Object.values(russian)).flatMap(places))].sort(), `${l}: ${key}`);
      if (typeof entry === 'string') continue;
      assert.deepEqual(Object.keys(entry).sort(), [...forms].sort(), `${l}: ${key}`);
    }
  }
});

test('no sentence stands outside the words', () => {
  for (const [file, code] of elements) {
    const strings = code.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '').match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g) ?? [];
    // Words of a language: letters beyond ASCII, or two words with a capital first.
    const said = strings.filter((s) => /[^\x00-\x7f]/.test(s) ? !/^'[—·…: ]+'$/.test(s) : /^.[A-Z][a-z]+ [a-z]+/.test(s));
    assert.deepEqual(said.filter((s) => file !== 'words.js' || !/^'(Рус|Eng|Укр|Русский|English|Українська)'$/.test(s)), [], file);
  }
});

test('the HTML files hold no text but the words for those without JavaScript', () => {
  assert.deepEqual([...pages.keys()].sort(), ['check.html', 'doors.html', 'election.html', 'index.html', 'result.html', 'verify.html', 'vote.html']);
  for (const [file, html] of pages) {
    const text = html.replace(/<[^>]*>/g, '\n').split('\n').map((l) => l.trim()).filter((l) => l !== '');
    assert.deepEqual(text.sort(), [tables.get('ru')['site.name'], ...languages.map((l) => tables.get(l).noscript)].sort(), file);
    assert.doesNotMatch(html, /<style|style=|\son\w+=|https?:|<script(?![^>]*\ssrc=)/, file);
  }
});

test('nothing in the elements makes HTML from text or asks another host', () => {
  for (const [file, code] of elements)
    assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style|Math\.random|document\.cookie|fetch\('http/, file);
});

test('a missing, an idle and a planted sentence would be seen', () => {
  const found = spoken("t('no.such-key'); t(`phase.${x}`); h('p', {}, t(`a.${b}.text`))");
  assert.ok(found.keys.has('no.such-key'));
  assert.ok(found.patterns[0].test('phase.voting') && !found.patterns[0].test('phase.voting.more') && found.patterns[1].test('a.one.text'));
});
