/**
 * IPv4 and IPv6 addresses: their text (RFC 4291 section 2.2, RFC 5952), and their bytes on the wire.
 *
 * An address is 128 bits in two halves; an IPv4 address is the low 32 of them. The danger is text that two readers take for different
 * addresses: leading zeros in IPv4 (`010` is octal elsewhere) are refused.
 */
import { Family } from './family';
import { addCode, addDecimal, addHexadecimal, beginText, endText } from './short-text';

const dot: u16 = 0x2e;
const colon: u16 = 0x3a;

/** Bytes of an address of a family. */
export function addressBytes(family: Family): i32 {
  return family == Family.Ipv4 ? 4 : 16;
}

@final
export class IpAddress {
  constructor(
    public readonly family: Family,
    public readonly high: u64,
    public readonly low: u64,
  ) {}

  static ipv4(value: u32): IpAddress {
    return new IpAddress(Family.Ipv4, 0, value);
  }

  /** From the wire: 4 or 16 bytes at `start`, which the caller knows to be there. */
  static read(family: Family, bytes: StaticArray<u8>, start: i32): IpAddress {
    const pointer = changetype<usize>(bytes) + start;
    assert(start >= 0 && start + addressBytes(family) <= bytes.length);
    if (family == Family.Ipv4) return new IpAddress(family, 0, <u64>bswap<u32>(load<u32>(pointer)));
    return new IpAddress(family, bswap<u64>(load<u64>(pointer)), bswap<u64>(load<u64>(pointer, 8)));
  }

  /** The bytes of the wire. */
  toBytes(): StaticArray<u8> {
    const bytes = new StaticArray<u8>(addressBytes(this.family));
    this.write(changetype<usize>(bytes));
    return bytes;
  }

  /** Writes the bytes of the wire to `pointer`, where the caller has room for them. */
  write(pointer: usize): void {
    if (this.family == Family.Ipv4) {
      store<u32>(pointer, bswap<u32>(<u32>this.low));
    } else {
      store<u64>(pointer, bswap<u64>(this.high));
      store<u64>(pointer, bswap<u64>(this.low), 8);
    }
  }

  /** Whether the bits after the first `length` are zero. */
  isMasked(length: i32): bool {
    if (this.family == Family.Ipv4) return (<u32>this.low & ~maskOfFour(length)) == 0;
    return (this.high & ~highMask(length)) == 0 && (this.low & ~highMask(length - 64)) == 0;
  }

  get isZero(): bool {
    return this.high == 0 && this.low == 0;
  }

  equals(other: IpAddress): bool {
    return this.family == other.family && this.high == other.high && this.low == other.low;
  }

  /** The first `length` bits, and zeros. */
  masked(length: i32): IpAddress {
    if (this.family == Family.Ipv4) return IpAddress.ipv4(<u32>this.low & maskOfFour(length));
    return new IpAddress(Family.Ipv6, this.high & highMask(length), this.low & highMask(length - 64));
  }

  /** As RFC 5952 writes it. */
  text(): string {
    beginText();
    this.addText();
    return endText();
  }

  /** Writes it into a text that has begun. */
  addText(): void {
    if (this.family != Family.Ipv4) {
      this.addSixteen();
      return;
    }
    const value = <u32>this.low;
    addDecimal(value >> 24);
    addCode(dot);
    addDecimal((value >> 16) & 0xff);
    addCode(dot);
    addDecimal((value >> 8) & 0xff);
    addCode(dot);
    addDecimal(value & 0xff);
  }

  private addSixteen(): void {
    let longestStart = -1;
    let longestLength = 1;
    for (let index = 0; index < 8; ++index) {
      let length = 0;
      while (index + length < 8 && this.group(index + length) == 0) ++length;
      if (length > longestLength) {
        longestStart = index;
        longestLength = length;
      }
    }
    for (let index = 0; index < 8; ++index) {
      if (index == longestStart) {
        addCode(colon);
        addCode(colon);
        index += longestLength - 1;
        continue;
      }
      if (index > 0 && index != longestStart + longestLength) addCode(colon);
      addHexadecimal(this.group(index));
    }
  }

  private group(index: i32): u32 {
    const half = index < 4 ? this.high : this.low;
    return <u32>(half >> <u64>(48 - (index & 3) * 16)) & 0xffff;
  }
}

function maskOfFour(length: i32): u32 {
  return length <= 0 ? 0 : length >= 32 ? u32.MAX_VALUE : ~(u32.MAX_VALUE >> <u32>length);
}

function highMask(length: i32): u64 {
  if (length <= 0) return 0;
  if (length >= 64) return u64.MAX_VALUE;
  return ~(u64.MAX_VALUE >> <u64>length);
}

/** Reads an address; null if it is none. */
export function parseAddress(text: string): IpAddress | null {
  return text.includes(':') ? parseSixteen(text) : parseFour(text, 0, text.length);
}

/** Reads an address that ends before `length`, where there is more text; null if it is none. */
export function parseAddressBefore(text: string, length: i32): IpAddress | null {
  return text.includes(':') ? parseSixteen(text.substring(0, length)) : parseFour(text, 0, length);
}

function parseFour(text: string, start: i32, length: i32): IpAddress | null {
  let value: u32 = 0;
  let parts = 0;
  while (true) {
    let end = start;
    let part: u32 = 0;
    while (end < length && end - start < 3 && isDigit(text.charCodeAt(end))) {
      part = part * 10 + <u32>(text.charCodeAt(end) - 0x30);
      ++end;
    }
    if (end == start || part > 255 || (end - start > 1 && text.charCodeAt(start) == 0x30)) return null;
    value = (value << 8) | part;
    ++parts;
    if (end == length) break;
    if (parts == 4 || text.charCodeAt(end) != 0x2e) return null;
    start = end + 1;
  }
  return parts == 4 ? IpAddress.ipv4(value) : null;
}

function isDigit(code: i32): bool {
  return code >= 0x30 && code <= 0x39;
}

function hexDigit(code: i32): i32 {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/** The longest text: eight groups of four digits, or six and an IPv4 address. */
const longestText = 45;

function parseSixteen(text: string): IpAddress | null {
  if (text.length > longestText) return null;
  const groups = new StaticArray<u32>(8);
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    const dotted = dottedTail(text, at);
    if (dotted) {
      const tail = parseFour(text, at, text.length);
      if (tail === null || count > 6) return null;
      groups[count++] = <u32>tail.low >> 16;
      groups[count++] = <u32>tail.low & 0xffff;
      at = text.length;
      break;
    }
    let group: u32 = 0;
    let digits = 0;
    while (at < text.length && digits < 4 && hexDigit(text.charCodeAt(at)) >= 0) {
      group = (group << 4) | <u32>hexDigit(text.charCodeAt(at));
      ++digits;
      ++at;
    }
    if (digits == 0 || count == 8) return null;
    groups[count++] = group;
    if (at == text.length) break;
    if (text.charCodeAt(at) != 0x3a) return null;
    ++at;
    if (at < text.length && text.charCodeAt(at) == 0x3a) {
      if (gap >= 0) return null;
      gap = count;
      ++at;
    } else if (at == text.length) {
      return null;
    }
  }
  if (gap < 0 ? count != 8 : count > 7) return null;
  let high: u64 = 0;
  let low: u64 = 0;
  const moved = 8 - count;
  for (let index = 0; index < 8; ++index) {
    let group: u32 = 0;
    if (gap < 0 || index < gap) group = groups[index];
    else if (index >= gap + moved) group = groups[index - moved];
    if (index < 4) high = (high << 16) | <u64>group;
    else low = (low << 16) | <u64>group;
  }
  return new IpAddress(Family.Ipv6, high, low);
}

/** Whether the rest of the text is an IPv4 address: digits, and then a dot. */
function dottedTail(text: string, start: i32): bool {
  let at = start;
  while (at < text.length && at - start < 4 && isDigit(text.charCodeAt(at))) ++at;
  return at < text.length && at > start && text.charCodeAt(at) == 0x2e;
}
