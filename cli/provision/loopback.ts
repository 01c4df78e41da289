/**
 * How the host reaches nodes that are in a user namespace: by ports of the host's own loopback. A socket belongs to the network namespace that it was made in, whoever
 * holds it. So the ports are opened outside, and handed inside, where the machine of each node accepts on its port and connects to the node.
 *
 * What goes through is TLS, which ends in the node: nothing here has a key. Any user of the host can connect to the port, as to the address of
 * a node that root has made, and gets as far without a certificate.
 *
 * The danger: a program that inherits such a descriptor holds a door to the host's network. Nobody but the machine of the node may have it, the node
 * itself least of all.
 */
import { createServer, connect as dial, type Server } from 'node:net';
import {
  close,
  duplicate,
  type FileDescriptor,
  toFileDescriptor,
} from '../../supervisor/native/file-descriptor.ts';
import { bind, createSocket, getOwnAddress, listen, socketTypes } from '../../supervisor/native/socket.ts';
import { socketFamilies } from '../../supervisor/native/socket-address.ts';

/** A port that is open on 127.0.0.1. */
export type LoopbackPort = { readonly fd: FileDescriptor; readonly port: number };

/** Names the ports, in the environment of the command inside; their descriptors follow the standard ones, in this order. */
export const loopbackVariable = 'EFT_LOOPBACK_PORTS';
/** Connections that wait to be accepted, and those that are open, of one node. */
const backlog = 64;
const connectionLimit = 256;
const firstInherited = 3;
/** The descriptor of a node's port in its machine. */
export const handedPortDescriptor = 3;

/** Opens so many ports that nobody has, as the kernel chooses them. Errors: `KernelError`. */
export function openLoopbackPorts(count: number): readonly LoopbackPort[] {
  return Array.from({ length: count }, () => {
    const fd = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_STREAM, 0);
    bind(fd, { family: 'inet', address: Uint8Array.of(127, 0, 0, 1), port: 0 });
    listen(fd, backlog);
    const own = getOwnAddress(fd);
    if (own?.family !== 'inet') throw new TypeError('the kernel gave a port of another family');
    return { fd, port: own.port };
  });
}

/** Takes over the ports that were handed in, so that no program that is started from here inherits them. */
export function takeLoopbackPorts(environment: NodeJS.ProcessEnv = process.env): readonly LoopbackPort[] {
  const ports = environment[loopbackVariable];
  if (ports === undefined || ports === '') return [];
  delete environment[loopbackVariable];
  return ports.split(',').map((port, index) => ({
    fd: takeInherited(firstInherited + index),
    port: Number(port),
  }));
}

/** The descriptor under a number that programs do not inherit. */
export function takeInherited(number: number): FileDescriptor {
  const inherited = toFileDescriptor(number);
  const own = duplicate(inherited);
  close(inherited);
  return own;
}

/** Hands every connection on `fd` to `host` and `port`, in both directions, until it is closed. */
export function forwardConnections(fd: FileDescriptor, host: string, port: number): Server {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const node = dial({ host, port, allowHalfOpen: true });
    const end = (): void => {
      client.destroy();
      node.destroy();
    };
    client.on('error', end).on('close', end);
    node.on('error', end).on('close', end);
    client.pipe(node);
    node.pipe(client);
  });
  server.maxConnections = connectionLimit;
  server.on('error', () => undefined);
  return server.listen({ fd });
}
