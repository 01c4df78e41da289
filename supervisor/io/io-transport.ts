/**
 * The way to an io process, and how one is started. It is a process and not a thread, because a thread that the kernel does not let go
 * of keeps its whole process from ending, and because native code runs in main threads only.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FileAnswer, FileJob } from './file-job.ts';

export type IoTransportEvents = {
  readonly onAnswer: (answer: FileAnswer) => void;
  /** The process is gone, or could not be started; called once, never from within the opening. */
  readonly onEnd: (reason: string) => void;
};

export interface IoTransport {
  /** The process id, or undefined if there is no process. */
  readonly pid: number | undefined;
  /** Gives it a job. One at a time; one that is sent before the process has begun waits for it. */
  send(job: FileJob): void;
  /** Ends the process as soon as the kernel lets go of it. */
  kill(): void;
}

/** Starts an io process. */
export type OpenIoProcess = (events: IoTransportEvents) => IoTransport;

/** Megabytes of JavaScript heap: a job and its answer, and room to work. Contents of files lie outside of it. */
const heapLimitMb = 64;

/**
 * Starts io processes with this very executable: `entry` is the file that Node runs, or the role
 * of the image's one program (main.ts). That program takes no options of Node: what limits its heap is its control group.
 */
export function ioProcesses(
  entry: URL | string = new URL('./io-process.ts', import.meta.url),
): OpenIoProcess {
  return ({ onAnswer, onEnd }) => {
    let child: ChildProcess;
    try {
      child = fork(typeof entry === 'string' ? entry : fileURLToPath(entry), [], {
        env: {},
        execArgv: typeof entry === 'string' ? [] : [`--max-old-space-size=${heapLimitMb}`],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
    } catch (error) {
      // Out of memory or of descriptors, for example.
      const reason = error instanceof Error ? error.message : String(error);
      setImmediate(() => onEnd(reason));
      return { pid: undefined, send: () => undefined, kill: () => undefined };
    }
    child.on('error', (error) => {
      if (child.pid === undefined) onEnd(error.message);
    });
    child.on('exit', (code, signal) => {
      onEnd(signal === null ? `it exited with status ${code}` : `it was ended by ${signal}`);
    });
    // The other end runs our own program and nothing else; what comes is what it sends.
    child.on('message', (answer: FileAnswer) => onAnswer(answer));
    return {
      pid: child.pid,
      send: (job) => {
        // What cannot be sent is lost with the process, whose end is told by itself.
        if (child.connected) child.send(job, () => undefined);
      },
      kill: () => {
        child.kill('SIGKILL');
      },
    };
  };
}
