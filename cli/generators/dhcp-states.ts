/**
 * The picture of the DHCP client's states, and the table below it in docs/reference/dhcp.md, from the rows in
 * modules/network/assembly/dhcp/transitions.ts. They are AssemblyScript, which Node.js cannot import, so they are read as text: one row a line,
 * and anything that looks like a row and is none stops the generator. A test holds what is read here to what was compiled.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../generate.ts';
import { drawStates, type Point } from './state-diagram.ts';

const root = join(import.meta.dirname, '../..');
const tablePath = 'modules/network/assembly/dhcp/transitions.ts';
const picturePath = 'docs/pictures/dhcp-states.svg';
const pagePath = 'docs/reference/dhcp.md';
const tableBegin = '<!-- generated: the transitions -->';
const tableEnd = '<!-- end of what is generated -->';

export type TransitionRow = {
  readonly from: string;
  readonly on: string;
  readonly to: string;
  readonly does: string;
};

/** The rows, with the names that the code has for things. */
export function readTransitions(source: string): readonly TransitionRow[] {
  const lines = source.split('\n').filter((line) => line.includes('new Transition('));
  return lines.map((line) => {
    const match = /^ {2}new Transition\(State\.(\w+), On\.(\w+), State\.(\w+), Do\.(\w+)\),$/.exec(line);
    const [, from, on, to, does] = match ?? [];
    if (from === undefined || on === undefined || to === undefined || does === undefined) {
      throw new Error(`${tablePath}: no row of the table: ${line.trim()}`);
    }
    return { from, on, to, does };
  });
}

/** What the names mean, for people. A name that is missing here stops the generator. */
const events: Readonly<Record<string, string>> = {
  Start: 'start',
  StartRemembering: 'start, an address is remembered',
  Resume: 'start, the lease is in use',
  Begin: 'link up, nothing to wait for',
  Offer: 'OFFER',
  Ack: 'ACK',
  AckOfHeld: 'ACK, in use already',
  Nak: 'NAK',
  Repeat: 'no answer',
  GiveUp: 'no answer, often enough',
  GiveUpHolding: 'no answer, lease still good',
  Unopposed: 'nobody else has it',
  Announce: 'two seconds later',
  Watched: 'ten seconds later',
  Conflict: 'another has it',
  RenewalTime: 'T1',
  RebindingTime: 'T2',
  Expiry: 'lease ends',
  LinkDown: 'link down',
  Replaced: 'other hardware address',
  Release: 'release',
  Stop: 'stop',
};

const deeds: Readonly<Record<string, string>> = {
  Nothing: '',
  Discover: 'DISCOVER to all',
  DiscoverAgain: 'DISCOVER again, new transaction',
  Request: 'REQUEST to all, naming the server',
  RequestAgain: 'REQUEST again, same transaction',
  Confirm: 'REQUEST to all for the address',
  ConfirmAgain: 'REQUEST again, asking for replies to all',
  Probe: 'ARP probe',
  Bind: 'lease bound; ARP announcement; the watch begins',
  Resume: 'lease bound, nothing is sent',
  Announce: 'second ARP announcement',
  EndWatch: 'the watch ends',
  Decline: 'DECLINE; lease lost if it was bound; wait of 10 s',
  Renew: 'REQUEST to the server alone',
  RenewAgain: 'REQUEST again',
  Rebind: 'REQUEST to all servers',
  RebindAgain: 'REQUEST again',
  Extend: 'lease changed',
  CarryOn: 'the lease goes on as it is',
  StartOver: 'what was offered is forgotten',
  Lose: 'lease lost, if there was one',
  Pause: 'the lease is kept, and asked about later',
  Release: 'RELEASE to the server; lease lost',
  Stop: 'lease lost, if there was one',
};

/** Where the states stand in the picture: the middles of their boxes. */
const places: Readonly<Record<string, readonly [x: number, y: number]>> = {
  Stopped: [120, 60],
  Init: [560, 60],
  InitReboot: [120, 220],
  Rebooting: [120, 380],
  Selecting: [960, 60],
  Requesting: [960, 220],
  Checking: [960, 380],
  Bound: [520, 520],
  Renewing: [290, 660],
  Rebinding: [770, 660],
};

/** How far an arrow bends to its right, where the usual bend would cross something. */
const bends: Readonly<Record<string, number>> = {
  'Selecting Checking': -180,
  'Rebooting Checking': 0,
  'Requesting Init': -20,
  'Stopped Bound': 40,
  'Renewing Init': -150,
  'Rebinding Init': 70,
  'Rebooting Init': -30,
  'Checking Bound': -20,
  'Renewing Rebinding': -20,
  'InitReboot Rebooting': 0,
  'Stopped InitReboot': 0,
  'Selecting Requesting': 0,
  'Requesting Checking': 0,
};

/** Told of in words below the picture: arrows for them would go from everywhere. */
const toldInWords: ReadonlySet<string> = new Set(['LinkDown', 'Expiry']);

const names: Readonly<Record<string, string>> = { InitReboot: 'INIT-REBOOT', Any: 'any state' };
function nameOf(state: string): string {
  return names[state] ?? state.toUpperCase();
}

function meaning(of: Readonly<Record<string, string>>, name: string): string {
  const text = of[name];
  if (text === undefined) throw new Error(`cli/generators/dhcp-states.ts does not say what ${name} means`);
  return text;
}

function placeOf(state: string): Point {
  const place = places[state];
  if (place === undefined)
    throw new Error(`cli/generators/dhcp-states.ts does not say where ${state} stands`);
  return place;
}

const usable: ReadonlySet<string> = new Set(['Bound', 'Renewing', 'Rebinding']);
/** What an arrow bends if nothing is said of it: two that go both ways bend away from each other. */
const usualBend = 30;

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

export function drawTransitions(rows: readonly TransitionRow[]): string {
  const arrows = Map.groupBy(
    rows.filter(({ from, on, to }) => from !== 'Any' && from !== to && !toldInWords.has(on)),
    ({ from, to }) => `${from} ${to}`,
  );
  const drawn = [...arrows.values()].map((same) => {
    const { from, to } = same[0] ?? { from: '', to: '' };
    return {
      from: placeOf(from),
      to: placeOf(to),
      labels: unique(same.map(({ on }) => meaning(events, on))),
      bend: bends[`${from} ${to}`] ?? usualBend,
    };
  });
  const boxes = Object.keys(places).map((state) => ({
    name: nameOf(state),
    place: placeOf(state),
    notes: unique(
      rows
        .filter(({ from, to }) => from === state && to === state)
        .map(({ on }) => `↻ ${meaning(events, on)}`),
    ),
    isGreen: usable.has(state),
  }));
  return drawStates({
    title: 'The states of the DHCP client',
    description: `Generated from the table of transitions in ${tablePath}; the page of reference lists every one.`,
    width: 1120,
    height: 810,
    boxes,
    arrows: drawn,
    words: wordsBelow(rows),
    wordsAt: [540, 726],
  });
}

function wordsBelow(rows: readonly TransitionRow[]): readonly string[] {
  const told = rows.filter(({ from, on }) => from === 'Any' || toldInWords.has(on));
  const byWhat = Map.groupBy(told, ({ on, to }) => `${meaning(events, on)} → ${nameOf(to)}`);
  const sentences = [...byWhat].map(
    ([what, same]) => `${same.map(({ from }) => nameOf(from)).join(', ')}: ${what}`,
  );
  return [
    ...sentences.filter((sentence) => !sentence.startsWith('any state')),
    sentences.filter((sentence) => sentence.startsWith('any state')).join('; '),
    'Green: the lease may be used; after the link was down in INIT-REBOOT and REBOOTING as well.',
  ];
}

function transitionTable(rows: readonly TransitionRow[]): string {
  const lines = rows.map(
    ({ from, on, to, does }) =>
      `| ${nameOf(from)} | ${meaning(events, on)} | ${from === to ? 'stays' : nameOf(to)} | ${meaning(deeds, does)} |`,
  );
  return ['| in | on | to | what is done |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** The page with its table replaced; all else in it is written by hand. */
function pageWith(page: string, rows: readonly TransitionRow[]): string {
  const [before, rest] = page.split(tableBegin);
  const after = rest?.split(tableEnd)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${pagePath} lacks the marks of its generated table`);
  return `${before}${tableBegin}\n${transitionTable(rows)}\n${tableEnd}${after}`;
}

export const dhcpStates: Generator = {
  name: 'states of the DHCP client',
  generate: async () => {
    const rows = readTransitions(readFileSync(join(root, tablePath), 'utf8'));
    const page = readFileSync(join(root, pagePath), 'utf8');
    const files = new Map([
      [picturePath, drawTransitions(rows)],
      [pagePath, pageWith(page, rows)],
    ]);
    return { files, ownedFolders: [] };
  },
};
