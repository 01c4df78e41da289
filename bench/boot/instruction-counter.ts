/**
 * How many instructions a guest has executed, from QEMU's control socket. With `-icount` QEMU counts every instruction of the guest, kernel and
 * programs alike, and `query-replay` gives the count (qapi/replay.json), whether or not anything is recorded. Idle time is not in it: a
 * guest that waits executes nothing, unlike its clock, which goes on.
 *
 * The danger: the answer is of the moment in which QEMU answers, not of that in which the console line was written that led to the question. In
 * between are some tenths of a millisecond in which the guest goes on, about a hundred thousand instructions.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** QEMU's parameters for counting: a nanosecond of the guest's clock for each instruction, and the machine stands still until it is told to go. */
export const countingParameters: readonly string[] = [
  ...['-icount', 'shift=0,sleep=on'],
  ...['-seed', '1', '-rtc', 'base=2026-01-01,clock=vm'],
  '-S',
  // A machine that has switched itself off can still be asked.
  '-no-shutdown',
];

/** How long QEMU may take to make its socket, and between two looks, in milliseconds. */
const socketLimitMs = 30_000;
const lookEveryMs = 10;

export class InstructionCounter {
  readonly #socket: Socket;
  readonly #waiting: ((instructions: number) => void)[] = [];
  #rest = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    // QEMU ends whenever its guest does.
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#execute('qmp_capabilities');
  }

  /** Waits for the socket of a QEMU that was just started: its file is there a moment before anybody listens. */
  static async connect(path: string): Promise<InstructionCounter> {
    for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
      const socket = createConnection(path);
      try {
        await once(socket, 'connect');
        return new InstructionCounter(socket);
      } catch (error) {
        if (waitedMs > socketLimitMs) throw error;
        await sleep(lookEveryMs);
      }
    }
  }

  /** Lets the machine go. */
  start(): void {
    this.#execute('cont');
  }

  /** The instructions until now. It stays open if the machine ends before it answers. */
  read(): Promise<number> {
    this.#execute('query-replay');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #execute(command: string): void {
    this.#socket.write(`${JSON.stringify({ execute: command })}\n`);
  }

  #take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const instructions = instructionsOf(line);
      if (instructions !== undefined) this.#waiting.shift()?.(instructions);
    }
  }
}

/** The count, if this line is the answer to `query-replay`. */
export function instructionsOf(line: string): number | undefined {
  const message: unknown = JSON.parse(line);
  const answer = field(message, 'return');
  const count = field(answer, 'icount');
  return typeof count === 'number' ? count : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
