/** IPv4 addresses as numbers, and which of them a server may give. */

/** "10.0.0.1". */
export function addressText(address: u32): string {
  return (
    (address >> 24).toString() +
    '.' +
    ((address >> 16) & 0xff).toString() +
    '.' +
    ((address >> 8) & 0xff).toString() +
    '.' +
    (address & 0xff).toString()
  );
}

/** "52:54:00:00:00:01". */
export function hardwareAddressText(bytes: StaticArray<u8>): string {
  let text = '';
  for (let index = 0; index < bytes.length; ++index) {
    const byte = bytes[index];
    text += (index > 0 ? ':' : '') + (byte < 16 ? '0' : '') + (<u32>byte).toString(16);
  }
  return text;
}

/**
 * Whether one machine on a network can have it: not in 0.0.0.0/8 or 127.0.0.0/8, no multicast, nothing reserved, not the
 * broadcast address (RFC 1122 section 3.2.1.3, RFC 6890).
 */
export function isUnicast(address: u32): bool {
  const first = address >> 24;
  return first != 0 && first != 127 && first < 224;
}

/** Six bytes, not all zero, and not a group's (the lowest bit of the first). */
export function isStationAddress(bytes: StaticArray<u8>): bool {
  if (bytes.length != 6 || (bytes[0] & 1) != 0) return false;
  for (let index = 0; index < 6; ++index) if (bytes[index] != 0) return true;
  return false;
}

/** The netmask of 0 to 32 bits. */
export function maskOf(prefixLength: u32): u32 {
  return prefixLength == 0 ? 0 : 0xffffffff << (32 - prefixLength);
}

/** The bits of a netmask, or -1 if they are not all in front. */
export function prefixLengthOf(mask: u32): i32 {
  const length = popcnt(mask);
  return maskOf(length) == mask ? <i32>length : -1;
}

/** Before there were netmasks (RFC 791 section 2.3): what an address that comes without one is taken to have. */
export function classfulPrefixLength(address: u32): i32 {
  const first = address >> 24;
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}
