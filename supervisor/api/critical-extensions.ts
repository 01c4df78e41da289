/**
 * What a certificate says of its own use that OpenSSL's interface in Node.js does not tell: which extensions are critical, and what its key may be used
 * for (RFC 5280, 4.1 and 4.2). Whoever does not know a critical extension has to refuse the certificate.
 *
 * The bytes are those that OpenSSL has read and whose signature it has checked. All the same they are read strictly: DER (X.690, 10.1) with lengths in
 * their shortest form, which end where the certificate does.
 */
import { derElement, derElements, derTags, onlyDerElement } from './der.ts';

/** Extensions that are acted on, as the bytes of their object identifiers, in hexadecimal: 2.5.29.15, .17, .19 and .37. */
const keyUsage = '551d0f';
const known = new Set([keyUsage, '551d11', '551d13', '551d25']);

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
    if (oid === keyUsage && ((onlyDerElement(value, derTags.bitString)[1] ?? 0) & 0x80) === 0)
      return 'its key is not for signing';
  }
  return undefined;
}

type Extension = { readonly oid: string; readonly isCritical: boolean; readonly value: Uint8Array };

/** The extensions, which are the last part of what is signed, and may not be there. */
function extensionsOf(certificate: Uint8Array): readonly Extension[] {
  const signed = derElement(onlyDerElement(certificate, derTags.sequence));
  const wrapped = derElements(signed.content).find(({ tag }) => tag === derTags.extensions);
  if (wrapped === undefined) return [];
  return derElements(onlyDerElement(wrapped.content, derTags.sequence)).map(({ content }) => {
    const [oid, second, third, ...more] = derElements(content);
    const isCritical = second?.tag === derTags.boolean && second.content[0] === 0xff;
    const value = second?.tag === derTags.boolean ? third : second;
    const isWhole = oid?.tag === derTags.oid && value?.tag === derTags.octets && more.length === 0;
    if (!isWhole || (value === second && third !== undefined)) throw new RangeError('extension');
    return { oid: Buffer.from(oid.content).toString('hex'), isCritical, value: value.content };
  });
}
