// Generated from the WIT by `npm run generate`: change the WIT, not this file.

/**
 * `eft:host/kernel@0.1.0`
 *
 * Settings of the kernel that have no netlink message: the names of the machine, and sysctls (/proc/sys), as far as granted.
 */

import type { Failure, Request } from './host-requests.ts';

export type { Request };

export type { Failure };

export type Names = {
  readonly hostName: string;
  /** Empty if there is none. */
  readonly domainName: string;
};

/** What the host's `eft:host/kernel@0.1.0` consists of. */
export interface KernelInterface {
  /**
   * Sets the host name (sethostname(2)) and the domain name (setdomainname(2)), 1 to 64 bytes each; an empty domain name
   * says that there is none, for which the kernel itself writes `(none)`. Taken with `take-done`.
   */
  setNames(hostName: string, domainName: string): Request;
  /** Reads the host name and the domain name as the kernel has them. Taken with `take-names`. */
  readNames(): Request;
  /**
   * Reads a sysctl: parts of its name are separated by `/`, as in `net/ipv6/conf/eth0.5/accept_ra`, because the name of a link may
   * hold a dot. At most 64 KiB are read. Taken with `take-sysctl`.
   */
  readSysctl(name: string): Request;
  /** Writes a sysctl: `value` is one line of at most 4,096 bytes, without its end. Taken with `take-done`. */
  writeSysctl(name: string, value: string): Request;
  /** The answer to `set-names` and `write-sysctl`. */
  takeDone(request: Request): { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: Failure };
  takeNames(request: Request): { readonly tag: 'ok'; readonly val: Names } | { readonly tag: 'err'; readonly val: Failure };
  /** The answer to `read-sysctl`, without the line's end. */
  takeSysctl(request: Request): { readonly tag: 'ok'; readonly val: string } | { readonly tag: 'err'; readonly val: Failure };
}
