/**
 * Writes the record of every failure of a module into the folder of records, and says so in the module's log: what replays a failure must
 * be found where people read of it.
 *
 * The danger: a disk may be full, gone or slow when modules fail, and nothing here may fail with it. So nobody waits for a record, and
 * what goes wrong with one is a line in the log.
 */
import type { CellEvents } from './cell-world.ts';
import type { RecordFolder } from './record-folder.ts';

export type RecordFailuresOptions = {
  readonly folder: Pick<RecordFolder, 'write' | 'sweep'>;
  /** CLOCK_REALTIME, in nanoseconds since 1970. */
  readonly wall: () => bigint;
  readonly onLog: CellEvents['onLog'];
};

/**
 * What to call for every failure; it never throws. Resolves when the record is written or given up. What an earlier supervisor has left
 * half written in the folder is removed now.
 */
export function recordFailures({
  folder,
  wall,
  onLog,
}: RecordFailuresOptions): (...failure: Parameters<CellEvents['onFailure']>) => Promise<void> {
  void folder.sweep();
  return async (cell, _error, flight) => {
    const tell = (level: 'info' | 'warn', message: string, name: string, value: string): void =>
      onLog(cell.name, { level, message, fields: [{ name, value }] });
    if (flight === undefined) {
      tell(
        'warn',
        'there is no flight record of the failure',
        'reason',
        'too much happened since a checkpoint',
      );
      return;
    }
    try {
      const written = await folder.write({ module: cell.module, takenAt: wall(), flight });
      if (written.outcome === 'dropped') {
        tell('warn', 'the flight record of the failure was not kept', 'reason', written.reason);
      } else {
        const { file } = written;
        tell('info', 'a flight record of the failure was written: `eft replay` runs it again', 'file', file);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell('warn', 'the flight record of the failure could not be written', 'reason', reason);
    }
  };
}
