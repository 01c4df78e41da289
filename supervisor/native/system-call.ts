/**
 * Making a system call by name: interruptions retried, failures turned into `KernelError`. The wrappers are built on
 * these three functions. All of them run on the main thread and return when the kernel does: a call that may block it
 * says so in its wrapper, and belongs into the io process.
 */
import { architecture, type SystemCall } from './arch/architecture.ts';
import { native, type Word } from './binding.ts';
import { errnoOf, KernelError } from './errno.ts';

/** How often a call is made again after a signal interrupted it (EINTR) before that is given up as an error. */
const INTERRUPTIONS_LIMIT = 1_000;

const EINTR = errnoOf('EINTR');
const EAGAIN = errnoOf('EAGAIN');

export type CallContext = {
  /** What the call was about, for the error: a path, an interface, a descriptor. */
  readonly target?: string;
  /** Buffers that only other buffers point to; held until the kernel has returned. */
  readonly keepAlive?: readonly unknown[];
};

/** Makes the call once and returns what the kernel returned: a value, or `-errno`. */
export function attemptOnce(
  call: SystemCall,
  words: readonly Word[],
  keepAlive?: readonly unknown[],
): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words;
  return Number(native().syscall(architecture.syscalls[call], a, b, c, d, e, f, keepAlive));
}

/** The same, made again as long as signals interrupt it. */
export function attempt(call: SystemCall, words: readonly Word[], keepAlive?: readonly unknown[]): number {
  let result = -EINTR;
  for (let count = 0; result === -EINTR && count < INTERRUPTIONS_LIMIT; count += 1) {
    result = attemptOnce(call, words, keepAlive);
  }
  return result;
}

/** Makes the call, and throws a `KernelError` when the kernel refuses it. */
export function systemCall(call: SystemCall, words: readonly Word[], context: CallContext = {}): number {
  const result = attempt(call, words, context.keepAlive);
  if (result < 0) throw new KernelError(call, -result, context.target);
  return result;
}

/** The same for a non-blocking descriptor: undefined when there is nothing to do at the moment (EAGAIN). */
export function systemCallIfReady(
  call: SystemCall,
  words: readonly Word[],
  context: CallContext = {},
): number | undefined {
  const result = attempt(call, words, context.keepAlive);
  if (result === -EAGAIN) return undefined;
  if (result < 0) throw new KernelError(call, -result, context.target);
  return result;
}
