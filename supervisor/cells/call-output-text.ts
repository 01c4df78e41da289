/** What a module is told and what it wants done, as lines for people, and where two such wishes differ. */
import { visibleText } from '../document/visible-text.ts';
import type { CallOutput, Event, StartOutput } from './module-events.ts';

/** Characters of one value; the rest is cut. */
const valueTextLimit = 400;
/** Lines of a difference. */
const differenceLinesLimit = 40;
/** References of an event that are named. */
const referencesShown = 3;

/** How many things the call wants done. */
export function effectCount({ effects }: Pick<CallOutput, 'effects'>): number {
  const { store, timers, requests, cancels, health } = effects;
  return store.length + timers.length + requests.length + cancels.length + (health === undefined ? 0 : 1);
}

/** One line an effect, in the order in which they are carried out. */
export function effectLines({ effects }: CallOutput): readonly string[] {
  const { store, timers, requests, cancels, health } = effects;
  return [
    ...store.map((effect) => {
      const what = `${effect.effect} ${effect.kind} ${valueText(effect.id)}`;
      return effect.effect === 'put' ? `${what} ${valueText(effect.value)}` : what;
    }),
    ...timers.map(({ name, at }) =>
      at === undefined ? `clear timer ${valueText(name)}` : `set timer ${valueText(name)} to ${at} ns`,
    ),
    ...cancels.map((request) => `cancel request ${request}`),
    ...requests.map(({ request, interface: owner, call, parameters }) => {
      return `request ${request}: ${owner} ${call} ${valueText(parameters)}`;
    }),
    ...(health === undefined ? [] : [`report ${valueText(health)}`]),
  ];
}

/** All that a call gave. */
export function outputLines(output: CallOutput | StartOutput): readonly string[] {
  const refusal = 'refusal' in output ? output.refusal : undefined;
  return [
    ...(refusal === undefined ? [] : [`refuse to start: ${valueText(refusal)}`]),
    ...effectLines(output),
    `revision ${output.revision}, next request ${output.nextRequest}`,
  ];
}

/** The lines that are in only one of two lists, `-` for the first and `+` for the second; those around are left out. */
export function differenceLines(recorded: readonly string[], replayed: readonly string[]): readonly string[] {
  let head = 0;
  while (head < recorded.length && recorded[head] === replayed[head]) head += 1;
  let tail = 0;
  const room = Math.min(recorded.length, replayed.length) - head;
  while (tail < room && recorded.at(-1 - tail) === replayed.at(-1 - tail)) tail += 1;
  const lines = [
    ...recorded.slice(head, recorded.length - tail).map((line) => `- ${line}`),
    ...replayed.slice(head, replayed.length - tail).map((line) => `+ ${line}`),
  ];
  if (lines.length <= differenceLinesLimit) return lines;
  return [...lines.slice(0, differenceLinesLimit), `and ${lines.length - differenceLinesLimit} lines more`];
}

/** `changed eft:resources/module-status "network"`. */
export function eventText(event: Event): string {
  switch (event.tag) {
    case 'changed':
    case 'conflicted': {
      const names = event.val.slice(0, referencesShown).map(({ kind, id }) => `${kind} ${valueText(id)}`);
      const others = event.val.length - names.length;
      return `${event.tag} ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
    }
    case 'timer':
    case 'arrived':
      return `${event.tag} ${valueText(event.val)}`;
    case 'answered':
      return `answered ${event.val}`;
  }
}

/** A value in one line: JSON, but 64-bit integers with an `n`, bytes in hexadecimal. Cut to a readable length. */
export function valueText(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`;
    if (item instanceof Uint8Array) return `hex ${Buffer.from(item).toString('hex')}`;
    if (ArrayBuffer.isView(item)) return Array.from(Object.values(item), String);
    return isObject(item) ? inOrder(item) : item;
  });
  // A whole value is compared by its encoding; what is cut here is only not shown.
  return visibleText(text ?? 'nothing', valueTextLimit);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields by name: what comes from a file and what comes from a module have them in different orders. */
function inOrder(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
