/** What holds of a DHCP client between two calls, whatever came before: agenda.ts, deeds.ts and client.ts keep it together, none of them alone. */
import { nextInstant } from './agenda';
import { never } from './contract';
import { ClientMemory } from './memory';
import { State, stateName } from './transitions';

/** What does not hold, or the empty string. */
export function unsoundness(client: ClientMemory): string {
  const state = client.state;
  const held = client.held;
  const outbox = client.outbox;
  const isConfirmed = state == State.Bound || state == State.Renewing || state == State.Rebinding;
  if (isConfirmed && held == null) return 'it is in ' + stateName(state) + ' without a lease';
  if (state == State.Checking && client.candidate == null) return 'it checks no address';
  if ((state == State.Init || state == State.Selecting || state == State.Stopped) && held != null)
    return 'it holds a lease in ' + stateName(state);
  if (held != null && held.expiresAt <= client.now) return 'it holds a lease that has ended';
  if (outbox.wakeAt != nextInstant(client)) return 'it is not woken when the next thing is due';
  if (state != State.Stopped && state != State.Init && state != State.InitReboot) {
    if (!client.canSend) return 'it is in ' + stateName(state) + ' on a link that it cannot send on';
    if (outbox.wakeAt == never && (held == null || held.expiresAt != never))
      return 'nothing would wake it in ' + stateName(state);
  }
  if (outbox.hasUdpSocket != (state == State.Renewing))
    return 'it has a UDP socket, or lacks it, for another state';
  const isIdle =
    state == State.Stopped || state == State.InitReboot || state == State.Bound || state == State.Renewing;
  if (outbox.hasPacketSocket != (!isIdle && client.link.isUp))
    return 'it has a packet socket, or lacks it, for another state';
  const isWatching = state == State.Bound && client.watchedUntil != never;
  if (outbox.hasArpSocket != (state == State.Checking || isWatching))
    return 'it has an ARP socket, or lacks it, for another state';
  return '';
}
