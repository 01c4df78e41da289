/**
 * The events that wait for a cell.
 *
 * An event says "look again", so events of the same thing are joined: all changes are one event, a timer or a handle waits at most
 * once. What cannot be joined, the answers, is bounded by number where requests are made, and by bytes where their results come in
 * (waiting-answers.ts). So the queue cannot overflow: its limit is the sum of the limits of what can fill it, and nothing in it is ever
 * dropped.
 *
 * Order: conflicts first, since the module believes something that is not so; then the order in which things came. Changes do not wait longer
 * when there are very many: resources that come and go leave their names behind for as long as the event waits, and a module could
 * have it wait behind thousands of answers.
 */
import type { Reference } from '../store/resource.ts';
import type { Answer, Event } from './module-events.ts';

/** References that wait in the event of changes, above which it is the next. One look at the store may add as many as there are resources. */
export const changedLimit = 16_384;

/** An event with the answer that comes with it. `answerBytes` are what that was charged while it waited. */
export type Queued = {
  readonly event: Event;
  readonly answers: readonly Answer[];
  readonly answerBytes: number;
};

/** One thing that waits. Changes and conflicts collect their references meanwhile. */
export type Waiting =
  | { readonly kind: 'changed' }
  | { readonly kind: 'timer'; readonly name: string }
  | { readonly kind: 'arrived'; readonly name: string }
  | { readonly kind: 'answered'; readonly answer: Answer; readonly bytes: number };

const changedKey = 'changed';

export class EventQueue {
  readonly #waiting = new Map<string, Waiting>();
  #changed = new Map<string, Reference>();
  #conflicted = new Map<string, Reference>();

  /** Events that wait, joined ones counted once. */
  get length(): number {
    return this.#waiting.size + (this.#conflicted.size > 0 ? 1 : 0);
  }

  /** Whether the module believes that something was done which was not. */
  get hasConflict(): boolean {
    return this.#conflicted.size > 0;
  }

  /** All that waits but changes, which a successor is told anyway, in its order. Nothing waits any more. */
  drain(): readonly Waiting[] {
    const waiting = [...this.#waiting.values()].filter(({ kind }) => kind !== 'changed');
    this.#waiting.clear();
    this.#changed = new Map();
    return waiting;
  }

  addChanged(references: readonly Reference[]): void {
    if (references.length === 0) return;
    for (const reference of references) this.#changed.set(keyOf(reference), reference);
    this.#add(changedKey, { kind: 'changed' });
  }

  addConflicted(references: readonly Reference[]): void {
    for (const reference of references) this.#conflicted.set(keyOf(reference), reference);
  }

  addTimer(name: string): void {
    this.#add(`timer ${name}`, { kind: 'timer', name });
  }

  addArrived(name: string): void {
    this.#add(`arrived ${name}`, { kind: 'arrived', name });
  }

  /** `bytes`: what it is charged while it waits. A request has one answer. */
  addAnswer(answer: Answer, bytes: number): void {
    this.#add(`answered ${answer.request}`, { kind: 'answered', answer, bytes });
  }

  /** Takes back a timer that fired and is disarmed before its event was handled. */
  removeTimer(name: string): void {
    this.#waiting.delete(`timer ${name}`);
  }

  /** The handle of this name has nothing to take any more. */
  removeArrived(name: string): void {
    this.#waiting.delete(`arrived ${name}`);
  }

  /** The next event, or undefined. */
  next(): Queued | undefined {
    if (this.#conflicted.size > 0) {
      const references = [...this.#conflicted.values()];
      this.#conflicted = new Map();
      return alone({ tag: 'conflicted', val: references });
    }
    const [first] = this.#changed.size > changedLimit ? [changedKey] : this.#waiting.keys();
    const waiting = first === undefined ? undefined : this.#waiting.get(first);
    if (first === undefined || waiting === undefined) return undefined;
    this.#waiting.delete(first);
    return this.#take(waiting);
  }

  #take(waiting: Waiting): Queued {
    switch (waiting.kind) {
      case 'changed': {
        const references = [...this.#changed.values()];
        this.#changed = new Map();
        return alone({ tag: 'changed', val: references });
      }
      case 'timer':
        return alone({ tag: 'timer', val: waiting.name });
      case 'arrived':
        return alone({ tag: 'arrived', val: waiting.name });
      case 'answered': {
        const { answer, bytes } = waiting;
        return { event: { tag: 'answered', val: answer.request }, answers: [answer], answerBytes: bytes };
      }
    }
  }

  #add(key: string, waiting: Waiting): void {
    if (!this.#waiting.has(key)) this.#waiting.set(key, waiting);
  }
}

/** An event that no answer comes with. */
function alone(event: Event): Queued {
  return { event, answers: [], answerBytes: 0 };
}

function keyOf({ kind, id }: Reference): string {
  return `${kind}\u0000${id}`;
}
