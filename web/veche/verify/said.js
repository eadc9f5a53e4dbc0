// checks §1: what a check said, before it has its id.

/** @typedef {'pass'|'fail'|'not-applicable'|'not-checked'} Status */
/** @typedef {{status: Status, why: string, leaf?: number}} Said */

/** @param {string} why @returns {Said} */
export const pass = (why) => ({ status: 'pass', why });
/** @param {string} why @param {number} [leaf] @returns {Said} */
export const fail = (why, leaf) => ({ status: 'fail', why, ...(leaf === undefined ? {} : { leaf }) });
/** @param {string} why @returns {Said} */
export const notApplicable = (why) => ({ status: 'not-applicable', why });
/** @param {string} why @returns {Said} */
export const notChecked = (why) => ({ status: 'not-checked', why });

/** Takes a check's answer. @typedef {(id: string, check: () => Said|Promise<Said>) => Promise<void>} On */
