/** The attacks, each an order to the hostile module (tests/components/hostile), and what is to end it or hold it back. */
import type { Carrier, Cell, CellModule } from '../../supervisor/cells/cell.ts';
import { logBurst, logLinesPerSecond } from '../../supervisor/cells/log-rate.ts';
import { hostileModule, readNothing } from '../../tests/cells/hostile-cell.ts';

export type Attack = {
  readonly id: string;
  readonly title: string;
  readonly order: string;
  /** What contains it, by the code of the error that ends the cell. */
  readonly endings?: Readonly<Record<string, string>>;
  /** For what is left alive: what holds it back, and from when on. */
  readonly held?: { readonly by: string; readonly since: (cell: Cell) => boolean };
  readonly carrier: Carrier;
};

/** The hostile cell's limits and policy here: those of a module as it is shipped. */
export const eventLimitMs = 250;
const deadlineMs = 500;
/** Requests that `hoard` makes at once; it makes more as these end. */
const hoarded = 16;

export async function attackingModule(): Promise<CellModule> {
  const module = await hostileModule({
    eventMilliseconds: eventLimitMs,
    initialMilliseconds: 100,
    maximumMilliseconds: 30_000,
    quarantineAfter: 4,
  });
  const grants = module.manifest.grants.map((grant) =>
    grant.interface === 'eft:host/files' ? { ...grant, deadlineMilliseconds: deadlineMs } : grant,
  );
  return { ...module, manifest: { ...module.manifest, grants } };
}

const never: Carrier = () => new Promise(() => undefined);
const timeLimit = { 'cell.time': `time limit, ${eventLimitMs} ms` };
const memoryLimit = { 'trap.core': 'memory limit, 16 MiB' };
const share = {
  by: 'share of the main thread',
  since: ({ counters }: Cell) => counters.waits > 0,
};

function attack(id: string, title: string, containment: Partial<Attack>): Attack {
  return { id, title, order: id.replaceAll('-', ' '), carrier: readNothing, ...containment };
}

export const attacks: readonly Attack[] = [
  attack('loop', 'endless loop', { endings: timeLimit }),
  attack('fill', 'endless loop in memory.fill', { endings: timeLimit }),
  attack('copy', 'endless loop in memory.copy', { endings: timeLimit }),
  attack('clock-loop', 'endless loop in host calls', { endings: timeLimit }),
  attack('grow-loop', 'endless loop in memory.grow', { endings: timeLimit }),
  attack('start-loop', 'start that never returns', {
    endings: { 'cell.time': 'time limit of a start' },
  }),
  attack('hog', 'memory hog', { endings: { ...memoryLimit, ...timeLimit } }),
  attack('stack', 'stack overflow', { endings: { 'trap.stack': 'stack limit, 2 MiB' } }),
  attack('trap', 'trap', { endings: { 'trap.core': 'the trap itself' } }),
  attack('event-flood', 'event flood', { held: share }),
  attack('churn', 'write flood', { held: share }),
  attack('log-flood', 'log flood', {
    held: {
      by: `log rate: ${logBurst}, then ${logLinesPerSecond}/s`,
      since: ({ counters }) => counters.logLinesDropped > 0,
    },
  }),
  attack('request-flood', 'request flood', { endings: { 'cell.too-many-requests': 'request limit' } }),
  attack('huge-put', 'huge result', { endings: { 'cell.effects-too-large': 'size limit of effects' } }),
  attack('huge-list', 'huge list', {
    endings: {
      'cell.effects-too-large': 'size limit of effects',
      'trap.lifted': 'size limit of a call',
      ...memoryLimit,
      ...timeLimit,
    },
  }),
  attack('hoard', 'requests never answered', {
    held: {
      by: `deadline of a request, ${deadlineMs} ms`,
      since: ({ counters }) => counters.requests > hoarded,
    },
    carrier: never,
  }),
];
