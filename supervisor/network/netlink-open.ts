/** Opening kernel sockets of a netlink family, with the options that all of them have. */
import type { NetlinkFamily } from '../manifest/network-grants.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { bind, createSocket, netlinkProtocols, socketTypes } from '../native/socket.ts';
import { type SocketAddress, socketFamilies } from '../native/socket-address.ts';
import { netlinkOptions, optionLevels, setIntegerOption } from '../native/socket-option.ts';
import { setReceiveBuffer, setSendBuffer } from './socket-buffer.ts';

const protocols: Readonly<Record<NetlinkFamily, number>> = {
  route: netlinkProtocols.NETLINK_ROUTE,
  netfilter: netlinkProtocols.NETLINK_NETFILTER,
  'kobject-uevent': netlinkProtocols.NETLINK_KOBJECT_UEVENT,
  generic: netlinkProtocols.NETLINK_GENERIC,
};

/** The kernel's end of every netlink socket. */
export const kernelAddress: SocketAddress = { family: 'netlink', portId: 0, groups: 0 };

/** Bytes that may wait to be read; the kernel doubles it for its own overhead (socket(7)). */
const receiveBufferBytes = 1024 * 1024;
/** A little more than the largest exchange, which a netfilter batch sends in one piece. */
const sendBufferBytes = 1024 * 1024 + 64 * 1024;

/**
 * A socket of the family, bound to a port of the kernel's choice, in no group. Errors say what was wrong and where
 * (NETLINK_EXT_ACK) and repeat the header of the request only (NETLINK_CAP_ACK); routing requests are held to what the kernel
 * understands (NETLINK_GET_STRICT_CHK), so that a dump's filter is not silently ignored. Errors: `KernelError`.
 */
export function openNetlink(family: NetlinkFamily): FileDescriptor {
  const fd = createSocket(socketFamilies.AF_NETLINK, socketTypes.SOCK_RAW, protocols[family]);
  try {
    setReceiveBuffer(fd, receiveBufferBytes);
    setSendBuffer(fd, sendBufferBytes);
    const { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK } = netlinkOptions;
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK])
      setIntegerOption(fd, optionLevels.SOL_NETLINK, option, 1);
    bind(fd, kernelAddress);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}
