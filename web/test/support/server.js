// A server of the page's doors over elections in memory, for looking at screens: node test/support/server.js [port].
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnrolment } from '../../veche/roll/enrol.js';
import { paperCode } from '../../veche/roll/key.js';
import { base32, hex } from '../../veche/wire.js';
import { leafHash } from '../../veche/log/merkle.js';
import { Election } from './election.js';

const web = fileURLToPath(new URL('../../', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml' };
const HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
};

const now = Math.floor(Date.now() / 1000);
const host = process.argv[3] ?? 'localhost';

/** Voting, closed with a result, and still enrolling. */
export function elections() {
  const open = new Election({ host, voters: 8, now }).open();
  open.vote(0, [[1, 0, 1, 0, 0, 0], [1, 1, 0]]);
  open.vote(1, [[0, 1, 0, 0, 1, 0], [1, 0, 0]]);
  const done = new Election({ host, slug: 'dddddddddd', voters: 9, now: now - 200_000 }).open();
  const marks = [[1, 0, 1, 0, 0, 0], [0, 1, 1, 0, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0], [0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]];
  marks.forEach((m, i) => done.vote(i, [m, [1, i % 2, i % 3 === 0 ? 1 : 0]]));
  done.close().count();
  const early = new Election({ host, slug: 'eeeeeeeeee', now: now + 86_400 });
  return new Map([open, done, early].map((e) => [e.slug, e]));
}

/** How far the witnesses are behind, in milliseconds. */
const lag = Number(process.env.LAG ?? 4_000);

export function serve(all) {
  const phase = (e) => e.result ? 'certified' : e.closed !== undefined ? 'opening' : e.eid ? 'voting' : 'enrolling';
  /** The checkpoint the witnesses saw, a little behind. */
  const seen = new Map([...all].map(([slug, e]) => [slug, e.leaves.length]));
  const grow = (e) => setTimeout(() => seen.set(e.slug, e.leaves.length), lag);
  const enrolled = [];

  async function answer(req, url) {
    const path = url.pathname;
    if (path.startsWith('/web/')) return file(path.slice(5));
    if (path === '/') return file('index.html');
    if (path === '/elections.json') return json([...all.values()].map((e) => ({
      slug: e.slug, kind: 'training', phase: phase(e), title: Object.fromEntries(e.draft.title), opensAt: Number(e.draft.opensAt), closesAt: Number(e.draft.closesAt),
      ballots: e.eid ? (e.closed ?? e.leaves.length) - e.openIndex - 1 : 0,
    })));
    const open = all.get('abcdefghij');
    if (path === '/demo.json') return open ? json({ election: open.slug, keys: open.voters.slice(2).map(paperCode) }) : { status: 404 };
    const [, slug, door] = /^\/e\/([a-z2-7]{10})\/?(.*)$/.exec(path) ?? [];
    const e = all.get(slug);
    if (!e) return { status: 404 };
    if (req.method === 'POST') return post(e, door, await body(req));
    if (door === '') return file('election.html');
    if (['vote', 'check', 'result'].includes(door)) return file(`${door}.html`);
    if (door === 'election.json') return json({ title: Object.fromEntries(e.draft.title), phase: phase(e), openIndex: e.openIndex ?? null, closeIndex: e.closed ?? null, rollSize: e.manifest?.rollSize ?? null });
    if (door === 'cosigned') return { text: e.checkpoint(seen.get(slug), e.ids.slice(0, 2)) };
    if (door.startsWith('receipt/')) {
      const index = e.leaves.findIndex((l) => hex(leafHash(l)) === door.slice(8));
      return index >= 0 && index < seen.get(slug) ? { text: e.receipt(index, seen.get(slug), e.ids.slice(0, 2)) } : { status: 404 };
    }
    const consistency = /^consistency\/(\d+)\/(\d+)$/.exec(door);
    if (consistency) return { text: e.consistency(Number(consistency[1]), e.leaves.slice(0, Number(consistency[2])).map(leafHash)).map((h) => Buffer.from(h).toString('base64')).join('\n') + '\n' };
    const bytes = await e.file(door);
    return bytes ? { bytes } : { status: 404 };
  }

  function post(e, door, bytes) {
    if (door === 'enrolments') {
      enrolled.push(readEnrolment(bytes));
      return { status: 202, text: '' };
    }
    const verdict = e.cast(bytes);
    if ('reason' in verdict) return { status: 422, text: JSON.stringify({ code: verdict.reason, detail: verdict.detail }) };
    grow(e);
    return { text: e.receipt(verdict.index) };
  }

  const file = (name) => ({ bytes: readFileSync(web + name), type: TYPES[extname(name)] });
  const json = (value) => ({ text: JSON.stringify(value), type: 'application/json' });
  const body = async (req) => {
    const parts = [];
    for await (const part of req) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  };

  return createServer(async (req, res) => {
    try {
      const { status = 200, text, bytes, type = 'text/plain; charset=utf-8' } = await answer(req, new URL(req.url, 'http://x'));
      res.writeHead(status, { ...HEADERS, 'content-type': type });
      res.end(text ?? bytes);
    } catch (e) {
      console.error(e);
      res.writeHead(500);
      res.end();
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = elections(), port = Number(process.argv[2] ?? 8123);
  serve(all).listen(port, () => {
    console.log(`http://localhost:${port}/`);
    console.log(`http://localhost:${port}/e/eeeeeeeeee/vote#i=${base32(all.get('eeeeeeeeee').codes[0])}&r=0`);
  });
}
