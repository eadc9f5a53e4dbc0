// A number people compare by eye: groups of four letters, beside the same as a QR code.
import { encode } from '../vendor/uqr/index.js';
import { Screen, h, svg } from './dom.js';
import { t } from './words.js';

/** @param {string} letters */
export const groups = (letters) => letters.match(/.{1,4}/g) ?? [];

/** @param {string} text @param {string} label what it holds, for those who do not see it */
export function qr(text, label) {
  const { data, size } = encode(text, { ecc: 'L', border: 4 });
  const d = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return svg('svg', { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    svg('rect', { width: size, height: size, class: 'qr-paper' }), svg('path', { d, class: 'qr-ink' }));
}

/** data: {letters, label, scan} */
class Code extends Screen {
  /** @param {any} data */
  view({ letters, label, scan = letters }) {
    return [
      letters && h('div', { class: 'groups', role: 'group', 'aria-label': label },
        groups(letters).map((g) => h('span', { class: 'group' }, g))),
      qr(scan, t('code.qr', { label })),
    ];
  }
}

customElements.define('v-code', Code);
