/**
 * The two messages that every event costs, as one short text each: a copy of an object graph between threads takes several times as long as
 * a text with the same content, and so does what the collector has to do about it afterwards (`npm run bench:cells`).
 *
 * The text is JSON: an array by position, in which what JSON has no word for stands as `{"$": …}` (`escapeOf`). A message that is large,
 * or has something else in it, is not made into a text, and travels as the object that it is; so do all other messages. Both sides
 * hold that whatever goes in comes out the same.
 *
 * What is decoded here was encoded by the same program at the other end of a cell's own channel; a module cannot write to it.
 */
import type { Change } from '../store/resource.ts';
import type { Batch } from '../store/watch.ts';
import type { FromCell, ToCell } from './cell-messages.ts';
import type { CallOutput, EventInput } from './module-events.ts';

/** Values, and UTF-16 code units of strings, above which a message is not made into a text: then a copy is as quick. */
const valuesLimit = 2_048;
const unitsLimit = 32_768;
/** The name of the one field of an escape. No name in WIT has this character, so nothing of a module's is taken for one. */
const escapeKey = '$';
/** Bytes of one array that are written out in hexadecimal digits. */
const hexBytesLimit = 512;

type WireChange = readonly [kind: string, id: string, entry: WireEntry | null];
type WireEntry = readonly [
  version: number,
  phase: 'running' | 'tearing-down',
  owner: string,
  finalizers: readonly string[],
  value: NonNullable<Change['entry']>['value'],
];
/** `from` is null for a snapshot. */
type WireBatch = readonly [from: number | null, revision: number, changes: readonly WireChange[]];

type WireInput = readonly [
  tag: 'handle',
  isEscaped: boolean,
  now: string,
  wall: string,
  isSynchronized: boolean,
  seed: string | null,
  batches: readonly WireBatch[],
  answers: EventInput['answers'],
  event: EventInput['event'],
  arrivals: EventInput['arrivals'],
];

type WireOutput = readonly [
  tag: 'handled',
  isEscaped: boolean,
  revision: number,
  nextRequest: string,
  store: CallOutput['effects']['store'],
  timers: CallOutput['effects']['timers'],
  requests: CallOutput['effects']['requests'],
  cancels: CallOutput['effects']['cancels'],
  health: CallOutput['effects']['health'] | null,
];

/** The message as it is sent to the cell. */
export function encodeToCell(message: ToCell): ToCell | string {
  return message.type === 'handle' ? (encodeInput(message.input) ?? message) : message;
}

/** The message that `encodeToCell` was given. */
export function decodeToCell(sent: ToCell | string): ToCell {
  return typeof sent === 'string' ? { type: 'handle', input: decodeInput(sent) } : sent;
}

/** The message as the cell sends it. */
export function encodeFromCell(message: FromCell): FromCell | string {
  return message.type === 'handled' ? (encodeOutput(message.output) ?? message) : message;
}

/** The message that `encodeFromCell` was given. */
export function decodeFromCell(sent: FromCell | string): FromCell {
  return typeof sent === 'string' ? { type: 'handled', output: decodeOutput(sent) } : sent;
}

function encodeInput({ time, seed, batches, answers, event, arrivals }: EventInput): string | undefined {
  const escaper = new Escaper();
  const wireBatches: unknown[] = [];
  for (const batch of batches) {
    const changes: unknown[] = [];
    for (const { kind, id, entry } of batch.changes) {
      if (entry === undefined) {
        changes.push([kind, id, null]);
        continue;
      }
      const { version, phase, owner, finalizers } = entry.metadata;
      if (version > Number.MAX_SAFE_INTEGER) return undefined;
      const value = escaper.escape(entry.value);
      changes.push([kind, id, [Number(version), phase, owner, finalizers, value]]);
    }
    escaper.count(batch.changes.length);
    wireBatches.push([batch.batch === 'snapshot' ? null : batch.from, batch.revision, changes]);
  }
  const rest = [escaper.escape(answers), escaper.escape(event), escaper.escape(arrivals)] as const;
  if (!escaper.fits) return undefined;
  return JSON.stringify([
    'handle',
    escaper.hasEscaped,
    time.now.toString(),
    time.wall.toString(),
    time.isSynchronized,
    seed === undefined ? null : toHex(seed),
    wireBatches,
    ...rest,
  ]);
}

function decodeInput(text: string): EventInput {
  const wire: WireInput = JSON.parse(text);
  const [, isEscaped, now, wall, isSynchronized, seed, wireBatches, answers, event, arrivals] = wire;
  if (isEscaped) toMeaning(wire);
  const batches: Batch[] = [];
  for (const [from, revision, wireChanges] of wireBatches) {
    const changes: Change[] = [];
    for (const [kind, id, entry] of wireChanges) {
      if (entry === null) {
        changes.push({ kind, id, entry: undefined });
        continue;
      }
      const [version, phase, owner, finalizers, value] = entry;
      const metadata = { id, version: BigInt(version), phase, owner, finalizers };
      changes.push({ kind, id, entry: { metadata, value } });
    }
    batches.push(
      from === null
        ? { batch: 'snapshot', revision, changes }
        : { batch: 'changes', from, revision, changes },
    );
  }
  return {
    time: { now: BigInt(now), wall: BigInt(wall), isSynchronized },
    seed: seed === null ? undefined : fromHex(seed),
    batches,
    answers,
    event,
    arrivals,
  };
}

function encodeOutput({ effects, revision, nextRequest }: CallOutput): string | undefined {
  const { store, timers, requests, cancels, health } = effects;
  const escaper = new Escaper();
  const escaped = [
    escaper.escape(store),
    escaper.escape(timers),
    escaper.escape(requests),
    escaper.escape(cancels),
    health === undefined ? null : escaper.escape(health),
  ] as const;
  if (!escaper.fits) return undefined;
  return JSON.stringify(['handled', escaper.hasEscaped, revision, nextRequest.toString(), ...escaped]);
}

function decodeOutput(text: string): CallOutput {
  const wire: WireOutput = JSON.parse(text);
  const [, isEscaped, revision, nextRequest, store, timers, requests, cancels, health] = wire;
  if (isEscaped) toMeaning(wire);
  return {
    effects: { store, timers, requests, cancels, health: health ?? undefined },
    revision,
    nextRequest: BigInt(nextRequest),
  };
}

/** What JSON has no word for, as an object with the key `$`: a kind of value, and its text. */
function escapeOf(kind: 'undefined' | 'bigint' | 'number' | 'bytes', text: string): object {
  return { [escapeKey]: `${kind} ${text}` };
}

/** Makes values into such as JSON keeps, and notes whether that was necessary, and whether it was possible. */
class Escaper {
  /** Whether all that was escaped is in the text as it was. */
  fits = true;
  hasEscaped = false;
  #values = 0;
  #units = 0;

  /** Counts values that were written otherwise. */
  count(values: number): void {
    this.#values += values;
    if (this.#values > valuesLimit) this.fits = false;
  }

  /** The value itself, if JSON keeps it, or a copy with escapes in it. */
  escape(value: unknown): unknown {
    this.#values += 1;
    if (this.#values > valuesLimit) this.fits = false;
    if (!this.fits) return undefined;
    switch (typeof value) {
      case 'string':
        this.#units += value.length;
        if (this.#units > unitsLimit) this.fits = false;
        return value;
      case 'boolean':
        return value;
      case 'number':
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return this.#escaped(escapeOf('number', Object.is(value, -0) ? '-0' : String(value)));
      case 'bigint':
        this.#units += 20;
        // A huge one has no place in a message; its digits would take long.
        if (BigInt.asIntN(128, value) !== value) this.fits = false;
        return this.fits ? this.#escaped(escapeOf('bigint', value.toString())) : undefined;
      case 'undefined':
        return this.#escaped(escapeOf('undefined', ''));
      case 'object':
        if (value === null) return null;
        return Array.isArray(value) ? this.#array(value) : this.#object(value);
      default:
        this.fits = false;
        return undefined;
    }
  }

  #array(values: readonly unknown[]): unknown {
    let copy: unknown[] | undefined;
    for (let at = 0; at < values.length && this.fits; at += 1) {
      const value = values[at];
      const escaped = this.escape(value);
      if (escaped === value) continue;
      copy ??= [...values];
      copy[at] = escaped;
    }
    return copy ?? values;
  }

  #object(value: object): unknown {
    if (!isPlain(value)) return this.#bytes(value);
    let copy: Record<string, unknown> | undefined;
    for (const name in value) {
      if (name.startsWith(escapeKey) || name === '__proto__') this.fits = false;
      if (!this.fits) return undefined;
      const inner = value[name];
      const escaped = this.escape(inner);
      if (escaped === inner) continue;
      copy ??= { ...value };
      copy[name] = escaped;
    }
    return copy ?? value;
  }

  #bytes(value: object): unknown {
    if (Object.getPrototypeOf(value) !== Uint8Array.prototype || !(value instanceof Uint8Array)) {
      this.fits = false;
      return undefined;
    }
    this.#units += value.length * 2;
    if (value.length > hexBytesLimit || this.#units > unitsLimit) this.fits = false;
    return this.fits ? this.#escaped(escapeOf('bytes', toHex(value))) : undefined;
  }

  #escaped(value: object): object {
    this.hasEscaped = true;
    return value;
  }
}

/** The value with everything in it put back that was escaped. What `JSON.parse` gave is nobody else's, so it is changed in place. */
function toMeaning(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) value[at] = toMeaning(value[at]);
    return value;
  }
  if (!isPlain(value)) return value;
  const escaped = value[escapeKey];
  if (typeof escaped === 'string') return meaningOf(escaped);
  for (const name in value) {
    const inner = value[name];
    if (typeof inner === 'object') value[name] = toMeaning(inner);
  }
  return value;
}

/** What an escape stands for. */
function meaningOf(escaped: string): unknown {
  const space = escaped.indexOf(' ');
  const text = escaped.slice(space + 1);
  switch (escaped.slice(0, space)) {
    case 'undefined':
      return undefined;
    case 'bigint':
      return BigInt(text);
    case 'number':
      return Number(text);
    case 'bytes':
      return fromHex(text);
    default:
      throw new TypeError('a message between a cell and the supervisor is not from this program');
  }
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
