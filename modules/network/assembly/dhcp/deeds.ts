/** What is done on the way from state to state: messages for the outbox, times for the agenda, and what becomes of the lease. */
import { addressText } from './addresses';
import { arpAnnouncement, arpProbe } from './arp';
import { Lease, LogLevel, never } from './contract';
import { limitedBroadcast, writeUdpPacket } from './ipv4-udp';
import { isSameSettings } from './lease-reading';
import { ClientMemory } from './memory';
import * as pace from './pace';
import * as say from './requests';
import { Do } from './transitions';

/** Does what a row of the table of transitions says. The state is the new one already. */
export function perform(client: ClientMemory, does: Do): void {
  switch (does) {
    case Do.Discover:
      return discover(client, true);
    case Do.DiscoverAgain:
      return discover(client, false);
    case Do.Request:
      return request(client, true);
    case Do.RequestAgain:
      return request(client, false);
    case Do.Confirm:
      return confirm(client, true);
    case Do.ConfirmAgain:
      return confirm(client, false);
    case Do.Probe:
      return probe(client);
    case Do.Bind:
      return bind(client);
    case Do.Resume:
      return resume(client);
    case Do.Announce:
      return announce(client);
    case Do.EndWatch:
      client.watchedUntil = never;
      client.declines = 0;
      return;
    case Do.Decline:
      return decline(client);
    case Do.Renew:
      return renew(client, true);
    case Do.RenewAgain:
      return renew(client, false);
    case Do.Rebind:
      return rebind(client, true);
    case Do.RebindAgain:
      return rebind(client, false);
    case Do.Extend:
      return extend(client);
    case Do.CarryOn:
      client.outbox.log(
        LogLevel.Info,
        'no server says whether the lease is still good: it is used until it expires',
      );
      return rest(client);
    case Do.StartOver:
      return forget(client);
    case Do.Lose:
      return lose(client);
    case Do.Pause:
      return pause(client);
    case Do.Release:
      sayRelease(client);
      return lose(client);
    case Do.Stop:
      return lose(client);
    default:
      return;
  }
}

function discover(client: ClientMemory, isFirst: bool): void {
  if (isFirst) beginExchange(client);
  nextTry(client);
  // After two that brought nothing, every other one asks for replies to all: some network may lose replies to us alone.
  client.exchange.wantsBroadcast = client.tries > 2 && (client.tries & 1) == 1;
  newTransaction(client);
  broadcast(client, 0, say.discover(client.exchange, client.options, client.link, client.preferred));
}

function request(client: ClientMemory, isFirst: bool): void {
  const offer = client.offer;
  if (offer == null) return;
  if (isFirst) {
    client.tries = 0;
    // The lease counts from the first of these requests: they share one id, and nobody can say which was answered.
    client.requestedAt = client.now;
    client.outbox.log(LogLevel.Info, addressText(offer.serverId) + ' offers ' + addressText(offer.address));
  }
  nextTry(client);
  broadcast(
    client,
    0,
    say.requestAddress(client.exchange, client.options, client.link, offer.address, offer.serverId),
  );
}

function confirm(client: ClientMemory, isFirst: bool): void {
  if (isFirst) beginExchange(client);
  nextTry(client);
  client.exchange.wantsBroadcast = !isFirst;
  newTransaction(client);
  broadcast(
    client,
    0,
    say.requestAddress(client.exchange, client.options, client.link, client.confirming, 0),
  );
}

function renew(client: ClientMemory, isFirst: bool): void {
  const held = client.held;
  if (held == null) return;
  if (isFirst) beginExchange(client);
  newTransaction(client);
  client.nextSendAt = client.now + pace.renewalWait(held.rebindsAt - client.now);
  client.outbox.udpSocket(true, held.address);
  client.outbox.sendDatagram(
    held.serverId,
    say.extendLease(client.exchange, client.options, client.link, held.address),
  );
}

function rebind(client: ClientMemory, isFirst: bool): void {
  const held = client.held;
  if (held == null) return;
  if (isFirst) beginExchange(client);
  newTransaction(client);
  client.nextSendAt = client.now + pace.renewalWait(held.expiresAt - client.now);
  broadcast(
    client,
    held.address,
    say.extendLease(client.exchange, client.options, client.link, held.address),
  );
}

function beginExchange(client: ClientMemory): void {
  client.beganAt = client.now;
  client.tries = 0;
  client.complaints = 0;
  client.watchedUntil = never;
  client.announcesAt = never;
  client.exchange = new say.Exchange();
}

function newTransaction(client: ClientMemory): void {
  client.exchange.xid = <u32>client.randomness.next();
  client.exchange.secs = <u32>min((client.now - client.beganAt) / pace.second, 0xffff);
  client.requestedAt = client.now;
}

function nextTry(client: ClientMemory): void {
  client.tries += 1;
  client.complaints = 0;
  client.nextSendAt = client.now + pace.retransmissionWait(client.tries, client.randomness);
}

function broadcast(client: ClientMemory, source: u32, message: StaticArray<u8>): void {
  client.outbox.sendPacket(writeUdpPacket(source, limitedBroadcast, message));
}

function probe(client: ClientMemory): void {
  const candidate = client.candidate;
  if (candidate == null) return;
  client.offer = null;
  client.nextSendAt = never;
  const window = min(client.options.probeWindowMilliseconds, pace.probeWindowMaximum);
  client.checkedAt = client.now + <u64>window * pace.millisecond;
  client.outbox.sendArp(arpProbe(client.link.hardwareAddress, candidate.address));
}

function bind(client: ClientMemory): void {
  const candidate = client.candidate;
  if (candidate == null) return;
  hold(client, candidate);
  client.checkedAt = never;
  client.announcesAt = client.now + pace.announceInterval;
  client.watchedUntil = client.now + pace.watchTime;
  client.outbox.leaseBound(candidate);
  client.outbox.sendArp(arpAnnouncement(client.link.hardwareAddress, candidate.address));
  const text = addressText(candidate.address) + '/' + candidate.prefixLength.toString();
  client.outbox.log(LogLevel.Info, text + ' leased from ' + addressText(candidate.serverId));
}

function resume(client: ClientMemory): void {
  const candidate = client.candidate;
  if (candidate == null) return;
  hold(client, candidate);
  client.outbox.leaseBound(candidate);
  client.outbox.log(LogLevel.Info, 'goes on with ' + addressText(candidate.address));
}

function extend(client: ClientMemory): void {
  const candidate = client.candidate;
  const held = client.held;
  if (candidate == null || held == null) return;
  const isChanged = !isSameSettings(held, candidate);
  hold(client, candidate);
  rest(client);
  client.outbox.leaseChanged(candidate, isChanged);
  client.outbox.log(
    LogLevel.Debug,
    addressText(candidate.address) + ' renewed by ' + addressText(candidate.serverId),
  );
}

function hold(client: ClientMemory, lease: Lease): void {
  client.held = lease;
  client.candidate = null;
  client.confirming = lease.address;
  client.preferred = lease.address;
  client.refusals = 0;
}

/** In BOUND nothing is sent by itself but the announcement. */
function rest(client: ClientMemory): void {
  client.nextSendAt = never;
}

function announce(client: ClientMemory): void {
  const held = client.held;
  client.announcesAt = never;
  if (held != null) client.outbox.sendArp(arpAnnouncement(client.link.hardwareAddress, held.address));
}

function decline(client: ClientMemory): void {
  const held = client.held;
  let lease = client.candidate;
  if (held != null) lease = held;
  if (lease == null) return;
  client.declines += 1;
  client.waitsUntil = client.now + pace.conflictWait(client.declines, client.randomness);
  const xid = <u32>client.randomness.next();
  broadcast(client, 0, say.decline(xid, client.options, client.link, lease.address, lease.serverId));
  client.outbox.log(LogLevel.Warn, client.reason + ': declined');
  lose(client);
  client.preferred = 0;
}

/** The link is down: what is held stays held, and is asked for when the link is back. */
function pause(client: ClientMemory): void {
  const candidate = client.candidate;
  const held = client.held;
  if (held != null) client.confirming = held.address;
  else if (candidate != null) client.confirming = candidate.address;
  client.nextSendAt = never;
  client.checkedAt = never;
  client.watchedUntil = never;
  client.announcesAt = never;
}

function sayRelease(client: ClientMemory): void {
  const held = client.held;
  if (held == null || !client.link.isUp) return;
  const xid = <u32>client.randomness.next();
  client.outbox.udpSocket(true, held.address);
  client.outbox.sendDatagram(
    held.serverId,
    say.release(xid, client.options, client.link, held.address, held.serverId),
  );
}

function lose(client: ClientMemory): void {
  const held = client.held;
  if (held != null) {
    client.outbox.leaseLost(held, client.reason);
    client.outbox.log(LogLevel.Info, addressText(held.address) + ' is lost: ' + client.reason);
  }
  client.held = null;
  forget(client);
}

function forget(client: ClientMemory): void {
  client.candidate = null;
  client.offer = null;
  client.confirming = 0;
  client.nextSendAt = never;
  client.checkedAt = never;
  client.watchedUntil = never;
  client.announcesAt = never;
}
