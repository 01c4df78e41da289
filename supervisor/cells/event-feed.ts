/**
 * What one life of a module is still to be told, and in which call it is: the events that wait, what its mirror has to learn, and what
 * came by its handles.
 */
import type { Manifest } from '../manifest/manifest.ts';
import type { Reference } from '../store/resource.ts';
import type { Store } from '../store/store.ts';
import type { Batch, Selection, Watch } from '../store/watch.ts';
import { EventQueue, type Waiting } from './event-queue.ts';
import type { HandleTable } from './handle-table.ts';
import type { Answer, Arrival, Boot, CallInput, EventInput, EventTime, StartInput } from './module-events.ts';
import type { Pending } from './pending-requests.ts';
import { type AnswerPool, WaitingAnswers } from './waiting-answers.ts';

/** Bytes out of which a module draws its entropy during one call. */
const seedLength = 32;

export type EventFeedOptions = {
  readonly manifest: Manifest;
  readonly store: Store;
  readonly handles: HandleTable;
  readonly time: () => EventTime;
  readonly random: (count: number) => Uint8Array;
  /** The room for answers that all cells share. */
  readonly answers: AnswerPool;
  /** Is told when the store has something for the mirror. */
  readonly onChanges: () => void;
};

export class EventFeed {
  readonly queue = new EventQueue();
  readonly #options: EventFeedOptions;
  readonly #watch: Watch;
  readonly #inputs: ReadonlySet<string>;
  readonly #drawsEntropy: boolean;
  readonly #waiting: WaitingAnswers;
  /** What came with the event that is being handled. */
  #inHand: readonly Arrival[] = [];

  constructor(options: EventFeedOptions) {
    const { manifest, store, answers, onChanges } = options;
    this.#options = options;
    this.#waiting = new WaitingAnswers(answers);
    this.#inputs = new Set(manifest.inputs.map(({ kind }) => kind));
    this.#drawsEntropy = manifest.grants.some((grant) => grant.interface === 'eft:host/entropy');
    this.#watch = store.watch(selectionsOf(manifest), onChanges);
  }

  /** Whether there is anything to tell the module. */
  get hasNews(): boolean {
    return this.queue.length > 0 || this.#watch.hasNews;
  }

  /**
   * Queues an answer. False if it has no room (waiting-answers.ts): then the module is told `too-many` in its place.
   */
  addAnswer({ request, result }: Answer): boolean {
    const bytes = this.#waiting.take(result);
    if (bytes !== undefined) {
      this.queue.addAnswer({ request, result }, bytes);
      return true;
    }
    this.queue.addAnswer({ request, result: { tag: 'err', val: { tag: 'too-many' } } }, 0);
    return false;
  }

  /** What the first call needs. From here on, the mirror is kept up to date. */
  start(boot: Boot, firstRequest: bigint, requests: readonly Pending[]): StartInput {
    const input = { ...this.#callInput(this.#look()), boot, firstRequest };
    return requests.length === 0 ? input : { ...input, requests };
  }

  /** The next event, or undefined if there is none now. Changes of now are in the event of now. */
  next(): EventInput | undefined {
    // If only outputs have changed there is no event; the watch keeps them for the mirror until there is one.
    if (!this.hasNews) return undefined;
    const batches = this.#look();
    const queued = this.queue.next();
    if (queued === undefined) throw new TypeError('there is news, and no event for it');
    const { event, answers, answerBytes } = queued;
    this.#waiting.give(answerBytes);
    const arrival = event.tag === 'arrived' ? this.#options.handles.take(event.val) : undefined;
    this.#inHand = arrival === undefined ? [] : [arrival];
    return { ...this.#callInput(batches), answers, event, arrivals: this.#inHand };
  }

  /** What the last call, `save`, needs: the mirror stays what it is. */
  save(): CallInput {
    return this.#callInput([]);
  }

  /** Queues what another instance has not been told any more. Changes are not among it: a start has the module look at all there is. */
  refill(waiting: readonly Waiting[]): void {
    for (const one of waiting) {
      if (one.kind === 'timer') this.queue.addTimer(one.name);
      else if (one.kind === 'arrived') this.queue.addArrived(one.name);
      else if (one.kind === 'answered') this.addAnswer(one.answer);
    }
  }

  /** The event has been handled: nothing of it can be lost any more. */
  handled(): void {
    this.#inHand = [];
  }

  /** The module is gone. What came with the event in hand is lost to the next instance, and so is all that waits. */
  close(): void {
    this.#watch.close();
    for (const { handle, items, missed } of this.#inHand)
      this.#options.handles.markMissed(handle, items.length + missed);
    this.#inHand = [];
    this.#waiting.clear();
  }

  /** Takes what the store has for the mirror, and queues what of it is news to the module. */
  #look(): readonly Batch[] {
    const batch = this.#watch.take();
    if (batch === undefined) return [];
    const news: Reference[] = [];
    for (const { kind, id } of batch.changes) if (this.#inputs.has(kind)) news.push({ kind, id });
    this.queue.addChanged(news);
    return [batch];
  }

  #callInput(batches: readonly Batch[]): CallInput {
    const { time, random } = this.#options;
    const seed = this.#drawsEntropy ? random(seedLength) : undefined;
    return { time: time(), seed, batches, answers: [] };
  }
}

/** What a module's mirror holds: its inputs whole, and of its other outputs what it owns itself. */
function selectionsOf({ name, inputs, outputs }: Manifest): readonly Selection[] {
  const read = new Set(inputs.map(({ kind }) => kind));
  const written = outputs.filter(({ kind }) => !read.has(kind));
  return [
    ...[...read].map((kind) => ({ kind })),
    ...written.map(({ kind }) => ({ kind, ownedBy: name, isQuiet: true })),
  ];
}
