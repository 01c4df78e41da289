/** Keeps what PID 1 hears of its modules and says itself, for those who ask by the API: the log, and the events. */

import { cellMessage, cellState } from '../cells/cell-roster.ts';
import type { CellEvents } from '../cells/cell-world.ts';
import type { SecretFinder } from '../config/secret-finder.ts';
import type { Console, KernelLogLevel } from '../phases/console.ts';
import type { PhaseReport } from '../phases/phase.ts';
import { EventLog, type NodeEvent } from './event-log.ts';
import { LogRing, supervisorSource } from './log-ring.ts';

const logLevels = {
  error: 'error',
  warning: 'warn',
  notice: 'info',
  information: 'info',
  debug: 'debug',
} as const satisfies Record<KernelLogLevel, string>;

/** How much it matters that a module is in a state. */
const stateLevels: Readonly<Record<string, NodeEvent['level']>> = {
  degraded: 'warn',
  'backing-off': 'warn',
  quarantined: 'error',
};

export class Journal {
  readonly logs: LogRing;
  readonly events: EventLog;
  /** What was last told of each module that runs. */
  readonly #told = new Map<string, string>();

  /** `wall` is CLOCK_REALTIME in nanoseconds. */
  constructor(wall: () => bigint, secrets: SecretFinder) {
    this.logs = new LogRing(wall, secrets);
    this.events = new EventLog(wall);
  }

  /** A console whose lines are kept as the supervisor's. */
  overhear(console: Console): Console {
    return {
      write: (line, level = 'notice') => {
        console.write(line, level);
        this.logs.add(supervisorSource, { level: logLevels[level], message: line, fields: [] });
      },
    };
  }

  /** Notes how a phase of the boot went, once it is over. */
  notePhase({ name, value: { state, message } }: PhaseReport): void {
    if (state === 'running') return;
    const level = state === 'done' ? 'info' : state === 'partly' ? 'warn' : 'error';
    const told = message === '' ? state : `${state}: ${message}`;
    this.events.add({ subject: 'phase', name, level, message: told });
  }

  /** Notes what cells tell, and passes it on. */
  listen(events: CellEvents): CellEvents {
    return {
      onState: (cell) => {
        const state = cellState(cell);
        const message = cellMessage(cell);
        const told = `${state}${message === '' ? '' : `: ${message}`}`;
        if (this.#told.get(cell.name) !== told) {
          this.#told.set(cell.name, told);
          const level = stateLevels[state] ?? 'info';
          this.events.add({ subject: 'module', name: cell.name, level, message: told });
        }
        if (state === 'stopped') this.#told.delete(cell.name);
        events.onState(cell);
      },
      onLog: (module, line) => {
        this.logs.add(module, line);
        events.onLog(module, line);
      },
      onFailure: events.onFailure,
    };
  }
}
