/** Why calls of a module to the network and the kernel's settings come to nothing. */

import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import type { KernelGrant } from '../../supervisor/manifest/network-grants.ts';
import { close, toFileDescriptor } from '../../supervisor/native/file-descriptor.ts';
import { checkNames, checkSysctl } from '../../supervisor/network/carry-kernel.ts';
import { checkFamily } from '../../supervisor/network/carry-netlink.ts';
import { frameOutgoing } from '../../supervisor/network/netlink-framing.ts';
import { unfit } from '../../supervisor/network/network-failure.ts';
import { outgoingFault } from '../../supervisor/network/packet-filter.ts';
import { checkPacket, checkPacketContent, checkUdp } from '../../supervisor/network/socket-grant.ts';
import type { Fixture } from './fixture.ts';

const grants: readonly Grant[] = [
  { interface: 'eft:host/netlink', families: ['route'], reason: 'configures links' },
  {
    interface: 'eft:host/socket',
    packet: [{ etherType: 'ipv4', udpPorts: [68], links: ['eth*'] }],
    udp: [{ ports: [68], links: ['eth*'] }],
    reason: 'speaks DHCP',
  },
];
const kernel: KernelGrant = {
  interface: 'eft:host/kernel',
  sysctls: [{ name: 'net/ipv6/conf/*/accept_ra', access: 'read' }],
  names: 'read',
  reason: 'looks',
};
const rule = { link: 2, etherType: 0x0800, udpPorts: [68] };
const told = { module: 'network', call: 'exchange', target: 'the netlink socket `main`' };

/** What happens to messages that are framed wrongly. */
function exchange(bytes: Uint8Array): never {
  const framing = frameOutgoing('route', bytes);
  throw unfit(told, 'problem' in framing ? framing.problem : '', 'send whole messages');
}

/** A refusal of the kernel, with the sentence that a module gets. */
function refuse(): never {
  try {
    close(toFileDescriptor(-1));
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw EftError.of('network.kernel', { ...told, reason });
  }
  throw new Error('the kernel closed no descriptor');
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'network.family',
    title: 'a netlink family that is not granted',
    provoke: () => checkFamily('network', grants, 'generic'),
    text:
      'error[network.family]: network may not open a netlink socket of the family `generic`: its grant of eft:host/netlink names `route`\n' +
      '  add `generic` to `families` of that grant in module.yaml',
  },
  {
    code: 'network.packet',
    title: 'packets on a link that is not granted',
    provoke: () => checkPacket('network', grants, 0x0800, 'wlan0'),
    text:
      'error[network.packet]: network may not open a packet socket for the EtherType ipv4 on the link wlan0: its grant of eft:host/socket covers ipv4 (UDP 68) on eth*\n' +
      "  add an entry with `etherType: ipv4` and `links: ['wlan0']` to `packet` of that grant in module.yaml",
  },
  {
    code: 'network.packet-content',
    title: 'a packet that comes from another port than the granted one',
    provoke: () => {
      const packet = new Uint8Array(28);
      packet.set([0x45], 0);
      packet.set([17], 9);
      packet.set([0, 53], 20);
      checkPacketContent('network', rule, outgoingFault(rule, packet));
    },
    text:
      'error[network.packet-content]: network may not send this packet on the link 2: it is UDP from port 53\n' +
      '  send UDP from a port of 68, or add the port to `udpPorts` in `packet` of its grant of eft:host/socket in module.yaml',
  },
  {
    code: 'network.port',
    title: 'a UDP port on all links, where it is granted on some',
    provoke: () => checkUdp('network', grants, 68, undefined),
    text:
      'error[network.port]: network may not open UDP port 68 on any link: its grant of eft:host/socket covers UDP 68 on eth*\n' +
      "  add an entry with `ports: [68]` and `links: ['*']` to `udp` of that grant in module.yaml",
  },
  {
    code: 'network.sysctl',
    title: 'a sysctl that is not granted',
    provoke: () => checkSysctl('network', kernel, 'kernel/panic', 'read-write', told),
    text:
      'error[network.sysctl]: network may not write kernel/panic: its grant of eft:host/kernel covers net/ipv6/conf/*/accept_ra\n' +
      '  add an entry with `name: kernel/panic` and `access: read-write` to `sysctls` of that grant in module.yaml',
  },
  {
    code: 'network.sysctl-read-only',
    title: 'writing a sysctl that may be read',
    provoke: () => checkSysctl('network', kernel, 'net/ipv6/conf/eth0/accept_ra', 'read-write', told),
    text:
      'error[network.sysctl-read-only]: network may not write net/ipv6/conf/eth0/accept_ra: its grant of eft:host/kernel lets it read only\n' +
      '  write `access: read-write` at that entry of `sysctls` in module.yaml',
  },
  {
    code: 'network.names',
    title: 'setting the host name where it may be read',
    provoke: () => checkNames('network', kernel, 'read-write'),
    text:
      'error[network.names]: network may not set the names of the machine: its grant of eft:host/kernel has `names: read`\n' +
      '  write `names: read-write` in that grant in module.yaml',
  },
  {
    code: 'network.unfit',
    title: 'netlink messages of which one is cut off',
    provoke: () => exchange(Uint8Array.of(20, 0, 0, 0, 18, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0)),
    text:
      'error[network.unfit]: network cannot exchange the netlink socket `main`: message 1, at byte 0, says that it has 20 bytes, and 16 are there\n' +
      '  send whole messages',
  },
  {
    code: 'network.kernel',
    title: 'a refusal of the kernel',
    provoke: refuse,
    text:
      'error[network.kernel]: network cannot exchange the netlink socket `main`: close descriptor -1: bad file descriptor (EBADF)\n' +
      '  correct what it asks for; if that is right, the kernel log may tell more',
  },
];
