// record §9: why the rules refuse an entry. Thrown inside the fold, a value outside of it.

/** @typedef {import('../ballot/check.js').Reason|'wrong-phase'|'unsupported'|'stale-serial'|'too-few-signatures'|'unknown-key'|'conflict'|'not-found'|'rate-limited'} Code */

export class Refused extends Error {
  /** @param {Code} code @param {string} detail @param {string} [check] the one it speaks against, where the code does not tell */
  constructor(code, detail, check) {
    super(`${code} (${detail})`);
    this.code = code;
    this.detail = detail;
    this.check = check;
  }
}

/** @param {Code} code @param {string} detail @param {string} [check] @returns {never} */
export function no(code, detail, check) {
  throw new Refused(code, detail, check);
}
