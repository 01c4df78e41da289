/** MachineService: Reboot and Shutdown. */
import type { Goal } from '../../phases/shut-down.ts';
import type { Method } from '../method.ts';
import { readNothing } from './request-fields.ts';

/** Milliseconds for the answer to reach the caller before the node goes down. */
export const farewellMs = 500;

export type PowerGround = {
  /** Tells the node to go down. Only the first time counts. */
  readonly go: (goal: Goal) => void;
  /** Calls `fire` after `delayMs`. */
  readonly after: (delayMs: number, fire: () => void) => unknown;
};

export function reboot(ground: PowerGround): Method<Record<string, never>> {
  return powerMethod('eft.v1.MachineService/Reboot', 'restart', ground);
}

export function shutdown(ground: PowerGround): Method<Record<string, never>> {
  return powerMethod('eft.v1.MachineService/Shutdown', 'power-off', ground);
}

function powerMethod(name: string, goal: Goal, { go, after }: PowerGround): Method<Record<string, never>> {
  return {
    name,
    verb: 'power',
    changes: true,
    read: readNothing,
    subject: () => [{ told: { goal } }],
    run: async function* () {
      after(farewellMs, () => go(goal));
      yield {};
    },
  };
}
