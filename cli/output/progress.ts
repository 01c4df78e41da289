/** How far long work is: in a terminal a few lines that change in place, in a pipe a line whenever the words change. It goes to standard error. */
import { LiveLines } from './live-lines.ts';
import { type OutputStream, writeLine } from './terminal.ts';

/** Drawn no more often than this. */
const drawIntervalMs = 100;
/** Characters of a bar. */
const barWidth = 24;

/** Whoever is told how far it is. */
export type Teller = Pick<Progress, 'tell'>;

export class Progress {
  readonly #stream: OutputStream;
  readonly #live: LiveLines | undefined;
  readonly #lines = new Map<string, string>();
  readonly #said = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    this.#live = 'isTTY' in stream && stream.isTTY === true ? new LiveLines(stream) : undefined;
  }

  /** Says what `name` is at: `words`, and a share of 0 to 1 if it is known, which a pipe is not told. */
  tell(name: string, words: string, share?: number): void {
    if (this.#live === undefined) {
      if (this.#said.get(name) !== words) writeLine(this.#stream, `${name}: ${words}`);
      this.#said.set(name, words);
      return;
    }
    this.#lines.set(name, `${name}  ${share === undefined ? '' : `${bar(share)} `}${words}`);
    this.#timer ??= setTimeout(() => this.#draw(), drawIntervalMs);
  }

  /** Leaves the last words where they are. */
  end(): void {
    if (this.#timer !== undefined) this.#draw();
    this.#live?.end();
    this.#lines.clear();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#live?.draw([...this.#lines.values()]);
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return `[${'█'.repeat(full)}${' '.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
