/**
 * The loop: configure, merge, apply, observe. Whatever happens, it looks at what is wanted and what is there, and asks the kernel for what
 * is missing; one exchange is under way at a time.
 *
 * The danger is asking again before the kernel's announcement of the last change has come, and seeing a difference that is none: what
 * is acknowledged settles first (apply/plan.ts). Announcements come by another way than answers, so neither may be taken to be first.
 */
import { Attempts } from './apply/attempts';
import { LinkState, tellLinkStates } from './apply/link-states';
import { failureText, MachineSettings } from './apply/machine-settings';
import { never, Operation, Plan } from './apply/plan';
import { planAddresses, planAddressRemovals } from './apply/plan-addresses';
import { planLinkRemovals, planLinks } from './apply/plan-links';
import { planRouteRemovals, planRoutes } from './apply/plan-routes';
import { planRuleRemovals, planRules } from './apply/plan-rules';
import { clearTimer, setTimer } from './bindings/host-clock';
import {
  exchange,
  open,
  Family as SocketFamily,
  takeDone,
  takeNews,
  takeReplies,
} from './bindings/host-netlink';
import { builtIn, Sources } from './configure/configure';
import { Source } from './configure/source';
import { Family } from './ip/family';
import { Leases } from './leases/leases';
import { merge } from './merge/merge';
import { DeclaredNetwork } from './model/declared-network';
import { Problem } from './model/problem';
import { readAcknowledgement } from './netlink/acknowledgement';
import { writeAddressDump } from './netlink/address-message';
import { writeLinkDump } from './netlink/link-message';
import { MessageReader } from './netlink/message-reader';
import { MessageWriter } from './netlink/message-writer';
import * as rt from './netlink/numbers';
import { writeRouteDump } from './netlink/route-message';
import { writeRuleDump } from './netlink/rule-message';
import { Dump, dumpCount, KernelView } from './observe/kernel-view';
import { Show } from './observe/show';
import { doubtLeases } from './observe/show-leases';

/** The name of the netlink handle. */
export const socketName = 'route';
const timerName = 'look';

const millisecond: u64 = 1_000_000;
/** How long the kernel's announcement of a change may take before the change is looked for. */
const settlesWithin: u64 = 50 * millisecond;
/** Between two dumps of the same things. */
const dumpPause: u64 = 20 * millisecond;
/** After a call that came to nothing as a whole. */
const retryAfter: u64 = 1_000 * millisecond;

enum Asking {
  Nothing,
  Open,
  Dump,
  Apply,
}

const groups: StaticArray<u32> = [
  rt.RTNLGRP_LINK,
  rt.RTNLGRP_IPV4_IFADDR,
  rt.RTNLGRP_IPV4_ROUTE,
  rt.RTNLGRP_IPV4_RULE,
  rt.RTNLGRP_IPV6_IFADDR,
  rt.RTNLGRP_IPV6_ROUTE,
  rt.RTNLGRP_IPV6_RULE,
];

@final
export class Network {
  readonly view: KernelView = new KernelView();
  readonly leases: Leases = new Leases();
  declared: DeclaredNetwork = new DeclaredNetwork();
  readonly sources: Sources = new Sources();
  isConfigurationNew: bool = true;
  private readonly attempts: Attempts = new Attempts();
  private readonly settling: Map<string, u64> = new Map();
  private readonly settings: MachineSettings = new MachineSettings();
  private readonly show: Show = new Show();
  private isOpen: bool = false;
  private asking: Asking = Asking.Nothing;
  private request: u64 = 0;
  private sequence: u32 = 1;
  private firstSequence: u32 = 0;
  private operations: Array<Operation> = [];
  private dumping: Array<Dump> = [];
  private readonly isKnown: StaticArray<bool> = new StaticArray<bool>(dumpCount);
  private notBefore: u64 = 0;
  private dumpNotBefore: u64 = 0;
  private problem: string = '';
  private plan: Plan | null = null;
  private linkStates: Map<string, LinkState> = new Map();
  private wakeAt: u64 = never;
  private armedAt: u64 = never;
  /** When the last event came. */
  private lookedAt: u64 = 0;

  constructor() {
    this.view.forgetAll();
  }

  /** The first call: now, and not while globals are made, the store can be seen, and what an instance before this one has left there. */
  begin(now: u64): void {
    this.show.remember();
    this.look(now);
  }

  /** The effects of the last event came to nothing: neither requests nor resources are certain. */
  doubt(): void {
    this.asking = Asking.Nothing;
    this.isOpen = false;
    this.isConfigurationNew = true;
    this.sources.forget();
    this.armedAt = never;
    this.settings.doubt();
    this.leases.doubt();
    doubtLeases();
    // What was to be removed may be there still.
    this.show.remember();
    this.show.doubt();
    this.view.forgetAll();
  }

  /** The kernel has said something by itself. */
  hear(now: u64): void {
    this.view.now = now;
    const news = takeNews(socketName);
    if (news.missed) this.view.forgetAll();
    this.view.take(news.messages);
  }

  /** Whether the answer was asked for here. */
  answered(request: u64, now: u64): bool {
    if (this.settings.answered(request, now)) return true;
    if (this.asking == Asking.Nothing || this.request != request) return false;
    this.view.now = now;
    const asked = this.asking;
    this.asking = Asking.Nothing;
    if (asked == Asking.Open) {
      const answer = takeDone(request);
      this.isOpen = answer.isOk;
      if (answer.isOk) this.problem = '';
      else this.fail(failureText(answer.unwrapError()), now);
      return true;
    }
    const answer = takeReplies(request);
    if (!answer.isOk) {
      this.fail(failureText(answer.unwrapError()), now);
      this.view.forgetAll();
      this.isOpen = false;
      return true;
    }
    this.problem = '';
    if (asked == Asking.Dump) this.takeDumps(answer.unwrap(), now);
    else this.takeAcknowledgements(answer.unwrap(), now);
    return true;
  }

  private fail(reason: string, now: u64): void {
    this.problem = reason;
    this.notBefore = now + retryAfter;
    this.view.isChanged = true;
  }

  /** Looks at everything, and does what follows. */
  look(now: u64): void {
    const isDue = now >= this.wakeAt;
    // What is refused now is of the configuration that was: the new one waits for the answer.
    if (this.isConfigurationNew && this.asking != Asking.Apply) this.mergeAll();
    this.followLinks(now);
    if (this.view.isRicher) {
      this.attempts.release('route/');
      this.attempts.release('address/');
      this.view.isRicher = false;
    }
    if (this.view.isChanged || isDue || this.settings.isChanged || this.plan === null) this.decide(now);
    this.pursue(now);
    this.show.run(this.view, this.declared, this.settings.hasNames, this.settings.hasResolvers);
    if (this.show.isBehind) this.wakeAt = min(this.wakeAt, now + millisecond);
    this.arm(now);
  }

  /** The DHCP clients look at the links, and what they have learnt is merged. */
  private followLinks(now: u64): void {
    if (!this.isComplete) return;
    this.leases.follow(this.declared, this.view, now);
    if (!this.leases.isChanged) return;
    this.leases.isChanged = false;
    this.mergeAll();
  }

  private mergeAll(): void {
    const sources: Array<Source> = [builtIn()];
    const all = sources.concat(this.sources.all()).concat(this.leases.sources());
    all.sort((one, other) => {
      if (one.layer != other.layer) return one.layer - other.layer;
      return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
    });
    this.declared = merge(all);
    this.isConfigurationNew = false;
    this.attempts.forgetAll();
    this.show.wantedChanged = true;
    this.view.isChanged = true;
  }

  /** Whether all there is has been seen once. */
  get isComplete(): bool {
    for (let dump = 0; dump < dumpCount; ++dump) if (!this.isKnown[dump]) return false;
    return true;
  }

  /** Compares, and makes the next exchange of what differs. While one is under way nothing is decided. */
  private decide(now: u64): void {
    if (this.asking != Asking.Nothing) {
      // What is due waits for the answer: a timer for it would fire at once, and again.
      if (this.wakeAt <= now) {
        this.wakeAt = never;
        this.view.isChanged = true;
      }
      return;
    }
    this.wakeAt = never;
    if (!this.isComplete) return;
    this.view.isChanged = false;
    this.settings.isChanged = false;
    const plan = new Plan(this.view, now, this.sequence, this.attempts, this.settling);
    const network = this.declared;
    planLinks(plan, network);
    planAddresses(plan, network);
    planRoutes(plan, network);
    planRules(plan, network);
    planRuleRemovals(plan, network);
    planRouteRemovals(plan, network);
    planAddressRemovals(plan, network);
    planLinkRemovals(plan, network);
    this.plan = plan;
    this.forgetSettled(now);
    tellLinkStates(this.linkStates, plan.linkStates);
    this.linkStates = plan.linkStates;
    this.wakeAt = min(this.wakeAt, plan.wakeAt);
    this.settings.beginWanting();
    this.settings.want(network, this.view);
    const problems = network.problems.concat(plan.problems).concat(this.leases.problems(this.view));
    if (this.problem.length > 0) problems.push(new Problem('network', this.problem, 1));
    const open = this.settings.tell(problems);
    const again = this.show.showWhole(plan, this.view, problems, open > 0);
    if (again > 0) this.wakeAt = min(this.wakeAt, again);
    if (plan.operations.length == 0 || now < this.notBefore) return;
    this.operations = plan.operations;
    this.firstSequence = this.sequence;
    this.sequence += <u32>plan.operations.length;
    this.ask(Asking.Apply, exchange(socketName, plan.writer.take()));
  }

  /** What should have shown by now, and was not asked for again, is as it should be, or declared no more. */
  private forgetSettled(now: u64): void {
    const keys = this.settling.keys();
    for (let index = 0; index < keys.length; ++index)
      if (this.settling.get(keys[index]) <= now) this.settling.delete(keys[index]);
  }

  /** What does not depend on the comparison: the socket, dumps, and settings of the machine. */
  private pursue(now: u64): void {
    this.wakeAt = min(this.wakeAt, this.settings.pursue(now));
    if (this.asking != Asking.Nothing) return;
    if (now < this.notBefore) {
      this.wakeAt = min(this.wakeAt, this.notBefore);
    } else if (!this.isOpen) {
      this.ask(Asking.Open, open(socketName, SocketFamily.Route, groups));
    } else if (this.hasDueDump()) {
      if (now < this.dumpNotBefore) this.wakeAt = min(this.wakeAt, this.dumpNotBefore);
      else this.askForDumps();
    }
  }

  private hasDueDump(): bool {
    for (let dump = 0; dump < dumpCount; ++dump) if (this.view.isDue[dump]) return true;
    return false;
  }

  private ask(asking: Asking, request: u64): void {
    this.asking = asking;
    this.request = request;
  }

  private askForDumps(): void {
    const writer = new MessageWriter();
    this.firstSequence = this.sequence;
    this.dumping = [];
    this.view.beginDump();
    for (let dump = 0; dump < dumpCount; ++dump) {
      if (!this.view.isDue[dump]) continue;
      this.view.isDue[dump] = false;
      this.dumping.push(dump);
      writeDump(writer, this.sequence++, dump);
    }
    this.ask(Asking.Dump, exchange(socketName, writer.take()));
  }

  /** A dump counts if it came to its end and was not interrupted by a change (NLM_F_DUMP_INTR). */
  private takeDumps(replies: StaticArray<u8>, now: u64): void {
    const isWhole = new StaticArray<bool>(this.dumping.length);
    const isTorn = new StaticArray<bool>(this.dumping.length);
    const message = new MessageReader(replies);
    while (message.next()) {
      const index = <i64>message.sequence - <i64>this.firstSequence;
      const isOurs = index >= 0 && index < <i64>this.dumping.length;
      if (isOurs && (message.flags & rt.NLM_F_DUMP_INTR) != 0) isTorn[<i32>index] = true;
      if (message.type == rt.NLMSG_DONE) {
        if (isOurs) isWhole[<i32>index] = true;
      } else if (message.type == rt.NLMSG_ERROR) {
        // A kernel without IPv6 or without rules refuses to dump them: there are none.
        if (isOurs) isWhole[<i32>index] = true;
      } else {
        this.view.takeMessage(message);
      }
    }
    for (let index = 0; index < this.dumping.length; ++index) {
      const dump = this.dumping[index];
      if (isWhole[index] && !isTorn[index]) {
        this.view.endDump(dump);
        this.isKnown[dump] = true;
      } else {
        this.view.isDue[dump] = true;
      }
    }
    this.dumpNotBefore = now + dumpPause;
    this.view.isChanged = true;
  }

  private takeAcknowledgements(replies: StaticArray<u8>, now: u64): void {
    const operations = this.operations;
    const message = new MessageReader(replies);
    while (message.next()) {
      if (message.type != rt.NLMSG_ERROR) {
        this.view.takeMessage(message);
        continue;
      }
      const index = <i64>message.sequence - <i64>this.firstSequence;
      if (index < 0 || index >= <i64>operations.length) continue;
      const acknowledgement = readAcknowledgement(message);
      if (acknowledgement === null) continue;
      const operation = operations[<i32>index];
      const errno = acknowledgement.errno;
      if (errno == 0) this.settling.set(operation.key, now + settlesWithin);
      else if (isStale(errno, operation)) this.view.isDue[operation.dump] = true;
      else this.attempts.failed(operation.key, now, errno, acknowledgement.sentence);
    }
    this.operations = [];
    this.view.isChanged = true;
  }

  /** What does not hold between two events, whatever they are: a sentence for each. */
  sayBroken(broken: Array<string>): void {
    this.view.sayBroken(broken);
    this.settings.sayBroken(this.armedAt, broken);
    if (this.isComplete) this.leases.sayBroken(this.view, broken);
    const asking = this.asking;
    if (asking != Asking.Nothing && this.request == 0) broken.push('it waits for an answer to nothing');
    if (asking > Asking.Open && !this.isOpen) broken.push('it asks by a socket that is not open');
    if (asking == Asking.Dump && this.dumping.length == 0) broken.push('it asks for no dump');
    if (asking == Asking.Apply && this.operations.length == 0) broken.push('it asks for no change');
    if (asking == Asking.Nothing && this.armedAt == never && (!this.isOpen || this.hasDueDump()))
      broken.push('there is something to ask the kernel for, and nothing would wake it');
    if (this.armedAt <= this.lookedAt) broken.push('it wakes itself for what was due already');
  }

  private arm(now: u64): void {
    this.lookedAt = now;
    if (this.armedAt != never && this.armedAt <= now) this.armedAt = never;
    if (this.wakeAt == this.armedAt) return;
    if (this.wakeAt == never) clearTimer(timerName);
    else setTimer(timerName, this.wakeAt);
    this.armedAt = this.wakeAt;
  }
}

/** The refusal says that the view is old: what is to go has gone, or what is to come is there. */
function isStale(errno: i32, operation: Operation): bool {
  if (!operation.isRemoval) return errno == rt.EEXIST && operation.dump != Dump.Links;
  return errno == rt.ESRCH || errno == rt.ENODEV || errno == rt.ENOENT || errno == rt.EADDRNOTAVAIL;
}

function writeDump(writer: MessageWriter, sequence: u32, dump: Dump): void {
  switch (dump) {
    case Dump.Links:
      writeLinkDump(writer, sequence);
      break;
    case Dump.Addresses:
      writeAddressDump(writer, sequence);
      break;
    case Dump.Routes4:
    case Dump.Routes6:
      writeRouteDump(writer, sequence, dump == Dump.Routes4 ? Family.Ipv4 : Family.Ipv6);
      break;
    default:
      writeRuleDump(writer, sequence, dump == Dump.Rules4 ? Family.Ipv4 : Family.Ipv6);
  }
}
