// What a voter marked, whatever the kind of question: nothing yet, what is missing, and how it reads.
import { h } from './dom.js';
import { own, t } from './words.js';

/** Fewest and most marks this question takes. @param {{lo: number, hi: number, blank: boolean}} question */
export const limits = ({ lo, hi, blank }) => ({ least: Math.max(lo, blank ? 0 : 1), most: hi });

/** @param {any} question */
export const isRanked = (question) => question.kind === 'ranked';

/** No mark: zeros for an approval question, an empty list for a ranking. @param {any} question @returns {number[]} */
export const unmarked = (question) => (isRanked(question) ? [] : question.options.map(() => 0));

/** How many marks. @param {any} question @param {readonly number[]} choice */
export const marked = (question, choice) => (isRanked(question) ? choice.length : choice.reduce((a, b) => a + b, 0));

/** What is missing or too much, or undefined. @param {any} question @param {readonly number[]} choice */
export function missing(question, choice) {
  const n = marked(question, choice), { least, most } = limits(question);
  return n < least ? least - n : n > most ? n - most : undefined;
}

/** The answer in words: a list, of a ranking with its places. @param {any} question @param {readonly number[]} order as drawn @param {readonly number[]} choice */
export function chosen(question, order, choice) {
  const options = isRanked(question) ? choice : order.filter((j) => choice[j] === 1);
  if (options.length === 0) return h('p', { class: 'nothing' }, t(isRanked(question) ? 'review.unranked' : 'review.blank'));
  return h(isRanked(question) ? 'ol' : 'ul', {}, options.map((j) => h('li', {}, own(question.options[j].names))));
}

/** Whether an order can give its voter away, by the line the bodies signed (record §8). @param {{patternRisk: string}} draft @param {{id: string}} question */
export const marks = ({ patternRisk }, { id }) => patternRisk.split('\n').some((line) => line.startsWith(`${id}: `) && line.endsWith('can mark a voter'));
