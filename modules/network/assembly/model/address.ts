/** Addresses of links: as wanted, and as the kernel has them. */
import { Prefix } from '../ip/prefix';

export class WantedAddress {
  layer: i32 = 0;
  skipsDuplicateDetection: bool = false;
  hasNoPrefixRoute: bool = false;
  constructor(
    public readonly link: string,
    public readonly prefix: Prefix,
  ) {}

  /** `LINK/ADDRESS/LENGTH`: one resource each. */
  get id(): string {
    return this.link + '/' + this.prefix.text();
  }
}

export class ObservedAddress {
  /** IFA_F_* */
  flags: u32 = 0;
  /** IFA_PROTO, 0 on kernels that do not have it. */
  protocol: u8 = 0;
  generation: u32 = 0;
  constructor(
    public readonly link: u32,
    public readonly prefix: Prefix,
  ) {}

  get key(): string {
    return addressKey(this.link, this.prefix);
  }
}

/** By what addresses are told apart: links by index, for a name can move. */
export function addressKey(link: u32, prefix: Prefix): string {
  return link.toString() + '/' + prefix.text();
}
