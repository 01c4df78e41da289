/** What a module logs while it is replayed: nobody limits its rate here, so a loop around `log` would fill the heap. */
import type { LogLine } from './module-events.ts';

/** Lines of one call that are kept. */
export const replayLogLines = 1_000;
/** UTF-16 code units of all lines of a replay together. */
export const replayLogUnits = 4 * 1024 * 1024;
/** Code units that a line counts on top of its own. */
const unitsOfLine = 64;

export class ReplayLog {
  #lines: LogLine[] = [];
  #leftOut = 0;
  #unitsLeft = replayLogUnits;

  write(line: LogLine): void {
    const units = line.fields.reduce(
      (sum, { name, value }) => sum + unitsOfLine + name.length + value.length,
      unitsOfLine + line.message.length,
    );
    if (this.#lines.length >= replayLogLines || units > this.#unitsLeft) {
      this.#leftOut += 1;
      return;
    }
    this.#unitsLeft -= units;
    this.#lines.push(line);
  }

  /** The lines since it was last asked, the first ones of them, and how many more there were. */
  take(): { readonly log: readonly LogLine[]; readonly logLeftOut: number } {
    const taken = { log: this.#lines, logLeftOut: this.#leftOut };
    this.#lines = [];
    this.#leftOut = 0;
    return taken;
  }
}
