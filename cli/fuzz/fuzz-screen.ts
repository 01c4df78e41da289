/** What somebody sees who waits for the fuzzer. */
import { LiveLines } from '../output/live-lines.ts';
import { type OutputStream, paint, writeLine } from '../output/terminal.ts';
import type { CampaignProgress } from './campaign.ts';
import { Growth } from './growth.ts';

/** Seconds of a run for which neither time nor runs are said: a coffee. */
export const coffeeSeconds = 60;

/** What somebody allows a run, as it was said. */
export type SaidBudget = { readonly seconds?: number | undefined; readonly runs?: number | undefined };

/** Seconds after which a run ends; undefined if only runs were said. */
export function budgetSeconds({ seconds, runs }: SaidBudget): number | undefined {
  return seconds ?? (runs === undefined ? coffeeSeconds : undefined);
}

/** Says in a terminal what is waited for before there is anything to show; in a pipe nothing. */
export function tellWaiting(stream: OutputStream, words: string): void {
  if ('isTTY' in stream && stream.isTTY === true) writeLine(stream, paint(stream, 'faint', words));
}

/** How far it is: in a terminal a few lines that change in place, in a pipe nothing. */
export class FuzzScreen {
  readonly #stream: OutputStream;
  readonly #live: LiveLines | undefined;
  readonly #budget: string;
  readonly #noun: string;
  readonly #began = performance.now();
  readonly #growth = new Growth();

  /** `noun`: what a run is made of. */
  constructor(stream: OutputStream, { seconds, runs }: SaidBudget, noun = 'event') {
    this.#stream = stream;
    this.#noun = noun;
    this.#live = 'isTTY' in stream && stream.isTTY === true ? new LiveLines(stream) : undefined;
    const parts = [seconds === undefined ? [] : [`${seconds} s`], runs === undefined ? [] : [`${runs} runs`]];
    this.#budget = parts.flat().join(' or ');
  }

  /** Since it began. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  show(progress: CampaignProgress): void {
    const found = progress.suspects === 0 ? 'nothing found' : plural(progress.suspects, 'suspect');
    const stream = this.#stream;
    const { seconds } = this;
    this.#growth.add(seconds, progress.reached);
    const sinceText = `last after ${this.#growth.lastSeconds.toFixed(0)} s`;
    this.#live?.draw([
      `${paint(stream, 'title', 'fuzzing')}   ${this.seconds.toFixed(0)} s of ${this.#budget}`,
      `${paint(stream, 'faint', 'runs')}      ${runsText(progress, this.#noun)}`,
      `${paint(stream, 'faint', 'coverage')}  ${coverageText(progress)}`,
      `          ${this.#growth.line(seconds)} ${paint(stream, 'faint', sinceText)}`,
      `${paint(stream, 'faint', 'corpus')}    ${plural(progress.inputs, 'input')}`,
      `${paint(stream, 'faint', 'found')}     ${paint(stream, progress.suspects === 0 ? 'good' : 'bad', found)}`,
    ]);
  }

  end(): void {
    this.#live?.end();
  }
}

/** How much was done, and how fast; `noun` is what a run is made of. */
export function runsText({ runs, events, cpuMs }: CampaignProgress, noun = 'event'): string {
  const rate =
    cpuMs === 0 ? '' : `, ${Math.round((1000 * events) / cpuMs)} ${noun}s a second of processor time`;
  return `${plural(runs, 'run')}, ${plural(events, noun)}${rate}`;
}

/** How much of the code was come to. */
export function coverageText({ reached, sites }: CampaignProgress): string {
  const share = sites === 0 ? 0 : (100 * reached) / sites;
  return `${reached} of ${sites} branches (${share.toFixed(1)} %)`;
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
