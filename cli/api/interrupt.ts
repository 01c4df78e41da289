/** Ctrl-C as an end and not as a failure, for commands that go on until somebody has seen enough. */

/** Aborts at the first SIGINT or SIGTERM; the second ends the process as it would any other. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return controller.signal;
}

/** Runs `work`; what it throws after the interruption is only the noise of ending. */
export async function untilInterrupted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
