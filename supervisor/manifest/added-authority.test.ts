import { describe, expect, it } from 'vitest';
import { addedAuthority } from './added-authority.ts';
import type { Grant } from './grants.ts';

const reason = 'for the test';
const kinds = { inputs: [], outputs: [] };

/** What the second grant adds to the first, of the same interface. */
function added(before: Grant, after: Grant): readonly string[] {
  return addedAuthority({ ...kinds, grants: [before] }, { ...kinds, grants: [after] });
}

const packets = (
  etherType: 'ipv4' | number,
  links: readonly string[],
  udpPorts?: readonly number[],
): Grant => ({
  interface: 'eft:host/socket',
  packet: [{ etherType, links, ...(udpPorts === undefined ? {} : { udpPorts }) }],
  reason,
});
const udp = (ports: readonly number[], links: readonly string[]): Grant => ({
  interface: 'eft:host/socket',
  udp: [{ ports, links }],
  reason,
});
const sysctl = (name: string, access: 'read' | 'read-write'): Grant => ({
  interface: 'eft:host/kernel',
  sysctls: [{ name, access }],
  reason,
});
const files = (path: string, access: 'read' | 'read-write'): Grant => ({
  interface: 'eft:host/files',
  directories: [{ name: 'state', path, access }],
  reason,
});

describe('a new version of a module', () => {
  it('that asks for an interface shows it and all that it allows', () => {
    const after = { ...kinds, grants: [packets('ipv4', ['eth*'], [68])] };
    expect(addedAuthority({ ...kinds, grants: [] }, after)).toEqual([
      'use eft:host/socket',
      'ipv4 packets of UDP port 68 on eth*',
    ]);
    expect(addedAuthority(after, { ...kinds, grants: [] })).toEqual([]);
    expect(addedAuthority(after, after)).toEqual([]);
  });

  it('shows what is wider, and nothing that is as wide or narrower', () => {
    const family = (...families: ('route' | 'generic')[]): Grant => ({
      interface: 'eft:host/netlink',
      families,
      reason,
    });
    expect(added(family('route'), family('generic', 'route'))).toEqual([
      'netlink sockets of the family generic',
    ]);
    expect(added(packets('ipv4', ['*'], [67, 68]), packets(0x0800, ['eth0'], [68]))).toEqual([]);
    expect(added(packets('ipv4', ['*']), packets('ipv4', ['eth0'], [68]))).toEqual([]);
    expect(added(packets('ipv4', ['*'], [68]), packets('ipv4', ['*']))).toEqual(['ipv4 packets on *']);
    expect(added(packets('ipv4', ['eth*']), packets('ipv4', ['et*', 'eth1']))).toEqual([
      'ipv4 packets on et*',
    ]);
    expect(added(udp([68], ['*']), udp([68, 67], ['eth0']))).toEqual(['UDP port 67 on eth0']);
    expect(added(sysctl('net/*/x', 'read-write'), sysctl('net/a/x', 'read'))).toEqual([]);
    expect(added(sysctl('net/a/x', 'read'), sysctl('net/a/x', 'read-write'))).toEqual([
      'read-write the sysctl net/a/x',
    ]);
    expect(added(sysctl('net/a/x', 'read'), sysctl('net/*/x', 'read'))).toEqual(['read the sysctl net/*/x']);
    expect(added(files('/var/lib', 'read-write'), files('/var/lib/etcd', 'read'))).toEqual([]);
    expect(added(files('/var/lib', 'read'), files('/var/library', 'read'))).toEqual([
      'read files in /var/library',
    ]);
  });

  it('shows the names of the machine, once they may be set', () => {
    const names = (access: 'read' | 'read-write'): Grant => ({
      interface: 'eft:host/kernel',
      names: access,
      reason,
    });
    expect(added(names('read'), names('read-write'))).toEqual(['read-write the names of the machine']);
    expect(added(names('read-write'), names('read'))).toEqual([]);
  });

  it('shows kinds that it reads or writes, and one that it wants for itself', () => {
    const input = { kind: 'a:b/c', reason };
    const shared = { kind: 'a:b/d', mode: 'shared', reason } as const;
    const exclusive = { ...shared, mode: 'exclusive' } as const;
    const before = { inputs: [], outputs: [shared], grants: [] };
    expect(addedAuthority(before, { inputs: [input], outputs: [exclusive], grants: [] })).toEqual([
      'read a:b/c',
      'write a:b/d (exclusive)',
    ]);
    expect(addedAuthority({ ...before, outputs: [exclusive] }, before)).toEqual([]);
  });
});
