/**
 * The way to an io process, and how one is started. It is a process and not a thread, because a thread that the kernel does not let go
 * of keeps its whole process from ending, and because native code runs in main threads only.
 */
import { startHelper } from '../helper-process.ts';
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

/** Starts io processes: `entry` is the program of a helper (helper-process.ts). */
export function ioProcesses(
  entry: URL | string = new URL('./io-process.ts', import.meta.url),
): OpenIoProcess {
  return ({ onAnswer, onEnd }) => {
    const child = startHelper({
      program: entry,
      heapLimitMb,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      onEnd,
    });
    // The other end runs our own program and nothing else; what comes is what it sends.
    child?.on('message', (answer: FileAnswer) => onAnswer(answer));
    return {
      pid: child?.pid,
      send: (job) => {
        // What cannot be sent is lost with the process, whose end is told by itself.
        if (child?.connected) child.send(job, () => undefined);
      },
      kill: () => {
        child?.kill('SIGKILL');
      },
    };
  };
}
