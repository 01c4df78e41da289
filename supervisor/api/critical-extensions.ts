/**
 * What a certificate says of its own use that OpenSSL's interface in Node.js does not tell: which extensions are critical, and what its key may be used
 * for (RFC 5280, 4.1 and 4.2). Whoever does not know a critical extension has to refuse the certificate.
 *
 * The bytes are those that OpenSSL has read and whose signature it has checked. All the same they are read strictly: DER (X.690, 10.1) with lengths in
 * their shortest form, which end where the certificate does.
 */

/** Extensions that are acted on, as the bytes of their object identifiers, in hexadecimal: 2.5.29.15, .17, .19 and .37. */
const keyUsage = '551d0f';
const known = new Set([keyUsage, '551d11', '551d13', '551d25']);

const tags = { boolean: 0x01, bitString: 0x03, octets: 0x04, oid: 0x06, sequence: 0x30, extensions: 0xa3 };

/** An element: its content, and what follows it. */
type Element = { readonly tag: number; readonly content: Uint8Array; readonly rest: Uint8Array };

/** Why a certificate cannot be used to sign in TLS as far as its extensions go, half a sentence; undefined if it can. */
export function extensionFault(certificate: Uint8Array): string | undefined {
  try {
    return faultOf(certificate);
  } catch {
    return 'it is not in DER';
  }
}

/** Why an authority cannot be kept to what its certificate says; undefined if it can. Constraints of names, say, would have to be. */
export function authorityFault(certificate: Uint8Array): string | undefined {
  try {
    const stranger = extensionsOf(certificate).find(({ oid, isCritical }) => isCritical && !known.has(oid));
    return stranger === undefined ? undefined : strangerFault;
  } catch {
    return 'it is not in DER';
  }
}

const strangerFault = 'it has a critical extension that this node does not know';

function faultOf(certificate: Uint8Array): string | undefined {
  const extensions = extensionsOf(certificate);
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length)
    return 'it has an extension twice';
  for (const { oid, isCritical, value } of extensions) {
    if (isCritical && !known.has(oid)) return strangerFault;
    // The first bit is digitalSignature (RFC 5280, 4.2.1.3).
    if (oid === keyUsage && ((only(value, tags.bitString)[1] ?? 0) & 0x80) === 0)
      return 'its key is not for signing';
  }
  return undefined;
}

type Extension = { readonly oid: string; readonly isCritical: boolean; readonly value: Uint8Array };

/** The extensions, which are the last part of what is signed, and may not be there. */
function extensionsOf(certificate: Uint8Array): readonly Extension[] {
  const signed = element(only(certificate, tags.sequence));
  const wrapped = elements(signed.content).find(({ tag }) => tag === tags.extensions);
  if (wrapped === undefined) return [];
  return elements(only(wrapped.content, tags.sequence)).map(({ content }) => {
    const [oid, second, third, ...more] = elements(content);
    const isCritical = second?.tag === tags.boolean && second.content[0] === 0xff;
    const value = second?.tag === tags.boolean ? third : second;
    const isWhole = oid?.tag === tags.oid && value?.tag === tags.octets && more.length === 0;
    if (!isWhole || (value === second && third !== undefined)) throw new RangeError('extension');
    return { oid: Buffer.from(oid.content).toString('hex'), isCritical, value: value.content };
  });
}

function elements(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = element(rest);
    found.push(next);
    rest = next.rest;
  }
  return found;
}

/** The content of the one element of this tag that `bytes` are. */
function only(bytes: Uint8Array, tag: number): Uint8Array {
  const found = element(bytes);
  if (found.tag !== tag || found.rest.length > 0) throw new RangeError('element');
  return found.content;
}

/** Lengths of up to three bytes, which is more than a certificate may have (X.690, 8.1.3). Error: RangeError. */
function element(bytes: Uint8Array): Element {
  const [tag = 0, first = 0xff] = bytes;
  const width = first < 0x80 ? 0 : first - 0x80;
  if (bytes.length < 2 + width || (first >= 0x80 && (width < 1 || width > 3))) throw new RangeError('length');
  const length = width === 0 ? first : Buffer.from(bytes.subarray(2, 2 + width)).readUIntBE(0, width);
  const isShortest = width === 0 || (length >= 0x80 && length >= 2 ** (8 * (width - 1)));
  const end = 2 + width + length;
  if (!isShortest || end > bytes.length) throw new RangeError('length');
  return { tag, content: bytes.subarray(2 + width, end), rest: bytes.subarray(end) };
}
