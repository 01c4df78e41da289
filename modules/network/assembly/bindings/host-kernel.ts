// Generated from the WIT by `eft module build`: change the WIT, not this file.

/**
 * Imported: eft:host/kernel@0.1.0
 *
 * Settings of the kernel that have no netlink message: the names of the machine, and sysctls (/proc/sys), as far as granted.
 */

import { Failure, Request, _loadFailure } from './host-requests';
import { Result, Unit } from 'eft';
import { adoptString } from 'eft/memory';

export { Request };

export { Failure };

@final
export class Names {
  constructor(
    public hostName: string,
    /** Empty if there is none. */
    public domainName: string,
  ) {}
}

@external('cm32p2|eft:host/kernel@0.1', 'set-names')
declare function host_setNames(c0: i32, c1: i32, c2: i32, c3: i32): i64;

/**
 * Sets the host name (sethostname(2)) and the domain name (setdomainname(2)), 1 to 64 bytes each; an empty domain name
 * says that there is none, for which the kernel itself writes `(none)`. Taken with `take-done`.
 */
export function setNames(hostName: string, domainName: string): Request {
  return <u64>host_setNames(changetype<usize>(hostName), hostName.length, changetype<usize>(domainName), domainName.length);
}

@external('cm32p2|eft:host/kernel@0.1', 'read-names')
declare function host_readNames(): i64;

/** Reads the host name and the domain name as the kernel has them. Taken with `take-names`. */
export function readNames(): Request {
  return <u64>host_readNames();
}

@external('cm32p2|eft:host/kernel@0.1', 'read-sysctl')
declare function host_readSysctl(c0: i32, c1: i32): i64;

/**
 * Reads a sysctl: parts of its name are separated by `/`, as in `net/ipv6/conf/eth0.5/accept_ra`, because the name of a link may
 * hold a dot. At most 64 KiB are read. Taken with `take-sysctl`.
 */
export function readSysctl(name: string): Request {
  return <u64>host_readSysctl(changetype<usize>(name), name.length);
}

@external('cm32p2|eft:host/kernel@0.1', 'write-sysctl')
declare function host_writeSysctl(c0: i32, c1: i32, c2: i32, c3: i32): i64;

/** Writes a sysctl: `value` is one line of at most 4,096 bytes, without its end. Taken with `take-done`. */
export function writeSysctl(name: string, value: string): Request {
  return <u64>host_writeSysctl(changetype<usize>(name), name.length, changetype<usize>(value), value.length);
}

@external('cm32p2|eft:host/kernel@0.1', 'take-done')
declare function host_takeDone(c0: i64, c1: i32): void;

/** The answer to `set-names` and `write-sysctl`. */
export function takeDone(request: Request): Result<Unit, Failure> {
  host_takeDone(request, _area);
  return (load<u8>(_area) ? Result.err<Unit, Failure>(_loadFailure(_area + 4)) : Result.ok<Unit, Failure>(0));
}

@external('cm32p2|eft:host/kernel@0.1', 'take-names')
declare function host_takeNames(c0: i64, c1: i32): void;

export function takeNames(request: Request): Result<Names, Failure> {
  host_takeNames(request, _area);
  return (load<u8>(_area) ? Result.err<Names, Failure>(_loadFailure(_area + 4)) : Result.ok<Names, Failure>(_loadNames(_area + 4)));
}

@external('cm32p2|eft:host/kernel@0.1', 'take-sysctl')
declare function host_takeSysctl(c0: i64, c1: i32): void;

/** The answer to `read-sysctl`, without the line's end. */
export function takeSysctl(request: Request): Result<string, Failure> {
  host_takeSysctl(request, _area);
  return (load<u8>(_area) ? Result.err<string, Failure>(_loadFailure(_area + 4)) : Result.ok<string, Failure>(adoptString(load<usize>(_area, 4), load<i32>(_area, 8))));
}

// The canonical ABI: how these types lie in memory.

/** Where parameters and results lie that do not fit into core values. */
const _area: usize = memory.data(20, 8);

export function _loadNames(pointer: usize): Names {
  return new Names(
    adoptString(load<usize>(pointer), load<i32>(pointer, 4)),
    adoptString(load<usize>(pointer, 8), load<i32>(pointer, 12)),
  );
}
