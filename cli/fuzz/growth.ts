/** How what was reached has grown over the time of a run, in one line of bars: whether to wait for more shows in its end. */

const bars = '▁▂▃▄▅▆▇█';
/** Characters of the line. */
const width = 40;

type Moment = { readonly seconds: number; readonly reached: number };

export class Growth {
  readonly #moments: Moment[] = [];

  /** Only what is more than before is kept. */
  add(seconds: number, reached: number): void {
    if (reached > (this.#moments.at(-1)?.reached ?? -1)) this.#moments.push({ seconds, reached });
  }

  /** Seconds at which something was reached for the last time; 0 if there was nothing. */
  get lastSeconds(): number {
    return this.#moments.at(-1)?.seconds ?? 0;
  }

  /** A bar for each equal part of the time until now: from what was reached first to what is reached now. */
  line(seconds: number): string {
    const [first] = this.#moments;
    const last = this.#moments.at(-1);
    if (first === undefined || last === undefined) return '';
    const range = Math.max(1, last.reached - first.reached);
    let next = 0;
    let { reached } = first;
    return Array.from({ length: width }, (_, part) => {
      const until = (seconds * (part + 1)) / width;
      for (; next < this.#moments.length; next += 1) {
        const moment = this.#moments[next];
        if (moment === undefined || moment.seconds > until) break;
        ({ reached } = moment);
      }
      const height = Math.floor(((reached - first.reached) / range) * (bars.length - 1));
      return bars[height] ?? '';
    }).join('');
  }
}
