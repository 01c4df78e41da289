/** The network as a whole: whether it is as declared, as a resource, as the module's health, and in the log. */

import { Count, Plan } from '../apply/plan';
import { State as Health, report } from '../bindings/host-health';
import { Level, write } from '../bindings/host-log';
import {
  NetworkStatus,
  put,
  Count as ShownCount,
  Problem as ShownProblem,
} from '../bindings/resources-network-status';
import { Problem } from '../model/problem';
import { KernelView } from './kernel-view';

const id: string = 'network';
const maximumProblems = 64;

/** What takes longer than this to be as declared is worth a person's attention. */
const patience: u64 = 10_000_000_000;

let shown: string = '';
let health: string = 'starting';
let wasConverged: bool = false;
let openSince: u64 = 0;
let toldOf: string = '';

/** Nothing of what was put last is certain. */
export function doubtNetwork(): void {
  shown = '';
  health = 'starting';
}

/** Says how the network is, if that is news. Gives when to look again, or 0. */
export function showNetwork(plan: Plan, view: KernelView, problems: Array<Problem>, isBusy: bool): u64 {
  const isConverged = plan.open == 0 && problems.length == 0 && !isBusy;
  problems.sort((one, other) => (one.subject < other.subject ? -1 : one.subject > other.subject ? 1 : 0));
  const value = textOf(plan, view, problems, isConverged);
  if (value != shown) {
    shown = value;
    put(id, statusOf(plan, view, problems, isConverged));
  }
  const again = judge(plan.now, problems, isConverged);
  tell(plan, problems, isConverged);
  return again;
}

function textOf(plan: Plan, view: KernelView, problems: Array<Problem>, isConverged: bool): string {
  const numbers: u32[] = [
    isConverged ? 1 : 0,
    plan.links.declared,
    plan.links.applied,
    view.links.size,
    plan.addresses.declared,
    plan.addresses.applied,
    view.addresses.size,
    plan.routes.declared,
    plan.routes.applied,
    view.routes.size,
    plan.rules.declared,
    plan.rules.applied,
    view.rules.size,
    problems.length,
  ];
  let text = numbers.join(' ');
  for (let index = 0; index < problems.length && index < maximumProblems; ++index) {
    const problem = problems[index];
    text += '\n' + problem.subject + ' ' + problem.attempts.toString() + ' ' + problem.reason;
  }
  return text;
}

function statusOf(plan: Plan, view: KernelView, problems: Array<Problem>, isConverged: bool): NetworkStatus {
  const count = min(problems.length, maximumProblems);
  const list = new StaticArray<ShownProblem>(count);
  for (let index = 0; index < count; ++index) {
    const problem = problems[index];
    list[index] = new ShownProblem(problem.subject, problem.reason, problem.attempts);
  }
  return new NetworkStatus(
    isConverged,
    list,
    problems.length - count,
    countOf(plan.links, view.links.size),
    countOf(plan.addresses, view.addresses.size),
    countOf(plan.routes, view.routes.size),
    countOf(plan.rules, view.rules.size),
  );
}

function countOf(count: Count, present: i32): ShownCount {
  return new ShownCount(count.declared, count.applied, <u32>present);
}

function tell(plan: Plan, problems: Array<Problem>, isConverged: bool): void {
  if (isConverged && !wasConverged) {
    write(
      Level.Info,
      'the network is as declared: ' +
        plan.links.declared.toString() +
        ' links, ' +
        plan.addresses.declared.toString() +
        ' addresses, ' +
        plan.routes.declared.toString() +
        ' routes, ' +
        plan.rules.declared.toString() +
        ' rules',
      [],
    );
    toldOf = '';
  }
  // What merely waits is no news yet: most of it comes by itself in a moment. When it does not, `judge` says so.
  if (problems.length > 0 && (problems[0].attempts > 0 || isDegraded())) {
    const first = problems[0];
    const sentence = first.subject + ': ' + first.reason;
    if (sentence != toldOf) write(Level.Warn, sentence, []);
    toldOf = sentence;
  }
  wasConverged = isConverged;
}

/** What is wrong has been so for longer than a moment. */
function isDegraded(): bool {
  return health != 'starting' && health != 'healthy';
}

function judge(now: u64, problems: Array<Problem>, isConverged: bool): u64 {
  if (isConverged) {
    openSince = 0;
    if (health != 'healthy') report(Health.healthy());
    health = 'healthy';
    return 0;
  }
  if (openSince == 0) openSince = max<u64>(now, 1);
  const dueAt = openSince + patience;
  if (now < dueAt) return dueAt;
  const more =
    problems.length > 1 ? ', and ' + (problems.length - 1).toString() + ' more: see network-status' : '';
  const sentence =
    problems.length > 0
      ? problems[0].subject + ': ' + problems[0].reason + more
      : 'the kernel has not made all changes yet: see network-status';
  if (health != sentence) report(Health.degraded(sentence));
  health = sentence;
  return 0;
}
