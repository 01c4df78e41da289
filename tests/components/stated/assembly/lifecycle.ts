/**
 * Two timers, of which one puts a coin on the table and the other takes one off it: who takes first owes a coin, which no single event shows. Three
 * coins at once, and the module talks when it is only asked how it is. Of the coins that it has saved it forgets one.
 */
import { Result, Unit, unit } from 'eft';
import { now, setTimer } from './bindings/host-clock';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { NodeStatus, put, Stage } from './bindings/resources-node-status';

const second: u64 = 1_000_000_000;

export let coins: i32 = 0;

export function start(boot: Boot): Result<Unit, string> {
  const saved = boot.saved;
  if (saved.isSome) restore(saved.unwrap().bytes);
  setTimer('give', now() + second);
  setTimer('take', now() + 2 * second);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind != EventKind.Timer) return;
  const name = event.asTimer();
  if (name == 'give') ++coins;
  else if (name == 'take') --coins;
  else return;
  setTimer(name, now() + second);
  put('stated', new NodeStatus(Stage.Running, coins > 0, []));
}

export function save(): SavedState {
  const bytes = new StaticArray<u8>(4);
  store<i32>(changetype<usize>(bytes), coins);
  return new SavedState(1, bytes);
}

function restore(bytes: StaticArray<u8>): void {
  if (bytes.length == 4) coins = load<i32>(changetype<usize>(bytes));
  if (coins > 0) --coins;
}
