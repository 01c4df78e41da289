/**
 * `eft:host/kernel`, the cell's side: each call opens a request. Whether the grant covers it is decided by who carries it out
 * (`network/`), outside the cell.
 */
import type { KernelInterface } from './generated/host-kernel.ts';
import type { LocalInterface } from './local-context.ts';
import { takeOutcome } from './taken-answer.ts';

export const kernelName = 'eft:host/kernel';

export type KernelCall = 'set-names' | 'read-names' | 'read-sysctl' | 'write-sysctl';

export const kernel: LocalInterface = (context) => {
  const open = (call: KernelCall, ...parameters: unknown[]): bigint =>
    context().request(kernelName, call, parameters);
  const functions: KernelInterface = {
    setNames: (hostName, domainName) => open('set-names', hostName, domainName),
    readNames: () => open('read-names'),
    readSysctl: (name) => open('read-sysctl', name),
    writeSysctl: (name, value) => open('write-sysctl', name, value),
    takeDone: (request) => takeOutcome(context(), request, kernelName, ['set-names', 'write-sysctl']),
    takeNames: (request) => takeOutcome(context(), request, kernelName, ['read-names']),
    takeSysctl: (request) => takeOutcome(context(), request, kernelName, ['read-sysctl']),
  };
  return { ...functions };
};
