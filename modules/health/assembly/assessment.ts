/** From how the modules are to how the node is. */
import { Entry, list, State } from './bindings/resources-module-status';
import { Condition, NodeStatus, Stage } from './bindings/resources-node-status';

/** The node's status as the modules' statuses make it. `wasReady`: whether it was ready before. */
export function assess(wasReady: bool): NodeStatus {
  const modules = list();
  const unmet = new Array<Condition>();
  for (let index = 0; index < modules.length; ++index) {
    const module = modules[index];
    if (module.value.state == State.Healthy) continue;
    unmet.push(new Condition('module/' + module.metadata.id, reasonFor(module)));
  }
  if (modules.length == 0) unmet.push(new Condition('modules', 'there are none'));
  unmet.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  const ready = unmet.length == 0;
  const stage = ready || wasReady ? Stage.Running : Stage.Booting;
  return new NodeStatus(stage, ready, StaticArray.fromArray(unmet));
}

/** Whether two statuses say the same. */
export function isSame(one: NodeStatus, other: NodeStatus): bool {
  if (one.stage != other.stage || one.ready != other.ready) return false;
  if (one.unmet.length != other.unmet.length) return false;
  for (let index = 0; index < one.unmet.length; ++index) {
    const left = one.unmet[index];
    const right = other.unmet[index];
    if (left.name != right.name || left.reason != right.reason) return false;
  }
  return true;
}

/** What does not hold of a status that this module gives, or the empty string. */
export function brokenOf(status: NodeStatus): string {
  const unmet = status.unmet;
  if (status.ready != (unmet.length == 0)) return 'the node is ready and something is missing, or neither';
  if (status.ready && status.stage != Stage.Running) return 'the node is ready, and boots';
  for (let index = 1; index < unmet.length; ++index)
    if (unmet[index - 1].name >= unmet[index].name) return 'what is missing is not in order, or there twice';
  return '';
}

function reasonFor(module: Entry): string {
  const message = module.value.message;
  if (message.length > 0) return message;
  switch (module.value.state) {
    case State.Starting:
      return 'is starting';
    case State.Degraded:
      return 'works, but not fully';
    case State.BackingOff:
      return 'ended, and waits for its next start';
    case State.Quarantined:
      return 'failed too often, and stays down';
    default:
      return 'was told to stop';
  }
}
