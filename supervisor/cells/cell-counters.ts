/** What is counted of a cell since it was made, over all lives of its module. */
export type CellCounters = {
  starts: number;
  failures: number;
  events: number;
  conflicts: number;
  requests: number;
  /** Requests that were denied: `denied` is what the module was told. */
  denied: number;
  /** The same by interface and function (denial-log.ts). */
  readonly deniedCalls: Map<string, number>;
  /** Answers in whose place the module was told `too-many`, because too much waited for it (waiting-answers.ts). */
  answersDropped: number;
  /** Lines of the log that were dropped because there were too many. */
  logLinesDropped: number;
  /** How often an event had to wait because the cell had had its share of the supervisor's thread. */
  waits: number;
};

export function newCellCounters(): CellCounters {
  return {
    starts: 0,
    failures: 0,
    events: 0,
    conflicts: 0,
    requests: 0,
    denied: 0,
    deniedCalls: new Map(),
    answersDropped: 0,
    logLinesDropped: 0,
    waits: 0,
  };
}
