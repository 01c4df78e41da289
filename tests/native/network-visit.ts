/**
 * Makes a network namespace, opens a socket in it, goes back home, and prints what was seen where. Needs CAP_SYS_ADMIN.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { close } from '../../supervisor/native/file-descriptor.ts';
import { enterNamespace, namespaceFlags, unshare } from '../../supervisor/native/namespace.ts';
import { openFlags, openPath } from '../../supervisor/native/open.ts';
import { createSocket, socketTypes } from '../../supervisor/native/socket.ts';
import { socketFamilies } from '../../supervisor/native/socket-address.ts';
import { bindToInterface } from '../../supervisor/native/socket-option.ts';

// /proc/net and /proc/self follow the process's first thread, which is the one that makes the calls.
const whereabouts = () => readlinkSync('/proc/thread-self/ns/net');
const interfaces = () =>
  [...readFileSync('/proc/thread-self/net/dev', 'utf8').matchAll(/^\s*(\S+):/gm)].map(([, name]) => name);

const start = whereabouts();
const other = interfaces().find((name) => name !== 'lo');
const home = openPath('/proc/thread-self/ns/net', { flags: openFlags.O_RDONLY });
unshare(namespaceFlags.CLONE_NEWNET);
const visited = whereabouts();
const insideNames = interfaces().join();
const socket = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
enterNamespace(home, namespaceFlags.CLONE_NEWNET);
close(home);

bindToInterface(socket, 'lo');
let seesOther = 'sees loopback alone';
try {
  if (other !== undefined) {
    bindToInterface(socket, other);
    seesOther = `sees ${other}`;
  }
} catch {
  // The interface of the namespace at the start is not in the socket's.
}
console.log(
  JSON.stringify({
    outside: whereabouts() === start ? 'same as at the start' : 'another one',
    inside: visited !== start && insideNames === 'lo' ? 'another one, with loopback alone' : insideNames,
    socket: seesOther,
  }),
);
