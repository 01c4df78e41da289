/** Drawings are read back, line by line of a walk along their characters, and must say what the graph says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuthorityGraph } from './authority-graph.ts';
import { graphOfManifests } from './authority-graph.ts';
import { checkoutManifests } from './module-sources.ts';
import { drawText } from './text-drawing.ts';

const shipped = graphOfManifests(checkoutManifests());

function linesOf(graph: AuthorityGraph, columns: number): readonly string[] {
  const drawing = drawText(graph, columns);
  if (drawing === undefined) throw new Error(`it does not fit into ${columns} columns`);
  return drawing.map((runs) => runs.map(({ text }) => text).join(''));
}

test('what a node of this checkout runs fits into 80 columns, and reads like this', () => {
  expect(linesOf(shipped, 80)).toEqual([
    '    ┌────────┐              ┌─────┐          ┌────────────┐',
    '    │ config │              │ api │          │ supervisor │',
    '    └────┬───┘              └──┬──┘          └──────┬─────┘',
    '         │                 ┌───┘   ┌────────────────┼──────────────────┐',
    '         ▼                 ▼       ▼                ▼                  ▼',
    '╭────────────────╮  ╭─────────────────────╮  ╭───────────────╮  ╭────────────╮',
    '│ network-config │  │ operation           │  │ module-status │  │ boot-phase │',
    '╰────────┬───────╯  │ each by its creator │  ╰───────┬───────╯  ╰────────────╯',
    '         │          ╰─────────────────────╯          │',
    '         ▼                                           ▼',
    '     ┌───────────────────────────┐            ┌──────────┐',
    '     │ network                   │            │ health   │',
    '     │ uses log, clock, entropy, │            │ uses log │',
    '     │ health, netlink, socket,  │            └─────┬────┘',
    '     │ kernel, files             │                  │',
    '     └─────────────┬─────────────┘                  │',
    '                   ▼                                ▼',
    '╭─────────────────────────────────────╮      ╭─────────────╮',
    '│ address-spec     resolver-status    │      │ node-status │',
    '│ address-status   route-spec         │      ╰─────────────╯',
    '│ dhcp-lease       route-status       │',
    '│ hostname-status  rule-spec          │',
    '│ link-spec        rule-status        │',
    '│ link-status      time-server-status │',
    '│ network-status                      │',
    '╰─────────────────────────────────────╯',
  ]);
});

test('a terminal that is too narrow for the boxes gets no broken ones', () => {
  expect(drawText(shipped, 40)).toBeUndefined();
});

test('modules that read what each other writes: the line that would go up is told in words', () => {
  const graph: AuthorityGraph = {
    actors: ['a', 'b'].map((name) => ({ name, isModule: true, capabilities: [] })),
    kinds: [
      { name: 'x:y/one', writers: [{ actor: 'a', mode: 'exclusive' }], readers: ['b'] },
      { name: 'x:y/two', writers: [{ actor: 'b', mode: 'exclusive' }], readers: ['a'] },
    ],
    readsAll: [],
  };
  expect(linesOf(graph, 80).map((line) => line.trim())).toEqual([
    '┌─────────────────┐',
    '│ a               │',
    '│ ↑ reads x:y/two │',
    '└────────┬────────┘',
    '▼',
    '╭─────────╮',
    '│ x:y/one │',
    '╰────┬────╯',
    '▼',
    '┌───┐',
    '│ b │',
    '└─┬─┘',
    '▼',
    '╭─────────╮',
    '│ x:y/two │',
    '╰─────────╯',
  ]);
});

const actorNames = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Graphs of up to six modules and eight kinds, each kind with a writer or two and some readers. */
const graphs = fc
  .array(
    fc.record({
      writers: fc.subarray(actorNames, { minLength: 1, maxLength: 2 }),
      readers: fc.subarray(actorNames, { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((kinds): AuthorityGraph => {
    const named = kinds.map(({ writers, readers }, index) => ({
      name: `eft:resources/k${index}`,
      writers: writers.map((actor) => ({ actor, mode: 'shared' as const })),
      readers: readers.filter((reader) => !writers.includes(reader)),
    }));
    const acting = new Set(
      named.flatMap((kind) => [...kind.writers.map(({ actor }) => actor), ...kind.readers]),
    );
    return {
      actors: [...acting].sort().map((name) => ({ name, isModule: true, capabilities: [] })),
      kinds: named,
      readsAll: [],
    };
  });

test('whoever follows the lines with a finger finds exactly the rights that there are', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      expect(readBack(linesOf(graph, 400))).toEqual(rightsOf(graph));
    }),
    { numRuns: 300 },
  );
});

/** `a writes k1`, `k1 is read by b`. */
function rightsOf({ kinds }: AuthorityGraph): readonly string[] {
  const short = (name: string) => name.replace('eft:resources/', '');
  return kinds
    .flatMap(({ name, writers, readers }) => [
      ...writers.map(({ actor }) => `${actor} > ${short(name)}`),
      ...readers.map((reader) => `${short(name)} > ${reader}`),
    ])
    .sort();
}

const sidesOf: Readonly<Record<string, string>> = {
  '─': 'lr',
  '│': 'ud',
  '┌': 'dr',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '├': 'udr',
  '┤': 'udl',
  '┬': 'dlr',
  '┴': 'ulr',
  '┼': 'udlr',
};

type Corner = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

function readBack(lines: readonly string[]): readonly string[] {
  const grid = lines.map((line) => [...line]);
  const at = (row: number, column: number) => grid[row]?.[column] ?? ' ';
  const boxes = boxesIn(grid).map((corner) => ({
    ...corner,
    names: namesIn(lines, corner),
    notes: notesIn(lines, corner),
  }));
  const rights: string[] = [];
  for (const box of boxes) {
    for (let column = box.left + 1; column < box.right; column += 1) {
      if (at(box.bottom, column) !== '┬') continue;
      for (const [row, end] of endsFrom(at, box.bottom + 1, column)) {
        const target = boxes.find(({ top, left, right }) => top === row + 1 && left <= end && end <= right);
        if (target === undefined) throw new Error('a line ends nowhere');
        rights.push(...box.names.flatMap((from) => target.names.map((to) => `${from} > ${to}`)));
      }
    }
    const [name = ''] = box.names;
    for (const [verb, kinds] of box.notes) {
      rights.push(...kinds.map((kind) => (verb === 'reads' ? `${kind} > ${name}` : `${name} > ${kind}`)));
    }
  }
  return rights.sort();
}

/** Every `▼` that is reached by going on in the direction that each character allows. A line that goes down passes over one that goes across. */
function endsFrom(
  at: (row: number, column: number) => string,
  row: number,
  column: number,
): readonly (readonly [row: number, column: number])[] {
  const ends = new Map<string, readonly [number, number]>();
  const seen = new Set<string>();
  const opposite: Readonly<Record<string, string>> = { u: 'd', d: 'u', l: 'r', r: 'l' };
  const walk = (y: number, x: number, came: string): void => {
    const key = `${y} ${x} ${came}`;
    if (seen.has(key)) return;
    seen.add(key);
    const character = at(y, x);
    if (character === '▼') {
      ends.set(`${y} ${x}`, [y, x]);
      return;
    }
    // Across, below a line that goes down.
    if (character === '│' && (came === 'l' || came === 'r')) {
      walk(y, came === 'l' ? x + 1 : x - 1, came);
      return;
    }
    const sides = sidesOf[character] ?? '';
    if (!sides.includes(came)) throw new Error(`a line breaks off at row ${y}, column ${x}: ${character}`);
    for (const side of sides) {
      if (side === came) continue;
      if (side === 'u') walk(y - 1, x, opposite[side] ?? '');
      if (side === 'd') walk(y + 1, x, opposite[side] ?? '');
      if (side === 'l') walk(y, x - 1, opposite[side] ?? '');
      if (side === 'r') walk(y, x + 1, opposite[side] ?? '');
    }
  };
  walk(row, column, 'u');
  return [...ends.values()];
}

/** Boxes of modules begin with the same characters as turns of lines: they have a row below that begins with `│ ` and ends with `│`. */
function boxesIn(grid: readonly (readonly string[])[]): readonly Corner[] {
  const found: Corner[] = [];
  for (const [top, row] of grid.entries()) {
    for (const [left, character] of row.entries()) {
      if (character !== '╭' && character !== '┌') continue;
      const right = row.findIndex((other, column) => column > left && other !== '─');
      const end = row[right];
      if (right === -1 || (end !== '╮' && end !== '┐')) continue;
      const below = grid[top + 1] ?? [];
      if (below[left] !== '│' || below[left + 1] !== ' ' || below[right] !== '│') continue;
      const bottom = grid.findIndex((other, at) => at > top && (other[left] === '╰' || other[left] === '└'));
      found.push({ left, right, top, bottom });
    }
  }
  return found;
}

function rowsIn(lines: readonly string[], { left, right, top, bottom }: Corner): readonly string[] {
  return lines.slice(top + 1, bottom).map((line) => line.slice(left + 1, right).trim());
}

function namesIn(lines: readonly string[], corner: Corner): readonly string[] {
  const isKinds = lines[corner.top]?.[corner.left] === '╭';
  const rows = rowsIn(lines, corner).filter((row) => row !== 'each by its creator');
  return isKinds ? rows.flatMap((row) => row.split(/ +/)) : rows.slice(0, 1);
}

function notesIn(
  lines: readonly string[],
  corner: Corner,
): readonly (readonly [verb: string, kinds: readonly string[]])[] {
  const text = rowsIn(lines, corner).slice(1).join(' ');
  return [...text.matchAll(/↑ (reads|writes) ([^↑]*)/g)].map(([, verb = '', kinds = '']) => [
    verb,
    kinds.split(',').map((kind) => kind.trim()),
  ]);
}
