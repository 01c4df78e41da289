/** Reads what PID 1 of a local node has written to its console, and follows it. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Milliseconds between two looks. */
const lookEveryMs = 20;

/** Lines of a file that grows, as they come, until `signal` aborts. A line that is not ended yet waits. */
export async function* followLines(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(64 * 1024);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    while (!signal.aborted) {
      const count = readSync(file, buffer, 0, buffer.length, null);
      if (count === 0) {
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
        continue;
      }
      const lines = `${rest}${decoder.decode(buffer.subarray(0, count), { stream: true })}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}

/** Seconds that a boot took, if this is the console line that says the node is ready (supervisor/init.ts). */
export function readySeconds(line: string): number | undefined {
  const seconds = /(?<!NOT )READY(?: without [a-z0-9, -]+)? after (\d+\.\d+) s$/.exec(line)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
