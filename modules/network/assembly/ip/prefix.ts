/** An address with the length of its prefix: `10.0.0.1/24` on a link, or `10.0.0.0/24` as the destination of a route. */
import { Family } from './family';
import { addressBytes, IpAddress, parseAddressBefore } from './ip-address';
import { addCode, addDecimal, beginText, endText } from './short-text';

const slash: u16 = 0x2f;

@final
export class Prefix {
  constructor(
    public readonly address: IpAddress,
    /** 0 to 32 or 128. */
    public readonly length: i32,
  ) {}

  /** Whether the bits after the prefix are zero, as in a destination. */
  get isNetwork(): bool {
    return this.address.isMasked(this.length);
  }

  equals(other: Prefix): bool {
    return this.length == other.length && this.address.equals(other.address);
  }

  text(): string {
    beginText();
    this.addText();
    return endText();
  }

  /** Writes it into a text that has begun. */
  addText(): void {
    this.address.addText();
    addCode(slash);
    addDecimal(<u32>this.length);
  }
}

/** The longest prefix of a family. */
export function longestPrefix(family: Family): i32 {
  return addressBytes(family) * 8;
}

/** Reads `ADDRESS/LENGTH`; null if it is none. An address without a length is none either. */
export function parsePrefix(text: string): Prefix | null {
  const at = text.indexOf('/');
  if (at < 0) return null;
  const address = parseAddressBefore(text, at);
  if (address === null) return null;
  const digits = text.length - at - 1;
  if (digits < 1 || digits > 3) return null;
  if (digits > 1 && text.charCodeAt(at + 1) == 0x30) return null;
  let length = 0;
  for (let index = at + 1; index < text.length; ++index) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return null;
    length = length * 10 + (code - 0x30);
  }
  return length <= longestPrefix(address.family) ? new Prefix(address, length) : null;
}
