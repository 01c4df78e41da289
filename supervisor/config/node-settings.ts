/** What the phases of the boot take from a machine configuration, each in its own words. */
import type { Sysctl } from '../phases/sysctls.ts';
import type { MachineConfig } from './machine-schema.ts';
import { sysctlFile } from './sysctl-names.ts';

/** The sysctls that come after those that every node has, in the order of the configuration. */
export function sysctlsOf({ machine }: MachineConfig): readonly Sysctl[] {
  return Object.entries(machine.sysctls).map(([name, value]) => ({
    name: sysctlFile(name),
    value,
    reason: 'the machine configuration says so',
  }));
}
