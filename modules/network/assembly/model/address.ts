/** Addresses of links: as wanted, and as the kernel has them. */
import { Family } from '../ip/family';
import { Prefix } from '../ip/prefix';
import { addCode, addDecimal, beginText, endText } from '../ip/short-text';

const slash: u16 = 0x2f;

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
  /** `LINK/ADDRESS/LENGTH`: one resource each. */
  readonly id: string;
  private lastIndex: u32 = 0;
  private lastKey: string = '';
  private lastPlanKey: string = '';
  constructor(
    public readonly link: string,
    public readonly prefix: Prefix,
  ) {
    this.id = link + '/' + prefix.text();
  }

  /** Its `addressKey` on the link of this index. */
  keyOn(index: u32): string {
    if (this.lastIndex != index) {
      this.lastIndex = index;
      this.lastKey = addressKey(index, this.prefix);
      this.lastPlanKey = 'address/' + this.lastKey;
    }
    return this.lastKey;
  }

  /** By which attempts at it are known (apply/attempts.ts). */
  planKeyOn(index: u32): string {
    this.keyOn(index);
    return this.lastPlanKey;
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
  readonly key: string;
  private lastName: string = '';
  private lastId: string = '';
  constructor(
    public readonly link: u32,
    public readonly prefix: Prefix,
  ) {
    this.key = addressKey(link, prefix);
  }

  /** Its id, `LINK/ADDRESS/LENGTH`, on a link of this name. */
  idOn(name: string): string {
    if (this.lastId.length == 0 || this.lastName != name) {
      this.lastName = name;
      this.lastId = name + '/' + this.prefix.text();
    }
    return this.lastId;
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
  beginText();
  addDecimal(link);
  addCode(slash);
  prefix.addText();
  return endText();
}
