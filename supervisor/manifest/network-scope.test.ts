import { expect, test } from 'vitest';
import { allowsUdp, coversLink, coversSysctl, packetAllowance, sysctlAccess } from './network-scope.ts';

test('a link pattern covers a name, the names that begin so, or all', () => {
  expect(coversLink('eth0', 'eth0')).toBe(true);
  expect(coversLink('eth0', 'eth01')).toBe(false);
  expect(coversLink('eth*', 'eth01')).toBe(true);
  expect(coversLink('eth*', 'eth0*')).toBe(true);
  expect(coversLink('eth*', 'et*')).toBe(false);
  expect(coversLink('eth0', 'eth0*')).toBe(false);
  expect(coversLink('*', 'anything')).toBe(true);
  expect(coversLink('*', '*')).toBe(true);
});

test('a sysctl pattern covers names part by part', () => {
  const pattern = 'net/ipv6/conf/*/accept_ra';
  expect(coversSysctl(pattern, 'net/ipv6/conf/eth0.5/accept_ra')).toBe(true);
  expect(coversSysctl(pattern, pattern)).toBe(true);
  expect(coversSysctl(pattern, 'net/ipv6/conf/eth0/x/accept_ra')).toBe(false);
  expect(coversSysctl(pattern, 'net/ipv6/conf/eth0/accept_ra/x')).toBe(false);
  expect(coversSysctl(pattern, 'net/ipv6/conf/accept_ra')).toBe(false);
  expect(coversSysctl('net/ipv6/conf/eth0/accept_ra', pattern)).toBe(false);
});

test('scopes of packets add up, and one without ports is all', () => {
  const scopes = [
    { etherType: 'ipv4', udpPorts: [68], links: ['eth*'] },
    { etherType: 'ipv4', udpPorts: [67, 68], links: ['eth1'] },
    { etherType: 'arp', links: ['eth0'] },
    { etherType: 0x0806, links: ['br0'] },
  ] as const;
  expect(packetAllowance(scopes, 0x0800, 'eth0')).toEqual({ udpPorts: [68] });
  expect(packetAllowance(scopes, 0x0800, 'eth1')).toEqual({ udpPorts: [68, 67] });
  expect(packetAllowance(scopes, 0x0800, 'br0')).toBeUndefined();
  expect(packetAllowance(scopes, 0x0806, 'eth0')).toEqual({ udpPorts: 'all' });
  expect(packetAllowance(scopes, 0x0806, 'br0')).toEqual({ udpPorts: 'all' });
  expect(packetAllowance(scopes, 0x0806, 'eth1')).toBeUndefined();
});

test('a UDP socket on no link in particular needs the scope of every link', () => {
  expect(allowsUdp([{ ports: [68], links: ['eth0'] }], 68, 'eth0')).toBe(true);
  expect(allowsUdp([{ ports: [68], links: ['eth*'] }], 68, undefined)).toBe(false);
  expect(allowsUdp([{ ports: [68], links: ['*'] }], 68, undefined)).toBe(true);
  expect(allowsUdp([{ ports: [68], links: ['*'] }], 67, 'eth0')).toBe(false);
  // A port of one scope does not go with the link of another.
  const two = [
    { ports: [68], links: ['eth0'] },
    { ports: [67], links: ['*'] },
  ];
  expect(allowsUdp(two, 68, 'eth1')).toBe(false);
});

test('of several scopes that cover a sysctl, the widest counts', () => {
  const scopes = [
    { name: 'net/*/x', access: 'read' },
    { name: 'net/a/x', access: 'read-write' },
  ] as const;
  expect(sysctlAccess(scopes, 'net/a/x')).toBe('read-write');
  expect(sysctlAccess(scopes, 'net/b/x')).toBe('read');
  expect(sysctlAccess(scopes, 'net/b/y')).toBeUndefined();
});
