/** MachineService.GetConfig. */
import type { ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import type { Method } from '../method.ts';
import { readNothing } from './request-fields.ts';

export function getConfig(lifeCycle: ConfigLifeCycle): Method<Record<string, never>> {
  return {
    name: 'eft.v1.MachineService/GetConfig',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* () {
      const { text, digest, isStaged, tryLeftMs } = await lifeCycle.get();
      const config = new TextEncoder().encode(text);
      yield { config, digest, isStaged, trySecondsLeft: Math.ceil(tryLeftMs / 1000) };
    },
  };
}
