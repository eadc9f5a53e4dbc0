// Every shared case file is read by some test here.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { caseFiles } from './cases.js';

test('no case file stays unread', () => {
  const tests = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.test.js') && f !== 'vectors.test.js')
    .map((f) => readFileSync(new URL(f, import.meta.url), 'utf8')).join('\n');
  const read = caseFiles().filter((f) => new RegExp(`cases\\((name|'${f.slice(0, -5)}')`).test(tests) && tests.includes(`'${f.slice(0, -5)}'`));
  assert.deepEqual(caseFiles().filter((f) => !read.includes(f)), []);
});
