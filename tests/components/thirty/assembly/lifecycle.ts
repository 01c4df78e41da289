import { Result, Unit, unit } from 'eft';
import { now } from './bindings/host-clock';
import { Field, Level, write } from './bindings/host-log';
import { Boot, Event, EventKind, Reference, SavedState } from './bindings/module-lifecycle';
import { get, State } from './bindings/resources-module-status';
import { Condition, NodeStatus, put, Stage } from './bindings/resources-node-status';

let startedAt: u64 = 0;

export function upSince(): u64 {
  return startedAt;
}

export function start(boot: Boot): Result<Unit, string> {
  startedAt = now();
  if (boot.saved.isSome && boot.saved.unwrap().format != 1) {
    return Result.err<Unit, string>('saved state of a format that is not known');
  }
  write(Level.Info, 'started', [new Field('handles', boot.handles.length.toString())]);
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  switch (event.kind) {
    case EventKind.Changed:
      lookAt(event.asChanged());
      break;
    case EventKind.Conflicted:
      lookAt(event.asConflicted());
      break;
    case EventKind.Timer:
      write(Level.Debug, 'timer ' + event.asTimer(), []);
      break;
    case EventKind.Answered:
      write(Level.Debug, 'answer ' + event.asAnswered().toString(), []);
      break;
    case EventKind.Arrived:
      write(Level.Debug, 'arrival at ' + event.asArrived(), []);
      break;
  }
}

function lookAt(references: StaticArray<Reference>): void {
  const unmet = new Array<Condition>();
  for (let index = 0; index < references.length; ++index) {
    const id = references[index].id;
    const found = get(id);
    if (found.isNone || found.unwrap().value.state == State.Healthy) continue;
    unmet.push(new Condition('module/' + id, found.unwrap().value.message));
  }
  put('node', new NodeStatus(Stage.Running, unmet.length == 0, StaticArray.fromArray(unmet)));
}

export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(16));
}
