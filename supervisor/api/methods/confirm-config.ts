/** MachineService.ConfirmConfig. */
import type { ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import type { Method } from '../method.ts';
import { readText } from './request-fields.ts';

/** Bytes of what is confirmed with; the node's own word is much shorter. */
const maximumConfirmation = 128;

export function confirmConfig(lifeCycle: ConfigLifeCycle): Method<{ readonly confirmation: string }> {
  return {
    name: 'eft.v1.MachineService/ConfirmConfig',
    verb: 'configure',
    changes: true,
    read: (argument) => ({
      confirmation: readText(argument.fields(['confirmation'])('confirmation'), maximumConfirmation),
    }),
    subject: () => [{}],
    run: async function* ({ confirmation }) {
      yield { message: await lifeCycle.confirm(confirmation) };
    },
  };
}
