// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/socket@0.1.0
 *
 * Packets and datagrams, on the links, protocols and ports of the grant.
 *
 * A socket is a handle with a name that the module chooses. It belongs to the host: it lives on when the instance is
 * restarted or replaced, and `boot.handles` names it then. Sending is done in the order of the calls. Names and numbers of
 * handles are limited as in `netlink`, whose handles count with these.
 */

import { Failure, Request, _loadFailure } from './host-requests';
import { Result, Unit } from 'eft';
import { adoptList } from 'eft/memory';

export { Request };

export { Failure };

/** Where a datagram goes to or comes from. */
@final
export class Endpoint {
  constructor(
    /** 4 bytes for IPv4, 16 for IPv6, in the order of the wire. All zero binds to any address. */
    public address: StaticArray<u8>,
    /** 0 to 65535. Binding to 0 is refused. */
    public port: u16,
    /**
     * The interface index of the link, or 0 for any. Binding to a link takes only what comes by it, and sends by it
     * whatever the routes say (SO_BINDTODEVICE).
     */
    public link: u32,
  ) {}
}

/** A packet below IP: what is in an Ethernet frame, without its header. */
@final
export class Packet {
  constructor(
    /** The sender's hardware address. */
    public source: StaticArray<u8>,
    public payload: StaticArray<u8>,
    /**
     * The kernel has left a checksum of the payload to the hardware, which has not been asked (TP_STATUS_CSUMNOTREADY of
     * packet(7)): it is wrong and says nothing. So it is between two ends of one machine.
     */
    public checksumPending: bool,
  ) {}
}

@final
export class Datagram {
  constructor(
    public source: Endpoint,
    public payload: StaticArray<u8>,
  ) {}
}

/**
 * `missed` counts what came and was lost before these: between two events there is room for 256 and for 1 MiB a socket, and for
 * 8 MiB of all handles of a module.
 */
@final
export class Packets {
  constructor(
    public arrived: StaticArray<Packet>,
    public missed: u32,
  ) {}
}

@final
export class Datagrams {
  constructor(
    public arrived: StaticArray<Datagram>,
    public missed: u32,
  ) {}
}

@external('cm32p2|eft:host/socket@0.1', 'open-packet')
declare function host_openPacket(c0: i32, c1: i32, c2: i32, c3: i32): i64;

/**
 * Opens the packet socket `name` on a link, for frames of one EtherType (packet(7), SOCK_DGRAM): 0x0800 IPv4, 0x0806 ARP. A grant
 * may narrow IPv4 to UDP with certain ports; then nothing arrives but for these ports, and nothing can be sent but from them. Only frames to this machine, to a
 * group or to all arrive, not what it sends itself. If there is one of that name on the same link and EtherType it is kept; on
 * others it is replaced. Taken with `take-done`.
 */
export function openPacket(name: string, link: u32, etherType: u16): Request {
  return <u64>host_openPacket(changetype<usize>(name), name.length, link, etherType);
}

@external('cm32p2|eft:host/socket@0.1', 'send-packet')
declare function host_sendPacket(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32): i64;

/**
 * Sends a packet to a hardware address on the socket's link: `payload` is what follows the Ethernet header, at most
 * 65,535 bytes and the link's MTU. Taken with `take-done`.
 */
export function sendPacket(name: string, hardwareAddress: StaticArray<u8>, payload: StaticArray<u8>): Request {
  return <u64>host_sendPacket(changetype<usize>(name), name.length, changetype<usize>(hardwareAddress), hardwareAddress.length, changetype<usize>(payload), payload.length);
}

@external('cm32p2|eft:host/socket@0.1', 'open-udp')
declare function host_openUdp(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32): i64;

/**
 * Opens the UDP socket `name`, bound to `local`; broadcasts may be sent. IPv6 sockets take no IPv4 (IPV6_V6ONLY). If there is one of
 * that name with the same `local` it is kept; with another it is replaced. Taken with `take-done`.
 */
export function openUdp(name: string, local: Endpoint): Request {
  return <u64>host_openUdp(changetype<usize>(name), name.length, changetype<usize>(local.address), local.address.length, local.port, local.link);
}

@external('cm32p2|eft:host/socket@0.1', 'send-udp')
declare function host_sendUdp(c0: i32, c1: i32, c2: i32, c3: i32, c4: i32, c5: i32, c6: i32, c7: i32): i64;

/** Sends a datagram of at most 65,507 bytes. For IPv4 the link of `destination` is 0 or the socket's own. Taken with `take-done`. */
export function sendUdp(name: string, destination: Endpoint, payload: StaticArray<u8>): Request {
  return <u64>host_sendUdp(changetype<usize>(name), name.length, changetype<usize>(destination.address), destination.address.length, destination.port, destination.link, changetype<usize>(payload), payload.length);
}

@external('cm32p2|eft:host/socket@0.1', 'close')
declare function host_close(c0: i32, c1: i32): i64;

/** Closes the socket. Taken with `take-done`. */
export function close(name: string): Request {
  return <u64>host_close(changetype<usize>(name), name.length);
}

@external('cm32p2|eft:host/socket@0.1', 'take-done')
declare function host_takeDone(c0: i64, c1: i32): void;

/** The answer to everything above. */
export function takeDone(request: Request): Result<Unit, Failure> {
  host_takeDone(request, _area);
  return (load<u8>(_area) ? Result.err<Unit, Failure>(_loadFailure(_area + 4)) : Result.ok<Unit, Failure>(0));
}

@external('cm32p2|eft:host/socket@0.1', 'take-packets')
declare function host_takePackets(c0: i32, c1: i32, c2: i32): void;

/** What has come, in an `arrived(name)` event and in no other: what is not taken in it is gone. */
export function takePackets(name: string): Packets {
  host_takePackets(changetype<usize>(name), name.length, _area);
  return _loadPackets(_area);
}

@external('cm32p2|eft:host/socket@0.1', 'take-datagrams')
declare function host_takeDatagrams(c0: i32, c1: i32, c2: i32): void;

export function takeDatagrams(name: string): Datagrams {
  host_takeDatagrams(changetype<usize>(name), name.length, _area);
  return _loadDatagrams(_area);
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(20, 8);

export function _loadPackets(pointer: usize): Packets {
  return new Packets(_loadListOfPacket(load<usize>(pointer), load<i32>(pointer, 4)), load<u32>(pointer, 8));
}

function _loadListOfPacket(pointer: usize, length: i32): StaticArray<Packet> {
  const list = new StaticArray<Packet>(length);
  for (let index = 0; index < length; ++index, pointer += 20) {
    unchecked((list[index] = _loadPacket(pointer)));
  }
  return list;
}

export function _loadPacket(pointer: usize): Packet {
  return new Packet(
    adoptList<u8>(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptList<u8>(load<usize>(pointer, 8), load<i32>(pointer, 12)),
    load<bool>(pointer, 16),
  );
}

export function _loadDatagrams(pointer: usize): Datagrams {
  return new Datagrams(_loadListOfDatagram(load<usize>(pointer), load<i32>(pointer, 4)), load<u32>(pointer, 8));
}

function _loadListOfDatagram(pointer: usize, length: i32): StaticArray<Datagram> {
  const list = new StaticArray<Datagram>(length);
  for (let index = 0; index < length; ++index, pointer += 24) {
    unchecked((list[index] = _loadDatagram(pointer)));
  }
  return list;
}

export function _loadDatagram(pointer: usize): Datagram {
  return new Datagram(_loadEndpoint(pointer), adoptList<u8>(load<usize>(pointer, 16), load<i32>(pointer, 20)));
}

export function _loadEndpoint(pointer: usize): Endpoint {
  return new Endpoint(
    adoptList<u8>(load<usize>(pointer), load<i32>(pointer, 4)),
    load<u16>(pointer, 8),
    load<u32>(pointer, 12),
  );
}
