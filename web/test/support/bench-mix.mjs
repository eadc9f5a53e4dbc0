// What the page's own program takes to judge a mix and its opening: `node bench-mix.mjs [ciphertexts]`. Milliseconds of one core by the clock, for each ciphertext.
import { randomBytes } from 'node:crypto';
import { embed } from '../../veche/ballot/ranked.js';
import * as dleq from '../../veche/crypto/dleq.js';
import { listDigest } from '../../veche/crypto/elgamal.js';
import { G, ps, randomScalar } from '../../veche/crypto/p256.js';
import { combined, contribution, opened, votes } from '../../veche/mix/opening.js';
import { Transcript, rowsOf, verify } from '../../veche/mix/shuffle.js';
import { encode } from '../../veche/wire.js';
import { prove, randomness } from './shuffle.js';

const n = Number(process.argv[2] ?? 1000), random = (length) => new Uint8Array(randomBytes(length)), draw = () => randomScalar(random);
const eid = random(32), secret = draw(), Y = G.multiply(secret).precompute(8), upTo = Array.from({ length: n }, (_, i) => i);
const input = upTo.map((i) => {
  const r = draw();
  return [{ A: G.multiply(r), B: embed(BigInt(i % 300)).M.add(Y.multiply(r)) }];
});
const made = await prove(Transcript.of(eid, 0), Y, input, upTo.map((i) => (i + 1) % n), randomness(n, 1, draw));
const list = made.output.map(([c]) => c), { D, T, U, z } = dleq.contribute(dleq.decryptContext(eid, 0, 'ranked', listDigest(list)), 1, secret, list, draw());

async function timed(what, work) {
  const begun = performance.now(), good = await work();
  console.log(`${what}: ${((performance.now() - begun) / n).toFixed(2)} ms${good ? '' : ' (REFUSED)'}`);
}
const transcript = Transcript.of(eid, 0), judged = async (plain) => (await verify(transcript, Y, rowsOf(input), made.list, made.files, { random, plain })) === undefined;
console.log(`${n} ciphertexts`);
await timed('the first mix of a contest', () => judged(false));
await timed('a later one, generators known', () => judged(false));
await timed('each equation by itself', () => judged(true));
await timed('a contribution', () => 'D' in contribution({ eid, contest: 0, list }, 1, Y, { factors: encode(ps(D)), T, U, z }));
await timed('combined and read', () => opened(votes({ kind: 'ranked', options: 5, lo: 0, hi: 5 }, combined(list, new Map([[1, D]]), 1)?.points ?? [])).votes.length === n);
