/**
 * Signal numbers, for `process.ts`. Receiving signals is Node's business: `process.on('SIGTERM', …)`.
 *
 * Why no signalfd(2), which would also tell the sender: a signal shows up there only if every thread of the process
 * blocks it, and sigprocmask(2) acts on the calling thread alone. Node has started threads of its own before any script
 * runs; a signal that only the main thread blocks goes to one of those and kills the process.
 */

/** `asm/signal.h`, the same on every architecture of ours */
export const signals = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGPWR: 30,
} as const;
