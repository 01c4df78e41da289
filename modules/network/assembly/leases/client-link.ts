/**
 * One DHCPv4 client on one link, with the sockets and the timer that it asks for. The client itself is pure (dhcp/contract.ts); what it wants
 * done is done here.
 *
 * The danger: the client turns the UDP socket on in the same breath as it sends by it, so it is opened at once. It is bound to the leased
 * address; should the kernel lack that, it is opened when the address is seen again.
 */
import { clearTimer, setTimer } from '../bindings/host-clock';
import { number_ } from '../bindings/host-entropy';
import { Level, write } from '../bindings/host-log';
import {
  Endpoint,
  openPacket,
  openUdp,
  sendPacket,
  sendUdp,
  takeDatagrams,
  takePackets,
} from '../bindings/host-socket';
import {
  Action,
  ActionKind,
  ClientOptions,
  DhcpClient,
  Lease,
  LinkFacts,
  LogLevel,
  never,
} from '../dhcp/contract';
import { IpAddress } from '../ip/ip-address';
import { Prefix } from '../ip/prefix';
import { addressKey } from '../model/address';
import { WantedDhcp } from '../model/declared-network';
import { KernelView } from '../observe/kernel-view';
import { Closing } from './closing';

/** Openings that may be under way: each of its sockets is opened a few times before the first answer, and not more. */
const requestsLimit = 64;

/** linux/if_ether.h */
const ETH_P_IP: u16 = 0x0800;
const ETH_P_ARP: u16 = 0x0806;
/** RFC 2131 section 4.1 */
const serverPort: u16 = 67;
const clientPort: u16 = 68;

/** After a socket could not be opened. */
const reopenAfter: u64 = 1_000_000_000;

@final
export class ClientLink {
  readonly client: DhcpClient;
  /** The lease is another, or there is one no more. */
  isChanged: bool = true;
  /** Why there is no lease, or the empty string. */
  message: string = '';
  /** A socket that could not be opened: why. */
  socketProblem: string = '';
  private facts: LinkFacts;
  private isUdpWanted: bool = false;
  private isUdpOpen: bool = false;
  private udpAddress: u32 = 0;
  private readonly requests: Array<u64> = [];
  private reopenAt: u64 = never;
  /** What the timer is armed for. */
  private armedAt: u64 = never;

  constructor(
    public readonly name: string,
    public readonly index: u32,
    /** By it a client is told from one with other options. */
    public readonly optionsText: string,
    public wanted: WantedDhcp,
    options: ClientOptions,
    facts: LinkFacts,
    private readonly closing: Closing,
    now: u64,
  ) {
    this.client = new DhcpClient(options);
    this.facts = facts;
    this.carryOut(this.client.start(facts, now, number_()), now);
  }

  get lease(): Lease | null {
    return this.client.lease;
  }

  /** `dhcp/INDEX`: the timer, and what the sockets' names begin with. */
  get handle(): string {
    return 'dhcp/' + this.index.toString();
  }

  /** The link's facts, if they are others; and what has waited for an address. */
  follow(facts: LinkFacts, view: KernelView, now: u64): void {
    const before = this.facts;
    this.facts = facts;
    if (
      before.isUp != facts.isUp ||
      before.mtu != facts.mtu ||
      !areSame(before.hardwareAddress, facts.hardwareAddress)
    )
      this.carryOut(this.client.setLink(facts, now, number_()), now);
    this.openWaiting(view);
  }

  onTimer(now: u64): void {
    if (this.reopenAt <= now) this.reopen();
    this.carryOut(this.client.onTimer(now, number_()), now);
    // What has fired is not armed any more, and the client says only what changes.
    this.arm();
  }

  /** What does not hold between two events, or the empty string. */
  unsoundness(view: KernelView): string {
    const client = this.client;
    if (view.nameOf(this.index) != this.name) return 'its link has another name, or has gone';
    if (this.armedAt != min(client.wakeAt, this.reopenAt))
      return 'its timer is not armed for what is due next';
    if (this.isUdpWanted != client.needsUdpSocket) return 'its UDP socket is not what it asked for';
    if (this.isUdpOpen && !this.isUdpWanted) return 'its UDP socket is open, and not needed';
    if (this.requests.length > requestsLimit) return 'it waits for answers that do not come';
    return client.unsoundness;
  }

  /** What has come to the socket `handle/part`. */
  onArrival(part: string, now: u64): void {
    const name = this.handle + '/' + part;
    if (part == 'udp') {
      const datagrams = takeDatagrams(name).arrived;
      for (let index = 0; index < datagrams.length; ++index) {
        const source = datagrams[index].source;
        if (source.address.length != 4) continue;
        const address = bswap<u32>(load<u32>(changetype<usize>(source.address)));
        const actions = this.client.onDatagram(
          address,
          source.port,
          datagrams[index].payload,
          now,
          number_(),
        );
        this.carryOut(actions, now);
      }
      return;
    }
    const packets = takePackets(name).arrived;
    for (let index = 0; index < packets.length; ++index) {
      const packet = packets[index];
      const actions =
        part == 'arp'
          ? this.client.onArp(packet.payload, now, number_())
          : this.client.onPacket(packet.payload, packet.checksumPending, now, number_());
      this.carryOut(actions, now);
    }
  }

  /** Whether the request was made here; `problem` is why it came to nothing, or empty. */
  answered(request: u64, problem: string, now: u64): bool {
    const at = this.requests.indexOf(request);
    if (at < 0) return false;
    this.requests.splice(at, 1);
    this.socketProblem = problem;
    if (problem.length > 0) {
      this.reopenAt = now + reopenAfter;
      this.arm();
    }
    return true;
  }

  /** Gives the lease up without a word, and its sockets. */
  stop(now: u64): void {
    this.carryOut(this.client.stop(now, number_()), now);
    if (this.client.needsPacketSocket) this.closing.close(this.handle + '/ip');
    if (this.client.needsArpSocket) this.closing.close(this.handle + '/arp');
    if (this.isUdpOpen) this.closing.close(this.handle + '/udp');
    clearTimer(this.handle);
  }

  /** Nothing of the last event was carried out: sockets and timer are asked for again. */
  doubt(): void {
    // Some were never made: no answer to these would come. The sockets are asked for again.
    this.requests.length = 0;
    this.reopen();
    this.arm();
  }

  private openWaiting(view: KernelView): void {
    const lease = this.client.lease;
    if (!this.isUdpWanted || this.isUdpOpen || lease === null) return;
    const prefix = new Prefix(IpAddress.ipv4(this.udpAddress), lease.prefixLength);
    if (!view.addresses.has(addressKey(this.index, prefix))) return;
    this.openUdp();
  }

  private openUdp(): void {
    this.isUdpOpen = true;
    const local = new Endpoint(IpAddress.ipv4(this.udpAddress).toBytes(), clientPort, this.index);
    this.requests.push(openUdp(this.handle + '/udp', local));
  }

  private reopen(): void {
    this.reopenAt = never;
    this.isUdpOpen = false;
    if (this.client.needsPacketSocket)
      this.requests.push(openPacket(this.handle + '/ip', this.index, ETH_P_IP));
    if (this.client.needsArpSocket)
      this.requests.push(openPacket(this.handle + '/arp', this.index, ETH_P_ARP));
  }

  private arm(): void {
    const at = min(this.client.wakeAt, this.reopenAt);
    this.armedAt = at;
    if (at == never) clearTimer(this.handle);
    else setTimer(this.handle, at);
  }

  private carryOut(actions: Array<Action>, now: u64): void {
    for (let index = 0; index < actions.length; ++index) this.carryOutOne(actions[index]);
  }

  private carryOutOne(action: Action): void {
    switch (action.kind) {
      case ActionKind.SendPacket:
        sendPacket(this.handle + '/ip', action.hardwareAddress, action.payload);
        break;
      case ActionKind.SendArp:
        sendPacket(this.handle + '/arp', action.hardwareAddress, action.payload);
        break;
      case ActionKind.SendDatagram:
        if (this.isUdpOpen)
          sendUdp(
            this.handle + '/udp',
            new Endpoint(IpAddress.ipv4(action.address).toBytes(), serverPort, this.index),
            action.payload,
          );
        break;
      case ActionKind.PacketSocket:
        this.packetSocket('ip', ETH_P_IP, action.isOn);
        break;
      case ActionKind.ArpSocket:
        this.packetSocket('arp', ETH_P_ARP, action.isOn);
        break;
      case ActionKind.UdpSocket:
        if (!action.isOn && this.isUdpOpen) this.closing.close(this.handle + '/udp');
        this.isUdpWanted = action.isOn;
        this.udpAddress = action.address;
        this.isUdpOpen = false;
        if (action.isOn) this.openUdp();
        break;
      case ActionKind.WakeAt:
        this.arm();
        break;
      case ActionKind.LeaseBound:
      case ActionKind.LeaseChanged:
        this.message = '';
        this.isChanged = true;
        break;
      case ActionKind.LeaseLost:
        this.message = action.message;
        this.isChanged = true;
        break;
      case ActionKind.Log:
        write(levelOf(action.level), this.name + ': ' + action.message, []);
        break;
      default:
        break;
    }
  }

  private packetSocket(part: string, etherType: u16, isOn: bool): void {
    const name = this.handle + '/' + part;
    if (isOn) this.requests.push(openPacket(name, this.index, etherType));
    else this.closing.close(name);
  }
}

function levelOf(level: LogLevel): Level {
  if (level == LogLevel.Warn) return Level.Warn;
  return level == LogLevel.Info ? Level.Info : Level.Debug;
}

function areSame(one: StaticArray<u8>, other: StaticArray<u8>): bool {
  if (one.length != other.length) return false;
  for (let index = 0; index < one.length; ++index) if (one[index] != other[index]) return false;
  return true;
}
