/** MachineService: Logs and Events. */
import { ACTOR_BYTES } from '../../store/limits.ts';
import type { EventLog } from '../event-log.ts';
import type { KeptLine, LogRing } from '../log-ring.ts';
import type { Method } from '../method.ts';
import {
  type LineRequest,
  readFlag,
  readLineRequest,
  readRing,
  readTail,
  readText,
} from './request-fields.ts';

type LogsRequest = LineRequest & { readonly source: string | undefined };

export function readLogs(logs: LogRing): Method<LogsRequest> {
  return {
    name: 'eft.v1.MachineService/Logs',
    verb: 'read',
    changes: false,
    read: (argument) => {
      const field = argument.fields(['source', 'tail', 'follow']);
      const source = field('source');
      return {
        source: source.value === '' ? undefined : source.optional((item) => readText(item, ACTOR_BYTES)),
        tail: readTail(field('tail')),
        follow: readFlag(field('follow')),
      };
    },
    subject: () => [{}],
    run: async function* ({ source, tail, follow }, { signal }) {
      const reader = logs.reader({ share: source, tail: tail === 0 ? undefined : tail });
      for await (const { items, dropped } of readRing(reader, follow, signal)) {
        yield { lines: items.map(lineMessage), dropped };
      }
    },
  };
}

export function readEvents(events: EventLog): Method<LineRequest> {
  return {
    name: 'eft.v1.MachineService/Events',
    verb: 'read',
    changes: false,
    read: readLineRequest,
    subject: () => [{}],
    run: async function* ({ tail, follow }, { signal }) {
      const reader = events.reader({ tail: tail === 0 ? undefined : tail });
      for await (const { items, dropped } of readRing(reader, follow, signal)) {
        yield { events: items, dropped };
      }
    },
  };
}

function lineMessage({ fields, ...line }: KeptLine) {
  return { ...line, fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])) };
}
