/**
 * Changes what happens to a module: makes up steps that fit what is open, and changes those there are. Values are taken from other inputs
 * where there are any, since a value that some server or kernel has said leads further in than one that is made up.
 */
import type { Event } from '../../supervisor/cells/module-events.ts';
import type { ValueType } from '../../supervisor/component/types.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';
import type { Dictionary } from './dictionary.ts';
import type { Deed, FuzzInput, ResourceChange, Step } from './fuzz-input.ts';
import type { HostModel } from './host-model.ts';
import { askedOf, type ModuleTypes } from './module-types.ts';
import { ValueMutator } from './mutate-value.ts';
import type { Random } from './random.ts';

/** Values that are kept of a kind. */
const poolLimit = 128;
/** Items of one arrival. */
const itemsLimit = 8;
/** How often the next timer fires where nothing else happens. */
const firings = [4, 16, 64] as const;

/** Values of inputs that have led somewhere, by what they are of. */
export class ValuePool {
  readonly #values = new Map<string, Value[]>();

  /** Takes the values of an input in. */
  add({ present, steps }: FuzzInput): void {
    for (const change of present) this.#addChange(change);
    for (const { changes, deed } of steps) {
      for (const change of changes) this.#addChange(change);
      if (deed.deed === 'answer') this.#add(`answer ${deed.asked}`, deed.result);
      if (deed.deed === 'arrive') for (const item of deed.items) this.#add(`arrive ${deed.source}`, item);
    }
  }

  pick(key: string, random: Random): Value {
    return random.pick(this.#values.get(key) ?? []);
  }

  #addChange({ kind, id, value }: ResourceChange): void {
    this.#add(`id ${kind}`, id);
    if (value !== undefined) this.#add(`kind ${kind}`, value);
  }

  #add(key: string, value: Value): void {
    const there = this.#values.get(key) ?? [];
    there.push(value);
    if (there.length > poolLimit) there.shift();
    this.#values.set(key, there);
  }
}

export class StepMutator {
  readonly #random: Random;
  readonly #dictionary: Dictionary;
  readonly #types: ModuleTypes;
  readonly #pool: ValuePool;
  readonly #values: ValueMutator;
  readonly #kinds: readonly string[];

  constructor(random: Random, dictionary: Dictionary, types: ModuleTypes, pool: ValuePool) {
    this.#random = random;
    this.#dictionary = dictionary;
    this.#types = types;
    this.#pool = pool;
    this.#values = new ValueMutator(random, dictionary);
    this.#kinds = [...types.kinds.keys()];
  }

  /** Steps to go on with from where `host` is; `old` are those that went on there before. */
  mutate(old: readonly Step[], host: HostModel): readonly Step[] {
    const random = this.#random;
    const steps = old.slice(0, random.small(6));
    if (steps.length === 0 || random.once(6)) steps[0] = this.#make(host);
    for (let count = random.small(4); count > 0; count -= 1) this.#mutateOnce(steps, host);
    return steps;
  }

  /** Another start. */
  mutateStart(input: FuzzInput): FuzzInput {
    const random = this.#random;
    const { boot } = input;
    switch (random.below(4)) {
      case 0:
        return {
          ...input,
          boot: { ...boot, reason: random.choose(['cold', 'restart', 'swap', 'roll-back']) },
        };
      case 1: {
        const bytes = this.#values.make({
          kind: 'list',
          element: { kind: 'u8', name: undefined },
          name: undefined,
        });
        const saved =
          random.once(4) || !(bytes instanceof Uint8Array) ? undefined : { format: random.below(3), bytes };
        return { ...input, boot: { ...boot, reason: random.choose(['swap', 'roll-back']), saved } };
      }
      case 2: {
        const handles = random.once(3) ? [] : [...boot.handles, this.#dictionary.text(random)];
        return { ...input, boot: { ...boot, reason: 'restart', handles } };
      }
      default: {
        const change = this.#makeChange(undefined);
        return change === undefined ? input : { ...input, present: [...input.present.slice(0, 8), change] };
      }
    }
  }

  #mutateOnce(steps: Step[], host: HostModel): void {
    const random = this.#random;
    const at = random.below(steps.length);
    const step = steps[at];
    if (step === undefined) return;
    switch (random.below(10)) {
      case 0:
        steps.splice(random.below(steps.length + 1), 0, this.#make(host));
        break;
      case 1:
        if (steps.length > 1) steps.splice(at, 1);
        break;
      case 2:
        if (host.timers.length > 0 && random.once(32)) steps.splice(at, 0, ...this.#silence());
        else steps.splice(at, 0, step);
        break;
      default:
        steps[at] = this.#mutateStep(step, host);
    }
  }

  /** Nobody answers, and timer by timer the time goes by. */
  #silence(): readonly Step[] {
    const timer: Step = { afterMs: 0, changes: [], deed: { deed: 'timer', timer: 0 } };
    return Array.from({ length: this.#random.choose(firings) }, () => timer);
  }

  #mutateStep(step: Step, host: HostModel): Step {
    const random = this.#random;
    if (random.once(10)) return { ...step, afterMs: this.#afterMs() };
    if (random.once(12)) {
      const change = this.#makeChange(host);
      if (change !== undefined) return { ...step, changes: [...step.changes, change].slice(-itemsLimit) };
    }
    if (step.changes.length > 0 && (step.deed.deed === 'change' || random.once(4)))
      return { ...step, changes: this.#mutateChanges(step.changes, host) };
    return { ...step, deed: this.#mutateDeed(step.deed, host) };
  }

  #mutateDeed(deed: Deed, host: HostModel): Deed {
    const random = this.#random;
    switch (deed.deed) {
      case 'answer': {
        const type = this.#types.answers.get(deed.asked);
        if (random.once(16)) return { ...deed, request: random.below(3) };
        return { ...deed, result: this.#answer(`answer ${deed.asked}`, type, deed.result) };
      }
      case 'arrive': {
        if (random.once(12)) return { ...deed, missed: random.once(2) ? 0 : 1 + random.below(300) };
        const type = this.#types.sources.get(deed.source)?.type;
        if (type === undefined) return deed;
        const items = [...deed.items];
        const at = random.below(items.length + 1);
        const item = items[at];
        const way = random.below(8);
        if (item === undefined || way === 0) items.splice(at, 0, this.#item(deed.source, type));
        else if (way === 1) items.splice(at, 1);
        else items[at] = this.#values.mutate(type, item);
        return { ...deed, items: items.slice(0, itemsLimit) };
      }
      case 'timer':
        return { ...deed, timer: random.below(3) };
      case 'stray':
        return { ...deed, event: this.#strayEvent(host) };
      default:
        return this.#make(host).deed;
    }
  }

  #answer(key: string, type: ValueType | undefined, old: Value): Value {
    if (type === undefined) return { tag: 'ok' };
    const random = this.#random;
    const base = random.once(6) ? (this.#pool.pick(key, random) ?? old) : old;
    return base === undefined ? this.#values.make(type) : this.#values.mutate(type, base);
  }

  #item(source: string, type: ValueType): Value {
    const known = this.#pool.pick(`arrive ${source}`, this.#random);
    if (known === undefined || this.#random.once(8)) return this.#values.make(type);
    return this.#random.once(4) ? known : this.#values.mutate(type, known);
  }

  /** A step that fits what is open on the host. */
  #make(host: HostModel): Step {
    const random = this.#random;
    const step = (deed: Deed, changes: readonly ResourceChange[] = []): Step => ({
      afterMs: random.once(3) ? this.#afterMs() : 0,
      changes,
      deed,
    });
    for (;;) {
      switch (random.below(12)) {
        case 0:
        case 1:
        case 2:
        case 3: {
          const open = random.pick(host.requests);
          if (open === undefined) break;
          const asked = askedOf(open.interface, open.call);
          const request = host.requests
            .filter((one) => askedOf(one.interface, one.call) === asked)
            .indexOf(open);
          const key = `answer ${asked}`;
          const known = this.#pool.pick(key, random);
          const result =
            random.once(2) && known !== undefined
              ? known
              : this.#answer(key, this.#types.answers.get(asked), known);
          return step({ deed: 'answer', asked, request, result });
        }
        case 4:
        case 5:
        case 6: {
          const handle = random.pick(host.handles);
          const type = handle === undefined ? undefined : this.#types.sources.get(handle.source)?.type;
          if (handle === undefined || type === undefined) break;
          const { source } = handle;
          const index = host.handles.filter((one) => one.source === source).indexOf(handle);
          const items = Array.from({ length: random.small(3) }, () => this.#item(source, type));
          return step({ deed: 'arrive', source, handle: index, items, missed: random.once(8) ? 1 : 0 });
        }
        case 7:
          if (host.timers.length === 0) break;
          return step({ deed: 'timer', timer: random.below(host.timers.length) });
        case 8:
        case 9: {
          const change = this.#makeChange(host);
          return step({ deed: 'change' }, change === undefined ? [] : [change]);
        }
        case 10:
          return step(random.once(3) ? { deed: 'swap' } : { deed: 'conflict' });
        default:
          return step({ deed: 'stray', event: this.#strayEvent(host) });
      }
    }
  }

  #mutateChanges(changes: readonly ResourceChange[], host: HostModel): readonly ResourceChange[] {
    const random = this.#random;
    const at = random.below(changes.length);
    return changes.flatMap((change, index) => {
      if (index !== at) return [change];
      if (random.once(12)) return [];
      if (random.once(12)) return [{ ...change, isTearingDown: !change.isTearingDown }];
      const type = this.#types.kinds.get(change.kind);
      const old = change.value ?? host.value(change.kind, change.id);
      const value = type === undefined ? old : this.#values.mutate(type, old);
      return [{ ...change, value: isRecord(value) ? value : undefined }];
    });
  }

  #makeChange(host: HostModel | undefined): ResourceChange | undefined {
    const random = this.#random;
    const kind = random.pick(this.#kinds);
    const type = kind === undefined ? undefined : this.#types.kinds.get(kind);
    if (kind === undefined || type === undefined) return undefined;
    const known = this.#pool.pick(`id ${kind}`, random);
    const there = random.pick(host?.ids(kind) ?? []);
    const id =
      (random.once(2) ? there : undefined) ??
      (typeof known === 'string' && !random.once(4) ? known : random.choose(['a', 'b', 'c']));
    if (random.once(8)) return { kind, id, value: undefined, isTearingDown: false };
    const old = host?.value(kind, id) ?? this.#pool.pick(`kind ${kind}`, random);
    const value =
      old === undefined || random.once(6) ? this.#values.make(type) : this.#values.mutate(type, old);
    return { kind, id, value: isRecord(value) ? value : undefined, isTearingDown: random.once(12) };
  }

  /** An event that nothing has led to. */
  #strayEvent(host: HostModel): Event {
    const random = this.#random;
    const name = random.pick(host.handles)?.name ?? this.#dictionary.text(random);
    return random.choose([
      (): Event => ({ tag: 'timer', val: random.once(2) ? this.#dictionary.text(random) : name }),
      (): Event => ({ tag: 'arrived', val: random.once(2) ? this.#dictionary.text(random) : name }),
      (): Event => ({ tag: 'answered', val: BigInt(random.below(64)) }),
      (): Event => ({ tag: 'changed', val: [] }),
    ])();
  }

  #afterMs(): number {
    const random = this.#random;
    const { waitsMs } = this.#dictionary;
    if (waitsMs.length > 0 && random.once(2)) return random.pick(waitsMs) ?? 0;
    return random.choose([
      0,
      1,
      20,
      50,
      1_000,
      10_000,
      60_000,
      3_600_000,
      86_400_000,
      1 + random.below(1_000_000),
    ]);
  }
}

function isRecord(value: Value): value is RecordValue {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
