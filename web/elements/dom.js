// Building the page out of nodes. Text only ever becomes text: nothing here reads HTML (web §4).

/** @typedef {Node|string|number|null|undefined|false|readonly Child[]} Child */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {Element} element @param {Record<string, any>} props @param {readonly Child[]} children */
function dress(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') /** @type {any} */ (element).data = value;
    else if (name === 'value' || name === 'checked') /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** @param {readonly Child[]} children @returns {(Node|string)[]} */
export const nodes = (children) => children.flatMap((c) =>
  c === null || c === undefined || c === false ? [] : Array.isArray(c) ? nodes(c) : [c instanceof Node ? c : String(c)]);

/** An element. `on…` props are listeners, `data` is what a screen shows.
 * @template {keyof HTMLElementTagNameMap} K @param {K|string} tag @param {Record<string, any>} [props] @param {...Child} children @returns {HTMLElementTagNameMap[K]}
 */
export const h = (tag, props = {}, ...children) =>
  /** @type {any} */ (dress(document.createElement(tag), props, children));

/** @param {string} tag @param {Record<string, any>} [props] @param {...Child} children */
export const svg = (tag, props = {}, ...children) => dress(document.createElementNS(SVG, tag), props, children);

/** A part of a page: it is given data and tells what people do. */
export class Screen extends HTMLElement {
  #data = /** @type {any} */ (undefined);

  set data(value) {
    this.#data = value;
    if (this.isConnected) this.draw();
  }

  get data() { return this.#data; }

  connectedCallback() { this.draw(); }

  draw() { this.replaceChildren(...nodes(this.view(this.#data))); }

  /** @param {any} _data @returns {readonly Child[]} */
  view(_data) { return []; }

  /** @param {string} name @param {any} [detail] */
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true })); }
}

/** Leaves a file with its owner. @param {string} name @param {string|Uint8Array} content @param {string} [type] */
export function saveFile(name, content, type = 'application/octet-stream') {
  const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (content)], { type }));
  const a = h('a', { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {string} text @returns {Promise<boolean>} */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Lets the page breathe between slices of long work. */
export const rest = () => new Promise((resolve) => setTimeout(resolve, 0));
