/** Answers each event with one small write: whether the resource that has changed is healthy. */
import { Result, Unit, unit } from 'eft';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get, State } from './bindings/resources-module-status';
import { NodeStatus, put, Stage } from './bindings/resources-node-status';

export function start(boot: Boot): Result<Unit, string> {
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  if (event.kind != EventKind.Changed) return;
  const changed = get(event.asChanged()[0].id);
  const isReady = changed.isSome && changed.unwrap().value.state == State.Healthy;
  put('node', new NodeStatus(Stage.Running, isReady, []));
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}
