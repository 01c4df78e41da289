/**
 * The other form of a certificate that is signed by ECDSA. Of every signature (r, s) there is a twin, (r, n - s), which is as good, and which anyone can make
 * (SEC 1, 4.1.4). So the holder of a certificate can give it another fingerprint without anybody's key; who revokes it by its fingerprint means both.
 */
import { derElements, derTags, onlyDerElement, writeDer } from './der.ts';

/** The order of P-256 (SEC 2, 2.4.2). */
const order = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;

/** A certificate in DER with the twin of its signature, which was made by a key on P-256. Error: RangeError if it has no such signature. */
export function signatureTwin(certificate: Uint8Array): Uint8Array {
  const parts = derElements(onlyDerElement(certificate, derTags.sequence));
  const [signed, algorithm, signature] = parts;
  if (parts.length !== 3 || signed === undefined || algorithm === undefined || signature === undefined)
    throw new RangeError('certificate');
  const [unused, ...bytes] = signature.content;
  if (signature.tag !== derTags.bitString || unused !== 0) throw new RangeError('signature');
  const numbers = derElements(onlyDerElement(Uint8Array.from(bytes), derTags.sequence));
  const [r, s] = numbers;
  if (numbers.length !== 2 || r === undefined || s === undefined) throw new RangeError('signature');
  const value = BigInt(`0x${Buffer.from(s.content).toString('hex') || '0'}`);
  if (value <= 0n || value >= order) throw new RangeError('signature');
  const twin = writeDer(
    derTags.sequence,
    writeDer(derTags.integer, r.content),
    writeDer(derTags.integer, integerContent(order - value)),
  );
  return writeDer(
    derTags.sequence,
    writeDer(signed.tag, signed.content),
    writeDer(algorithm.tag, algorithm.content),
    writeDer(derTags.bitString, Uint8Array.of(0), twin),
  );
}

/** A positive INTEGER: a first bit that is set would make it negative (X.690, 8.3). */
function integerContent(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Uint8Array.of(0), bytes]);
}
