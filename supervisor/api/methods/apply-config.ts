/** MachineService.ApplyConfig. */
import { createHash } from 'node:crypto';
import type { ConfigChange } from '../../config/life-cycle/diff-config.ts';
import type { ApplyMode, ApplyRequest, ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import { maximumConfigBytes } from '../../config/parse-config.ts';
import type { Method } from '../method.ts';
import { readFlag } from './request-fields.ts';

/** In the order of the enum `ApplyMode` of machine.proto, from 1 on. */
const modes: readonly ApplyMode[] = ['auto', 'no-reboot', 'staged', 'try'];
const defaultTrySeconds = 60;
const maximumTrySeconds = 3600;
/** Changes that are told one by one; of the others it is said how many there are. */
const shownChanges = 500;

export function applyConfig(lifeCycle: ConfigLifeCycle): Method<ApplyRequest> {
  return {
    name: 'eft.v1.MachineService/ApplyConfig',
    verb: 'configure',
    changes: true,
    read: (argument) => {
      const field = argument.fields(['config', 'mode', 'dryRun', 'trySeconds']);
      const bytes = field('config').optional((config) => config.bytes()) ?? new Uint8Array();
      if (bytes.length > maximumConfigBytes) field('config').refuse(`at most ${maximumConfigBytes} bytes`);
      const mode = field('mode').optional((number) => number.count(modes.length)) ?? 0;
      const trySeconds = field('trySeconds').optional((seconds) => seconds.count(maximumTrySeconds)) ?? 0;
      return {
        bytes,
        mode: modes[Math.max(0, mode - 1)] ?? 'auto',
        isDryRun: readFlag(field('dryRun')),
        tryMs: (trySeconds === 0 ? defaultTrySeconds : trySeconds) * 1000,
      };
    },
    // The file has secrets; by its digest it can be found again all the same.
    subject: ({ bytes, mode, isDryRun }) => [
      {
        told: {
          mode,
          'dry-run': String(isDryRun),
          sha256: createHash('sha256').update(bytes).digest('hex'),
        },
      },
    ],
    run: async function* (request) {
      const { changes, needsReboot, message, confirmation = '', restarted } = await lifeCycle.apply(request);
      const more = changes.length - shownChanges;
      yield {
        changes: changes
          .slice(0, shownChanges)
          .map(({ path, before, after, acts, needsReboot: takesReboot }) => ({
            path,
            before,
            after,
            acts,
            needsReboot: takesReboot,
          })),
        needsReboot,
        message: more > 0 ? `${message}; ${more} more changes are not shown` : message,
        confirmation,
        restarted,
        kinds: kindsOf(changes),
      };
    },
  };
}

function kindsOf(changes: readonly ConfigChange[]): readonly string[] {
  return [...new Set(changes.flatMap(({ kinds }) => kinds))].sort();
}
