/** `eft:host/clock`: the time of the event in hand, and timers, which the supervisor keeps under their names. */
import { EftError } from '../errors/eft-error.ts';
import type { ClockInterface } from './generated/host-clock.ts';
import type { LocalInterface } from './local-context.ts';

/** Timers that a module may have armed. */
export const timersLimit = 64;
/** Bytes of a timer's name. */
export const timerNameLimit = 128;

export const clock: LocalInterface = (context) => {
  const setTimer = (name: string, at: bigint | undefined): void => {
    const bytes = Buffer.byteLength(name);
    if (bytes > timerNameLimit) throw EftError.of('cell.timer-name', { bytes, limit: timerNameLimit });
    const { outbox } = context();
    outbox.makeRoom();
    outbox.timers.push({ name, at });
  };
  const functions: ClockInterface = {
    now: () => context().time.now,
    wall: () => ({ nanoseconds: context().time.wall, synchronized: context().time.isSynchronized }),
    setTimer: (name, at) => setTimer(name, at),
    clearTimer: (name) => setTimer(name, undefined),
  };
  return { ...functions };
};
