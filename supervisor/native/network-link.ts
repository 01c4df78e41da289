/** Links (network interfaces) by their index: what sockets name by number, and people by name. */
import { architecture } from './arch/architecture.ts';
import { fromCString } from './c-string.ts';
import { errnoOf, KernelError } from './errno.ts';
import type { FileDescriptor } from './file-descriptor.ts';
import { request } from './ioctl.ts';
import { readStruct, writeStruct } from './struct.ts';

/** `linux/sockios.h` */
export const linkRequests = { SIOCGIFNAME: 0x8910 } as const;

/**
 * The name of the link `index` (from 1) in the network namespace of the socket `fd`, which may be of any family; undefined if there
 * is none now. netdevice(7), SIOCGIFNAME, `struct ifreq`.
 */
export function findLinkName(fd: FileDescriptor, index: number): string | undefined {
  const layout = architecture.layouts.interfaceRequest;
  // The kernel's index is a C int: no link is above that.
  if (!Number.isInteger(index) || index < 1 || index > 0x7fff_ffff) return undefined;
  const bytes = writeStruct(layout, { ifr_ifindex: index });
  try {
    request(fd, linkRequests.SIOCGIFNAME, bytes);
  } catch (error) {
    if (error instanceof KernelError && error.errno === errnoOf('ENODEV')) return undefined;
    throw error;
  }
  return fromCString(readStruct(layout, bytes).ifr_name);
}
