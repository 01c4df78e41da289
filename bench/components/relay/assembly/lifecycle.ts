/** Answers each event with one small write: what the resource `probe` says. */
import { Result, Unit, unit } from 'eft';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get } from './bindings/resources-module-status';
import { Condition, NodeStatus, put, Stage } from './bindings/resources-node-status';

export function start(boot: Boot): Result<Unit, string> {
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind != EventKind.Changed) return;
  const probe = get('probe');
  if (probe.isNone) return;
  put('node', new NodeStatus(Stage.Running, true, [new Condition('probe', probe.unwrap().value.message)]));
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}
