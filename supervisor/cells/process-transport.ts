/**
 * A cell in a process of its own: `isolation: process`, for modules whose failure must not be able to take PID 1 along even if it
 * finds a bug in the engine. It costs a process instead of a thread; the messages are the same.
 *
 * Compiled code cannot be sent to another process, so the module is compiled there again.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromCell } from './cell-messages.ts';
import { decodeFromCell, encodeToCell } from './message-text.ts';
import type { OpenTransport } from './transport.ts';

/** Megabytes of JavaScript heap, as for a thread. */
const heapLimitMb = 96;

/**
 * Opens cells in processes of this very executable: `entry` is the file that Node runs, or the role
 * of the image's one program (main.ts). That program takes no options of Node: what limits its heap is its control group.
 */
export function processTransport(
  entry: URL | string = new URL('./cell-process.ts', import.meta.url),
): OpenTransport {
  return (_manifest, { onMessage, onEnd }) => {
    const child = fork(typeof entry === 'string' ? entry : fileURLToPath(entry), [], {
      env: {},
      execArgv:
        typeof entry === 'string' ? [] : ['--no-wasm-dynamic-tiering', `--max-old-space-size=${heapLimitMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let reason = 'it exited';
    const gone = new Promise<void>((resolve) => {
      let isTold = false;
      const tell = (): void => {
        if (isTold) return;
        isTold = true;
        onEnd(reason);
        resolve();
      };
      child.on('error', (error) => {
        reason = error.message;
        if (child.pid === undefined) tell();
      });
      child.on('exit', (code, signal) => {
        reason = signal === null ? `it exited with status ${code}` : `it was ended by ${signal}`;
        tell();
      });
    });
    // The other end runs our own program and nothing else; what comes is what it sends.
    child.on('message', (message: FromCell | string) => onMessage(decodeFromCell(message)));
    return {
      send: (message) => {
        if (!child.connected) return;
        child.send(message.type === 'load' ? { ...message, modules: undefined } : encodeToCell(message));
      },
      terminate: async () => {
        child.kill('SIGKILL');
        await gone;
      },
    };
  };
}
