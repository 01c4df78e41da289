/** MachineService.Audit. */
import type { AuditTrail } from '../audit-trail.ts';
import type { Method } from '../method.ts';
import { type LineRequest, readLineRequest } from './request-fields.ts';

export function readAudit(trail: AuditTrail): Method<LineRequest> {
  return {
    name: 'eft.v1.MachineService/Audit',
    verb: 'audit',
    changes: false,
    read: readLineRequest,
    subject: () => [{}],
    run: async function* ({ tail, follow }, { signal }) {
      for await (const lines of trail.lines({ tail, follow, signal })) yield { lines };
    },
  };
}
