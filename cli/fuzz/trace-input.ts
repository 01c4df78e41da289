/**
 * What a module does on one input, call by call, in words: what it is told, what it puts, asks and logs, and what it saves. Two such traces
 * are laid beside each other to see where two versions of a module part.
 */

import { eventText, outputLines, valueText } from '../../supervisor/cells/call-output-text.ts';
import type { CallOutput, LogLine, SavedState } from '../../supervisor/cells/module-events.ts';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { Subject } from '../mutants/behaviour.ts';
import type { Called, Failure } from './execute.ts';
import type { FuzzInput } from './fuzz-input.ts';

/** Characters of a line that a module has logged. */
const lineLimit = 1_000;
/** Bytes of a saved state that are shown from one place on. */
const savedShown = 64;

export type TracedCall = {
  /** What it is: `start (cold)`, an event, a save. */
  readonly what: string;
  /** Nanoseconds of the module's clock since its first start. Undefined for what follows the last step. */
  readonly sinceStart: bigint | undefined;
  readonly called: Called;
  readonly log: readonly LogLine[];
  /** What it breaks, in words. */
  readonly broken: string | undefined;
};

export type Trace = {
  readonly calls: readonly TracedCall[];
  /** Two calls are the same if these are. */
  readonly keys: readonly string[];
  /** The last call was not made: what it should have been told is not of this module's types. */
  readonly isUnfit: boolean;
};

/** Runs an input from its start, and has the module save in the end. */
export function traceInput(subject: Subject, input: FuzzInput): Trace {
  const made: { readonly called: Called; readonly log: readonly LogLine[] }[] = [];
  subject.onCall = (called, log) => made.push({ called, log });
  const { calls: digests, failure, isUnfit } = subject.run(input);
  subject.onCall = undefined;
  const isWhole = failure === undefined && !isUnfit;
  const begin = made[0]?.called.input.time.now ?? 0n;
  const last = made.length - 1;
  const calls = made.map(({ called, log }, index): TracedCall => {
    // What follows the last step has a clock of its own.
    const isEnd = called.call === 'save' && index === last && (isWhole || digests.length < made.length);
    return {
      what: isEnd ? 'save, in the end' : whatOf(called),
      sinceStart: isEnd ? undefined : called.input.time.now - begin,
      called,
      log,
      broken: index === last ? brokenText(failure, isUnfit) : undefined,
    };
  });
  const keys = calls.map(({ broken }, index) => `${digests[index] ?? ''} ${broken ?? ''}`);
  return { calls, keys, isUnfit };
}

function whatOf(called: Called): string {
  switch (called.call) {
    case 'start':
      return `start (${called.input.boot.reason})`;
    case 'handle':
      return visibleText(eventText(called.input.event), lineLimit);
    case 'save':
      return 'save, for a swap';
  }
}

function brokenText(failure: Failure | undefined, isUnfit: boolean): string | undefined {
  if (isUnfit) return 'cannot be told this: it is not of its types';
  if (failure === undefined) return undefined;
  return `breaks the rule \`${failure.oracle}\`: ${failure.code}: ${visibleText(failure.message, lineLimit)}`;
}

/** What comes with an event, a line each: the changes of resources, answers, and what has come by a handle. */
export function toldLines({ called }: TracedCall): readonly string[] {
  const { input } = called;
  const changes = input.batches.flatMap((batch) => batch.changes);
  const arrivals = called.call === 'handle' ? called.input.arrivals : [];
  return [
    ...changes.map(
      ({ kind, id, entry }) =>
        `told ${kind} ${valueText(id)} ${entry === undefined ? 'is gone' : valueText(entry.value)}`,
    ),
    ...input.answers.map(({ request, result }) => `answer to ${request}: ${valueText(result)}`),
    ...arrivals.flatMap(({ items, missed }) => [
      ...items.map((item) => `arrival ${valueText(item)}`),
      ...(missed > 0 ? [`${missed} arrivals were missed`] : []),
    ]),
  ];
}

/** All that a call gave, a line each: what it wants done, what it has logged, what it saves, what it breaks. */
export function callLines({ called, log, broken }: TracedCall): readonly string[] {
  const logged = log.map(({ level, message, fields }) => {
    const named = fields.map(({ name, value }) => ` ${name}=${value}`).join('');
    return visibleText(`log ${level}: ${message}${named}`, lineLimit);
  });
  return [...logged, ...outputText(called.output), ...(broken === undefined ? [] : [broken])];
}

function outputText(output: CallOutput | SavedState | undefined): readonly string[] {
  if (output === undefined) return [];
  return 'effects' in output ? outputLines(output) : savedLines(output, 0);
}

function savedLines({ format, bytes }: SavedState, from: number): readonly string[] {
  const part = Buffer.from(bytes.subarray(from, from + savedShown)).toString('hex');
  const [before, after] = [from > 0 ? '…' : '', bytes.length > from + savedShown ? '…' : ''];
  return [`save format ${format}, ${bytes.length} bytes: hex ${before}${part}${after}`];
}

/** The same lines of two calls that differ, and if what is cut from them is all that differs, where that is. */
export function differingLines(
  one: TracedCall,
  other: TracedCall,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const [before, after] = [callLines(one), callLines(other)];
  if (before.join('\n') !== after.join('\n')) return { before, after };
  const place = firstDifferentPlace(one.called.output, other.called.output, '');
  if (place === undefined) return { before, after };
  const line = (value: unknown): string => visibleText(`${place.path}: ${shownValue(value)}`, lineLimit);
  return { before: [...before, line(place.one)], after: [...after, line(place.other)] };
}

type Place = { readonly path: string; readonly one: unknown; readonly other: unknown };

/** The first place, depth first, in which two values differ. */
function firstDifferentPlace(one: unknown, other: unknown, path: string): Place | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isTree(one) || !isTree(other)) return { path, one, other };
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [left, right] = [Reflect.get(one, key), Reflect.get(other, key)];
    const found = firstDifferentPlace(left, right, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shownValue(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'nothing');
}
