/**
 * The values of flight records as CBOR: what a component's types can hold, and nothing else. `record-writer.ts` makes it, and
 * `record-reader.ts` reads it back, strictly: each value has one encoding.
 *
 *   undefined                0xf7                        boolean            0xf4, 0xf5
 *   whole number             major type 0 or 1           other number, -0   a 64-bit float (0xfb)
 *   bigint                   tag 2 or 3 (bignum)         string             text
 *   Uint8Array               byte string                 other typed array  its tag of RFC 8746, little-endian
 *   array                    array                       object             map, keys in the order of RFC 8949, 4.2.1
 *
 * Why not `trust/deterministic-cbor.ts`: what is signed there has neither floats nor undefined, bigints or more than 64 KiB,
 * and must not learn them. Why not cbor-x alone: it writes -0 as 0, reads much that nobody writes here (references, classes,
 * dates), and believes counts, so its input would have to be scanned by as much code as reads it.
 *
 * RFC 8949 (heads in section 3, bignums in 3.4.3, deterministic encoding in 4.2.1); RFC 8746, section 2 (typed arrays).
 */
import type { TypedArray } from '../store/resource.ts';

/** Arrays and maps within each other. */
export const recordDepthLimit = 64;

/** Bytes of the largest integers in component types, u64 and s64. */
export const bignumBytes = 8;

/** NaN is one value in JavaScript, whatever its bits; these are the ones that WebAssembly calls canonical. */
export const nanBits = 0x7ff8_0000_0000_0000n;

type TypedArrayClass = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): TypedArray;
};

/** Little-endian; the machines that Eft runs on are. */
export const typedArrays: readonly { readonly tag: number; readonly type: TypedArrayClass }[] = [
  { tag: 69, type: Uint16Array },
  { tag: 70, type: Uint32Array },
  { tag: 71, type: BigUint64Array },
  { tag: 72, type: Int8Array },
  { tag: 77, type: Int16Array },
  { tag: 78, type: Int32Array },
  { tag: 79, type: BigInt64Array },
  { tag: 85, type: Float32Array },
  { tag: 86, type: Float64Array },
];

/** Bytes of the shortest head for `argument`. */
export function headWidth(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x1_0000) return 3;
  return argument < 0x1_0000_0000 ? 5 : 9;
}
