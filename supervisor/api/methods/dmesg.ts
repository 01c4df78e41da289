/** MachineService.Dmesg. */
import type { KernelLog } from '../kernel-log.ts';
import type { Method } from '../method.ts';
import { type LineRequest, readLineRequest } from './request-fields.ts';

export function readKernelLog(log: KernelLog): Method<LineRequest> {
  return {
    name: 'eft.v1.MachineService/Dmesg',
    verb: 'read',
    changes: false,
    read: readLineRequest,
    subject: () => [{}],
    run: async function* ({ tail, follow }, { signal }) {
      yield* log.lines({ tail, follow, signal });
    },
  };
}
