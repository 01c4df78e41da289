/**
 * Socket addresses as values, to and from the kernel's structs. IP and hardware addresses are bytes in network order;
 * ports are numbers; turning text into them is the caller's business.
 */
import { architecture } from './arch/architecture.ts';
import { cString, fromCString } from './c-string.ts';
import { readStruct, writeStruct } from './struct.ts';

/** glibc's `bits/socket.h`; the kernel keeps them in its internal `linux/socket.h` */
export const socketFamilies = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
} as const;

export type SocketAddress =
  /** `portId` 0 is the kernel, or in bind the kernel's choice; `groups` is the mask of the first 32 multicast groups. */
  | { readonly family: 'netlink'; readonly portId: number; readonly groups: number }
  | { readonly family: 'inet'; readonly address: Uint8Array; readonly port: number }
  | {
      readonly family: 'inet6';
      readonly address: Uint8Array;
      readonly port: number;
      /** The interface index of a link-local address, else 0. */
      readonly scopeId: number;
    }
  | {
      readonly family: 'packet';
      /** An EtherType, such as 0x0800 for IPv4. */
      readonly protocol: number;
      readonly interfaceIndex: number;
      readonly hardwareAddress: Uint8Array;
      /** For received packets: to us, broadcast, outgoing, … (`linux/if_packet.h`, PACKET_HOST). */
      readonly packetType?: number;
    }
  | { readonly family: 'unix'; readonly path: string }
  /** A name outside the file system (unix(7)), which lives in the network namespace. */
  | { readonly family: 'unix-abstract'; readonly name: string }
  | { readonly family: 'unix-unnamed' };

/** Bytes that hold an address of any family. `linux/socket.h`, _K_SS_MAXSIZE */
export const ADDRESS_BYTES_MAX = 128;

/** The struct of an address. Throws a RangeError for what does not fit. */
export function encodeSocketAddress(address: SocketAddress): Uint8Array<ArrayBuffer> {
  const { layouts } = architecture;
  const { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET } = socketFamilies;
  switch (address.family) {
    case 'netlink':
      return writeStruct(layouts.addressNetlink, {
        nl_family: AF_NETLINK,
        nl_pid: address.portId,
        nl_groups: address.groups,
      });
    case 'inet':
      return writeStruct(layouts.addressInternet4, {
        sin_family: AF_INET,
        sin_port: address.port,
        sin_addr: exactly(address.address, 4),
      });
    case 'inet6':
      return writeStruct(layouts.addressInternet6, {
        sin6_family: AF_INET6,
        sin6_port: address.port,
        sin6_addr: exactly(address.address, 16),
        sin6_scope_id: address.scopeId,
      });
    case 'packet':
      return writeStruct(layouts.addressPacket, {
        sll_family: AF_PACKET,
        sll_protocol: address.protocol,
        sll_ifindex: address.interfaceIndex,
        sll_halen: address.hardwareAddress.length,
        sll_addr: address.hardwareAddress,
      });
    case 'unix':
      if (address.path === '') throw new RangeError('a unix socket address needs a path');
      return encodeUnix(cString(address.path, layouts.addressUnix.fields.sun_path[2]));
    case 'unix-abstract': {
      // A zero byte in front instead of at the end.
      const name = cString(address.name, layouts.addressUnix.fields.sun_path[2]);
      return encodeUnix(Uint8Array.of(0, ...name.subarray(0, name.length - 1)));
    }
    case 'unix-unnamed':
      return encodeUnix(new Uint8Array());
  }
}

/** The address in the struct that the kernel gave, or undefined when there is none or its family is not one of ours. */
export function decodeSocketAddress(bytes: Uint8Array): SocketAddress | undefined {
  const { layouts } = architecture;
  if (bytes.length < 2) return undefined;
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  switch (family) {
    case socketFamilies.AF_NETLINK: {
      const { nl_pid: portId, nl_groups: groups } = readStruct(layouts.addressNetlink, bytes);
      return { family: 'netlink', portId, groups };
    }
    case socketFamilies.AF_INET: {
      const { sin_addr: address, sin_port: port } = readStruct(layouts.addressInternet4, bytes);
      return { family: 'inet', address, port };
    }
    case socketFamilies.AF_INET6: {
      const found = readStruct(layouts.addressInternet6, bytes);
      const { sin6_addr: address, sin6_port: port, sin6_scope_id: scopeId } = found;
      return { family: 'inet6', address, port, scopeId };
    }
    case socketFamilies.AF_PACKET:
      return decodePacket(bytes);
    case socketFamilies.AF_UNIX:
      return decodeUnix(bytes.subarray(layouts.addressUnix.fields.sun_path[1]));
    default:
      return undefined;
  }
}

function decodePacket(bytes: Uint8Array): SocketAddress {
  const layout = architecture.layouts.addressPacket;
  // The kernel gives an address that is longer than the struct's 8 bytes at its full length, and may give less of the struct.
  const padded = new Uint8Array(ADDRESS_BYTES_MAX);
  padded.set(bytes.subarray(0, ADDRESS_BYTES_MAX));
  const found = readStruct(layout, padded);
  const start = layout.fields.sll_addr[1];
  return {
    family: 'packet',
    protocol: found.sll_protocol,
    interfaceIndex: found.sll_ifindex,
    hardwareAddress: padded.slice(start, start + Math.min(found.sll_halen, ADDRESS_BYTES_MAX - start)),
    packetType: found.sll_pkttype,
  };
}

function encodeUnix(path: Uint8Array): Uint8Array<ArrayBuffer> {
  const layout = architecture.layouts.addressUnix;
  const bytes = writeStruct(layout, { sun_family: socketFamilies.AF_UNIX, sun_path: path });
  // The length is part of the address: an abstract name goes on to the end of what is given.
  return bytes.slice(0, layout.fields.sun_path[1] + path.length);
}

function decodeUnix(path: Uint8Array): SocketAddress {
  if (path.length === 0) return { family: 'unix-unnamed' };
  if (path[0] === 0) return { family: 'unix-abstract', name: new TextDecoder().decode(path.subarray(1)) };
  return { family: 'unix', path: fromCString(path) };
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`the address has ${bytes.length} bytes, not ${length}`);
  return bytes;
}
