/** Reads and writes elements of DER (X.690, 10.1), strictly: lengths are in their shortest form, and end where they say. */

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  /** [3] EXPLICIT: the extensions of a certificate. */
  extensions: 0xa3,
} as const;

/** An element: its content, and what follows it. */
export type DerElement = { readonly tag: number; readonly content: Uint8Array; readonly rest: Uint8Array };

/** The first element. Lengths have up to three bytes, which is more than a certificate may have (X.690, 8.1.3). Error: RangeError. */
export function derElement(bytes: Uint8Array): DerElement {
  const [tag = 0, first = 0xff] = bytes;
  const width = first < 0x80 ? 0 : first - 0x80;
  if (bytes.length < 2 + width || (first >= 0x80 && (width < 1 || width > 3))) throw new RangeError('length');
  const length = width === 0 ? first : Buffer.from(bytes.subarray(2, 2 + width)).readUIntBE(0, width);
  const isShortest = width === 0 || (length >= 0x80 && length >= 2 ** (8 * (width - 1)));
  const end = 2 + width + length;
  if (!isShortest || end > bytes.length) throw new RangeError('length');
  return { tag, content: bytes.subarray(2 + width, end), rest: bytes.subarray(end) };
}

/** All elements. Error: RangeError. */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const found: DerElement[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = derElement(rest);
    found.push(next);
    rest = next.rest;
  }
  return found;
}

/** The content of the one element of this tag that `bytes` are. Error: RangeError. */
export function onlyDerElement(bytes: Uint8Array, tag: number): Uint8Array {
  const found = derElement(bytes);
  if (found.tag !== tag || found.rest.length > 0) throw new RangeError('element');
  return found.content;
}

/** An element of less than 64 KiB. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...head), content]);
}
