/**
 * Namespaces: leaving for new ones, entering those of others.
 *
 * Danger: unshare and setns act on the calling thread. Node's other threads stay where they were, so these belong into a
 * process that does nothing else and executes a program next, or makes sockets that outlive the visit.
 */
import { architecture } from './arch/architecture.ts';
import { cString, fromCString } from './c-string.ts';
import { describe, type FileDescriptor } from './file-descriptor.ts';
import { readStruct } from './struct.ts';
import { systemCall } from './system-call.ts';

/** `linux/sched.h` */
export const namespaceFlags = {
  CLONE_NEWTIME: 0x80,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
} as const;

/** Longest host name and domain name in bytes, without the zero. `linux/utsname.h`, __NEW_UTS_LEN */
export const HOST_NAME_BYTES_MAX = 64;

/**
 * Moves this thread into new namespaces, an or of `namespaceFlags`; a new PID namespace is for its children only.
 * Errors: EINVAL for a user namespace, or a mount namespace shared with other threads' file system state, in a process
 * with several threads. unshare(2).
 */
export function unshare(flags: number): void {
  systemCall('unshare', [flags], { target: `0x${flags.toString(16)}` });
}

/** Moves this thread into the namespace open as `fd` (a /proc/PID/ns file or a pidfd); `type` of `namespaceFlags`. setns(2). */
export function enterNamespace(fd: FileDescriptor, type: number): void {
  systemCall('setns', [fd, type], { target: describe(fd) });
}

/** Sets the host name of this UTS namespace, at most HOST_NAME_BYTES_MAX bytes. sethostname(2). */
export function setHostName(name: string): void {
  const bytes = cString(name, HOST_NAME_BYTES_MAX + 1);
  systemCall('sethostname', [bytes, bytes.length - 1], { target: name });
}

/** Sets the NIS domain name of this UTS namespace, at most HOST_NAME_BYTES_MAX bytes. setdomainname(2). */
export function setDomainName(name: string): void {
  const bytes = cString(name, HOST_NAME_BYTES_MAX + 1);
  systemCall('setdomainname', [bytes, bytes.length - 1], { target: name });
}

/** The host name and the domain name of this UTS namespace. uname(2), `struct new_utsname`. */
export function getNames(): { readonly hostName: string; readonly domainName: string } {
  const layout = architecture.layouts.systemNames;
  const bytes = new Uint8Array(layout.size);
  systemCall('uname', [bytes]);
  const { nodename, domainname } = readStruct(layout, bytes);
  return { hostName: fromCString(nodename), domainName: fromCString(domainname) };
}
