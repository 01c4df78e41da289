/**
 * What is in the boxes of the graph, and which lines are between them, before anything is placed. Kinds with the same writers and the same readers share a
 * box: a module that writes a dozen would else hide what it has to do with the others.
 */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { AuthorityGraph, GraphActor, GraphKind } from './authority-graph.ts';
import { breakCycles, type Line } from './layered-layout.ts';

export type BoxRow = { readonly text: string; readonly meaning: 'title' | 'name' | 'faint' };

export type GraphBox = {
  readonly id: string;
  readonly shape: 'module' | 'part' | 'kinds';
  readonly rows: readonly BoxRow[];
};

export type GraphBoxes = { readonly boxes: readonly GraphBox[]; readonly lines: readonly Line[] };

/** From so many kinds on they stand in two columns. */
const twoColumnsFrom = 6;
/** Characters of a row of a module's box, for what it uses; longer words make it wider. */
const rowWidth = 26;

export function boxesOf(graph: AuthorityGraph): GraphBoxes {
  const groups = [...Map.groupBy(graph.kinds, groupKey).values()];
  const kindLines = groups.flatMap((kinds): readonly Line[] => {
    const [first] = kinds;
    if (first === undefined) return [];
    const id = groupId(first);
    return [
      ...first.writers.map(({ actor }) => ({ from: actorId(actor), to: id })),
      ...first.readers
        .filter((reader) => !first.writers.some(({ actor }) => actor === reader))
        .map((reader) => ({ from: id, to: actorId(reader) })),
    ];
  });
  const ids = [
    ...graph.actors.map(({ name }) => ({ id: actorId(name) })),
    ...groups.flatMap(([first]) => (first === undefined ? [] : [{ id: groupId(first) }])),
  ];
  const { downward, upward } = breakCycles(ids, kindLines);
  const kindsOf = new Map(groups.flatMap((kinds) => (kinds[0] ? [[groupId(kinds[0]), kinds] as const] : [])));
  return {
    boxes: [
      ...graph.actors.map((actor) => actorBox(actor, upward, kindsOf)),
      ...groups.flatMap((kinds) => (kinds[0] ? [kindsBox(kinds[0], kinds)] : [])),
    ],
    lines: downward,
  };
}

/** `link-status` for `eft:resources/link-status`; kinds of others keep their package. */
export function kindLabel(kind: string): string {
  return visibleText(kind.replace(/^eft:resources\//, ''), 40);
}

/** `netlink` for `eft:host/netlink`. */
export function capabilityLabel(capability: string): string {
  return visibleText(capability.replace(/^eft:host\//, ''), 40);
}

function actorBox(
  { name, isModule, capabilities }: GraphActor,
  upward: readonly Line[],
  kindsOf: ReadonlyMap<string, readonly GraphKind[]>,
): GraphBox {
  const id = actorId(name);
  const named = (ids: readonly string[]) =>
    ids.flatMap((group) => kindsOf.get(group) ?? []).map(({ name: kind }) => kindLabel(kind));
  const reads = named(upward.filter(({ to }) => to === id).map(({ from }) => from));
  const writes = named(upward.filter(({ from }) => from === id).map(({ to }) => to));
  const notes = [
    { head: 'uses', words: capabilities.map(capabilityLabel) },
    // Lines that would have to go up are told in words.
    { head: '↑ reads', words: reads },
    { head: '↑ writes', words: writes },
  ];
  return {
    id,
    shape: isModule ? 'module' : 'part',
    rows: [
      { text: visibleText(name, 64), meaning: 'title' },
      ...notes.flatMap(({ head, words }) =>
        words.length === 0
          ? []
          : wrap(`${head} ${words.join(', ')}`).map((text) => ({ text, meaning: 'faint' as const })),
      ),
    ],
  };
}

function kindsBox(first: GraphKind, kinds: readonly GraphKind[]): GraphBox {
  const isShared = first.writers.some(({ mode }) => mode === 'shared');
  const texts = kinds.map(({ name, count }) => `${kindLabel(name)}${count === undefined ? '' : ` ${count}`}`);
  const columns = texts.length >= twoColumnsFrom ? 2 : 1;
  const height = Math.ceil(texts.length / columns);
  const left = texts.slice(0, height);
  const width = Math.max(...left.map((text) => text.length));
  const rows = left.map((text, index) => {
    const beside = texts[index + height];
    return {
      text: beside === undefined ? text : `${text.padEnd(width)}  ${beside}`,
      meaning: 'name' as const,
    };
  });
  return {
    id: groupId(first),
    shape: 'kinds',
    rows: isShared ? [...rows, { text: 'each by its creator', meaning: 'faint' }] : rows,
  };
}

function wrap(text: string): readonly string[] {
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= rowWidth)
      rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}

function groupKey({ writers, readers }: GraphKind): string {
  return JSON.stringify([writers.map(({ actor, mode }) => [actor, mode ?? '']), readers]);
}

function actorId(name: string): string {
  return `actor ${name}`;
}

function groupId({ name }: GraphKind): string {
  return `kinds ${name}`;
}
