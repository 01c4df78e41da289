/** How long the calling thread has run: the clock for `CellWorld.ranMs`. It stands still while other programs have the processor. */

/** Milliseconds of processor time of this thread, user and system (getrusage(2), RUSAGE_THREAD). Costs about a microsecond. */
export function threadRanMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
