/** Packet sockets (packet(7), SOCK_DGRAM): one EtherType on one link, behind a filter that is there before the first packet. */
import type { SocketArrival } from '../capabilities/socket.ts';
import { architecture } from '../native/arch/architecture.ts';
import { closeBehind, type FileDescriptor } from '../native/file-descriptor.ts';
import { bind, getOwnAddress } from '../native/socket.ts';
import type { SocketAddress } from '../native/socket-address.ts';
import type { IncomingMessage } from '../native/socket-message.ts';
import { attachFilter, optionLevels, packetOptions, setIntegerOption } from '../native/socket-option.ts';
import { readStruct } from '../native/struct.ts';
import { type DatagramListener, DatagramSocket } from './datagram-socket.ts';
import { filterProgram, type PacketRule } from './packet-filter.ts';

/** Bytes of the payload of one packet (wit/host/socket.wit); the link's MTU is the kernel's to check. */
export const packetBytesLimit = 65_535;
/** Bytes of a hardware address: what `struct sockaddr_ll` holds. */
export const hardwareAddressLimit = 8;

export class PacketSocket extends DatagramSocket {
  readonly rule: PacketRule;

  /**
   * Makes a packet socket of `fd`, which was created for no protocol, so that it receives nothing before it has its filter. The caller
   * keeps `fd` if this throws. Errors: `KernelError`.
   */
  constructor(fd: FileDescriptor, rule: PacketRule, listener: DatagramListener) {
    setIntegerOption(fd, optionLevels.SOL_PACKET, packetOptions.PACKET_AUXDATA, 1);
    // Packets that leave are not even copied; the filter would drop them as well.
    setIntegerOption(fd, optionLevels.SOL_PACKET, packetOptions.PACKET_IGNORE_OUTGOING, 1);
    attachFilter(fd, filterProgram(rule));
    const { link: interfaceIndex, etherType: protocol } = rule;
    bind(fd, { family: 'packet', protocol, interfaceIndex, hardwareAddress: new Uint8Array() });
    super(fd, bindingOf(rule), decode, listener, closeBehind);
    this.rule = rule;
  }

  /** Whether it serves the rule as it is: the kernel unbinds a socket for good when its link goes away. */
  serves(rule: PacketRule): boolean {
    if (bindingOf(rule) !== this.binding) return false;
    const own = getOwnAddress(this.descriptor);
    return own?.family === 'packet' && own.interfaceIndex === rule.link;
  }

  /** Where a packet to a hardware address goes. */
  addressOf(hardwareAddress: Uint8Array): SocketAddress {
    const { link: interfaceIndex, etherType: protocol } = this.rule;
    return { family: 'packet', protocol, interfaceIndex, hardwareAddress };
  }
}

function bindingOf({ link, etherType, udpPorts }: PacketRule): string {
  return `packet ${link} ${etherType} ${udpPorts}`;
}

function decode({ from, control }: IncomingMessage, payload: Uint8Array): SocketArrival | undefined {
  if (from?.family !== 'packet') return undefined;
  const layout = architecture.layouts.packetAuxiliary;
  const auxiliary = control.find(
    ({ level, type }) => level === optionLevels.SOL_PACKET && type === packetOptions.PACKET_AUXDATA,
  );
  const status =
    auxiliary === undefined || auxiliary.data.length < layout.size
      ? 0
      : readStruct(layout, auxiliary.data).tp_status;
  const checksumPending = (status & packetOptions.TP_STATUS_CSUMNOTREADY) !== 0;
  return { kind: 'packet', packet: { source: from.hardwareAddress, payload, checksumPending } };
}
