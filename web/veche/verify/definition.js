// record §4: what a definition must meet beyond its form. Written from the chapter; what a ranked rule says to its parameters is the Java engine's to judge.
import { isLimited, rankings } from '../election/contest.js';

/** @typedef {import('../election/draft.js').Draft} Draft */
/** @typedef {import('../election/draft.js').Question} Question */

const RULES = ['define', 'open', 'amend', 'release', 'extend', 'close', 'annul', 'certify'];
export const RANKED_RULES = new Set(['scottish-stv', 'wigm', 'wigm-prf', 'cfer-wigm', 'minneapolis-stv', 'meek', 'warren', 'meek-prf', 'qpq', 'irv',
  'sequential-irv', 'bottoms-up', 'stv-fractional', 'stv-dynamic-quota', 'plurality', 'bucklin', 'schulze', 'ranked-pairs', 'minimax', 'copeland',
  'kemeny-young', 'smith-irv', 'benham', 'tideman-alternative', 'coombs', 'baldwin', 'nanson', 'black', 'ranked-robin']);
/** Rules that elect one, whatever a definition says. */
const ONE_SEAT = new Set(['irv', 'coombs', 'smith-irv', 'benham', 'tideman-alternative', 'baldwin', 'nanson', 'black', 'ranked-robin']);
const ID = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, LARGEST_BALLOT = 48 * 1024, MOST_OPTIONS = 500;

/** counting §7: how many seats a group takes. @typedef {{name: string, members: number[], least: number, most: number}} Group */

/** One constraint of a contest, or why it is none. @param {string} text @param {Question} q @returns {Group|string} */
function group(text, q) {
  const found = /^\s*([^:]{1,100}?)\s*:\s*(?:at least (\d{1,3}%?))?\s*,?\s*(?:at most (\d{1,3}%?))?\s+of\s+(body\s+)?(.+?)\s*$/.exec(text);
  if (!found || (found[2] === undefined && found[3] === undefined)) return `expected "name: at least 1, at most 30% of id, id" or "... of body id", found "${text}"`;
  const [, name, low, high, ofBody, who] = found;
  /** @type {number[]} */ let members = [];
  if (ofBody) members = q.options.flatMap((o, j) => (o.body === who ? [j] : []));
  else {
    for (const id of who.split(/\s*,\s*/)) {
      const j = q.options.findIndex((o) => o.id === id);
      if (j < 0) return `${name}: no such option ${id}`;
      if (members.includes(j)) return `${name}: ${id} stands twice`;
      members.push(j);
    }
  }
  if (members.length === 0) return `${name}: no option was put forward by ${who}`;
  members.sort((a, b) => a - b);
  const seats = (/** @type {string} */ bound, /** @type {(n: number) => number} */ round) =>
    (bound.endsWith('%') ? (Number(bound.slice(0, -1)) > 100 ? NaN : round((Number(bound.slice(0, -1)) * q.seats) / 100)) : Number(bound));
  const least = low === undefined ? 0 : seats(low, Math.ceil), most = high === undefined ? q.seats : seats(high, Math.floor);
  if (Number.isNaN(least) || Number.isNaN(most)) return `${name}: more than all seats`;
  if (least > most) return `${name}: at least ${least} and at most ${most} exclude one another`;
  return { name, members, least, most };
}

/** The groups of a contest whose definition stands. @param {Question} q @returns {Group[]} */
export const groups = (q) => q.constraints.flatMap((text) => {
  const one = group(text, q);
  return typeof one === 'string' ? [] : [one];
});

/** record §8 Pattern risk. @param {Draft} draft */
export function patternRisk(draft) {
  const log2 = (/** @type {bigint} */ n) => {
    const tenths = (n ** 10n).toString(2).length - 1;
    return `${Math.floor(tenths / 10)}.${tenths % 10}`;
  };
  const voters = draft.expectedTurnout > 1n ? draft.expectedTurnout : 1n;
  return draft.contests.filter((q) => q.kind === 'ranked').map((q) => {
    const all = rankings({ options: q.options.length, lo: q.lo, hi: q.hi });
    return `${q.id}: 2^${log2(all)} rankings, 2^${log2(voters)} voters, a ranking ${all > voters ? 'can mark a voter' : 'hides in the crowd'}`;
  }).join('\n');
}

/** The size of the largest ballot leaf that these contests allow (protocol §15 lines 19 to 23). @param {Draft} draft */
function largestBallot({ contests }) {
  const leaf = 134 + 146;
  return contests.reduce((sum, { kind, options, lo, hi }) => {
    if (kind === 'ranked') return sum + 160;
    const m = options.length, branches = hi - lo + 1;
    const range = lo === 0 && hi === m ? 0 : branches * 68 + (2 * branches - 1) * 33;
    return sum + 42 + m * 68 + m * 240 + range;
  }, leaf);
}

/** What is wrong with a definition, each as `path: sentence`; nothing where bodies may sign it. @param {Draft} draft @returns {string[]} */
export function flaws(draft) {
  /** @type {string[]} */ const out = [];
  const demand = (/** @type {boolean} */ holds, /** @type {string} */ path, /** @type {string} */ why) => {
    if (!holds) out.push(`${path}: ${why}`);
  };
  const once = (/** @type {string[]} */ names, /** @type {string} */ path) =>
    names.forEach((name, i) => demand(names.indexOf(name) === i, `${path}[${i}]`, `stands twice: ${name}`));
  const words = (/** @type {ReadonlyMap<string, string>} */ texts, /** @type {string} */ path, /** @type {number} */ longest, /** @type {boolean} */ needed) => {
    demand([...texts.keys()].join() === draft.languages.join(), path, `expected a text in each of ${draft.languages}, in this order`);
    for (const [language, text] of texts) {
      demand([...text].length <= longest, `${path}.${language}`, `expected at most ${longest} characters`);
      demand(!needed || text.trim() !== '', `${path}.${language}`, 'expected a text');
      demand(!/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(text), `${path}.${language}`, 'control characters are not allowed');
      demand(text.normalize('NFC') === text, `${path}.${language}`, 'expected NFC');
    }
  };
  const key = (/** @type {string} */ vkey, /** @type {string} */ name, /** @type {string} */ path) => demand(vkey.startsWith(`${name}+`), path, `expected a key named ${name}`);

  demand(/^[a-z2-7]{10}$/.test(draft.slug), 'slug', 'expected 10 Base32 letters');
  const host = draft.origin.endsWith(`/e/${draft.slug}`) ? draft.origin.slice(0, -3 - draft.slug.length) : '';
  demand(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/.test(host), 'origin', 'expected <host>/e/<slug>');
  demand(draft.languages.length > 0 && draft.languages.every((l) => /^[a-z]{2,3}$/.test(l)), 'languages', 'expected at least one language');
  once(draft.languages, 'languages');
  words(draft.title, 'title', 500, true);
  words(draft.text, 'text', 5_000, false);

  const bodies = draft.bodies.map((b) => b.id), n = bodies.length;
  demand(n >= 2, 'bodies', 'expected at least two equal bodies');
  once(bodies, 'bodies');
  once(draft.bodies.map((b) => b.vkey), 'bodies');
  draft.bodies.forEach((b, i) => {
    demand(ID.test(b.id), `bodies[${i}].id`, 'expected 1 to 32 of a-z, 0-9 and -');
    words(b.names, `bodies[${i}].names`, 500, true);
    key(b.vkey, b.id, `bodies[${i}].vkey`);
  });
  key(draft.log, draft.origin, 'log');
  for (const act of RULES) {
    const k = draft.rules.get(act);
    demand(k !== undefined, `rules.${act}`, 'expected a number of signatures');
    demand(k === undefined || (k <= n && 2 * k > n), `rules.${act}`, `expected more than half of the bodies and at most ${n}`);
  }
  for (const act of draft.rules.keys()) demand(RULES.includes(act), `rules.${act}`, 'no such rule');

  const trustees = draft.trustees.length;
  demand(2 * draft.t > trustees && draft.t < trustees, 't', `expected n/2 < t < n, n = ${trustees}`);
  demand(draft.lambda >= draft.t && draft.lambda <= trustees, 'lambda', 'expected between t and n, the number of trustees');
  once(draft.trustees.map((x) => x.vkey), 'trustees');
  once(draft.trustees.map((x) => x.body), 'trustees');
  draft.trustees.forEach((x, i) => {
    demand(x.index === i + 1, `trustees[${i}].index`, `expected the index ${i + 1}`);
    demand(bodies.includes(x.body), `trustees[${i}].body`, 'no such body');
    key(x.vkey, `${x.body}/trustee`, `trustees[${i}].vkey`);
  });
  demand(draft.registrars.length > 0, 'registrars', 'expected at least one registrar');
  once(draft.registrars.map((r) => r.vkey), 'registrars');
  draft.registrars.forEach((r, i) => {
    demand(bodies.includes(r.body), `registrars[${i}].body`, 'no such body');
    key(r.vkey, `${r.body}/registrar`, `registrars[${i}].vkey`);
  });
  demand(draft.rollMode === 'simple', 'rollMode', 'expected simple: blind issuance is not built yet');

  demand(draft.contests.length > 0, 'contests', 'expected at least one contest');
  once(draft.contests.map((q) => q.id), 'contests');
  draft.contests.forEach((q, i) => {
    const at = `contests[${i}]`, m = q.options.length;
    demand(ID.test(q.id), `${at}.id`, 'expected 1 to 32 of a-z, 0-9 and -');
    demand(m >= 1 && m <= MOST_OPTIONS, `${at}.options`, `expected 1 to ${MOST_OPTIONS}`);
    demand(q.lot === 'drawn-order' || q.lot === 'trustee-seed', `${at}.lot`, 'expected one of drawn-order, trustee-seed');
    words(q.titles, `${at}.titles`, 500, true);
    q.options.forEach((o, j) => {
      demand(ID.test(o.id), `${at}.options[${j}].id`, 'expected 1 to 32 of a-z, 0-9 and -');
      words(o.names, `${at}.options[${j}].names`, 500, true);
      words(o.texts, `${at}.options[${j}].texts`, 5_000, false);
      demand(o.body === '' || bodies.includes(o.body), `${at}.options[${j}].body`, 'no such body');
    });
    demand(q.hi >= 1, `${at}.hi`, 'expected at least 1');
    demand(q.blank === (q.lo === 0), `${at}.blank`, 'a blank answer is possible exactly when lo is 0; make "none of these" an option instead');
    for (const t of q.thresholds)
      demand(t.q >= 1n && t.q <= 1_000_000n && t.p <= t.q, `${at}.thresholds`, 'expected 0 to q, q from 1 to 1000000');
    if (q.kind === 'approval') {
      demand(!isLimited({ kind: q.kind, options: m, lo: q.lo, hi: q.hi }) || q.hi - q.lo <= 32, `${at}.hi`, 'expected hi - lo up to 32, or no limit at all');
      demand(q.rule === 'approval' || q.rule === 'endorse', `${at}.rule`, 'expected approval or endorse');
      if (q.rule === 'endorse') {
        demand(q.seats === 0, `${at}.seats`, 'expected 0: options are endorsed one by one');
        demand(q.thresholds.length > 0, `${at}.thresholds`, 'expected at least one');
        demand(q.constraints.length === 0, `${at}.constraints`, 'this rule has none');
      }
      demand(q.parameters.size === 0, `${at}.parameters`, 'this rule has none');
    } else {
      demand(RANKED_RULES.has(q.rule), `${at}.rule`, `expected one of ${[...RANKED_RULES].sort().join(', ')}`);
      demand(q.seats <= 1 || !ONE_SEAT.has(q.rule), `${at}.seats`, 'expected 1: so many this rule elects');
      demand(q.thresholds.length === 0, `${at}.thresholds`, 'a ranked contest has none');
    }
    if (q.rule !== 'endorse') {
      demand(q.seats >= 1 && q.seats <= m, `${at}.seats`, 'expected between 1 and the number of options');
      demand(q.constraints.length === 0 || q.thresholds.length === 0, `${at}.constraints`, 'a contest has constraints or thresholds, not both');
      for (const text of q.constraints) {
        const one = group(text, q);
        if (typeof one === 'string') demand(false, `${at}.constraints`, one);
      }
      const all = groups(q), placed = all.flatMap((g) => g.members);
      demand(new Set(placed).size === placed.length, `${at}.constraints`, 'an option stands in two groups; groups must not overlap');
      for (const g of all) demand(g.least <= g.members.length, `${at}.constraints`, `${g.name}: at least ${g.least} of ${g.members.length} options`);
      const least = all.reduce((s, g) => s + g.least, 0), most = all.reduce((s, g) => s + Math.min(g.most, g.members.length), m - placed.length);
      demand(all.length === 0 || (least <= q.seats && most >= q.seats), `${at}.constraints`, `the groups cannot share ${q.seats} seats`);
    }
    demand(q.roll === 'all', `${at}.roll`, 'expected all: a roll per body is not built yet');
  });
  demand(largestBallot(draft) <= LARGEST_BALLOT, 'contests', `a ballot would take more than ${LARGEST_BALLOT} bytes`);
  if (draft.contests.some((q) => q.kind === 'ranked')) {
    demand(draft.minCount >= 2n, 'minCount', 'expected at least 2 where a contest is ranked');
    demand(draft.expectedTurnout >= 1n, 'expectedTurnout', 'expected at least 1');
  }
  if (out.length === 0) demand(draft.patternRisk === patternRisk(draft), 'patternRisk', `expected: ${patternRisk(draft)}`);
  demand(draft.opensAt < draft.closesAt, 'closesAt', 'expected later than opensAt');
  demand(draft.closesAt <= draft.mixDeadline, 'mixDeadline', 'expected closesAt or later');
  demand(draft.minCount >= 1n, 'minCount', 'expected at least 1');
  demand(draft.disputeDays <= 3650 && draft.answerDays <= 3650, 'disputeDays', 'expected at most 3650');
  if (draft.kind === 'real') {
    demand(draft.minCount >= 2n, 'minCount', 'expected at least 2 in a real election');
    demand(draft.disputeDays >= 1, 'disputeDays', 'expected at least 1 in a real election');
  }
  return out;
}
