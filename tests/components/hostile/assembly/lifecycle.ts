/**
 * Does what the resource `order` says, once for each version of it, and again after every restart. An order that begins with
 * `start ` is carried out in `start`.
 */
import { Result, Unit, unit } from 'eft';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get } from './bindings/resources-module-status';
import { misbehave, misbehaveAgain } from './misdeeds';
import { savedBytes, savedFormat } from './saving';

const startPrefix: string = 'start ';

let handled: u64 = 0;

export function start(boot: Boot): Result<Unit, string> {
  const order = currentOrder();
  if (!order.startsWith(startPrefix)) return Result.ok<Unit, string>(unit);
  const misdeed = order.substring(startPrefix.length);
  if (misdeed == 'refuse') return Result.err<Unit, string>('there is nothing here that I like');
  misbehave(misdeed);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  const order = get('order');
  if (order.isNone) return;
  const entry = order.unwrap();
  const misdeed = entry.value.message;
  if (misdeed.startsWith(startPrefix)) return;
  if (entry.metadata.version != handled) {
    handled = entry.metadata.version;
    misbehave(misdeed);
  } else if (event.kind != EventKind.Changed) {
    misbehaveAgain(misdeed, event);
  }
}

export function save(): SavedState {
  return new SavedState(savedFormat, new StaticArray<u8>(savedBytes));
}

function currentOrder(): string {
  const order = get('order');
  return order.isSome ? order.unwrap().value.message : '';
}
