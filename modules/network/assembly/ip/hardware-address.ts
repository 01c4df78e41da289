/** Hardware addresses as text: `52:54:00:12:34:56`, in small letters. */

/** The kernel's longest (linux/netdevice.h, MAX_ADDR_LEN). */
const maximumBytes = 32;

/** The text of `length` bytes at `start`, which the caller knows to be there; empty for none or too many. */
export function hardwareText(bytes: StaticArray<u8>, start: i32, length: i32): string {
  if (length <= 0 || length > maximumBytes) return '';
  assert(start >= 0 && start + length <= bytes.length);
  let text = '';
  for (let index = 0; index < length; ++index) {
    const byte = bytes[start + index];
    if (index > 0) text += ':';
    text += (byte >> 4).toString(16) + (byte & 15).toString(16);
  }
  return text;
}

/** The bytes of the text; null if it is no hardware address. */
export function parseHardware(text: string): StaticArray<u8> | null {
  if (text.length % 3 != 2 || text.length > maximumBytes * 3) return null;
  const count = (text.length + 1) / 3;
  const bytes = new StaticArray<u8>(count);
  for (let index = 0; index < count; ++index) {
    const high = digit(text.charCodeAt(index * 3));
    const low = digit(text.charCodeAt(index * 3 + 1));
    if (high < 0 || low < 0) return null;
    if (index + 1 < count && text.charCodeAt(index * 3 + 2) != 0x3a) return null;
    bytes[index] = <u8>((high << 4) | low);
  }
  return bytes;
}

function digit(code: i32): i32 {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
