/** UDP sockets (udp(7), ip(7), ipv6(7)): bound to an address and a port, and to a link if one is named. */
import type { Endpoint } from '../capabilities/generated/host-socket.ts';
import type { SocketArrival } from '../capabilities/socket.ts';
import { architecture } from '../native/arch/architecture.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { bind } from '../native/socket.ts';
import type { SocketAddress } from '../native/socket-address.ts';
import type { ControlMessage, IncomingMessage } from '../native/socket-message.ts';
import {
  internet4Options,
  internet6Options,
  setIntegerOption,
  socketOptions,
} from '../native/socket-option.ts';
import { readStruct } from '../native/struct.ts';
import { type DatagramListener, DatagramSocket } from './datagram-socket.ts';

/** Bytes of the payload of one datagram: a UDP length less its header and IPv4's (wit/host/socket.wit). */
export const datagramPayloadLimit = 65_507;

export class UdpSocket extends DatagramSocket {
  readonly local: Endpoint;

  /**
   * Makes a UDP socket of `fd`, of the family of `local`, and binds it. The caller keeps `fd` if this throws.
   * Errors: `KernelError`, such as EADDRINUSE.
   */
  constructor(fd: FileDescriptor, local: Endpoint, listener: DatagramListener) {
    const { SOL_SOCKET, SO_BINDTOIFINDEX, SO_BROADCAST } = socketOptions;
    setIntegerOption(fd, SOL_SOCKET, SO_BROADCAST, 1);
    if (local.address.length === 16) {
      const { IPPROTO_IPV6, IPV6_RECVPKTINFO, IPV6_V6ONLY } = internet6Options;
      setIntegerOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
      setIntegerOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
      setIntegerOption(fd, internet4Options.IPPROTO_IP, internet4Options.IP_PKTINFO, 1);
    }
    // By index and not by name: links can be renamed at any moment.
    if (local.link !== 0) setIntegerOption(fd, SOL_SOCKET, SO_BINDTOIFINDEX, local.link);
    bind(fd, socketAddressOf(local, local.link));
    // At once: whoever opens the port next must find it free.
    super(fd, bindingOf(local), decode, listener, close);
    this.local = local;
  }

  /** Whether it is bound to just this. */
  serves(local: Endpoint): boolean {
    return this.binding === bindingOf(local);
  }

  /** Where a datagram to `destination` goes; undefined if it is no destination of this socket. */
  addressOf(destination: Endpoint): SocketAddress | undefined {
    const { address, link } = this.local;
    if (destination.address.length !== address.length) return undefined;
    if (destination.link !== 0 && link !== 0 && destination.link !== link) return undefined;
    // Only IPv6 names a link in the address; for IPv4 the routes decide, or the link that the socket is bound to.
    if (destination.link !== link && destination.link !== 0 && address.length === 4) return undefined;
    return socketAddressOf(destination, destination.link === 0 ? link : destination.link);
  }
}

function socketAddressOf({ address, port }: Endpoint, link: number): SocketAddress {
  if (address.length === 4) return { family: 'inet', address, port };
  // A scope belongs to link-local addresses only, of one or of many (RFC 4007): fe80::/10 and ff02::/16.
  const [first = 0, second = 0] = address;
  const isLinkLocal = (first === 0xfe && (second & 0xc0) === 0x80) || (first === 0xff && (second & 0xf) <= 2);
  return { family: 'inet6', address, port, scopeId: isLinkLocal ? link : 0 };
}

function bindingOf({ address, port, link }: Endpoint): string {
  return `udp ${address} ${port} ${link}`;
}

function decode({ from, control }: IncomingMessage, payload: Uint8Array): SocketArrival | undefined {
  if (from?.family !== 'inet' && from?.family !== 'inet6') return undefined;
  const source = { address: from.address, port: from.port, link: linkOf(control) };
  return { kind: 'datagram', datagram: { source, payload } };
}

/** The link that a datagram came by, as the control data say. */
function linkOf(control: readonly ControlMessage[]): number {
  const { packetInformation4, packetInformation6 } = architecture.layouts;
  for (const { level, type, data } of control) {
    if (level === internet4Options.IPPROTO_IP && type === internet4Options.IP_PKTINFO)
      return readStruct(packetInformation4, data).ipi_ifindex;
    if (level === internet6Options.IPPROTO_IPV6 && type === internet6Options.IPV6_PKTINFO)
      return readStruct(packetInformation6, data).ipi6_ifindex;
  }
  return 0;
}
