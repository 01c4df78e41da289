/**
 * One DHCPv4 client on one link (RFC 2131): takes what happened, goes where the table of transitions says, and gives what is to be done.
 *
 * `held` is the lease that may be used now, whatever the state: a link that goes down and comes back keeps it, and it is asked in
 * REBOOTING whether it is still good. The danger lies in using an address that is another's. So whatever comes in, what is due by the clock
 * is done first: an answer that comes after the lease has ended finds no lease to renew; and a lease counts from the first request
 * that its answer may be to.
 */

import { addressText, hardwareAddressText, isStationAddress } from './addresses';
import { arpAnnouncement, arpProbe, otherHolder } from './arp';
import { clientIdentifier, parseDuid } from './client-id';
import { Action, ClientIdKind, ClientOptions, Lease, LinkFacts, LogLevel, never } from './contract';
import { clientPort, limitedBroadcast, readUdpPacket, serverPort, writeUdpPacket } from './ipv4-udp';
import { isSameSettings, LeaseReading, readLease } from './lease-reading';
import { Code, MessageType, Reply, readReply } from './message';
import { readShownText } from './names';
import { isSameBytes } from './octets';
import { Outbox } from './outbox';
import * as pace from './pace';
import { Randomness } from './randomness';
import { decline, discover, Exchange, extendLease, release, requestAddress } from './requests';
import { Do, On, State, stateName, transitionFor } from './transitions';

/** What can be due in one call, one after the other: more means that the clock has gone mad, and can wait for the next call. */
const stepsLimit: i32 = 16;
/** Lines of the log about replies that are not taken, from one request to the next: their number is a stranger's to choose. */
const complaintsLimit: i32 = 8;

export class DhcpClient {
  private stateNow: State = State.Stopped;
  private link: LinkFacts = new LinkFacts(0, [], 0, false);
  private held: Lease | null = null;
  /** The lease that is being checked in CHECKING, and that which an ACK has just brought. */
  private candidate: Lease | null = null;
  /** The offer that was taken. */
  private offer: Lease | null = null;
  /** What INIT-REBOOT asks for, and the address that a DISCOVER says it would like. */
  private confirming: u32 = 0;
  private preferred: u32 = 0;

  private exchange: Exchange = new Exchange();
  /** When this acquisition, renewal or confirmation began, for `secs`. */
  private beganAt: u64 = 0;
  /** When the first request with the present transaction id was sent: what the lease counts from. */
  private requestedAt: u64 = 0;
  private tries: i32 = 0;
  private nextSendAt: u64 = never;
  private waitsUntil: u64 = 0;
  private checkedAt: u64 = never;
  private announcesAt: u64 = never;
  private watchedUntil: u64 = never;
  private refusals: i32 = 0;
  private declines: i32 = 0;
  private complaints: i32 = 0;
  /** Why the lease goes, if it does in this step. */
  private reason: string = '';

  private now: u64 = 0;
  private randomness: Randomness = new Randomness(0);
  private outbox: Outbox = new Outbox();

  constructor(private readonly options: ClientOptions) {}

  get state(): State {
    return this.stateNow;
  }

  /** The lease that may be used now. */
  get lease(): Lease | null {
    return this.held;
  }

  get needsPacketSocket(): bool {
    return this.outbox.hasPacketSocket;
  }

  get needsArpSocket(): bool {
    return this.outbox.hasArpSocket;
  }

  get needsUdpSocket(): bool {
    return this.outbox.hasUdpSocket;
  }

  get wakeAt(): u64 {
    return this.outbox.wakeAt;
  }

  /** Begins, once. Whatever is called before does nothing. */
  start(link: LinkFacts, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    if (this.stateNow != State.Stopped) return this.close();
    this.link = link;
    this.warnOfLink();
    if (this.options.clientIdKind == ClientIdKind.Duid && parseDuid(this.options.duid) == null) {
      this.outbox.log(LogLevel.Warn, 'the DUID is none: the hardware address serves as client id');
    }
    this.preferred = this.options.requestedAddress;
    const remembered = this.options.remembered;
    let lease: Lease | null = null;
    if (remembered != null) lease = this.leaseFrom(remembered.message, remembered.obtainedAt);
    if (remembered != null && lease != null) {
      this.preferred = lease.address;
      const isGood = remembered.isInUse && remembered.obtainedAt <= now && lease.expiresAt > now;
      this.confirming = lease.address;
      this.candidate = lease;
      this.fire(isGood ? On.Resume : On.StartRemembering);
    } else {
      this.fire(On.Start);
    }
    if (!link.isUp) this.fire(On.LinkDown);
    return this.close();
  }

  /** The link's facts are these now. */
  setLink(link: LinkFacts, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    const before = this.link;
    this.link = link;
    if (this.stateNow == State.Stopped) return this.close();
    if (!isSameBytes(before.hardwareAddress, link.hardwareAddress)) {
      this.warnOfLink();
      this.reason = 'the hardware address of the link has changed';
      this.fire(On.Replaced);
    } else if (!link.isUp && before.isUp) {
      // A link that flaps must not make us send each time.
      if (this.beganAt > 0) this.waitsUntil = max(this.waitsUntil, this.beganAt + pace.flapWait);
      this.fire(On.LinkDown);
    }
    return this.close();
  }

  /** A packet came on the packet socket: IPv4 header and all behind it. */
  onPacket(payload: StaticArray<u8>, isChecksumPending: bool, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    const packet = readUdpPacket(payload, isChecksumPending);
    if (packet != null && packet.sourcePort == serverPort && packet.destinationPort == clientPort) {
      this.onMessage(packet.payload);
    }
    return this.close();
  }

  /** A datagram came on the UDP socket. */
  onDatagram(source: u32, sourcePort: u32, payload: StaticArray<u8>, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    if (sourcePort == serverPort && source != 0) this.onMessage(payload);
    return this.close();
  }

  /** A packet came on the ARP socket. */
  onArp(payload: StaticArray<u8>, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    const isProbing = this.stateNow == State.Checking;
    let lease = this.held;
    if (isProbing) lease = this.candidate;
    if (lease != null && (isProbing || this.watchedUntil != never)) {
      const other = otherHolder(payload, this.link.hardwareAddress, lease.address, isProbing);
      if (other != null) {
        this.reason = hardwareAddressText(other) + ' has ' + addressText(lease.address) + ' as well';
        this.fire(On.Conflict);
      }
    }
    return this.close();
  }

  /** The time may have come for something. */
  onTimer(now: u64, random: u64): Array<Action> {
    this.open(now, random);
    return this.close();
  }

  /**
   * Gives the lease back (RFC 2131 section 4.4.6) and stops. If the link is up the last actions are `SendDatagram` and `UdpSocket` off: close the
   * socket, and take the address away, when the datagram's answer has come.
   */
  release(now: u64, random: u64): Array<Action> {
    this.open(now, random);
    this.reason = 'it was given back';
    if (this.stateNow != State.Stopped) this.fire(On.Release);
    return this.close();
  }

  /** Stops without a word to anyone. The lease may not be used any more. */
  stop(now: u64, random: u64): Array<Action> {
    this.open(now, random);
    this.reason = 'the client was stopped';
    if (this.stateNow != State.Stopped) this.fire(On.Stop);
    return this.close();
  }

  // What begins and ends every call.

  private open(now: u64, random: u64): void {
    // A clock that goes back would make waits endless.
    this.now = max(now, this.now);
    this.randomness = new Randomness(random);
    this.outbox.begin();
    this.catchUp();
  }

  private close(): Array<Action> {
    this.catchUp();
    this.keepSockets();
    this.outbox.wake(this.nextInstant());
    return this.outbox.take();
  }

  private catchUp(): void {
    for (let step = 0; step < stepsLimit; ++step) {
      const due = this.due();
      if (due < 0) return;
      this.fire(<On>due);
    }
  }

  /** What is due by the clock, as an `On`, the weightiest first, or -1. */
  private due(): i32 {
    const state = this.stateNow;
    const now = this.now;
    const held = this.held;
    if (state == State.Init) return this.canSend() && now >= this.waitsUntil ? On.Begin : -1;
    if (held != null && held.expiresAt <= now) {
      this.reason = 'it has expired';
      return On.Expiry;
    }
    switch (state) {
      case State.InitReboot:
        return this.canSend() && now >= this.waitsUntil ? On.Begin : -1;
      case State.Selecting:
        return this.nextSendAt <= now ? On.Repeat : -1;
      case State.Requesting:
        if (this.nextSendAt > now) return -1;
        return this.tries >= pace.requestTries ? On.GiveUp : On.Repeat;
      case State.Rebooting:
        if (this.nextSendAt > now) return -1;
        if (this.tries < pace.confirmTries) return On.Repeat;
        return held != null ? On.GiveUpHolding : On.GiveUp;
      case State.Checking: {
        const candidate = this.candidate;
        if (candidate != null && candidate.expiresAt <= now) return On.Expiry;
        return this.checkedAt <= now ? On.Unopposed : -1;
      }
      case State.Bound:
        if (held != null && held.rebindsAt <= now) return On.RebindingTime;
        if (held != null && held.renewsAt <= now) return On.RenewalTime;
        if (this.announcesAt <= now) return On.Announce;
        return this.watchedUntil <= now ? On.Watched : -1;
      case State.Renewing:
        if (held != null && held.rebindsAt <= now) return On.RebindingTime;
        return this.nextSendAt <= now ? On.Repeat : -1;
      case State.Rebinding:
        return this.nextSendAt <= now ? On.Repeat : -1;
      default:
        return -1;
    }
  }

  /** When `due` will say something, if nothing else happens. */
  private nextInstant(): u64 {
    const state = this.stateNow;
    const held = this.held;
    if (state == State.Stopped) return never;
    if (state == State.Init) return this.canSend() ? this.waitsUntil : never;
    let next = held == null ? never : held.expiresAt;
    if (state == State.Checking) {
      const candidate = this.candidate;
      return min(this.checkedAt, candidate == null ? never : min(candidate.expiresAt, next));
    }
    if (state == State.Bound && held != null) {
      next = min(next, min(held.renewsAt, held.rebindsAt));
      return min(next, min(this.announcesAt, this.watchedUntil));
    }
    if (state == State.InitReboot) return this.canSend() ? min(next, this.waitsUntil) : next;
    if (state == State.Renewing && held != null) next = min(next, held.rebindsAt);
    return min(next, this.nextSendAt);
  }

  private canSend(): bool {
    return this.link.isUp && isStationAddress(this.link.hardwareAddress);
  }

  /** Packet sockets where answers may come to an address that is not ours yet; in INIT still for a DECLINE that is under way. */
  private keepSockets(): void {
    const state = this.stateNow;
    const isIdle =
      state == State.Stopped || state == State.InitReboot || state == State.Bound || state == State.Renewing;
    this.outbox.packetSocket(!isIdle && this.link.isUp);
    this.outbox.arpSocket(state == State.Checking || (state == State.Bound && this.watchedUntil != never));
    const held = this.held;
    this.outbox.udpSocket(state == State.Renewing, held == null ? 0 : held.address);
  }

  // What servers say.

  private onMessage(bytes: StaticArray<u8>): void {
    const state = this.stateNow;
    const isListening =
      state == State.Selecting ||
      state == State.Requesting ||
      state == State.Rebooting ||
      state == State.Renewing ||
      state == State.Rebinding;
    if (!isListening) return;
    const reply = readReply(bytes);
    if (reply == null) return this.complain('it is malformed');
    // Most are answers to others.
    if (reply.xid != this.exchange.xid || !isSameBytes(reply.hardwareAddress, this.link.hardwareAddress))
      return;
    const echoed = reply.option(Code.clientId);
    const id = clientIdentifier(this.options, this.link.hardwareAddress);
    // RFC 6842 section 3.
    if (echoed != null && id != null && !isSameBytes(echoed, id))
      return this.complain('it is for another client id');
    if (reply.type == MessageType.nak) return this.onNak(reply);
    const isOffer = reply.type == MessageType.offer;
    if (!isOffer && reply.type != MessageType.ack) return this.complain('its type is not one of a server');
    if (isOffer != (state == State.Selecting) && !this.isRapid(reply)) {
      // Offers of other servers go on coming while one is requested.
      if (!isOffer) this.complain('nothing was requested');
      return;
    }
    const reading = readLease(reply, bytes, this.requestedAt, this.randomness);
    const lease = reading.lease;
    if (lease == null) return this.complain(reading.refusal);
    if (lease.expiresAt <= this.now) return this.complain('the lease in it has expired already');
    if (isOffer) {
      this.offer = lease;
      this.fire(On.Offer);
    } else {
      this.onAck(lease, reading);
    }
  }

  /** An ACK to our DISCOVER (RFC 4039 section 3.1). */
  private isRapid(reply: Reply): bool {
    return (
      this.stateNow == State.Selecting &&
      reply.type == MessageType.ack &&
      this.options.rapidCommit &&
      reply.option(Code.rapidCommit) != null
    );
  }

  private onAck(lease: Lease, reading: LeaseReading): void {
    const state = this.stateNow;
    const offer = this.offer;
    const held = this.held;
    if (state == State.Requesting && offer != null) {
      if (lease.serverId != offer.serverId) return this.complain('another server was chosen');
      if (lease.address != offer.address) return this.complain('another address was offered');
    }
    if (state == State.Rebooting && lease.address != this.confirming)
      return this.complain('another address was asked for');
    if (state == State.Renewing || state == State.Rebinding) {
      if (held == null || lease.address != held.address) return this.complain('another address is leased');
      if (state == State.Renewing && lease.serverId != held.serverId)
        return this.complain('another server was asked');
    }
    for (let index = 0; index < reading.notes.length; ++index) {
      this.outbox.log(
        LogLevel.Warn,
        'the lease from ' + addressText(lease.serverId) + ' has ' + reading.notes[index],
      );
    }
    this.candidate = lease;
    this.fire(held != null ? On.AckOfHeld : On.Ack);
  }

  /** A NAK counts from the server that was asked; where all were asked, from any (RFC 2131 sections 4.4.2 and 4.4.5). */
  private onNak(reply: Reply): void {
    const state = this.stateNow;
    const serverId = reply.u32Option(Code.serverId, 0);
    const offer = this.offer;
    const held = this.held;
    if (serverId == 0) return this.complain('it refuses, and does not say who it is from');
    let asked = serverId;
    if (state == State.Selecting) asked = 0;
    else if (state == State.Requesting && offer != null) asked = offer.serverId;
    else if (state == State.Renewing && held != null) asked = held.serverId;
    if (serverId != asked) return this.complain('it refuses what it was not asked');
    const message = reply.option(Code.message);
    this.reason =
      'the server ' +
      addressText(serverId) +
      ' refuses it' +
      (message == null ? '' : ': ' + readShownText(message));
    this.refusals += 1;
    this.preferred = 0;
    this.waitsUntil = this.now + pace.refusalWait(this.refusals, this.randomness);
    this.outbox.log(LogLevel.Warn, this.reason);
    this.fire(On.Nak);
  }

  private complain(why: string): void {
    this.complaints += 1;
    if (this.complaints <= complaintsLimit) this.outbox.log(LogLevel.Debug, 'a reply is not taken: ' + why);
  }

  // The machine.

  private fire(on: On): void {
    const transition = transitionFor(this.stateNow, on);
    if (transition == null) return;
    if (transition.to != this.stateNow) {
      this.outbox.log(LogLevel.Debug, stateName(this.stateNow) + ' → ' + stateName(transition.to));
    }
    this.stateNow = transition.to;
    this.perform(transition.does);
  }

  private perform(does: Do): void {
    switch (does) {
      case Do.Discover:
        return this.discover(true);
      case Do.DiscoverAgain:
        return this.discover(false);
      case Do.Request:
        return this.request(true);
      case Do.RequestAgain:
        return this.request(false);
      case Do.Confirm:
        return this.confirm(true);
      case Do.ConfirmAgain:
        return this.confirm(false);
      case Do.Probe:
        return this.probe();
      case Do.Bind:
        return this.bind();
      case Do.Resume:
        return this.resume();
      case Do.Announce:
        return this.announce();
      case Do.EndWatch:
        this.watchedUntil = never;
        this.declines = 0;
        return;
      case Do.Decline:
        return this.decline();
      case Do.Renew:
        return this.renew(true);
      case Do.RenewAgain:
        return this.renew(false);
      case Do.Rebind:
        return this.rebind(true);
      case Do.RebindAgain:
        return this.rebind(false);
      case Do.Extend:
        return this.extend();
      case Do.CarryOn:
        this.outbox.log(
          LogLevel.Info,
          'no server says whether the lease is still good: it is used until it expires',
        );
        return this.rest();
      case Do.StartOver:
        return this.forget();
      case Do.Lose:
        return this.lose();
      case Do.Pause:
        return this.pause();
      case Do.Release:
        this.sayRelease();
        return this.lose();
      case Do.Stop:
        return this.lose();
      default:
        return;
    }
  }

  private discover(isFirst: bool): void {
    if (isFirst) this.beginExchange();
    this.nextTry();
    // After two that brought nothing, every other one asks for replies to all: some network may lose replies to us alone.
    this.exchange.wantsBroadcast = this.tries > 2 && (this.tries & 1) == 1;
    this.newTransaction();
    this.broadcast(0, discover(this.exchange, this.options, this.link, this.preferred));
  }

  private request(isFirst: bool): void {
    const offer = this.offer;
    if (offer == null) return;
    if (isFirst) {
      this.tries = 0;
      // The lease counts from the first of these requests: they share one id, and nobody can say which was answered.
      this.requestedAt = this.now;
      this.outbox.log(LogLevel.Info, addressText(offer.serverId) + ' offers ' + addressText(offer.address));
    }
    this.nextTry();
    this.broadcast(0, requestAddress(this.exchange, this.options, this.link, offer.address, offer.serverId));
  }

  private confirm(isFirst: bool): void {
    if (isFirst) this.beginExchange();
    this.nextTry();
    this.exchange.wantsBroadcast = !isFirst;
    this.newTransaction();
    this.broadcast(0, requestAddress(this.exchange, this.options, this.link, this.confirming, 0));
  }

  private renew(isFirst: bool): void {
    const held = this.held;
    if (held == null) return;
    if (isFirst) this.beginExchange();
    this.newTransaction();
    this.nextSendAt = this.now + pace.renewalWait(held.rebindsAt - this.now);
    this.outbox.udpSocket(true, held.address);
    this.outbox.sendDatagram(
      held.serverId,
      extendLease(this.exchange, this.options, this.link, held.address),
    );
  }

  private rebind(isFirst: bool): void {
    const held = this.held;
    if (held == null) return;
    if (isFirst) this.beginExchange();
    this.newTransaction();
    this.nextSendAt = this.now + pace.renewalWait(held.expiresAt - this.now);
    this.broadcast(held.address, extendLease(this.exchange, this.options, this.link, held.address));
  }

  private beginExchange(): void {
    this.beganAt = this.now;
    this.tries = 0;
    this.complaints = 0;
    this.watchedUntil = never;
    this.announcesAt = never;
    this.exchange = new Exchange();
  }

  private newTransaction(): void {
    this.exchange.xid = <u32>this.randomness.next();
    this.exchange.secs = <u32>min((this.now - this.beganAt) / pace.second, 0xffff);
    this.requestedAt = this.now;
  }

  private nextTry(): void {
    this.tries += 1;
    this.complaints = 0;
    this.nextSendAt = this.now + pace.retransmissionWait(this.tries, this.randomness);
  }

  private broadcast(source: u32, message: StaticArray<u8>): void {
    this.outbox.sendPacket(writeUdpPacket(source, limitedBroadcast, message));
  }

  private probe(): void {
    const candidate = this.candidate;
    if (candidate == null) return;
    this.offer = null;
    this.nextSendAt = never;
    const window = min(this.options.probeWindowMilliseconds, pace.probeWindowMaximum);
    this.checkedAt = this.now + <u64>window * pace.millisecond;
    this.outbox.sendArp(arpProbe(this.link.hardwareAddress, candidate.address));
  }

  private bind(): void {
    const candidate = this.candidate;
    if (candidate == null) return;
    this.hold(candidate);
    this.checkedAt = never;
    this.announcesAt = this.now + pace.announceInterval;
    this.watchedUntil = this.now + pace.watchTime;
    this.outbox.leaseBound(candidate);
    this.outbox.sendArp(arpAnnouncement(this.link.hardwareAddress, candidate.address));
    const text = addressText(candidate.address) + '/' + candidate.prefixLength.toString();
    this.outbox.log(LogLevel.Info, text + ' leased from ' + addressText(candidate.serverId));
  }

  private resume(): void {
    const candidate = this.candidate;
    if (candidate == null) return;
    this.hold(candidate);
    this.outbox.leaseBound(candidate);
    this.outbox.log(LogLevel.Info, 'goes on with ' + addressText(candidate.address));
  }

  private extend(): void {
    const candidate = this.candidate;
    const held = this.held;
    if (candidate == null || held == null) return;
    const isChanged = !isSameSettings(held, candidate);
    this.hold(candidate);
    this.rest();
    this.outbox.leaseChanged(candidate, isChanged);
    this.outbox.log(
      LogLevel.Debug,
      addressText(candidate.address) + ' renewed by ' + addressText(candidate.serverId),
    );
  }

  private hold(lease: Lease): void {
    this.held = lease;
    this.candidate = null;
    this.confirming = lease.address;
    this.preferred = lease.address;
    this.refusals = 0;
  }

  /** In BOUND nothing is sent by itself but the announcement. */
  private rest(): void {
    this.nextSendAt = never;
  }

  private announce(): void {
    const held = this.held;
    this.announcesAt = never;
    if (held != null) this.outbox.sendArp(arpAnnouncement(this.link.hardwareAddress, held.address));
  }

  private decline(): void {
    const held = this.held;
    let lease = this.candidate;
    if (held != null) lease = held;
    if (lease == null) return;
    this.declines += 1;
    this.waitsUntil = this.now + pace.conflictWait(this.declines, this.randomness);
    const xid = <u32>this.randomness.next();
    this.broadcast(0, decline(xid, this.options, this.link, lease.address, lease.serverId));
    this.outbox.log(LogLevel.Warn, this.reason + ': declined');
    this.lose();
    this.preferred = 0;
  }

  /** The link is down: what is held stays held, and is asked for when the link is back. */
  private pause(): void {
    const candidate = this.candidate;
    const held = this.held;
    if (held != null) this.confirming = held.address;
    else if (candidate != null) this.confirming = candidate.address;
    this.nextSendAt = never;
    this.checkedAt = never;
    this.watchedUntil = never;
    this.announcesAt = never;
  }

  private sayRelease(): void {
    const held = this.held;
    if (held == null || !this.link.isUp) return;
    const xid = <u32>this.randomness.next();
    this.outbox.udpSocket(true, held.address);
    this.outbox.sendDatagram(
      held.serverId,
      release(xid, this.options, this.link, held.address, held.serverId),
    );
  }

  private lose(): void {
    const held = this.held;
    if (held != null) {
      this.outbox.leaseLost(held, this.reason);
      this.outbox.log(LogLevel.Info, addressText(held.address) + ' is lost: ' + this.reason);
    }
    this.held = null;
    this.forget();
  }

  private forget(): void {
    this.candidate = null;
    this.offer = null;
    this.confirming = 0;
    this.nextSendAt = never;
    this.checkedAt = never;
    this.watchedUntil = never;
    this.announcesAt = never;
  }

  private leaseFrom(message: StaticArray<u8>, obtainedAt: u64): Lease | null {
    const reply = readReply(message);
    if (reply == null || reply.type != MessageType.ack) return null;
    if (!isSameBytes(reply.hardwareAddress, this.link.hardwareAddress)) return null;
    return readLease(reply, message, obtainedAt, this.randomness).lease;
  }

  private warnOfLink(): void {
    if (isStationAddress(this.link.hardwareAddress)) return;
    this.outbox.log(LogLevel.Warn, 'the link has no hardware address of Ethernet: DHCP waits');
  }
}
