/** How many calls of the API there were, by method and status, and how long they took: the dispatcher tells of each. */
import type { CallStatus } from '../api/gateway-messages.ts';
import type { Family } from './exposition.ts';
import { Histogram } from './histogram.ts';

/** Method names that are counted by themselves. Callers choose what they ask for, so there could be any number. */
const methodsLimit = 128;
const otherMethods = 'other';

export type CallOutcome = 'ok' | CallStatus;

export class CallFigures {
  readonly #counts = new Map<string, Map<CallOutcome, number>>();
  readonly #durations = new Map<string, Histogram>();

  /** A call is over; `seconds` since it came. Of a stream, the duration is not counted: it lasts as long as somebody looks. */
  note(method: string, outcome: CallOutcome, seconds: number, isStream = false): void {
    const isKnown = this.#counts.has(method) || this.#counts.size < methodsLimit;
    const name = isKnown ? method : otherMethods;
    const counts = this.#counts.get(name) ?? new Map<CallOutcome, number>();
    this.#counts.set(name, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    if (isStream) return;
    const durations = this.#durations.get(name) ?? new Histogram();
    this.#durations.set(name, durations);
    durations.observe(seconds);
  }

  families(): readonly Family[] {
    return [
      {
        type: 'counter',
        name: 'eft_api_calls_total',
        help: 'Calls of the API that have ended, by method and status.',
        samples: [...this.#counts].flatMap(([method, counts]) =>
          [...counts].map(([status, value]) => ({ labels: { method, status }, value })),
        ),
      },
      {
        type: 'histogram',
        name: 'eft_api_call_duration_seconds',
        help: 'Seconds that calls of the API took, without those whose answers are a stream.',
        histograms: [...this.#durations].map(([method, histogram]) => ({ labels: { method }, histogram })),
      },
    ];
  }
}
