/**
 * Says whether the node as a whole is ready: it is when every module is healthy.
 *
 * Level-triggered: whatever the event is, the module looks at all there is and writes what follows from it. What it has
 * written once it does not write again, so a quiet node stays quiet.
 */
import { Result, Unit, unit } from 'eft';
import { assess, isSame } from './assessment';
import { Level, write } from './bindings/host-log';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { get, NodeStatus, put, Stage } from './bindings/resources-node-status';

/** The one node-status there is. */
const nodeId: string = 'node';

/** The format of what `save` gives: nothing, since all that matters is in the store. */
const stateFormat: u32 = 1;

/** Whether the node was ever ready since the machine started: then what is wrong is a fault, not the boot. */
export let wasReady: bool = false;

/** What the node was last found to be. */
export let told: NodeStatus | null = null;

export function start(boot: Boot): Result<Unit, string> {
  recall();
  update();
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  // What was put has come to nothing: the node was not ready if only that said so.
  if (event.kind == EventKind.Conflicted) recall();
  update();
}

export function save(): SavedState {
  return new SavedState(stateFormat, new StaticArray<u8>(0));
}

function recall(): void {
  const known = get(nodeId);
  wasReady = known.isSome && known.unwrap().value.stage == Stage.Running;
}

function update(): void {
  const status = assess(wasReady);
  told = status;
  const known = get(nodeId);
  if (known.isSome && isSame(known.unwrap().value, status)) return;
  tell(known.isSome && known.unwrap().value.ready, status);
  wasReady = status.stage == Stage.Running;
  put(nodeId, status);
}

/** Logs that the node has become ready, or no longer is. */
function tell(wasReadyBefore: bool, status: NodeStatus): void {
  if (status.ready == wasReadyBefore) return;
  if (status.ready) {
    write(Level.Info, 'the node is ready', []);
    return;
  }
  const first = status.unmet[0];
  const reason = first.name + ': ' + first.reason;
  write(Level.Warn, 'the node is not ready any more: ' + reason, []);
}
