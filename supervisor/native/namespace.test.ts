import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../tests/native/run-child.ts';
import { getNames, HOST_NAME_BYTES_MAX, setDomainName, setHostName, unshare } from './namespace.ts';

describe('namespaces', () => {
  it('are entered by descriptor and left, and a socket keeps the one it was made in (needs CAP_SYS_ADMIN)', () => {
    expect(runChild('network-visit.ts')).toEqual({
      outside: 'same as at the start',
      inside: 'another one, with loopback alone',
      socket: 'sees loopback alone',
    });
  });

  it('are refused when the flags are none', () => {
    expect(() => unshare(1)).toThrow('unshare 0x1: invalid argument (EINVAL)');
  });

  it('take no host name that is too long', () => {
    expect(() => setHostName('x'.repeat(HOST_NAME_BYTES_MAX + 1))).toThrow(RangeError);
  });
});

describe('the names of the machine', () => {
  it('are those that /proc/sys shows', () => {
    const sysctl = (name: string) => readFileSync(`/proc/sys/kernel/${name}`, 'utf8').trimEnd();
    expect(getNames()).toEqual({ hostName: sysctl('hostname'), domainName: sysctl('domainname') });
  });

  it('take no domain name that is too long', () => {
    expect(() => setDomainName('x'.repeat(HOST_NAME_BYTES_MAX + 1))).toThrow(RangeError);
  });
});
