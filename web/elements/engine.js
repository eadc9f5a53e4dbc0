// Everything heavy behind one door: pages show their first screen before this is loaded.
export * as audit from '../veche/ballot/audit.js';
export * as chain from '../veche/ballot/chain.js';
export * as challenge from '../veche/ballot/challenge.js';
export * as sealer from '../veche/ballot/seal.js';
export * as contest from '../veche/election/contest.js';
export * as draft from '../veche/election/draft.js';
export * as board from '../veche/record/board.js';
export * as deposit from '../veche/record/deposit.js';
export * as result from '../veche/record/result.js';
export * as receipt from '../veche/log/receipt.js';
export * as merkle from '../veche/log/merkle.js';
export * as enrol from '../veche/roll/enrol.js';
export * as key from '../veche/roll/key.js';
export * as p256 from '../veche/crypto/p256.js';
export * as note from '../veche/crypto/note.js';
export * as words from '../veche/crypto/words.js';
export * as wire from '../veche/wire.js';
