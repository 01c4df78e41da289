/** Traps whenever it is started. */
import { Result, Unit, unit } from 'eft';
import { Level, write } from './bindings/host-log';
import { Boot, Event, SavedState } from './bindings/module-lifecycle';

export function start(boot: Boot): Result<Unit, string> {
  write(Level.Info, 'about to trap', []);
  unreachable();
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}
