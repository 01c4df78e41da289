/**
 * Big-endian numbers in byte arrays, and the Internet checksum. Positions must be within: callers have checked the length, and
 * AssemblyScript traps if they have not.
 */

export function u16At(bytes: StaticArray<u8>, at: i32): u32 {
  return ((<u32>bytes[at]) << 8) | bytes[at + 1];
}

export function u32At(bytes: StaticArray<u8>, at: i32): u32 {
  return (u16At(bytes, at) << 16) | u16At(bytes, at + 2);
}

export function putU16(bytes: StaticArray<u8>, at: i32, value: u32): void {
  bytes[at] = <u8>(value >> 8);
  bytes[at + 1] = <u8>value;
}

export function putU32(bytes: StaticArray<u8>, at: i32, value: u32): void {
  putU16(bytes, at, value >> 16);
  putU16(bytes, at + 2, value);
}

/** Copies `length` bytes. */
export function copyBytes(
  to: StaticArray<u8>,
  toAt: i32,
  from: StaticArray<u8>,
  fromAt: i32,
  length: i32,
): void {
  for (let index = 0; index < length; ++index) to[toAt + index] = from[fromAt + index];
}

export function isSameBytes(one: StaticArray<u8>, other: StaticArray<u8>): bool {
  if (one.length != other.length) return false;
  for (let index = 0; index < one.length; ++index) if (one[index] != other[index]) return false;
  return true;
}

/** The one's complement sum of RFC 1071 over `length` bytes, begun with `sum`; not yet folded. At most 64 KiB. */
export function checksumSum(bytes: StaticArray<u8>, at: i32, length: i32, sum: u32): u32 {
  let total = sum;
  const pairs = length & ~1;
  for (let index = 0; index < pairs; index += 2) total += u16At(bytes, at + index);
  if (length & 1) total += (<u32>bytes[at + length - 1]) << 8;
  return total;
}

/** The checksum: the sum folded to 16 bits, inverted. 0 if the summed bytes hold their own right checksum. */
export function foldChecksum(sum: u32): u32 {
  let folded = (sum & 0xffff) + (sum >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  return ~folded & 0xffff;
}
