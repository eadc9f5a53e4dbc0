// The one encoding (protocol §1): what is hashed, signed, sent and logged are ENC bytes.

/**
 * @typedef {{kind: 'bytes', value: Uint8Array}} BytesValue
 * @typedef {{kind: 'text', value: string}} TextValue
 * @typedef {{kind: 'uint', value: bigint}} UintValue
 * @typedef {{kind: 'point', value: WirePoint}} PointValue
 * @typedef {{kind: 'scalar', value: bigint}} ScalarValue
 * @typedef {{kind: 'list', value: readonly Value[]}} ListValue
 * @typedef {BytesValue|TextValue|UintValue|PointValue|ScalarValue|ListValue} Value
 */

/** Input that is not what the specification says. `reason` is for people and for tests. */
export class Malformed extends Error {
  /** @param {string} reason @param {string} [detail] */
  constructor(reason, detail) {
    super(detail ? `${reason}: ${detail}` : reason);
    this.name = 'Malformed';
    this.reason = reason;
  }
}

// ---- values: what can be encoded is checked when it is made ----

/** @param {Uint8Array} value @returns {BytesValue} */
export function bytes(value) {
  if (!(value instanceof Uint8Array)) throw new Malformed('not-bytes');
  return { kind: 'bytes', value };
}

/** A writer brings text to NFC; a parser never does (protocol §15 line 3). @param {string} value @returns {TextValue} */
export function text(value) {
  if (/\p{Surrogate}/u.test(value)) throw new Malformed('not-utf8', 'a surrogate stands alone');
  return { kind: 'text', value: value.normalize('NFC') };
}

/** @param {bigint|number} value @returns {UintValue} */
export function uint(value) {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Malformed('uint-range');
  const n = BigInt(value);
  if (n < 0n || n >= 1n << 64n) throw new Malformed('uint-range', String(n));
  return { kind: 'uint', value: n };
}

/** @param {WirePoint} value @returns {PointValue} */
export function point(value) {
  if (!(value instanceof WirePoint)) throw new Malformed('not-a-point');
  return { kind: 'point', value };
}

/** @param {bigint} value @returns {ScalarValue} */
export function scalar(value) {
  if (value < 0n || value >= ORDER) throw new Malformed('scalar-range');
  return { kind: 'scalar', value };
}

/** @param {readonly Value[]} value @returns {ListValue} */
export function list(value) {
  return { kind: 'list', value };
}

// ---- encoding and strict parsing ----

const LIST_DEPTH = 16;
const TAG = { bytes: 1, text: 2, uint: 3, point: 4, scalar: 5, list: 6 };

/** protocol §1 ENC. @param {...Value} values several values are encoded one after the other @returns {Uint8Array} */
export function encode(...values) {
  /** @type {Uint8Array[]} */
  const out = [];
  for (const value of values) write(value, out);
  return joined(out);
}

/** @param {Value} v @param {Uint8Array[]} out */
function write(v, out) {
  switch (v.kind) {
    case 'bytes': out.push(head(TAG.bytes, v.value.length), v.value); break;
    case 'text': {
      const utf8 = new TextEncoder().encode(v.value);
      out.push(head(TAG.text, utf8.length), utf8);
      break;
    }
    case 'uint': {
      const b = new Uint8Array(9);
      b[0] = TAG.uint;
      new DataView(b.buffer).setBigUint64(1, v.value);
      out.push(b);
      break;
    }
    case 'point': out.push(Uint8Array.of(TAG.point), v.value.bytes); break;
    case 'scalar': out.push(Uint8Array.of(TAG.scalar), encodeScalar(v.value)); break;
    case 'list':
      out.push(head(TAG.list, v.value.length));
      for (const item of v.value) write(item, out);
  }
}

/** @param {number} tag @param {number} length */
function head(tag, length) {
  const b = new Uint8Array(5);
  b[0] = tag;
  new DataView(b.buffer).setUint32(1, length);
  return b;
}

/** One value and nothing after it; embedded points and scalars are checked. @param {Uint8Array} encoded @returns {Value} */
export function parse(encoded) {
  const reader = new Parser(encoded);
  const value = reader.value(0);
  if (reader.left !== 0) throw new Malformed('trailing-bytes');
  return value;
}

class Parser {
  /** @param {Uint8Array} encoded */
  constructor(encoded) {
    this.encoded = encoded;
    this.view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
    this.at = 0;
  }

  get left() { return this.encoded.length - this.at; }

  /** @param {number} n */
  take(n) {
    if (n > this.left) throw new Malformed('truncated');
    this.at += n;
    return this.encoded.slice(this.at - n, this.at);
  }

  length() {
    if (this.left < 4) throw new Malformed('truncated');
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  /** @param {number} depth of the lists around this value @returns {Value} */
  value(depth) {
    const tag = this.take(1)[0];
    switch (tag) {
      case TAG.bytes: return { kind: 'bytes', value: this.take(this.length()) };
      case TAG.text: return { kind: 'text', value: utf8(this.take(this.length())) };
      case TAG.uint: {
        if (this.left < 8) throw new Malformed('truncated');
        this.at += 8;
        return { kind: 'uint', value: this.view.getBigUint64(this.at - 8) };
      }
      case TAG.point: return { kind: 'point', value: WirePoint.decode(this.take(33)) };
      case TAG.scalar: return { kind: 'scalar', value: decodeScalar(this.take(32)) };
      case TAG.list: {
        if (depth === LIST_DEPTH) throw new Malformed('too-deep');
        const count = this.length();
        // The smallest value is five bytes; a count that cannot fit is refused before anything is made.
        if (count * 5 > this.left) throw new Malformed('truncated');
        /** @type {Value[]} */
        const items = [];
        for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
        return { kind: 'list', value: items };
      }
      default: throw new Malformed('unknown-type', String(tag));
    }
  }
}

/** @param {Uint8Array} b */
function utf8(b) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(b);
  } catch {
    throw new Malformed('not-utf8');
  }
}

/** Reads the items of a list in order; each step says what must stand there. */
export class Fields {
  /** @param {Value} value @param {number} [count] the exact number of items */
  constructor(value, count) {
    if (value.kind !== 'list') throw new Malformed('not-a-list', value.kind);
    if (count !== undefined && value.value.length !== count)
      throw new Malformed('wrong-count', `${value.value.length} items, not ${count}`);
    this.items = value.value;
    this.at = 0;
  }

  get left() { return this.items.length - this.at; }

  /** @returns {Value} */
  next() {
    if (this.at === this.items.length) throw new Malformed('missing-item');
    return this.items[this.at++];
  }

  /** @param {number} [length] */
  bytes(length) {
    const v = this.next();
    if (v.kind !== 'bytes') throw new Malformed('wrong-type', `${v.kind}, not bytes`);
    if (length !== undefined && v.value.length !== length)
      throw new Malformed('wrong-length', `${v.value.length} bytes, not ${length}`);
    return v.value;
  }

  /** @param {string} [expected] */
  text(expected) {
    const v = this.next();
    if (v.kind !== 'text') throw new Malformed('wrong-type', `${v.kind}, not text`);
    if (expected !== undefined && v.value !== expected) throw new Malformed('wrong-text', expected);
    return v.value;
  }

  /** @param {bigint|number} [expected] */
  uint(expected) {
    const v = this.next();
    if (v.kind !== 'uint') throw new Malformed('wrong-type', `${v.kind}, not uint`);
    if (expected !== undefined && v.value !== BigInt(expected))
      throw new Malformed('wrong-uint', `${v.value}, not ${expected}`);
    return v.value;
  }

  point() {
    const v = this.next();
    if (v.kind !== 'point') throw new Malformed('wrong-type', `${v.kind}, not point`);
    return v.value;
  }

  scalar() {
    const v = this.next();
    if (v.kind !== 'scalar') throw new Malformed('wrong-type', `${v.kind}, not scalar`);
    return v.value;
  }

  /** @param {number} [count] */
  list(count) {
    const v = this.next();
    if (v.kind !== 'list') throw new Malformed('wrong-type', `${v.kind}, not list`);
    return new Fields(v, count);
  }

  end() {
    if (this.left !== 0) throw new Malformed('surplus-item');
  }
}

// ---- points and scalars as bytes: the curve equation only, the group is a floor higher ----

/** p, the field of P-256. */
export const FIELD = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
/** q, the order of P-256. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** A point of P-256 other than the identity, with its only encoding. */
export class WirePoint {
  /** @param {bigint} x @param {bigint} y @param {Uint8Array} encoded @private use decode or of */
  constructor(x, y, encoded) {
    this.x = x;
    this.y = y;
    this.bytes = encoded;
    Object.freeze(this);
  }

  /** protocol §1 Point, in the order of checks given there. @param {Uint8Array} encoded */
  static decode(encoded) {
    if (encoded.length !== 33) throw new Malformed('point-length');
    if (encoded[0] !== 2 && encoded[0] !== 3) throw new Malformed('point-prefix');
    const x = toBigInt(encoded.subarray(1));
    if (x >= FIELD) throw new Malformed('point-x-range');
    const root = squareRoot(curve(x));
    if (root === undefined) throw new Malformed('point-not-on-curve');
    const odd = encoded[0] === 3;
    return new WirePoint(x, ((root & 1n) === 1n) === odd ? root : FIELD - root, encoded.slice());
  }

  /** Both in the field, and y² = x³ − 3x + b. @param {{x: bigint, y: bigint}} at */
  static isOnCurve({ x, y }) {
    return x >= 0n && x < FIELD && y >= 0n && y < FIELD && (y * y) % FIELD === curve(x);
  }

  /** The point of this x with the smaller y, if there is one other than zero (protocol §10). @param {bigint} x @returns {{x: bigint, y: bigint}|undefined} */
  static lower(x) {
    const root = squareRoot(curve(x));
    return root ? { x, y: root < FIELD - root ? root : FIELD - root } : undefined;
  }

  /** From coordinates that a computation in the group gave. @param {bigint} x @param {bigint} y */
  static of(x, y) {
    if (!WirePoint.isOnCurve({ x, y })) throw new Malformed('point-not-on-curve');
    return new WirePoint(x, y, concat(Uint8Array.of((y & 1n) === 1n ? 3 : 2), fromBigInt(x, 32)));
  }
}

/** x³ − 3x + b @param {bigint} x */
function curve(x) {
  const y2 = (x * x * x - 3n * x + B) % FIELD;
  return y2 < 0n ? y2 + FIELD : y2;
}

/** a^((p+1)/4), (p+1)/4 = 2²⁵⁴ − 2²²² + 2¹⁹⁰ + 2⁹⁴. @param {bigint} a @returns {bigint|undefined} */
function squareRoot(a) {
  const times = (/** @type {bigint} */ v, /** @type {number} */ n) => {
    for (let i = 0; i < n; i++) v = (v * v) % FIELD;
    return v;
  };
  let ones = a; // a^(2^k − 1) for k = 1, 2, 4, 8, 16, 32
  for (let k = 1; k < 32; k *= 2) ones = (times(ones, k) * ones) % FIELD;
  // ((2³² − 1)·2³² + 1)·2⁹⁶ + 1)·2⁹⁴
  let r = (times(ones, 32) * a) % FIELD;
  r = times((times(r, 96) * a) % FIELD, 94);
  return (r * r) % FIELD === a ? r : undefined;
}

/** protocol §1 Scalar: 32 bytes, value below q; zero is a value. @param {Uint8Array} encoded */
export function decodeScalar(encoded) {
  if (encoded.length !== 32) throw new Malformed('scalar-length');
  const k = toBigInt(encoded);
  if (k >= ORDER) throw new Malformed('scalar-range');
  return k;
}

/** @param {bigint} k */
export function encodeScalar(k) {
  if (k < 0n || k >= ORDER) throw new Malformed('scalar-range');
  return fromBigInt(k, 32);
}

// ---- bytes ----

/** @param {...Uint8Array} parts */
export const concat = (...parts) => joined(parts);

/** However many: a long list must not become a list of arguments. @param {readonly Uint8Array[]} parts */
export function joined(parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** @param {Uint8Array} b big-endian */
export function toBigInt(b) {
  return b.length === 0 ? 0n : BigInt('0x' + hex(b));
}

/** @param {bigint} n @param {number} length */
export function fromBigInt(n, length) {
  if (n < 0n || n >> BigInt(8 * length)) throw new Malformed('too-large');
  return unhex(n.toString(16).padStart(2 * length, '0'));
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** @param {Uint8Array} b */
export function hex(b) {
  let s = '';
  for (const byte of b) s += HEX[byte];
  return s;
}

/** Lower case only: one spelling. @param {string} s */
export function unhex(s) {
  if (s.length % 2 || !/^[0-9a-f]*$/.test(s)) throw new Malformed('not-hex');
  const b = new Uint8Array(s.length / 2);
  for (let i = 0; i < b.length; i++) b[i] = parseInt(s.slice(2 * i, 2 * i + 2), 16);
  return b;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding. @param {Uint8Array} b */
export function base32(b) {
  let out = '', bits = 0, held = 0;
  for (const byte of b) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += BASE32[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits ? out + BASE32[(held << (5 - bits)) & 31] : out;
}

/** Upper case, no padding, and the unused bits zero: one spelling. @param {string} s */
export function unbase32(s) {
  const out = new Uint8Array(Math.floor((s.length * 5) / 8));
  let bits = 0, held = 0, at = 0;
  for (const letter of s) {
    const v = BASE32.indexOf(letter);
    if (v < 0) throw new Malformed('not-base32');
    held = (held << 5) | v;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = held >>> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (bits >= 5 || held !== 0) throw new Malformed('not-base32');
  return out;
}

/** RFC 4648 §4, padded. @param {Uint8Array} b */
export function base64(b) {
  let s = '';
  for (const byte of b) s += String.fromCharCode(byte);
  return btoa(s);
}

/** Padded, and the one spelling of its bytes. @param {string} s */
export function unbase64(s) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(s) || s.length % 4) throw new Malformed('not-base64');
  const b = Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
  if (base64(b) !== s) throw new Malformed('not-base64');
  return b;
}

/** @param {string} s */
export const utf8Bytes = (s) => new TextEncoder().encode(s);
