// checks §2: this verifier beside another one, over a corpus of good and wrong bundles: `node matrix.mjs CORPUS [NAME…]`. Of each NAME.zip there is NAME.expected with a
// line `<id> <status> …` for each check or `exit 3`; NAME.trust, NAME.receipt.1, NAME.challenge.1, NAME.roll, NAME.votes are what the observer was given. Every check that differs is a line; the last
// line counts them. Exit 0 where nothing differs.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Unusable, verify } from '../../veche/verify/verifier.js';
import { readZip } from './zip.js';

const [corpus, ...wanted] = process.argv.slice(2);
const names = readdirSync(corpus).filter((f) => f.endsWith('.zip')).map((f) => f.slice(0, -4)).filter((n) => wanted.length === 0 || wanted.includes(n)).sort();
const text = (name) => (existsSync(join(corpus, name)) ? readFileSync(join(corpus, name), 'utf8') : undefined);
const now = Number(text('now')), random = (length) => new Uint8Array(randomBytes(length));
let differences = 0;

for (const name of names) {
  const files = readZip(join(corpus, `${name}.zip`)), given = { receipts: [], challenges: [] };
  for (const kind of ['receipt', 'challenge'])
    for (let i = 1, one; (one = text(`${name}.${kind}.${i}`)) !== undefined; i++) given[`${kind}s`].push(one);
  const roll = text(`${name}.roll`)?.split('\n'), votes = text(`${name}.votes`);
  const expected = (text(`${name}.expected`) ?? '').trimEnd().split('\n').map((line) => line.split(' '));
  const differs = (what) => {
    differences++;
    console.log(`${name}: ${what}`);
  };
  try {
    const report = await verify({ get: async (path) => files.get(path), paths: files.keys(), trust: text(`${name}.trust`), ...given, roll, votes, now, random });
    if (expected[0][0] === 'exit') {
      differs(`${report.exit}, expected to be unusable`);
      continue;
    }
    for (const [id, status, ...why] of expected) {
      const check = report.checks.find((c) => c.id === id);
      if (check?.status !== status) differs(`${id} ${check?.status} (${check?.why}), expected ${status} (${why.join(' ')})`);
      else if (process.env.SENTENCES && check.why !== why.join(' ')) console.log(`${name}: ${id} says "${check.why}", not "${why.join(' ')}"`);
    }
  } catch (e) {
    if (!(e instanceof Unusable)) throw e;
    if (expected[0][0] !== 'exit') differs(`unusable: ${e.message}`);
  }
}
console.log(`${names.length} bundles, ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;
