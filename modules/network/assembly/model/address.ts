/** Addresses of links: as wanted, and as the kernel has them. */
import { Family } from '../ip/family';
import { Prefix } from '../ip/prefix';

/** Of an address that stays until it is removed. */
export const forEver: u64 = u64.MAX_VALUE;

const second: u64 = 1_000_000_000;
/** The kernel counts in whole seconds, and what it says is a moment on its way. */
const lifetimeTolerance: u64 = 3 * second;

export class WantedAddress {
  layer: i32 = 0;
  skipsDuplicateDetection: bool = false;
  hasNoPrefixRoute: bool = false;
  /** When the kernel is to take it away by itself, in nanoseconds of the monotonic clock. */
  validUntil: u64 = forEver;
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
  /** When the kernel takes it away by itself, in nanoseconds of the monotonic clock. */
  validUntil: u64 = forEver;
  generation: u32 = 0;
  constructor(
    public readonly link: u32,
    public readonly prefix: Prefix,
  ) {}

  get key(): string {
    return addressKey(this.link, this.prefix);
  }
}

/**
 * Whether the kernel will take the address away when it should. IPv6 is not looked at: its routers say how long addresses
 * last, and the kernel listens to them.
 */
export function hasLifetime(wanted: WantedAddress, observed: ObservedAddress): bool {
  if (observed.prefix.address.family != Family.Ipv4) return true;
  const one = wanted.validUntil;
  const other = observed.validUntil;
  if (one == forEver || other == forEver) return one == other;
  return max(one, other) - min(one, other) <= lifetimeTolerance;
}

/** By what addresses are told apart: links by index, for a name can move. */
export function addressKey(link: u32, prefix: Prefix): string {
  return link.toString() + '/' + prefix.text();
}
