/**
 * Has a running node follow another configuration, all but the network, which comes last and by itself (`config/life-cycle/`). What cannot be followed is an
 * error, and whoever asked has the node follow the configuration before once more.
 */
import type { MachineConfig } from '../config/machine-schema.ts';
import { isDisabled } from '../config/narrow-grants.ts';
import { machineConfigId, networkConfigKind, networkConfigOf } from '../config/network-config.ts';
import { sysctlsOf } from '../config/node-settings.ts';
import type { Node } from '../node.ts';
import type { Environment } from './environment.ts';
import { type ImageLayout, modulesToRestart, readTrust, restartModules } from './start-modules.ts';
import { changeSysctls, type SysctlMemory } from './sysctls.ts';

export type FollowGround = {
  readonly node: Node;
  readonly layout: ImageLayout;
  readonly environment: Environment;
  readonly sysctlMemory: SysctlMemory;
};

/** Gives the modules that were started again or stopped. Rejects with what cannot be followed. Without a configuration all is as the image has it. */
export async function followConfiguration(
  { node, layout, environment, sysctlMemory }: FollowGround,
  machine: MachineConfig | undefined,
): Promise<readonly string[]> {
  const refused = changeSysctls(environment, machine === undefined ? [] : sysctlsOf(machine), sysctlMemory);
  if (refused.length > 0) throw new Error(refused.join('; '));
  const before = new Map(node.roster.cells);
  const settings = machine?.machine.modules ?? {};
  const trust = readTrust(layout, machine);
  const { missing = [] } = await restartModules(node, trust.value, layout, settings);
  const { cells } = node.roster;
  const lost = [...before.keys()].filter((name) => !cells.has(name) && !isDisabled(name, settings));
  const [first] = lost;
  if (first !== undefined) {
    throw new Error(
      missing.find((reason) => reason.startsWith(first)) ?? `the module ${first} does not start`,
    );
  }
  const names = new Set([...before.keys(), ...cells.keys()]);
  return [...names].filter((name) => before.get(name) !== cells.get(name)).sort();
}

/** The modules that would be started again or stopped. The configuration must be one that the image has nothing against. */
export function restartsOf({ node, layout }: FollowGround, machine: MachineConfig): readonly string[] {
  return modulesToRestart(node, readTrust(layout, machine).value, layout, machine.machine.modules);
}

/** Declares the network of a configuration, or takes it away. Never throws. */
export function declareMachineNetwork(node: Node, machine: MachineConfig | undefined): void {
  if (machine === undefined) node.remove('config', networkConfigKind, machineConfigId);
  else node.put('config', networkConfigKind, machineConfigId, networkConfigOf(machine));
}
