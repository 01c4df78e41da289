/**
 * Applies a configuration that has come after the modules were started: everything that the phases before did without it is done again with it.
 */
import type { MachineConfig } from '../config/machine-schema.ts';
import { machineConfigId, networkConfigOf } from '../config/network-config.ts';
import { sysctlsOf } from '../config/node-settings.ts';
import type { Node } from '../node.ts';
import { networkConfigKind } from './declare-network.ts';
import type { Environment } from './environment.ts';
import type { PhaseOutcome } from './phase.ts';
import { type ImageLayout, readTrust, restartModules } from './start-modules.ts';
import { applySysctls, type SysctlMemory } from './sysctls.ts';

/** What says whether the network is as declared must speak of this configuration, and so it begins anew. */
const afresh = ['network'];

/** Errors: those of the phases `sysctls`, `trust`, `network` and `modules`. */
export async function applyConfiguration(
  node: Node,
  machine: MachineConfig,
  layout: ImageLayout,
  environment: Environment,
  memory: SysctlMemory = new Map(),
): Promise<PhaseOutcome<undefined>> {
  const sysctls = applySysctls(environment, sysctlsOf(machine), undefined, memory);
  const trust = readTrust(layout, machine);
  node.put('config', networkConfigKind, machineConfigId, networkConfigOf(machine));
  const modules = await restartModules(node, trust.value, layout, machine.machine.modules, afresh);
  const missing = [sysctls, trust, modules].flatMap((outcome) => outcome.missing ?? []);
  const message = `started again: ${modules.value.join(', ')}`;
  return { value: undefined, message, missing };
}
