// Remakes web/vendor from the packages that package-lock.json pins. Run `npm ci --ignore-scripts` first.
//   node vendor/make.mjs           writes the files and README.md
//   node vendor/make.mjs --check   writes nothing, compares, and fails on any difference
// The files are as published; only the module specifiers in them are made relative.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const vendor = dirname(fileURLToPath(import.meta.url));
const modules = join(vendor, '..', 'node_modules');

/** Where a package's files go, and from which files the walk along the imports starts. */
const packages = {
  '@noble/curves': { to: 'noble/curves', entry: ['nist.js', 'ed25519.js'] },
  '@noble/hashes': { to: 'noble/hashes', entry: ['sha2.js', 'hmac.js', 'hkdf.js'] },
  'uqr': { to: 'uqr', entry: ['dist/index.mjs'] },
};
/** The published name where a server or a type checker wants another one. */
const renamed = { 'dist/index.mjs': 'index.js', 'dist/index.d.mts': 'index.d.ts' };

const specifier = /((?:from|import)\s*\(?\s*)(['"])([^'"\n]+)\2/g;

/** @param {string} pkg @param {string} file */
const target = (pkg, file) => posix.join(packages[pkg].to, renamed[file] ?? file);

/** @param {string} pkg @param {string} file @param {string} wanted */
function resolve(pkg, file, wanted) {
  if (wanted.startsWith('.')) return [pkg, posix.join(posix.dirname(file), wanted)];
  const owner = Object.keys(packages).find((name) => wanted.startsWith(name + '/'));
  if (!owner) throw new Error(`${pkg}/${file} imports ${wanted}, which is not vendored`);
  return [owner, wanted.slice(owner.length + 1)];
}

/** @type {Map<string, string>} */
const made = new Map();
const queue = Object.entries(packages).flatMap(([pkg, { entry }]) => entry.map((f) => [pkg, f]));
while (queue.length) {
  const [pkg, file] = queue.shift();
  if (made.has(target(pkg, file))) continue;
  // A line that starts with a comment's star is documentation, not an import.
  const rewrite = (text, follow) =>
    text.split('\n').map((line) => /^\s*(\*|\/\/)/.test(line) ? line
      : line.replace(specifier, (_, head, quote, wanted) => {
        const [p, f] = resolve(pkg, file, wanted);
        if (follow) queue.push([p, f]);
        const rel = posix.relative(posix.dirname(target(pkg, file)), target(p, f));
        return head + quote + (rel.startsWith('.') ? rel : './' + rel) + quote;
      })).join('\n');
  made.set(target(pkg, file), rewrite(readFileSync(join(modules, pkg, file), 'utf8'), true));
  const types = file.replace(/\.(m?)js$/, '.d.$1ts');
  if (existsSync(join(modules, pkg, types)))
    made.set(target(pkg, types), rewrite(readFileSync(join(modules, pkg, types), 'utf8'), false));
}

const licences = [];
for (const [pkg, { to }] of Object.entries(packages)) {
  const about = JSON.parse(readFileSync(join(modules, pkg, 'package.json'), 'utf8'));
  made.set(`${to}/LICENSE`, readFileSync(join(modules, pkg, 'LICENSE'), 'utf8'));
  licences.push(`| ${to}/ | ${pkg} | ${about.version} | ${about.license} |`);
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const rows = [...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([f, t]) => `| ${f} | ${sha256(t)} |`);
made.set('README.md', `# Vendored libraries

Published files, unmodified but for their module specifiers, which are relative here so that no bundler and no import map is needed.
Written by \`make.mjs\` from the packages pinned in \`package-lock.json\`; \`npm run vendor:check\` compares. Do not edit by hand.
\`.d.ts\` files serve the type checker only.

| folder | package | version | licence |
|---|---|---|---|
${licences.join('\n')}

| file | sha256 |
|---|---|
${rows.join('\n')}
`);

// The word list of BIP-39 is data, kept beside the code that reads it.
const bip39 = readFileSync(join(modules, '@scure/bip39/wordlists/english.js'), 'utf8');
const words = bip39.match(/`([a-z\n]+)`/)[1].trim().split('\n');
const lines = [];
for (let i = 0; i < words.length; i += 16) lines.push('  ' + words.slice(i, i + 16).join(' '));
made.set('../veche/crypto/bip39-english.js', `// The 2,048 English words of BIP-39, in order. Written by web/vendor/make.mjs.
/** @type {readonly string[]} */
export const ENGLISH = Object.freeze(\`
${lines.join('\n')}
\`.trim().split(/\\s+/));
`);

const check = process.argv.includes('--check');
const present = readdirSync(vendor, { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile()).map((e) => relative(vendor, join(e.parentPath ?? e.path, e.name)))
  .filter((f) => f !== 'make.mjs');
const wrong = present.filter((f) => !made.has(f)).map((f) => `${f}: not of this list`);
for (const [file, text] of made) {
  const path = join(vendor, file);
  const same = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (same) continue;
  if (check) wrong.push(`${file}: differs`);
  else { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, text); }
}
for (const line of wrong) console.error(line);
console.log(`${made.size} files, ${words.length} words, ${wrong.length} wrong`);
process.exitCode = wrong.length ? 1 : 0;
