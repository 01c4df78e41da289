/** Gives the life cycle of the configuration (config/life-cycle/) the node that it acts on. */
import { ConfigLifeCycle, type LifeCycleWorld, type NodeConfig } from '../config/life-cycle/life-cycle.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { EftError } from '../errors/eft-error.ts';
import {
  declareMachineNetwork,
  type FollowGround,
  followConfiguration,
  restartsOf,
} from './follow-configuration.ts';
import { imageFaults } from './start-modules.ts';

export type LifeCycleGround = FollowGround &
  Omit<LifeCycleWorld, 'faultsOf' | 'restartsOf' | 'follow' | 'settle' | 'after'> & {
    /** What the node has booted with. */
    readonly kept: NodeConfig | undefined;
    /** Hears of the configuration that counts from now on, after the network has. */
    readonly onSettled: (machine: MachineConfig | undefined) => void;
  };

export function makeLifeCycle(ground: LifeCycleGround): ConfigLifeCycle {
  const { kept, node, layout, onSettled } = ground;
  const after: LifeCycleWorld['after'] = (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  };
  const world: LifeCycleWorld = {
    ...ground,
    after,
    faultsOf: (machine) => [...apiFaults(machine), ...imageFaults(layout, machine)],
    restartsOf: (machine) => restartsOf(ground, machine),
    follow: (machine) => followConfiguration(ground, machine),
    settle: (machine) => {
      declareMachineNetwork(node, machine);
      onSettled(machine);
    },
  };
  return new ConfigLifeCycle(world, kept);
}

/** Whoever applies a configuration does it by the API: one that has no authority would be the last. */
export function apiFaults({ machine }: MachineConfig): readonly EftError[] {
  return machine.ca === undefined ? [EftError.of('config.no-api', {})] : [];
}
