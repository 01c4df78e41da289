/**
 * Says whether the node as a whole is ready: it is when every module is healthy.
 *
 * Level-triggered: whatever the event is, the module looks at all there is and writes what follows from it. What it has
 * written once it does not write again, so a quiet node stays quiet.
 */
import { Result, Unit, unit } from 'eft';
import { assess, isSame } from './assessment';
import { Level, write } from './bindings/host-log';
import { Boot, Event, SavedState } from './bindings/module-lifecycle';
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
  const known = get(nodeId);
  if (known.isSome) wasReady = known.unwrap().value.stage == Stage.Running;
  update();
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  update();
}

export function save(): SavedState {
  return new SavedState(stateFormat, new StaticArray<u8>(0));
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
  // A node is not ready either when there is no module of which anything could be told.
  const unmet = status.unmet;
  const reason = unmet.length > 0 ? unmet[0].name + ': ' + unmet[0].reason : 'there are no modules';
  write(Level.Warn, 'the node is not ready any more: ' + reason, []);
}
