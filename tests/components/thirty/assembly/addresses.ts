/** Addresses as bytes, and as people write them. */
import { Result } from 'eft';
import { Address, Failure, Family } from './bindings/thirty-table';

export function isSameAddress(one: Address, other: Address): bool {
  return one.prefixLength == other.prefixLength && covers(one, other);
}

/** Whether `address` lies in the network `network`. */
export function covers(network: Address, address: Address): bool {
  if (network.family != address.family || network.bytes.length != address.bytes.length) return false;
  let bits = min<i32>(network.prefixLength, network.bytes.length * 8);
  for (let index = 0; bits > 0; ++index, bits -= 8) {
    const mask: u32 = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if ((<u32>(network.bytes[index] ^ address.bytes[index]) & mask) != 0) return false;
  }
  return true;
}

export function formatAddress(address: Address): string {
  let text = '';
  const bytes = address.bytes;
  for (let index = 0; index < bytes.length; ++index) {
    if (address.family == Family.Ipv4) text += (index > 0 ? '.' : '') + bytes[index].toString();
    else text += (index > 0 && index % 2 == 0 ? ':' : '') + bytes[index].toString(16).padStart(2, '0');
  }
  return text + '/' + address.prefixLength.toString();
}

/** Reads `10.0.0.0/8`. */
export function parseAddress(text: string): Result<Address, Failure> {
  const bytes = new StaticArray<u8>(4);
  let part = 0;
  let value = 0;
  let digits = 0;
  for (let index = 0; index <= text.length; ++index) {
    const code = index < text.length ? text.charCodeAt(index) : -1;
    if (code >= 48 && code <= 57 && digits < 3) {
      value = value * 10 + (code - 48);
      ++digits;
      continue;
    }
    const isEnd = part == 4 ? code == -1 : part == 3 ? code == 47 : code == 46;
    if (!isEnd || digits == 0 || value > (part == 4 ? 32 : 255)) {
      return Result.err<Address, Failure>(Failure.invalid('column ' + index.toString()));
    }
    if (part == 4) return Result.ok<Address, Failure>(new Address(Family.Ipv4, bytes, <u8>value));
    bytes[part++] = <u8>value;
    value = 0;
    digits = 0;
  }
  return Result.err<Address, Failure>(Failure.invalid('it ends too early'));
}

export function isPrivate(address: Address): bool {
  const bytes = address.bytes;
  if (address.family == Family.Ipv6) return bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
  if (bytes.length != 4) return false;
  if (bytes[0] == 10) return true;
  if (bytes[0] == 172) return (bytes[1] & 0xf0) == 16;
  return bytes[0] == 192 && bytes[1] == 168;
}
