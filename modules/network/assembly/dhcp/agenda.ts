/** What is due by the clock in each state, and when the next thing will be. The two must agree: what is due and not announced comes late. */
import { never } from './contract';
import { ClientMemory } from './memory';
import * as pace from './pace';
import { On, State } from './transitions';

/** What is due by the clock, as an `On`, the weightiest first, or -1. */
export function due(client: ClientMemory): i32 {
  const state = client.state;
  const now = client.now;
  const held = client.held;
  if (state == State.Init) return client.canSend && now >= client.waitsUntil ? On.Begin : -1;
  if (held != null && held.expiresAt <= now) {
    client.reason = 'it has expired';
    return On.Expiry;
  }
  switch (state) {
    case State.InitReboot:
      return client.canSend && now >= client.waitsUntil ? On.Begin : -1;
    case State.Selecting:
      return client.nextSendAt <= now ? On.Repeat : -1;
    case State.Requesting:
      if (client.nextSendAt > now) return -1;
      return client.tries >= pace.requestTries ? On.GiveUp : On.Repeat;
    case State.Rebooting:
      if (client.nextSendAt > now) return -1;
      if (client.tries < pace.confirmTries) return On.Repeat;
      return held != null ? On.GiveUpHolding : On.GiveUp;
    case State.Checking: {
      const candidate = client.candidate;
      if (candidate != null && candidate.expiresAt <= now) return On.Expiry;
      return client.checkedAt <= now ? On.Unopposed : -1;
    }
    case State.Bound:
      if (held != null && held.rebindsAt <= now) return On.RebindingTime;
      if (held != null && held.renewsAt <= now) return On.RenewalTime;
      if (client.announcesAt <= now) return On.Announce;
      return client.watchedUntil <= now ? On.Watched : -1;
    case State.Renewing:
      if (held != null && held.rebindsAt <= now) return On.RebindingTime;
      return client.nextSendAt <= now ? On.Repeat : -1;
    case State.Rebinding:
      return client.nextSendAt <= now ? On.Repeat : -1;
    default:
      return -1;
  }
}

/** When `due` will say something, if nothing else happens. */
export function nextInstant(client: ClientMemory): u64 {
  const state = client.state;
  const held = client.held;
  if (state == State.Stopped) return never;
  if (state == State.Init) return client.canSend ? client.waitsUntil : never;
  let next = held == null ? never : held.expiresAt;
  if (state == State.Checking) {
    const candidate = client.candidate;
    return min(client.checkedAt, candidate == null ? never : min(candidate.expiresAt, next));
  }
  if (state == State.Bound && held != null) {
    next = min(next, min(held.renewsAt, held.rebindsAt));
    return min(next, min(client.announcesAt, client.watchedUntil));
  }
  if (state == State.InitReboot) return client.canSend ? min(next, client.waitsUntil) : next;
  if (state == State.Renewing && held != null) next = min(next, held.rebindsAt);
  return min(next, client.nextSendAt);
}
