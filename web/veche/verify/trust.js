// record §8 Trust file: what an observer takes as given, got from people and never from the server.
import { parseVkey } from '../crypto/note.js';
import { parsePolicy } from '../log/policy.js';
import { Malformed } from '../wire.js';

/** @typedef {{policy: import('../log/policy.js').Policy, elections: Map<string, string>, bodies: Map<string, import('../crypto/note.js').Verifier>, certify: number}} Trust  elections: slug → cid in hex */

/** tlog-policy text and lines `election`, `body` and `rule certify`; any other line is Malformed. @param {string} text @returns {Trust} */
export function parseTrust(text) {
  /** @type {Map<string, string>} */ const elections = new Map();
  /** @type {Trust['bodies']} */ const bodies = new Map();
  let certify = 0;
  const rest = text.split('\n').map((line, i) => {
    const words = line.trim().split(/\s+/), bad = (/** @type {string} */ why) => new Malformed('trust', `line ${i + 1}: ${why}`);
    if (words[0] === 'election') {
      if (words.length !== 3 || !/^[0-9a-f]{64}$/.test(words[2]) || elections.has(words[1])) throw bad('expected election <slug> <sha256 of draft>, once each');
      elections.set(words[1], words[2]);
    } else if (words[0] === 'body') {
      if (words.length !== 3 || bodies.has(words[1])) throw bad('expected body <id> <vkey>, once each');
      bodies.set(words[1], parseVkey(words[2]));
    } else if (words[0] === 'rule') {
      if (words.length !== 3 || words[1] !== 'certify' || certify !== 0 || !/^[1-9][0-9]{0,3}$/.test(words[2])) throw bad('expected rule certify <k>, once');
      certify = Number(words[2]);
    } else return line;
    return '';
  });
  return { policy: parsePolicy(rest.join('\n')), elections, bodies, certify };
}
