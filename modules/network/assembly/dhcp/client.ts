/**
 * One DHCPv4 client on one link (RFC 2131): takes what happened, goes where the table of transitions says, and gives what is to be done.
 *
 * `held` is the lease that may be used now, whatever the state: a link that goes down and comes back keeps it, and it is asked in
 * REBOOTING whether it is still good. The danger lies in using an address that is another's. So whatever comes in, what is due by the clock
 * is done first: an answer that comes after the lease has ended finds no lease to renew; and a lease counts from the first request
 * that its answer may be to.
 */

import { addressText, hardwareAddressText, isStationAddress } from './addresses';
import { due, nextInstant } from './agenda';
import { otherHolder } from './arp';
import { parseDuid } from './client-id';
import { Action, ClientIdKind, ClientOptions, Lease, LinkFacts, LogLevel, never } from './contract';
import { perform } from './deeds';
import { clientPort, readUdpPacket, serverPort } from './ipv4-udp';
import { readLease } from './lease-reading';
import { ClientMemory } from './memory';
import { MessageType, readReply } from './message';
import { isSameBytes } from './octets';
import * as pace from './pace';
import { Randomness } from './randomness';
import { hearMessage } from './replies';
import { unsoundness } from './soundness';
import { On, State, stateName, transitionFor } from './transitions';

/** What can be due in one call, one after the other: more means that the clock has gone mad, and can wait for the next call. */
const stepsLimit: i32 = 16;

export class DhcpClient {
  private readonly memory: ClientMemory;

  constructor(options: ClientOptions) {
    this.memory = new ClientMemory(options);
  }

  get state(): State {
    return this.memory.state;
  }

  /** The lease that may be used now. */
  get lease(): Lease | null {
    return this.memory.held;
  }

  get needsPacketSocket(): bool {
    return this.memory.outbox.hasPacketSocket;
  }

  get needsArpSocket(): bool {
    return this.memory.outbox.hasArpSocket;
  }

  get needsUdpSocket(): bool {
    return this.memory.outbox.hasUdpSocket;
  }

  get wakeAt(): u64 {
    return this.memory.outbox.wakeAt;
  }

  /** What does not hold of it between two calls, or the empty string. */
  get unsoundness(): string {
    return unsoundness(this.memory);
  }

  /** Begins, once. Whatever is called before does nothing. */
  start(link: LinkFacts, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    if (this.memory.state != State.Stopped) return this.close();
    this.memory.link = link;
    this.warnOfLink();
    if (
      this.memory.options.clientIdKind == ClientIdKind.Duid &&
      parseDuid(this.memory.options.duid) == null
    ) {
      this.memory.outbox.log(LogLevel.Warn, 'the DUID is none: the hardware address serves as client id');
    }
    this.memory.preferred = this.memory.options.requestedAddress;
    const remembered = this.memory.options.remembered;
    let lease: Lease | null = null;
    if (remembered != null) lease = this.leaseFrom(remembered.message, remembered.obtainedAt);
    if (remembered != null && lease != null) {
      this.memory.preferred = lease.address;
      const isGood = remembered.isInUse && remembered.obtainedAt <= now && lease.expiresAt > now;
      this.memory.confirming = lease.address;
      this.memory.candidate = lease;
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
    const before = this.memory.link;
    this.memory.link = link;
    if (this.memory.state == State.Stopped) return this.close();
    if (!isSameBytes(before.hardwareAddress, link.hardwareAddress)) {
      this.warnOfLink();
      this.memory.reason = 'the hardware address of the link has changed';
      this.fire(On.Replaced);
    } else if (!link.isUp && before.isUp) {
      // A link that flaps must not make us send each time.
      if (this.memory.beganAt > 0)
        this.memory.waitsUntil = max(this.memory.waitsUntil, this.memory.beganAt + pace.flapWait);
      this.fire(On.LinkDown);
    }
    return this.close();
  }

  /** A packet came on the packet socket: IPv4 header and all behind it. */
  onPacket(payload: StaticArray<u8>, isChecksumPending: bool, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    const packet = readUdpPacket(payload, isChecksumPending);
    if (packet != null && packet.sourcePort == serverPort && packet.destinationPort == clientPort) {
      this.hear(packet.payload);
    }
    return this.close();
  }

  /** A datagram came on the UDP socket. */
  onDatagram(source: u32, sourcePort: u32, payload: StaticArray<u8>, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    if (sourcePort == serverPort && source != 0) this.hear(payload);
    return this.close();
  }

  /** A packet came on the ARP socket. */
  onArp(payload: StaticArray<u8>, now: u64, random: u64): Array<Action> {
    this.open(now, random);
    const isProbing = this.memory.state == State.Checking;
    let lease = this.memory.held;
    if (isProbing) lease = this.memory.candidate;
    if (lease != null && (isProbing || this.memory.watchedUntil != never)) {
      const other = otherHolder(payload, this.memory.link.hardwareAddress, lease.address, isProbing);
      if (other != null) {
        this.memory.reason = hardwareAddressText(other) + ' has ' + addressText(lease.address) + ' as well';
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
    this.memory.reason = 'it was given back';
    if (this.memory.state != State.Stopped) this.fire(On.Release);
    return this.close();
  }

  /** Stops without a word to anyone. The lease may not be used any more. */
  stop(now: u64, random: u64): Array<Action> {
    this.open(now, random);
    this.memory.reason = 'the client was stopped';
    if (this.memory.state != State.Stopped) this.fire(On.Stop);
    return this.close();
  }

  // What begins and ends every call.

  private open(now: u64, random: u64): void {
    // A clock that goes back would make waits endless.
    this.memory.now = max(now, this.memory.now);
    this.memory.randomness = new Randomness(random);
    this.memory.outbox.begin();
    this.catchUp();
  }

  private close(): Array<Action> {
    this.catchUp();
    this.keepSockets();
    this.memory.outbox.wake(nextInstant(this.memory));
    return this.memory.outbox.take();
  }

  private catchUp(): void {
    for (let step = 0; step < stepsLimit; ++step) {
      const on = due(this.memory);
      if (on < 0) return;
      this.fire(<On>on);
    }
  }

  /** Packet sockets where answers may come to an address that is not ours yet; in INIT still for a DECLINE that is under way. */
  private keepSockets(): void {
    const state = this.memory.state;
    const isIdle =
      state == State.Stopped || state == State.InitReboot || state == State.Bound || state == State.Renewing;
    this.memory.outbox.packetSocket(!isIdle && this.memory.link.isUp);
    this.memory.outbox.arpSocket(
      state == State.Checking || (state == State.Bound && this.memory.watchedUntil != never),
    );
    const held = this.memory.held;
    this.memory.outbox.udpSocket(state == State.Renewing, held == null ? 0 : held.address);
  }

  private hear(message: StaticArray<u8>): void {
    const on = hearMessage(this.memory, message);
    if (on >= 0) this.fire(<On>on);
  }

  // The machine.

  private fire(on: On): void {
    const transition = transitionFor(this.memory.state, on);
    if (transition == null) return;
    if (transition.to != this.memory.state) {
      this.memory.outbox.log(LogLevel.Debug, stateName(this.memory.state) + ' → ' + stateName(transition.to));
    }
    this.memory.state = transition.to;
    perform(this.memory, transition.does);
  }

  private leaseFrom(message: StaticArray<u8>, obtainedAt: u64): Lease | null {
    const reply = readReply(message);
    if (reply == null || reply.type != MessageType.ack) return null;
    if (!isSameBytes(reply.hardwareAddress, this.memory.link.hardwareAddress)) return null;
    return readLease(reply, message, obtainedAt, this.memory.randomness).lease;
  }

  private warnOfLink(): void {
    if (isStationAddress(this.memory.link.hardwareAddress)) return;
    this.memory.outbox.log(LogLevel.Warn, 'the link has no hardware address of Ethernet: DHCP waits');
  }
}
