/**
 * What servers say, and whether it counts: it must be an answer to what was asked last, from whom it was asked. A reply that does not count is told
 * in the log at the lowest level, for most are answers to others, and some are a stranger's.
 */
import { addressText } from './addresses';
import { clientIdentifier } from './client-id';
import { Lease, LogLevel } from './contract';
import { LeaseReading, readLease } from './lease-reading';
import { ClientMemory } from './memory';
import { Code, MessageType, Reply, readReply } from './message';
import { readShownText } from './names';
import { isSameBytes } from './octets';
import * as pace from './pace';
import { On, State } from './transitions';

/** Lines of the log about replies that are not taken, from one request to the next: their number is a stranger's to choose. */
const complaintsLimit: i32 = 8;

/** Takes a DHCP message, whoever sent it. Gives what happens to the machine by it, as an `On`, or -1 if it counts for nothing. */
export function hearMessage(client: ClientMemory, bytes: StaticArray<u8>): i32 {
  const state = client.state;
  const isListening =
    state == State.Selecting ||
    state == State.Requesting ||
    state == State.Rebooting ||
    state == State.Renewing ||
    state == State.Rebinding;
  if (!isListening) return -1;
  const reply = readReply(bytes);
  if (reply == null) return complain(client, 'it is malformed');
  // Most are answers to others.
  if (reply.xid != client.exchange.xid || !isSameBytes(reply.hardwareAddress, client.link.hardwareAddress))
    return -1;
  const echoed = reply.option(Code.clientId);
  const id = clientIdentifier(client.options, client.link.hardwareAddress);
  // RFC 6842 section 3.
  if (echoed != null && id != null && !isSameBytes(echoed, id))
    return complain(client, 'it is for another client id');
  if (reply.type == MessageType.nak) return hearNak(client, reply);
  const isOffer = reply.type == MessageType.offer;
  if (!isOffer && reply.type != MessageType.ack) return complain(client, 'its type is not one of a server');
  if (isOffer != (state == State.Selecting) && !isRapid(client, reply)) {
    // Offers of other servers go on coming while one is requested.
    if (!isOffer) complain(client, 'nothing was requested');
    return -1;
  }
  const reading = readLease(reply, bytes, client.requestedAt, client.randomness);
  const lease = reading.lease;
  if (lease == null) return complain(client, reading.refusal);
  if (lease.expiresAt <= client.now) return complain(client, 'the lease in it has expired already');
  if (isOffer) {
    client.offer = lease;
    return On.Offer;
  }
  return hearAck(client, lease, reading);
}

/** An ACK to our DISCOVER (RFC 4039 section 3.1). */
function isRapid(client: ClientMemory, reply: Reply): bool {
  return (
    client.state == State.Selecting &&
    reply.type == MessageType.ack &&
    client.options.rapidCommit &&
    reply.option(Code.rapidCommit) != null
  );
}

function hearAck(client: ClientMemory, lease: Lease, reading: LeaseReading): i32 {
  const state = client.state;
  const offer = client.offer;
  const held = client.held;
  if (state == State.Requesting && offer != null) {
    if (lease.serverId != offer.serverId) return complain(client, 'another server was chosen');
    if (lease.address != offer.address) return complain(client, 'another address was offered');
  }
  if (state == State.Rebooting && lease.address != client.confirming)
    return complain(client, 'another address was asked for');
  if (state == State.Renewing || state == State.Rebinding) {
    if (held == null || lease.address != held.address) return complain(client, 'another address is leased');
    if (state == State.Renewing && lease.serverId != held.serverId)
      return complain(client, 'another server was asked');
  }
  for (let index = 0; index < reading.notes.length; ++index) {
    client.outbox.log(
      LogLevel.Warn,
      'the lease from ' + addressText(lease.serverId) + ' has ' + reading.notes[index],
    );
  }
  client.candidate = lease;
  return held != null ? On.AckOfHeld : On.Ack;
}

/** A NAK counts from the server that was asked; where all were asked, from any (RFC 2131 sections 4.4.2 and 4.4.5). */
function hearNak(client: ClientMemory, reply: Reply): i32 {
  const state = client.state;
  const serverId = reply.u32Option(Code.serverId, 0);
  const offer = client.offer;
  const held = client.held;
  if (serverId == 0) return complain(client, 'it refuses, and does not say who it is from');
  let asked = serverId;
  if (state == State.Selecting) asked = 0;
  else if (state == State.Requesting && offer != null) asked = offer.serverId;
  else if (state == State.Renewing && held != null) asked = held.serverId;
  if (serverId != asked) return complain(client, 'it refuses what it was not asked');
  const message = reply.option(Code.message);
  client.reason =
    'the server ' +
    addressText(serverId) +
    ' refuses it' +
    (message == null ? '' : ': ' + readShownText(message));
  client.refusals += 1;
  client.preferred = 0;
  client.waitsUntil = client.now + pace.refusalWait(client.refusals, client.randomness);
  client.outbox.log(LogLevel.Warn, client.reason);
  return On.Nak;
}

function complain(client: ClientMemory, why: string): i32 {
  client.complaints += 1;
  if (client.complaints <= complaintsLimit) client.outbox.log(LogLevel.Debug, 'a reply is not taken: ' + why);
  return -1;
}
