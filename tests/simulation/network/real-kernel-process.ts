/**
 * Speaks with the real kernel in network namespaces of its own, for `real-kernel.ts`, which starts this as a child process: here it is
 * the one thread that may leave its namespace. A namespace lives as long as its sockets, so ending this process removes all of them.
 *
 * A namespace begins with the kernel's settings that the simulation follows, whatever those of the machine are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { FileDescriptor } from '../../../supervisor/native/file-descriptor.ts';
import { enterNamespace, namespaceFlags, unshare } from '../../../supervisor/native/namespace.ts';
import { openFlags, openPath } from '../../../supervisor/native/open.ts';
import {
  bind,
  createSocket,
  netlinkProtocols,
  receive,
  send,
  socketTypes,
} from '../../../supervisor/native/socket.ts';
import { socketFamilies } from '../../../supervisor/native/socket-address.ts';
import { netlinkOptions, optionLevels, setIntegerOption } from '../../../supervisor/native/socket-option.ts';
import { joinBytes } from './netlink-bytes.ts';

export type RealKernelOrder = { readonly id: number } & (
  | { readonly order: 'open'; readonly groups: readonly number[] }
  | { readonly order: 'exchange'; readonly namespace: number; readonly messages: Uint8Array }
  | { readonly order: 'takeNews'; readonly namespace: number }
  | { readonly order: 'run'; readonly namespace: number; readonly command: readonly string[] }
);

export type RealKernelResult = { readonly id: number } & (
  | { readonly bytes: Uint8Array; readonly namespace: number; readonly text: string }
  | { readonly failure: string }
);

type Namespace = {
  readonly self: FileDescriptor;
  readonly talk: FileDescriptor;
  readonly listen: FileDescriptor;
};

/**
 * No duplicate address detection and no router discovery: they take seconds. Secondary addresses are not promoted, and nothing outlives
 * its link: the kernel's own defaults.
 */
const settings: readonly (readonly [path: string, value: string])[] = [
  ['ipv4/conf/all/promote_secondaries', '0'],
  ['ipv4/conf/default/promote_secondaries', '0'],
  ['ipv6/conf/all/accept_dad', '0'],
  ['ipv6/conf/default/accept_dad', '0'],
  ['ipv6/conf/default/accept_ra', '0'],
  ['ipv6/conf/default/router_solicitations', '0'],
  ['ipv6/conf/default/keep_addr_on_down', '0'],
  ['ipv6/conf/default/addr_gen_mode', '0'],
  ['ipv6/conf/default/disable_ipv6', '0'],
  ['ipv6/conf/lo/disable_ipv6', '0'],
];

const namespaces: Namespace[] = [];
const buffer = new Uint8Array(1 << 20);

process.on('message', (message: RealKernelOrder) => {
  const { id } = message;
  try {
    process.send?.({ id, bytes: new Uint8Array(), namespace: 0, text: '', ...carryOut(message) });
  } catch (error) {
    process.send?.({ id, failure: String(error) });
  }
});

function carryOut(message: RealKernelOrder): { bytes?: Uint8Array; namespace?: number; text?: string } {
  if (message.order === 'open') return { namespace: openNamespace(message.groups) };
  const namespace = namespaces[message.namespace];
  if (namespace === undefined) throw new Error(`there is no namespace ${message.namespace}`);
  switch (message.order) {
    case 'exchange':
      // rtnetlink answers before send returns, but for the rest of a dump, which is made as it is read.
      send(namespace.talk, message.messages, { family: 'netlink', portId: 0, groups: 0 });
      return { bytes: drain(namespace.talk) };
    case 'takeNews':
      return { bytes: drain(namespace.listen) };
    case 'run':
      return { text: run(namespace, message.command) };
  }
}

function openNamespace(groups: readonly number[]): number {
  unshare(namespaceFlags.CLONE_NEWNET);
  for (const [path, value] of settings)
    if (existsSync(`/proc/sys/net/${path}`)) writeFileSync(`/proc/sys/net/${path}`, value);
  const listen = openSocket();
  for (const group of groups)
    setIntegerOption(listen, optionLevels.SOL_NETLINK, netlinkOptions.NETLINK_ADD_MEMBERSHIP, group);
  const self = openPath('/proc/thread-self/ns/net', { flags: openFlags.O_RDONLY });
  return namespaces.push({ self, talk: openSocket(), listen }) - 1;
}

function openSocket(): FileDescriptor {
  const fd = createSocket(socketFamilies.AF_NETLINK, socketTypes.SOCK_RAW, netlinkProtocols.NETLINK_ROUTE);
  setIntegerOption(fd, optionLevels.SOL_NETLINK, netlinkOptions.NETLINK_EXT_ACK, 1);
  bind(fd, { family: 'netlink', portId: 0, groups: 0 });
  return fd;
}

function drain(fd: FileDescriptor): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const received = receive(fd, buffer);
    if (received === undefined) return joinBytes(parts);
    parts.push(buffer.slice(0, received.length));
  }
}

function run(namespace: Namespace, [program = '', ...parameters]: readonly string[]): string {
  enterNamespace(namespace.self, namespaceFlags.CLONE_NEWNET);
  const { status, stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${parameters.join(' ')}: ${stderr}`);
  return stdout;
}
