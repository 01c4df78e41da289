/**
 * Keeps a lease. It is asked for by reading a file whose first byte is the seconds that it is good for, renewed after half of them, and
 * given up when they are over. Two bugs are planted, for records to catch:
 *
 * - A failure that is a missed deadline clears the timer that ends the lease: from then on the lease is said to be held for ever.
 * - The moments of failures in a row go into an array of 24, whose end nobody looks at.
 */
import { Result, Unit, unit } from 'eft';
import { clearTimer, now, setTimer, wall } from './bindings/host-clock';
import { bytes, number_ } from './bindings/host-entropy';
import { read, takeRead } from './bindings/host-files';
import { State as Health, report } from './bindings/host-health';
import { Field, Level, write } from './bindings/host-log';
import { cancel, FailureKind, Request } from './bindings/host-requests';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get, list, State } from './bindings/resources-module-status';
import { Condition, NodeStatus, put, remove, Stage } from './bindings/resources-node-status';

const second: u64 = 1_000_000_000;

let request: Request = 0;
let isHeld: bool = false;
let endsAt: u64 = 0;
let renewals: u64 = 0;
let failures: i32 = 0;
let seen: u64 = 0;
let trapsWhenSaved: bool = false;
const failedAt = new StaticArray<u64>(24);

export function start(boot: Boot): Result<Unit, string> {
  ask();
  setTimer('tick', now() + second);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  switch (event.kind) {
    case EventKind.Timer:
      onTimer(event.asTimer());
      break;
    case EventKind.Answered:
      if (event.asAnswered() == request) onAnswer();
      break;
    case EventKind.Conflicted:
      // Nothing of the last event has happened: not its timers either.
      arm();
      tell();
      break;
    case EventKind.Changed:
      look();
      break;
    default:
      break;
  }
}

export function save(): SavedState {
  if (trapsWhenSaved) unreachable();
  const state = new StaticArray<u8>(2);
  state[0] = <u8>(now() / second);
  state[1] = bytes(1)[0];
  return new SavedState(1, state);
}

function onTimer(name: string): void {
  if (name == 'renew') {
    if (request != 0) cancel(request);
    ask();
  } else if (name == 'end') {
    isHeld = false;
    report(Health.degraded('the lease has ended'));
  } else {
    seen += bytes(3)[1];
    setTimer('tick', now() + second);
  }
  tell();
}

function ask(): void {
  request = read('leases/current');
}

function onAnswer(): void {
  const answer = takeRead(request);
  request = 0;
  if (answer.isOk) {
    const content = answer.unwrap();
    const seconds: u64 = content.length > 0 ? content[0] : 1;
    isHeld = true;
    failures = 0;
    endsAt = now() + seconds * second;
    remove('renewal-' + renewals.toString());
    renewals += 1;
    write(Level.Info, 'renewed', [new Field('wall', wall().nanoseconds.toString())]);
    report(Health.healthy());
    put('renewal-' + renewals.toString(), status());
  } else {
    failedAt[failures] = now();
    failures += 1;
    if (answer.unwrapError().kind == FailureKind.Deadline) clearTimer('end');
  }
  arm();
  tell();
}

function arm(): void {
  if (failures == 0 && isHeld) {
    const half = (endsAt - now()) / 2;
    setTimer('renew', now() + half + (number_() % (second / 4)));
    setTimer('end', endsAt);
  } else {
    setTimer('renew', now() + second);
  }
  setTimer('tick', now() + second);
}

function look(): void {
  const modules = list();
  for (let index = 0; index < modules.length; ++index) {
    const entry = modules[index];
    if (entry.value.state != State.Healthy) seen += entry.value.message.length;
    if (entry.value.message == 'trap') unreachable();
    if (entry.value.message == 'trap when saved') trapsWhenSaved = true;
    if (entry.value.message == 'hang') for (;;) seen += 1;
    if (entry.value.message == 'recurse') seen += recurse(1);
  }
  if (get('network').isNone) seen += 1;
  tell();
}

function recurse(depth: u64): u64 {
  return depth + recurse(depth + 1) * (depth | 1);
}

function status(): NodeStatus {
  const text = renewals.toString() + ' ' + failures.toString() + ' ' + seen.toString();
  return new NodeStatus(Stage.Running, isHeld, [new Condition('lease', text)]);
}

function tell(): void {
  put('lease', status());
}
