/**
 * The requests that a module has made and whose answers it has not taken yet, inside its cell.
 *
 * The danger is a module that asks and never takes: each answer may hold a whole file. So only so many answers are kept, by
 * number and by bytes; beyond that the oldest is forgotten, and taking it says that there is none. What a request was made
 * with is not kept at all: whoever carries it out has it.
 */
import { keptBytes } from './kept-bytes.ts';
import type { Answer, OpenRequest } from './module-events.ts';

/** Answers that are kept until they are taken. */
export const answersLimit = 1_024;
/** Estimated bytes of all answers that are kept; one answer alone may have more. */
export const answerBytesLimit = 8 * 1024 * 1024;

/** A request under way, or answered. */
export type Pending = {
  readonly open: OpenRequest;
  readonly answer: unknown;
  readonly isAnswered: boolean;
  /** The last call made it: a conflict may still undo it. */
  readonly isLatest: boolean;
};

export class PendingRequests {
  readonly #waiting = new Map<bigint, OpenRequest>();
  /** In the order in which the answers came. */
  readonly #answered = new Map<
    bigint,
    { readonly open: OpenRequest; readonly answer: unknown; readonly bytes: number }
  >();
  #answerBytes = 0;
  /** What the last call made: it comes to nothing if the call's effects conflict. */
  #latest: readonly OpenRequest[] = [];

  /** Notes what a call has made. */
  add(requests: readonly OpenRequest[]): void {
    this.#latest = requests;
    for (const { request, interface: name, call } of requests)
      this.#waiting.set(request, { request, interface: name, call, parameters: [] });
  }

  /** The effects of the last call were refused as a whole: its requests were never made. */
  discardLatest(): void {
    for (const { request } of this.#latest) this.#waiting.delete(request);
    this.#latest = [];
  }

  answer({ request, result }: Answer): void {
    const open = this.#waiting.get(request);
    if (open === undefined) return;
    this.#waiting.delete(request);
    const bytes = keptBytes(result);
    this.#answered.set(request, { open, answer: result, bytes });
    this.#answerBytes += bytes;
    for (const [oldest, { bytes: oldestBytes }] of this.#answered) {
      const isRoom = this.#answered.size <= answersLimit && this.#answerBytes <= answerBytesLimit;
      if (isRoom || oldest === request) break;
      this.#answered.delete(oldest);
      this.#answerBytes -= oldestBytes;
    }
  }

  /** Takes an answer, once; undefined if there is none for this interface and these calls. */
  take(request: bigint, interfaceName: string, calls: readonly string[]): unknown {
    const found = this.#answered.get(request);
    if (found === undefined) return undefined;
    const { open, answer, bytes } = found;
    if (open.interface !== interfaceName || !calls.includes(open.call)) return undefined;
    this.#answered.delete(request);
    this.#answerBytes -= bytes;
    return answer;
  }

  /** Everything, for a checkpoint. */
  list(): readonly Pending[] {
    const latest = new Set(this.#latest.map(({ request }) => request));
    return [
      ...[...this.#waiting.values()].map((open) => ({
        open,
        answer: undefined,
        isAnswered: false,
        isLatest: latest.has(open.request),
      })),
      ...[...this.#answered.values()].map(({ open, answer }) => ({
        open,
        answer,
        isAnswered: true,
        isLatest: false,
      })),
    ];
  }

  /** Begins anew with what `list` gave. */
  restore(pending: readonly Pending[]): void {
    this.#waiting.clear();
    this.#answered.clear();
    this.#answerBytes = 0;
    this.#latest = pending.filter(({ isLatest }) => isLatest).map(({ open }) => open);
    for (const { open, answer, isAnswered } of pending) {
      this.#waiting.set(open.request, open);
      if (isAnswered) this.answer({ request: open.request, result: answer });
    }
  }
}
