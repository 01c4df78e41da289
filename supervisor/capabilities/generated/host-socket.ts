// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/socket@0.1.0`
 *
 * Packets and datagrams, on the links, protocols and ports of the grant.
 *
 * A socket is a handle with a name that the module chooses. It belongs to the host: it lives on when the instance is
 * restarted or replaced, and `boot.handles` names it then. Sending is done in the order of the calls. Names and numbers of
 * handles are limited as in `netlink`, whose handles count with these.
 */

import type { Failure, Request } from './host-requests.ts';

export type { Request };

export type { Failure };

/** Where a datagram goes to or comes from. */
export type Endpoint = {
  /** 4 bytes for IPv4, 16 for IPv6, in the order of the wire. All zero binds to any address. */
  readonly address: Uint8Array;
  /** 0 to 65535. Binding to 0 is refused. */
  readonly port: number;
  /**
   * The interface index of the link, or 0 for any. Binding to a link takes only what comes by it, and sends by it
   * whatever the routes say (SO_BINDTODEVICE).
   */
  readonly link: number;
};

/** A packet below IP: what is in an Ethernet frame, without its header. */
export type Packet = {
  /** The sender's hardware address. */
  readonly source: Uint8Array;
  readonly payload: Uint8Array;
  /**
   * The kernel has left a checksum of the payload to the hardware, which has not been asked (TP_STATUS_CSUMNOTREADY of
   * packet(7)): it is wrong and says nothing. So it is between two ends of one machine.
   */
  readonly checksumPending: boolean;
};

export type Datagram = {
  readonly source: Endpoint;
  readonly payload: Uint8Array;
};

/**
 * `missed` counts what came and was lost before these: between two events there is room for 256 and for 1 MiB a socket, and for
 * 8 MiB of all handles of a module.
 */
export type Packets = {
  readonly arrived: readonly Packet[];
  readonly missed: number;
};

export type Datagrams = {
  readonly arrived: readonly Datagram[];
  readonly missed: number;
};

/** What the host's `eft:host/socket@0.1.0` consists of. */
export interface SocketInterface {
  /**
   * Opens the packet socket `name` on a link, for frames of one EtherType (packet(7), SOCK_DGRAM): 0x0800 IPv4, 0x0806 ARP. A grant
   * may narrow IPv4 to UDP with certain ports; then nothing arrives but for these ports, and nothing can be sent but from them. Only frames to this machine, to a
   * group or to all arrive, not what it sends itself. If there is one of that name on the same link and EtherType it is kept; on
   * others it is replaced. Taken with `take-done`.
   */
  openPacket(name: string, link: number, etherType: number): Request;
  /**
   * Sends a packet to a hardware address on the socket's link: `payload` is what follows the Ethernet header, at most
   * 65,535 bytes and the link's MTU. Taken with `take-done`.
   */
  sendPacket(name: string, hardwareAddress: Uint8Array, payload: Uint8Array): Request;
  /**
   * Opens the UDP socket `name`, bound to `local`; broadcasts may be sent. IPv6 sockets take no IPv4 (IPV6_V6ONLY). If there is one of
   * that name with the same `local` it is kept; with another it is replaced. Taken with `take-done`.
   */
  openUdp(name: string, local: Endpoint): Request;
  /** Sends a datagram of at most 65,507 bytes. For IPv4 the link of `destination` is 0 or the socket's own. Taken with `take-done`. */
  sendUdp(name: string, destination: Endpoint, payload: Uint8Array): Request;
  /** Closes the socket. Taken with `take-done`. */
  close(name: string): Request;
  /** The answer to everything above. */
  takeDone(request: Request): { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: Failure };
  /** What has come, in an `arrived(name)` event and in no other: what is not taken in it is gone. */
  takePackets(name: string): Packets;
  takeDatagrams(name: string): Datagrams;
}
