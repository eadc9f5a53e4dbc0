// A bundle's zip as the server writes it: stored, no comment; for tests, which trust their own files.
import { readFileSync } from 'node:fs';

/** @returns {Map<string, Uint8Array>} */
export function readZip(path) {
  const zip = readFileSync(path), out = new Map();
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const size = zip.readUInt32LE(at + 24), name = zip.readUInt16LE(at + 28), extra = zip.readUInt16LE(at + 30), comment = zip.readUInt16LE(at + 32), file = zip.readUInt32LE(at + 42);
    const data = file + 30 + zip.readUInt16LE(file + 26) + zip.readUInt16LE(file + 28);
    out.set(zip.toString('utf8', at + 46, at + 46 + name), new Uint8Array(zip.subarray(data, data + size)));
    at += 46 + name + extra + comment;
  }
  return out;
}
