/** What the client calls itself to servers: the value of option 61. */
import { ClientIdKind, ClientOptions } from './contract';
import { copyBytes } from './octets';

/** Bytes of a DUID, its type included (RFC 8415 section 11.1). */
const duidBytesMinimum: i32 = 3;
const duidBytesLimit: i32 = 130;
/** Types of option 61: hardware type Ethernet, and "a DUID follows" (RFC 4361 section 6.1). */
const ethernetType: u8 = 1;
const duidType: u8 = 255;

/** The value of option 61, or null if none is to be sent. `hardwareAddress` has 6 bytes. */
export function clientIdentifier(
  options: ClientOptions,
  hardwareAddress: StaticArray<u8>,
): StaticArray<u8> | null {
  if (options.clientIdKind == ClientIdKind.None) return null;
  const duid = options.clientIdKind == ClientIdKind.Duid ? parseDuid(options.duid) : null;
  if (duid == null) {
    const value = new StaticArray<u8>(7);
    value[0] = ethernetType;
    copyBytes(value, 1, hardwareAddress, 0, 6);
    return value;
  }
  const value = new StaticArray<u8>(5 + duid.length);
  value[0] = duidType;
  // The IAID must be the same after every boot, which a link's index is not.
  copyBytes(value, 1, hardwareAddress, 2, 4);
  copyBytes(value, 5, duid, 0, duid.length);
  return value;
}

/** The bytes of a DUID written in hexadecimal digits, with or without colons between bytes; null if it is none. */
export function parseDuid(text: string): StaticArray<u8> | null {
  const bytes: Array<u8> = [];
  let at = 0;
  while (at < text.length) {
    if (at > 0 && text.charCodeAt(at) == 0x3a) at += 1;
    if (at + 2 > text.length) return null;
    const high = digitOf(text.charCodeAt(at));
    const low = digitOf(text.charCodeAt(at + 1));
    if (high < 0 || low < 0 || bytes.length == duidBytesLimit) return null;
    bytes.push(<u8>(high * 16 + low));
    at += 2;
  }
  return bytes.length < duidBytesMinimum ? null : StaticArray.fromArray(bytes);
}

function digitOf(code: i32): i32 {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
