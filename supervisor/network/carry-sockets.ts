/** Carries out `eft:host/socket`: holds each call against the module's grant, here, outside of the cell, and then asks the kernel. */
import type { Endpoint } from '../capabilities/generated/host-socket.ts';
import { socketName } from '../capabilities/socket.ts';
import type { Caller, Carrier } from '../cells/cell-world.ts';
import { RequestFailure } from '../cells/request-table.ts';
import { quotable } from '../document/document.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { findLinkName } from '../native/network-link.ts';
import { createSocket, socketTypes } from '../native/socket.ts';
import { socketFamilies } from '../native/socket-address.ts';
import type { DatagramListener, DatagramSocket } from './datagram-socket.ts';
import { carryOut, type Told, unfit } from './network-failure.ts';
import { outgoingFault } from './packet-filter.ts';
import { hardwareAddressLimit, PacketSocket, packetBytesLimit } from './packet-socket.ts';
import { asBytes, asNumber, asText, fieldOf } from './parameters.ts';
import { checkPacket, checkPacketContent, checkUdp } from './socket-grant.ts';
import { datagramPayloadLimit, UdpSocket } from './udp-socket.ts';

type Call = {
  readonly name: string;
  readonly told: () => Told;
  readonly grants: readonly Grant[];
  readonly caller: Caller;
};

/** The carrier of `eft:host/socket`. `grantsOf`: what a module may use, what its manifest grants or less. */
export function carrySockets(grantsOf: (manifest: Manifest) => readonly Grant[]): Carrier {
  return ({ call: operation, parameters }, caller) => {
    const { manifest, handles } = caller;
    const name = asText(parameters[0]);
    const told = (): Told => ({
      module: manifest.name,
      call: operation,
      target: `the socket \`${quotable(name)}\``,
    });
    const call: Call = { name, told, grants: grantsOf(manifest), caller };
    return carryOut<undefined>(told, async () => {
      switch (operation) {
        case 'open-packet':
          openPacket(call, asNumber(parameters[1], 0xffff_ffff), asNumber(parameters[2], 0xffff));
          return undefined;
        case 'send-packet':
          await sendPacket(call, asBytes(parameters[1]), asBytes(parameters[2]));
          return undefined;
        case 'open-udp':
          openUdp(call, asEndpoint(parameters[1]));
          return undefined;
        case 'send-udp':
          await sendUdp(call, asEndpoint(parameters[1]), asBytes(parameters[2]));
          return undefined;
        case 'close':
          if (handles.find(name, socketName) === undefined) throw new RequestFailure({ tag: 'not-found' });
          handles.close(name);
          return undefined;
        default:
          throw new TypeError(`${socketName} has no call ${operation}`);
      }
    });
  };
}

function openPacket(call: Call, link: number, etherType: number): void {
  const { name, caller, grants } = call;
  const { AF_PACKET } = socketFamilies;
  openSocket(call, createSocket(AF_PACKET, socketTypes.SOCK_DGRAM, 0), (fd, listener) => {
    const linkName = findLinkName(fd, link);
    if (linkName === undefined) throw new RequestFailure({ tag: 'not-found' });
    const { udpPorts } = checkPacket(caller.manifest.name, grants, etherType, linkName);
    const rule = { link, etherType, udpPorts };
    const there = caller.handles.find(name, socketName);
    if (there instanceof PacketSocket && there.serves(rule)) return undefined;
    return new PacketSocket(fd, rule, listener);
  });
}

function openUdp(call: Call, local: Endpoint): void {
  const { name, caller, grants, told } = call;
  const { AF_INET, AF_INET6 } = socketFamilies;
  checkEndpoint(local, told());
  const family = local.address.length === 16 ? AF_INET6 : AF_INET;
  openSocket(call, createSocket(family, socketTypes.SOCK_DGRAM, 0), (fd, listener) => {
    const linkName = local.link === 0 ? undefined : findLinkName(fd, local.link);
    if (local.link !== 0 && linkName === undefined) throw new RequestFailure({ tag: 'not-found' });
    checkUdp(caller.manifest.name, grants, local.port, linkName);
    const there = caller.handles.find(name, socketName);
    if (there instanceof UdpSocket && there.serves(local)) return undefined;
    // What is replaced goes first: the new one may need its port.
    caller.handles.close(name);
    return new UdpSocket(fd, local, listener);
  });
}

/** Opens a handle with what `make` makes of `fd`; if that is nothing, or fails, `fd` is given back. */
function openSocket(
  { name, caller }: Call,
  fd: FileDescriptor,
  make: (fd: FileDescriptor, listener: DatagramListener) => DatagramSocket | undefined,
): void {
  const { handles, signal } = caller;
  let made: DatagramSocket | undefined;
  try {
    handles.check(name, socketName);
    made = make(fd, {
      onArrival: (arrival, bytes) => handles.deliver(name, arrival, bytes),
      onMissed: (count) => handles.markMissed(name, count),
    });
  } finally {
    if (made === undefined) close(fd);
  }
  if (made !== undefined) handles.open(name, made, signal);
}

async function sendPacket(call: Call, hardwareAddress: Uint8Array, payload: Uint8Array): Promise<void> {
  const { name, caller, told } = call;
  const socket = caller.handles.find(name, socketName);
  if (!(socket instanceof PacketSocket)) throw new RequestFailure({ tag: 'not-found' });
  const correction = `send 1 to ${packetBytesLimit} bytes to a hardware address of 1 to ${hardwareAddressLimit}`;
  if (hardwareAddress.length < 1 || hardwareAddress.length > hardwareAddressLimit)
    throw unfit(told(), `the hardware address has ${hardwareAddress.length} bytes`, correction);
  if (payload.length < 1 || payload.length > packetBytesLimit)
    throw unfit(told(), `the packet has ${payload.length} bytes`, correction);
  checkPacketContent(caller.manifest.name, socket.rule, outgoingFault(socket.rule, payload));
  await socket.send(payload, socket.addressOf(hardwareAddress), caller.signal);
}

async function sendUdp(call: Call, destination: Endpoint, payload: Uint8Array): Promise<void> {
  const { name, caller, told } = call;
  const socket = caller.handles.find(name, socketName);
  if (!(socket instanceof UdpSocket)) throw new RequestFailure({ tag: 'not-found' });
  checkEndpoint(destination, told());
  const address = socket.addressOf(destination);
  if (address === undefined) {
    const reason = 'the destination is of another family, or on another link, than the socket';
    throw unfit(told(), reason, 'name the family and link of the socket, or 0 for no link');
  }
  if (payload.length > datagramPayloadLimit) {
    const correction = `send at most ${datagramPayloadLimit} bytes`;
    throw unfit(told(), `the datagram has ${payload.length} bytes`, correction);
  }
  await socket.send(payload, address, caller.signal);
}

function asEndpoint(value: unknown): Endpoint {
  return {
    address: asBytes(fieldOf(value, 'address')).slice(0, 17),
    port: asNumber(fieldOf(value, 'port'), 0xffff),
    link: asNumber(fieldOf(value, 'link'), 0xffff_ffff),
  };
}

function checkEndpoint({ address, port }: Endpoint, told: Told): void {
  const correction = 'name an address of 4 or 16 bytes and a port from 1 to 65535';
  if (address.length !== 4 && address.length !== 16)
    throw unfit(told, 'the address is neither one of IPv4 nor one of IPv6', correction);
  if (port === 0) throw unfit(told, 'the port is 0', correction);
}
