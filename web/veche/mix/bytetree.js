// Verificatum's byte trees (protocol §10, §15 line 30): leaf 01‖u32 len‖data, node 00‖u32 count‖children. One form, read from the front, nothing allocated that was not there.
import { FIELD, Malformed, ORDER, WirePoint, concat, fromBigInt, toBigInt } from '../wire.js';

/** @typedef {import('../crypto/msm.js').Affine} Affine */
/** Columns of ciphertexts: A[k][i] and B[k][i] of row i. @typedef {{size: number, width: number, A: Affine[][], B: Affine[][]}} Rows */

const LEAF = 1, NODE = 0;
/** Two's complement of p and of q takes a 33rd byte. */
const WIDE = 33;
/** A node of two such leaves. */
const POINT = 5 + 2 * (5 + WIDE);

/** The reasons that speak of a point, not of the form around it. */
export const ELEMENT = /^(identity|coordinate-range|point-not-on-curve)/;

/** Reads one tree; every step says what must stand there, so that a tree of another shape is Malformed with a reason. */
export class Reader {
  /** @param {Uint8Array} tree */
  constructor(tree) {
    this.tree = tree;
    this.view = new DataView(tree.buffer, tree.byteOffset, tree.byteLength);
    this.at = 0;
  }

  /** The length in a head. @param {number} type @param {string} otherwise */
  head(type, otherwise) {
    const { tree, at } = this;
    if (tree.length - at < 1) throw new Malformed('truncated');
    if (tree[at] !== LEAF && tree[at] !== NODE) throw new Malformed('byte-tree-type', String(tree[at]));
    if (tree.length - at < 5) throw new Malformed('truncated');
    if (tree[at] !== type) throw new Malformed(otherwise);
    this.at += 5;
    return this.view.getUint32(at + 1);
  }

  /** @param {number} count exactly so many children follow */
  node(count) {
    const found = this.head(NODE, 'shape');
    if (found !== count) throw new Malformed('shape', `${found} children, not ${count}`);
  }

  /** @param {number} length @param {string} otherwise */
  leaf(length, otherwise) {
    const found = this.head(LEAF, otherwise);
    if (found !== length) throw new Malformed(otherwise, `${found} bytes, not ${length}`);
    if (this.tree.length - this.at < length) throw new Malformed('truncated');
    this.at += length;
    return this.tree.subarray(this.at - length, this.at);
  }

  /** Below q, in 33 bytes; zero is a value. */
  scalar() {
    const k = toBigInt(this.leaf(WIDE, 'scalar-length'));
    if (k >= ORDER) throw new Malformed('scalar-range');
    return k;
  }

  /** On the curve and not the identity. @returns {Affine} */
  point() {
    this.node(2);
    const x = this.leaf(WIDE, 'coordinate-length'), y = this.leaf(WIDE, 'coordinate-length');
    if (x.every((b) => b === 0xff) && y.every((b) => b === 0xff)) throw new Malformed('identity');
    const at = { x: toBigInt(x), y: toBigInt(y) };
    if (at.x >= FIELD || at.y >= FIELD) throw new Malformed('coordinate-range');
    if (!WirePoint.isOnCurve(at)) throw new Malformed('point-not-on-curve');
    return at;
  }

  /** @template T @param {number} count @param {() => T} one @returns {T[]} */
  array(count, one) {
    this.node(count);
    const out = [];
    for (let i = 0; i < count; i++) out.push(one());
    return out;
  }

  /** A part for each column; with one column there is no node around it. @template T @param {number} width @param {() => T} one @returns {T[]} */
  columns(width, one) {
    return width === 1 ? [one()] : this.array(width, one);
  }

  end() {
    if (this.at !== this.tree.length) throw new Malformed('trailing-bytes');
  }
}

/** Reads the whole of a tree. @template T @param {Uint8Array} tree @param {(reader: Reader) => T} what @returns {T} */
export function reading(tree, what) {
  const reader = new Reader(tree), out = what(reader);
  reader.end();
  return out;
}

/** Points of a node. @param {Reader} r @param {number} size @returns {Affine[]} */
export const points = (r, size) => r.array(size, () => r.point());

/** A list of ciphertexts, exactly so many. @param {Uint8Array} tree @param {number} size @param {number} width @returns {Rows} */
export const readRows = (tree, size, width) => reading(tree, (r) => {
  r.node(2);
  const half = () => r.columns(width, () => points(r, size));
  return { size, width, A: half(), B: half() };
});

// ---- writing ----

/** @param {number} type @param {number} length */
function head(type, length) {
  const b = new Uint8Array(5);
  b[0] = type;
  new DataView(b.buffer).setUint32(1, length);
  return b;
}

/** @param {Uint8Array} data */
export const leaf = (data) => concat(head(LEAF, data.length), data);

/** @param {...Uint8Array} children */
export const node = (...children) => concat(head(NODE, children.length), ...children);

/** @param {bigint} k */
export const scalar = (k) => leaf(fromBigInt(k, WIDE));

/** @param {Affine} P */
export const point = ({ x, y }) => node(scalar(x), scalar(y));

/** @param {Affine[]} Ps */
export function array(Ps) {
  // As long as a list is, it must not become a list of arguments.
  const out = new Uint8Array(5 + Ps.length * POINT);
  out.set(head(NODE, Ps.length));
  Ps.forEach((P, i) => out.set(point(P), 5 + i * POINT));
  return out;
}

/** A part for each column. @param {Uint8Array[]} parts */
export const columns = (parts) => (parts.length === 1 ? parts[0] : node(...parts));

/** @param {Rows} rows */
export const writeRows = ({ A, B }) => node(columns(A.map(array)), columns(B.map(array)));
