/**
 * The network module: configure → merge → apply → observe, by rtnetlink.
 *
 * What it must know after a restart is not in its memory: the kernel keeps its marks with what it made (netlink/marks.ts), and the
 * store keeps its leases (`dhcp-lease`). So it looks at both before it does anything, and a restart changes nothing.
 */
import { Result, Unit, unit } from 'eft';
import { now } from './bindings/host-clock';
import { State as Health, report } from './bindings/host-health';
import { Boot, Event, EventKind, SavedState } from './bindings/module-lifecycle';
import { Network, socketName } from './reconcile';

/** The format of what `save` gives: nothing, for the store and the kernel have it all. */
const stateFormat: u32 = 1;

const network: Network = new Network();

export function start(boot: Boot): Result<Unit, string> {
  report(Health.starting());
  network.leases.inherit(boot.handles);
  network.begin(now());
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  const at = now();
  switch (event.kind) {
    case EventKind.Changed:
      network.isConfigurationNew = true;
      network.sources.noteChanged(event.asChanged());
      break;
    case EventKind.Conflicted:
      network.doubt();
      break;
    case EventKind.Answered:
      if (!network.answered(event.asAnswered(), at)) network.leases.answered(event.asAnswered(), at);
      break;
    case EventKind.Arrived:
      if (event.asArrived() == socketName) network.hear(at);
      else network.leases.onArrival(event.asArrived(), at);
      break;
    case EventKind.Timer:
      network.leases.onTimer(event.asTimer(), at);
      break;
  }
  network.look(at);
}

export function save(): SavedState {
  return new SavedState(stateFormat, new StaticArray<u8>(0));
}

export { network };
