/**
 * Starts helpers of the supervisor: processes that run this very executable, in another role. `program` is the file that Node runs, or
 * the role of the image's one program (main.ts).
 *
 * The danger: there may be no memory, no process or no descriptor to be had, and PID 1 must go on. So nothing throws here: a helper that
 * could not be started ends like one that died, and whoever wanted it hears of it by `onEnd`.
 *
 * A helper has no environment. The image's program takes no options of Node (image/executable.ts), so `heapLimitMb` bounds the heap of a
 * helper only where Node runs sources; what bounds all of its memory is `dataLimitBytes`, which the kernel keeps. PID 1's helpers are in control
 * groups besides, where the kernel has them (helper-group.ts).
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { placeHelper } from './helper-group.ts';
import { resources, setResourceLimit } from './native/process.ts';

export type HelperProgram = URL | string;

const mebibyte = 1024 * 1024;
/** Bytes that Node sets aside and does not touch: they count as data (RLIMIT_DATA), and not as memory that is used. */
const untouchedBytes = 576 * mebibyte;
/** Bytes that a helper may use if nothing else is said: Node itself takes about 60 MB. */
const leastMemoryBytes = 256 * mebibyte;

export type HelperOptions = {
  readonly program: HelperProgram;
  /** Megabytes of JavaScript heap; see the head of this file. */
  readonly heapLimitMb: number;
  /**
   * Bytes of memory that the process may have for itself, whatever it is for (RLIMIT_DATA, setrlimit(2)); without a limit, if it is not
   * given. What it asks for beyond that it does not get.
   */
  readonly dataLimitBytes?: number;
  /** Options of the engine. */
  readonly engineOptions?: readonly string[];
  readonly stdio: SpawnOptions['stdio'];
  /** It is gone, or could not be started; called once, never from within `startHelper`. */
  readonly onEnd: (reason: string) => void;
};

/** Starts a helper. Undefined if there is none; then, too, `onEnd` tells why. A channel of type `ipc` carries structured clones. */
export function startHelper(options: HelperOptions): ChildProcess | undefined {
  const { program, heapLimitMb, dataLimitBytes, engineOptions = [], stdio, onEnd } = options;
  const parameters =
    typeof program === 'string'
      ? [program]
      : [...engineOptions, `--max-old-space-size=${heapLimitMb}`, fileURLToPath(program)];
  let isTold = false;
  const tell = (reason: string): void => {
    if (!isTold) onEnd(reason);
    isTold = true;
  };
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, parameters, { env: {}, serialization: 'advanced', stdio });
  } catch (error) {
    // Some failures are thrown, such as ENOMEM, and others come as an event.
    setImmediate(tell, messageOf(error));
    return undefined;
  }
  const { pid } = child;
  let unlimited: string | undefined;
  let removeGroup: (() => void) | undefined;
  child.on('error', (error) => {
    if (pid === undefined) tell(error.message);
  });
  child.on('exit', (status, signal) => {
    removeGroup?.();
    tell(unlimited ?? (signal === null ? `it exited with status ${status}` : `it was ended by ${signal}`));
  });
  if (pid === undefined) return undefined;
  if (process.pid === 1 && typeof program === 'string') {
    const memoryLimitBytes = Math.max(leastMemoryBytes, (dataLimitBytes ?? 0) - untouchedBytes);
    removeGroup = placeHelper({ name: `${program}-${pid}`, pid, memoryLimitBytes });
  }
  if (dataLimitBytes !== undefined) {
    const bytes = BigInt(dataLimitBytes);
    try {
      // At once: it has not even begun, and is given its work later.
      setResourceLimit(pid, resources.RLIMIT_DATA, { soft: bytes, hard: bytes });
    } catch (error) {
      unlimited = `its memory could not be limited: ${messageOf(error)}`;
      child.kill('SIGKILL');
    }
  }
  return child;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
