/**
 * Host and domain names, as RFC 1123 section 2.1 has them: letters, digits and hyphens in labels of 1 to 63, of which none begins or
 * ends with a hyphen, 253 characters in all. What a server says goes into files and kernel settings: nothing else passes.
 */

const nameCharactersLimit: i32 = 253;
const labelCharactersLimit: i32 = 63;
/** More search domains than any resolver uses (glibc since 2.26 has no limit of its own; musl takes 256 bytes). */
export const searchDomainsLimit: i32 = 16;
/** Names that are looked at, whether or not they are any good. */
const readDomainsLimit: i32 = 64;
/** Bytes of a name on the wire (RFC 1035 section 2.3.4), and so jumps as well: a name that is longer is an attack on whoever reads it. */
const nameBytesLimit: i32 = 255;
/** Characters of a server's text that are shown. */
const shownCharactersLimit: i32 = 128;

/** Whether `name` is one label or several with dots between. */
export function isHostname(name: string): bool {
  if (name.length == 0 || name.length > nameCharactersLimit) return false;
  let labelAt = 0;
  for (let index = 0; index <= name.length; ++index) {
    const code = index < name.length ? name.charCodeAt(index) : dot;
    if (code == dot) {
      const length = index - labelAt;
      if (length == 0 || length > labelCharactersLimit) return false;
      if (name.charCodeAt(labelAt) == hyphen || name.charCodeAt(index - 1) == hyphen) return false;
      labelAt = index + 1;
    } else if (!isLetterOrDigit(code) && code != hyphen) {
      return false;
    }
  }
  return true;
}

const dot: i32 = 0x2e;
const hyphen: i32 = 0x2d;

function isLetterOrDigit(code: i32): bool {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** The name in an option, without the zeros and the one dot that it may end with; empty if it is none. */
export function readName(bytes: StaticArray<u8>): string {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] == 0) length -= 1;
  if (length > 1 && bytes[length - 1] == dot) length -= 1;
  if (length > nameCharactersLimit) return '';
  const name = asciiText(bytes, 0, length);
  return isHostname(name) ? name : '';
}

/** Text for people: what is not printable ASCII becomes `?`, and what is too long is cut. */
export function readShownText(bytes: StaticArray<u8>): string {
  const codes = new Array<i32>(min(bytes.length, shownCharactersLimit));
  for (let index = 0; index < codes.length; ++index) {
    const code = bytes[index];
    codes[index] = code >= 0x20 && code < 0x7f ? code : 0x3f;
  }
  return String.fromCharCodes(codes);
}

function asciiText(bytes: StaticArray<u8>, from: i32, to: i32): string {
  const codes = new Array<i32>(to - from);
  for (let index = 0; index < codes.length; ++index) codes[index] = bytes[from + index];
  return String.fromCharCodes(codes);
}

/**
 * The names of option 119 (RFC 3397), compressed as in DNS (RFC 1035 section 4.1.4). Names that are no host names are left out, and reading ends
 * where the encoding is wrong. A pointer must point back, so that none goes round.
 */
export function readSearchDomains(bytes: StaticArray<u8>): Array<string> {
  const names: Array<string> = [];
  let at = 0;
  for (
    let read = 0;
    read < readDomainsLimit && at < bytes.length && names.length < searchDomainsLimit;
    ++read
  ) {
    let name = '';
    let cursor = at;
    /** Where the next name begins; -1 until this one's own bytes have ended. */
    let next = -1;
    let wireBytes = 0;
    let isName = true;
    let isWhole = false;
    while (cursor < bytes.length) {
      const length = <i32>bytes[cursor];
      if (length == 0) {
        if (next < 0) next = cursor + 1;
        isWhole = true;
        break;
      }
      if ((length & 0xc0) == 0xc0) {
        if (cursor + 1 >= bytes.length) break;
        const target = ((length & 0x3f) << 8) | <i32>bytes[cursor + 1];
        if (next < 0) next = cursor + 2;
        wireBytes += 1;
        if (target >= cursor || wireBytes > nameBytesLimit) break;
        cursor = target;
        continue;
      }
      if (length > labelCharactersLimit || cursor + 1 + length > bytes.length) break;
      wireBytes += 1 + length;
      if (wireBytes > nameBytesLimit) break;
      const label = asciiText(bytes, cursor + 1, cursor + 1 + length);
      // A dot within a label would make one label of the wire two of the name.
      if (label.includes('.')) isName = false;
      name = name.length == 0 ? label : name + '.' + label;
      cursor += 1 + length;
    }
    if (!isWhole) return names;
    if (isName && isHostname(name) && !names.includes(name)) names.push(name);
    at = next;
  }
  return names;
}
