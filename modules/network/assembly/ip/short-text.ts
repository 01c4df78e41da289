/**
 * Short texts made of numbers, such as addresses and keys: written in one place, and made a string once. A string for every part of them
 * would be most of what a node with many routes allocates.
 *
 * `begin`, then parts, then `end`: one text at a time.
 */

/** More than the longest text has: table, IPv6 prefix, metric and type of service. */
const maximumLength = 128;

const room: StaticArray<u16> = new StaticArray<u16>(maximumLength);
let length: i32 = 0;

export function beginText(): void {
  length = 0;
}

/** One ASCII character. */
export function addCode(code: u16): void {
  room[length++] = code;
}

/** A number in decimal digits. */
export function addDecimal(value: u32): void {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) ++digits;
  for (let at = length + digits; at > length; ) {
    room[--at] = <u16>(0x30 + (value % 10));
    value /= 10;
  }
  length += digits;
}

/** A number up to 0xffff in small hexadecimal digits. */
export function addHexadecimal(value: u32): void {
  let shift: u32 = 12;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; ; shift -= 4) {
    const digit = <u16>((value >> shift) & 0xf);
    room[length++] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    if (shift == 0) break;
  }
}

export function endText(): string {
  return String.UTF16.decodeUnsafe(changetype<usize>(room), (<usize>length) << 1);
}
