/**
 * One exchange with the kernel in the making: messages that bring what is observed nearer to what is wanted, and why the rest is not there
 * yet. The planners of links, addresses, routes and rules fill it, in this order.
 *
 * A change that the kernel has acknowledged but not announced yet is *settling*: it is not asked for twice. If it does not show in time
 * it is looked for with a dump.
 */
import { Problem } from '../model/problem';
import { MessageWriter } from '../netlink/message-writer';
import { Dump, KernelView } from '../observe/kernel-view';
import { Attempts, fightingAfter } from './attempts';
import { LinkState } from './link-states';
import { refusal } from './refusal';

/** One exchange takes 1 MiB (wit/host/netlink.wit); a message has less than 1 KiB. */
const maximumBytes = 1024 * 1024 - 1024;

/** An instant that never comes. */
export const never: u64 = u64.MAX_VALUE;

/** A message of the plan. */
export class Operation {
  constructor(
    public readonly key: string,
    /** Where its effect shows. */
    public readonly dump: Dump,
    public readonly isRemoval: bool,
  ) {}
}

/** Objects of one sort, as in `network-status`. */
export class Count {
  declared: u32 = 0;
  applied: u32 = 0;
}

/** The number of the last plan. */
let plans: u32 = 0;

@final
export class Plan {
  /** Tells what this plan has seen from what earlier ones have. */
  readonly number: u32 = ++plans;
  readonly writer: MessageWriter = new MessageWriter();
  readonly operations: Array<Operation> = [];
  readonly problems: Array<Problem> = [];
  readonly links: Count = new Count();
  readonly addresses: Count = new Count();
  readonly routes: Count = new Count();
  readonly rules: Count = new Count();
  /** IPv4 subnets whose primary address this exchange takes away, and their links: what hangs on them is to be put there again. */
  readonly clearedSubnets: Set<string> = new Set();
  readonly clearedLinks: Set<u32> = new Set();
  /** In which state each link was found, by name; one that is not here is `NotOurs`. */
  readonly linkStates: Map<string, LinkState> = new Map();
  /** Things that are not as wanted. */
  open: u32 = 0;
  /** When to look again though nothing has happened. */
  wakeAt: u64 = never;

  constructor(
    public readonly view: KernelView,
    public readonly now: u64,
    private readonly firstSequence: u32,
    private readonly attempts: Attempts,
    private readonly settling: Map<string, u64>,
  ) {}

  /** The link is in this state. */
  found(name: string, state: LinkState): void {
    if (state != LinkState.NotOurs) this.linkStates.set(name, state);
  }

  /** The thing is as wanted. `subject` is made only if there is something to say. */
  right(key: string, kind: string, id: string): void {
    if (this.settling.size > 0) this.settling.delete(key);
    const repairs = this.attempts.right(key, this.now);
    if (repairs < fightingAfter) return;
    ++this.open;
    this.wakeAt = min(this.wakeAt, this.attempts.quietAt(key));
    this.problems.push(
      new Problem(
        kind + '/' + id,
        'something else keeps changing it: it was put right ' +
          repairs.toString() +
          ' times in a short while, and is now put right less often. Find what else configures it, or take it out of the configuration',
        repairs,
      ),
    );
  }

  /** The thing cannot be had until something else happens. */
  blocked(kind: string, id: string, reason: string): void {
    ++this.open;
    this.problems.push(new Problem(kind + '/' + id, reason, 0));
  }

  /**
   * The thing is not as wanted: gives the sequence number for a message that changes it, or 0 if it is not the time for it.
   * Whoever gets a number writes exactly one message.
   */
  propose(key: string, kind: string, id: string, dump: Dump, isRemoval: bool): u32 {
    ++this.open;
    if (this.settling.has(key)) {
      const deadline = this.settling.get(key);
      if (deadline > this.now) {
        this.wakeAt = min(this.wakeAt, deadline);
      } else {
        this.settling.delete(key);
        this.view.isDue[dump] = true;
      }
      return 0;
    }
    if (this.view.isDue[dump]) return 0;
    const notBefore = this.attempts.notBefore(key);
    this.tell(key, kind, id, isRemoval);
    if (notBefore > this.now) {
      this.wakeAt = min(this.wakeAt, notBefore);
      return 0;
    }
    if (this.writer.size > maximumBytes) return 0;
    this.attempts.tried(key, this.now);
    this.operations.push(new Operation(key, dump, isRemoval));
    return this.firstSequence + <u32>this.operations.length - 1;
  }

  private tell(key: string, kind: string, id: string, isRemoval: bool): void {
    const attempt = this.attempts.find(key);
    if (attempt === null) return;
    if (attempt.errno != 0) {
      const reason = refusal(attempt.errno, attempt.sentence, isRemoval);
      this.problems.push(new Problem(kind + '/' + id, reason, attempt.count));
    } else if (attempt.count >= fightingAfter) {
      this.problems.push(
        new Problem(
          kind + '/' + id,
          'the kernel takes the change, and then it is not there: something else undoes it, or the kernel cannot do what is ' +
            'asked. Find what else configures it, or take it out of the configuration',
          attempt.count,
        ),
      );
    }
  }
}
