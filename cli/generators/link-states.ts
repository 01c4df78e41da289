/**
 * The picture of a link's states, and the table below it in docs/reference/network.md, from the rows in
 * modules/network/assembly/apply/link-states.ts: AssemblyScript, read as text, one row a line, as for the DHCP client (dhcp-states.ts). That the module does
 * run by these rows is held in modules/network/link-states.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../generate.ts';
import { drawStates, type Point } from './state-diagram.ts';

const root = join(import.meta.dirname, '../..');
const tablePath = 'modules/network/assembly/apply/link-states.ts';
const picturePath = 'docs/pictures/link-states.svg';
const pagePath = 'docs/reference/network.md';
const tableBegin = '<!-- generated: the states of a link -->';
const tableEnd = '<!-- end of what is generated -->';

export type LinkStepRow = { readonly from: string; readonly does: string; readonly to: string };

/** The rows, with the names that the code has for things. */
export function readLinkSteps(source: string): readonly LinkStepRow[] {
  const lines = source.split('\n').filter((line) => line.includes('new LinkStep('));
  return lines.map((line) => {
    const match = /^ {2}new LinkStep\(LinkState\.(\w+), LinkDeed\.(\w+), LinkState\.(\w+)\),$/.exec(line);
    const [, from, does, to] = match ?? [];
    if (from === undefined || does === undefined || to === undefined)
      throw new Error(`${tablePath}: no row of the table: ${line.trim()}`);
    return { from, does, to };
  });
}

type Look = {
  /** As `stateText` in the table's file has it. */
  readonly name: string;
  readonly meaning: string;
  /** What is done, or waited for, in a state that has something to do. */
  readonly deed: string;
  readonly place: Point;
};

/** The states for people, and where their boxes stand. One that is missing here stops the generator. */
const looks: Readonly<Record<string, Look>> = {
  NoParent: {
    name: 'no parent',
    meaning: 'a VLAN without the link that it is to be on',
    deed: 'the link below comes',
    place: [120, 60],
  },
  NameTaken: {
    name: 'name taken',
    meaning: 'somebody else’s link of another kind has the name',
    deed: 'the other link goes',
    place: [120, 170],
  },
  Unfit: {
    name: 'unfit',
    meaning: 'made by the module, but of another kind, or with settings that are fixed for its life',
    deed: 'remove',
    place: [120, 280],
  },
  Missing: {
    name: 'missing',
    meaning: 'not there, and can be made',
    deed: 'make, down and marked',
    place: [440, 170],
  },
  NoCard: {
    name: 'no card',
    meaning: 'not there, and of no kind that can be made',
    deed: 'the card comes',
    place: [440, 60],
  },
  NoMaster: {
    name: 'no master',
    meaning: 'the bridge, bond or VRF that it is to belong to is not there',
    deed: 'the master comes',
    place: [770, 170],
  },
  StillUp: {
    name: 'still up',
    meaning: 'to join a bond, which takes only ports that are down',
    deed: 'set down',
    place: [770, 280],
  },
  Different: {
    name: 'different',
    meaning: 'differs in what can be changed: up, master, MTU, address, settings of its kind',
    deed: 'change',
    place: [1030, 280],
  },
  AsDeclared: { name: 'as declared', meaning: 'nothing to do', deed: '', place: [1030, 170] },
  LeftOver: {
    name: 'left over',
    meaning: 'made by the module, and declared no more',
    deed: 'remove',
    place: [770, 60],
  },
  NotOurs: {
    name: 'not ours',
    meaning: 'not declared and not made by the module, or not there at all',
    deed: '',
    place: [1030, 60],
  },
};

const waits = 'Wait';
/** Deeds, of the code, that bring a state of their own words; a name that is missing here stops the generator. */
const deeds: ReadonlySet<string> = new Set(['Nothing', waits, 'Make', 'Change', 'SetDown', 'Remove']);

function lookOf(state: string): Look {
  const look = looks[state];
  if (look === undefined) throw new Error(`cli/generators/link-states.ts does not say what ${state} means`);
  return look;
}

function deedText({ from, does }: LinkStepRow): string {
  if (!deeds.has(does)) throw new Error(`cli/generators/link-states.ts does not say what ${does} means`);
  const { deed } = lookOf(from);
  if ((does === 'Nothing') !== (deed === ''))
    throw new Error(`cli/generators/link-states.ts and the table do not agree on what is done in ${from}`);
  return does === waits ? `until ${deed}` : deed;
}

/** The same words that the module's log has. */
export function linkStateName(state: string): string {
  return lookOf(state).name;
}

export function drawLinkStates(rows: readonly LinkStepRow[]): string {
  return drawStates({
    title: 'The states of a link',
    description: `Generated from the table in ${tablePath}; the page of reference says what each means.`,
    width: 1150,
    height: 400,
    boxes: rows.map(({ from }) => {
      const { name, place } = lookOf(from);
      return { name, place, notes: [], isGreen: from === 'AsDeclared' };
    }),
    arrows: rows
      .filter(({ from, to }) => from !== to)
      .map((row) => ({
        from: lookOf(row.from).place,
        to: lookOf(row.to).place,
        labels: [deedText(row)],
        bend: 0,
      })),
    words: [
      'Arrows: what the module does, or waits for (“until”). A state is passed over where there is nothing to do in it.',
      'Whatever somebody else does to a link, and whatever is declared next, the next look finds the state that it is in then.',
    ],
    wordsAt: [575, 350],
  });
}

function stateTable(rows: readonly LinkStepRow[]): string {
  const lines = rows.map((row) => {
    const { name, meaning } = lookOf(row.from);
    const to = row.from === row.to ? 'stays' : lookOf(row.to).name;
    return `| ${name} | ${meaning} | ${row.does === waits ? 'waits ' : ''}${deedText(row)} | ${to} |`;
  });
  return ['| in | which is | what is done | to |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** The page with its table replaced; all else in it is written by hand. */
function pageWith(page: string, rows: readonly LinkStepRow[]): string {
  const [before, rest] = page.split(tableBegin);
  const after = rest?.split(tableEnd)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${pagePath} lacks the marks of its generated table`);
  return `${before}${tableBegin}\n${stateTable(rows)}\n${tableEnd}${after}`;
}

export const linkStates: Generator = {
  name: 'states of a link',
  generate: async () => {
    const rows = readLinkSteps(readFileSync(join(root, tablePath), 'utf8'));
    const page = readFileSync(join(root, pagePath), 'utf8');
    const files = new Map([
      [picturePath, drawLinkStates(rows)],
      [pagePath, pageWith(page, rows)],
    ]);
    return { files, ownedFolders: [] };
  },
};
