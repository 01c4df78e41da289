/**
 * A flight record as an input of the fuzzer: what a node has lived through becomes a seed. Times are kept to the millisecond, and random
 * numbers are the fuzzer's own, so what comes of it need not be to the bit what came on the node; `eft fuzz --repro` is for that.
 *
 * A record that begins at a checkpoint says what the mirror held, and not how the module had come there: the seed starts it anew with
 * that, as after a restart.
 */
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { EventInput } from '../../supervisor/cells/module-events.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';
import type { Batch } from '../../supervisor/store/watch.ts';
import { coldStart, type Deed, type FuzzInput, type ResourceChange, type Step } from './fuzz-input.ts';
import { HostModel } from './host-model.ts';
import { askedOf, type ModuleTypes } from './module-types.ts';

/** The host that a record is told to, and what is told, as steps. */
export class RecordedHost {
  readonly host: HostModel;
  readonly #name: string;
  readonly #types: ModuleTypes;

  constructor(types: ModuleTypes, { name, grants }: Manifest) {
    const drawsEntropy = grants.some((grant) => grant.interface === 'eft:host/entropy');
    this.host = new HostModel(types, name, drawsEntropy);
    this.#name = name;
    this.#types = types;
  }

  /** How a record begins. */
  start({ begin }: FlightRecord): Omit<FuzzInput, 'steps'> {
    const start =
      begin.begin === 'start'
        ? { boot: begin.input.boot, present: this.#changes(begin.input.batches) }
        : {
            boot: { ...coldStart.boot, reason: 'restart' } as const,
            present: this.#changes([begin.state.mirror]),
          };
    this.host.start({ ...start, steps: [] });
    return start;
  }

  /** The step that an event is; the host has gone on by it. */
  take(input: EventInput): Step {
    const deed = this.#deedOf(input);
    const changes = this.#changes(input.batches);
    const soonest = this.host.fork().next({ afterMs: 0, changes, deed })?.input.time.now ?? this.host.now;
    const afterMs = Math.max(0, Number((input.time.now - soonest) / 1_000_000n));
    const step = { afterMs: Math.min(afterMs, longestMs), changes, deed };
    this.host.next(step);
    return step;
  }

  #deedOf({ event, answers, arrivals }: EventInput): Deed {
    const { host } = this;
    switch (event.tag) {
      case 'changed':
        return { deed: 'change' };
      case 'conflicted':
        return { deed: 'conflict' };
      case 'timer': {
        const timer = host.timers.indexOf(event.val);
        return timer < 0 ? { deed: 'stray', event } : { deed: 'timer', timer };
      }
      case 'answered': {
        const open = host.requests.find(({ request }) => request === event.val);
        const answer = answers.find(({ request }) => request === event.val);
        if (open === undefined || answer === undefined || !isValue(answer.result))
          return { deed: 'stray', event };
        const asked = askedOf(open.interface, open.call);
        const alike = host.requests.filter((one) => askedOf(one.interface, one.call) === asked);
        return { deed: 'answer', asked, request: alike.indexOf(open), result: answer.result };
      }
      case 'arrived': {
        const arrival = arrivals.find(({ handle }) => handle === event.val);
        const handle = host.handles.find(({ name }) => name === event.val);
        if (arrival === undefined || handle === undefined) return { deed: 'stray', event };
        const { source } = handle;
        const alike = host.handles.filter((one) => one.source === source);
        const field = this.#types.sources.get(source)?.field;
        const items = arrival.items.flatMap((item) => {
          const inner = field !== undefined && isFields(item) ? item[field] : item;
          return isValue(inner) ? [inner] : [];
        });
        return { deed: 'arrive', source, handle: alike.indexOf(handle), items, missed: arrival.missed };
      }
      default:
        return { deed: 'stray', event };
    }
  }

  /** What others have changed: what the module puts itself comes back by itself. */
  #changes(batches: readonly Batch[]): readonly ResourceChange[] {
    return batches.flatMap(({ changes }) =>
      changes.flatMap(({ kind, id, entry }): ResourceChange[] => {
        if (!this.#types.kinds.has(kind) || entry?.metadata.owner === this.#name) return [];
        const isTearingDown = entry?.metadata.phase === 'tearing-down';
        return [{ kind, id, value: entry?.value, isTearingDown }];
      }),
    );
  }
}

/** The most that passes before a step. */
const longestMs = 2 ** 40;

/** The seed that a record is. */
export function recordSeed(flight: FlightRecord, types: ModuleTypes, manifest: Manifest): FuzzInput {
  const recorded = new RecordedHost(types, manifest);
  const start = recorded.start(flight);
  if (flight.begin.begin === 'start' && flight.begin.output !== undefined)
    recorded.host.carryOut(flight.begin.output);
  const steps = flight.events.map(({ input, output }) => {
    const step = recorded.take(input);
    if (output !== undefined) recorded.host.carryOut(output);
    return step;
  });
  return { ...start, steps };
}

function isFields(value: unknown): value is RecordValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Whether something is of the forms that component values have; a record's reader lets nothing else through. */
function isValue(value: unknown): value is Value {
  return typeof value !== 'function' && typeof value !== 'symbol';
}
