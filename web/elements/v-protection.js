// What the system protects and what it cannot: protocol §14's words for voters, no stronger claims than these.
import { h } from './dom.js';
import { t } from './words.js';

/** @param {number} needed trustees @param {number} of how many */
export const words = (needed, of) => h('details', { class: 'why' }, h('summary', {}, t('protection.title')),
  ['protection.one', 'protection.two', 'protection.three', 'protection.four', 'protection.five'].map((key) => h('p', {}, t(key, { t: needed, n: of }))));
