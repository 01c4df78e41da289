/** Routing rules. Wanted and observed ones are of one class: all there is to a rule is what it matches and what it does. */
import { Family, familyName } from '../ip/family';
import { Prefix } from '../ip/prefix';
import { FR_ACT_BLACKHOLE, FR_ACT_PROHIBIT, FR_ACT_TO_TBL, FR_ACT_UNREACHABLE } from '../netlink/numbers';

export const allMarkBits: u32 = u32.MAX_VALUE;

export class Rule {
  layer: i32 = 0;
  from: Prefix | null = null;
  to: Prefix | null = null;
  /** `hasMark` is false if the mark does not matter. */
  hasMark: bool = false;
  mark: u32 = 0;
  markMask: u32 = allMarkBits;
  incomingLink: string = '';
  outgoingLink: string = '';
  /** FR_ACT_* (linux/fib_rules.h) */
  action: u8 = 1;
  table: u32 = 0;
  /** Observed: FRA_PROTOCOL. */
  protocol: u8 = 0;
  /** Observed: it matches by something that a wanted rule never has. */
  isBeyond: bool = false;
  /** There is, or was, another of the same id, made by somebody else. */
  isShared: bool = false;
  generation: u32 = 0;
  constructor(
    public readonly family: Family,
    public readonly priority: u32,
  ) {}

  /** What it matches, in words: by it rules are told apart. */
  get key(): string {
    let key = familyName(this.family) + '/' + this.priority.toString() + '/';
    const from = this.from;
    key += from === null ? 'from all' : 'from ' + from.text();
    const to = this.to;
    if (to !== null) key += ' to ' + to.text();
    if (this.hasMark) {
      key += ' mark 0x' + this.mark.toString(16);
      if (this.markMask != allMarkBits) key += '/0x' + this.markMask.toString(16);
    }
    if (this.incomingLink.length > 0) key += ' in ' + this.incomingLink;
    if (this.outgoingLink.length > 0) key += ' out ' + this.outgoingLink;
    return this.isBeyond ? key + ' and more' : key;
  }

  /** What it matches and what it does: the kernel keeps two that differ in either. */
  get id(): string {
    return this.key + ' ' + this.actionText;
  }

  get actionText(): string {
    switch (<i32>this.action) {
      case <i32>FR_ACT_TO_TBL:
        return 'table ' + this.table.toString();
      case <i32>FR_ACT_BLACKHOLE:
        return 'blackhole';
      case <i32>FR_ACT_UNREACHABLE:
        return 'unreachable';
      case <i32>FR_ACT_PROHIBIT:
        return 'prohibit';
      default:
        return 'action ' + this.action.toString();
    }
  }
}
