/** The contract of the DHCP client between AssemblyScript and WIT: nothing is decided here. */
import { Option, Result } from 'eft';
import {
  ActionKind,
  Action as ClientAction,
  ClientIdKind,
  Lease as ClientLease,
  DhcpClient,
  LinkFacts as Facts,
  ClientOptions as Options,
  Remembered,
  stateName,
} from '../../../../modules/network/assembly/dhcp/contract';
import { readUdpPacket as readPacket } from '../../../../modules/network/assembly/dhcp/ipv4-udp';
import { readLease as readLeaseOf } from '../../../../modules/network/assembly/dhcp/lease-reading';
import { readReply } from '../../../../modules/network/assembly/dhcp/message';
import { isHostname as isName } from '../../../../modules/network/assembly/dhcp/names';
import { Randomness } from '../../../../modules/network/assembly/dhcp/randomness';
import { transitions as rows } from '../../../../modules/network/assembly/dhcp/transitions';
import {
  Action,
  Change,
  ClientOptions,
  Datagram,
  Frame,
  Lease,
  Level,
  Line,
  LinkFacts,
  Loss,
  Route,
  Status,
  Transition,
  UdpNeed,
} from './bindings/dhcp-client';
import { Tuple2 } from './bindings/tuples';

let client = new DhcpClient(new Options());

export function begin(options: ClientOptions, link: LinkFacts, now: u64, random: u64): StaticArray<Action> {
  const given = new Options();
  given.clientIdKind = <ClientIdKind>(<i32>options.clientIdKind);
  given.duid = options.duid;
  given.hostname = options.hostname;
  given.requestedAddress = options.requestedAddress;
  given.rapidCommit = options.rapidCommit;
  given.probeWindowMilliseconds = options.probeWindowMilliseconds;
  if (options.remembered.isSome) {
    const remembered = options.remembered.unwrap();
    given.remembered = new Remembered(remembered.message, remembered.obtainedAt, remembered.isInUse);
  }
  client = new DhcpClient(given);
  return told(client.start(facts(link), now, random));
}

export function setLink(link: LinkFacts, now: u64, random: u64): StaticArray<Action> {
  return told(client.setLink(facts(link), now, random));
}

export function onPacket(
  payload: StaticArray<u8>,
  isPending: bool,
  now: u64,
  random: u64,
): StaticArray<Action> {
  return told(client.onPacket(payload, isPending, now, random));
}

export function onDatagram(
  source: u32,
  sourcePort: u32,
  payload: StaticArray<u8>,
  now: u64,
  random: u64,
): StaticArray<Action> {
  return told(client.onDatagram(source, sourcePort, payload, now, random));
}

export function onArp(payload: StaticArray<u8>, now: u64, random: u64): StaticArray<Action> {
  return told(client.onArp(payload, now, random));
}

export function onTimer(now: u64, random: u64): StaticArray<Action> {
  return told(client.onTimer(now, random));
}

export function release(now: u64, random: u64): StaticArray<Action> {
  return told(client.release(now, random));
}

export function stop(now: u64, random: u64): StaticArray<Action> {
  return told(client.stop(now, random));
}

export function look(): Status {
  const lease = client.lease;
  return new Status(
    stateName(client.state),
    lease == null ? Option.none<Lease>() : Option.some<Lease>(leaseOf(lease)),
    client.needsPacketSocket,
    client.needsArpSocket,
    client.needsUdpSocket,
    client.wakeAt,
  );
}

export function transitions(): StaticArray<Transition> {
  const all = rows();
  const told = new Array<Transition>();
  for (let index = 0; index < all.length; ++index) {
    const row = all[index];
    told.push(new Transition(stateName(row.from), <u8>row.on, stateName(row.to), <u8>row.does));
  }
  return StaticArray.fromArray(told);
}

export function leaseIn(message: StaticArray<u8>): Result<Tuple2<Lease, StaticArray<string>>, string> {
  const reply = readReply(message);
  if (reply == null) return Result.err<Tuple2<Lease, StaticArray<string>>, string>('malformed');
  const reading = readLeaseOf(reply, message, 0, new Randomness(0));
  const lease = reading.lease;
  if (lease == null) return Result.err<Tuple2<Lease, StaticArray<string>>, string>(reading.refusal);
  const pair = new Tuple2<Lease, StaticArray<string>>(leaseOf(lease), StaticArray.fromArray(reading.notes));
  return Result.ok<Tuple2<Lease, StaticArray<string>>, string>(pair);
}

export function readUdpPacket(packet: StaticArray<u8>, isPending: bool): Option<StaticArray<u8>> {
  const read = readPacket(packet, isPending);
  return read == null ? Option.none<StaticArray<u8>>() : Option.some<StaticArray<u8>>(read.payload);
}

export function isHostname(name: string): bool {
  return isName(name);
}

function facts(link: LinkFacts): Facts {
  return new Facts(link.index, link.hardwareAddress, link.mtu, link.isUp);
}

function told(actions: Array<ClientAction>): StaticArray<Action> {
  const all = new Array<Action>();
  for (let index = 0; index < actions.length; ++index) all.push(actionOf(actions[index]));
  return StaticArray.fromArray(all);
}

function actionOf(action: ClientAction): Action {
  switch (action.kind) {
    case ActionKind.SendPacket:
      return Action.sendPacket(new Frame(action.hardwareAddress, action.payload));
    case ActionKind.SendArp:
      return Action.sendArp(new Frame(action.hardwareAddress, action.payload));
    case ActionKind.SendDatagram:
      return Action.sendDatagram(new Datagram(action.address, action.payload));
    case ActionKind.PacketSocket:
      return Action.packetSocket(action.isOn);
    case ActionKind.ArpSocket:
      return Action.arpSocket(action.isOn);
    case ActionKind.UdpSocket:
      return Action.udpSocket(new UdpNeed(action.isOn, action.address));
    case ActionKind.WakeAt:
      return Action.wakeAt(action.at);
    case ActionKind.LeaseBound:
      return Action.leaseBound(leaseOf(action.lease!));
    case ActionKind.LeaseChanged:
      return Action.leaseChanged(new Change(leaseOf(action.lease!), action.isOn));
    case ActionKind.LeaseLost:
      return Action.leaseLost(new Loss(leaseOf(action.lease!), action.message));
    default:
      return Action.log(new Line(<Level>(<i32>action.level), action.message));
  }
}

function leaseOf(lease: ClientLease): Lease {
  const routes = new Array<Route>();
  for (let index = 0; index < lease.routes.length; ++index) {
    const route = lease.routes[index];
    routes.push(new Route(route.destination, route.prefixLength, route.gateway, route.isOnLink));
  }
  return new Lease(
    lease.address,
    lease.prefixLength,
    StaticArray.fromArray(routes),
    StaticArray.fromArray(lease.routers),
    StaticArray.fromArray(lease.resolvers),
    StaticArray.fromArray(lease.ntpServers),
    lease.domainName,
    StaticArray.fromArray(lease.searchDomains),
    lease.hostname,
    lease.mtu,
    lease.serverId,
    lease.leaseSeconds,
    lease.renewalSeconds,
    lease.rebindingSeconds,
    lease.obtainedAt,
    lease.renewsAt,
    lease.rebindsAt,
    lease.expiresAt,
    lease.message,
  );
}
