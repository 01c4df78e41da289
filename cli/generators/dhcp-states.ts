/**
 * The picture of the DHCP client's states, and the table below it in docs/reference/dhcp.md, from the rows in
 * modules/network/assembly/dhcp/transitions.ts. They are AssemblyScript, which Node.js cannot import, so they are read as text: one row a line,
 * and anything that looks like a row and is none stops the generator. A test holds what is read here to what was compiled.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../generate.ts';

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
const halfWidth = 72;
const halfHeight = 21;

function nameOf(state: string): string {
  return names[state] ?? state.toUpperCase();
}

function meaning(of: Readonly<Record<string, string>>, name: string): string {
  const text = of[name];
  if (text === undefined) throw new Error(`cli/generators/dhcp-states.ts does not say what ${name} means`);
  return text;
}

type Point = readonly [x: number, y: number];

function placeOf(state: string): Point {
  const place = places[state];
  if (place === undefined)
    throw new Error(`cli/generators/dhcp-states.ts does not say where ${state} stands`);
  return place;
}

/** Where the line from the middle of a box towards a point leaves the box. */
function edgeOf([x, y]: Point, [towardsX, towardsY]: Point): Point {
  const [dx, dy] = [towardsX - x, towardsY - y];
  const scale = Math.min(
    halfWidth / Math.max(Math.abs(dx), 1e-9),
    (halfHeight + 2) / Math.max(Math.abs(dy), 1e-9),
  );
  return [Math.round(x + dx * scale), Math.round(y + dy * scale)];
}

/** One arrow for all transitions from one state to another; two that go both ways bend away from each other. */
function arrow(from: string, to: string, labels: readonly string[]): string {
  const [start, end] = [placeOf(from), placeOf(to)];
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = Math.hypot(dx, dy);
  const bend = bends[`${from} ${to}`] ?? 30;
  const middle: Point = [
    Math.round((start[0] + end[0]) / 2 - (dy / length) * bend),
    Math.round((start[1] + end[1]) / 2 + (dx / length) * bend),
  ];
  const [x1, y1] = edgeOf(start, middle);
  const [x2, y2] = edgeOf(end, middle);
  const [labelX, labelY] = [
    Math.round((x1 + 2 * middle[0] + x2) / 4),
    Math.round((y1 + 2 * middle[1] + y2) / 4) - (labels.length - 1) * 7 + 4,
  ];
  const texts = labels.map(
    (label, index) => `<text class="label" x="${labelX}" y="${labelY + index * 14}">${label}</text>`,
  );
  return [
    `  <path class="arrow" marker-end="url(#head)" d="M${x1} ${y1} Q${middle[0]} ${middle[1]} ${x2} ${y2}"/>`,
    ...texts.map((text) => `  ${text}`),
  ].join('\n');
}

function box(state: string, inside: readonly string[]): string {
  const [x, y] = placeOf(state);
  const isUsing = ['Bound', 'Renewing', 'Rebinding'].includes(state);
  const lines = inside.map(
    (text, index) => `  <text class="inside" x="${x}" y="${y + halfHeight + 15 + index * 13}">${text}</text>`,
  );
  return [
    `  <rect class="${isUsing ? 'using' : 'box'}" x="${x - halfWidth}" y="${y - halfHeight}" width="${2 * halfWidth}" height="${2 * halfHeight}" rx="6"/>`,
    `  <text class="name" x="${x}" y="${y + 5}">${nameOf(state)}</text>`,
    ...lines,
  ].join('\n');
}

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
    return arrow(from, to, unique(same.map(({ on }) => meaning(events, on))));
  });
  const boxes = Object.keys(places).map((state) =>
    box(
      state,
      unique(
        rows
          .filter(({ from, to }) => from === state && to === state)
          .map(({ on }) => `↻ ${meaning(events, on)}`),
      ),
    ),
  );
  const words = wordsBelow(rows).map(
    (text, index) => `  <text class="inside" x="540" y="${726 + index * 18}">${text}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1120 810" width="1120" height="810" role="img" aria-labelledby="title description">
  <title id="title">The states of the DHCP client</title>
  <desc id="description">Generated from the table of transitions in ${tablePath}; the page of reference lists every one.</desc>
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1f2933; text-anchor: middle; }
    .name { font-weight: 600; font-size: 14px; }
    .inside { fill: #52606d; }
    .label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
    .box { fill: #ffffff; stroke: #7b8794; stroke-width: 1.5; }
    .using { fill: #e3f1ea; stroke: #2f7a55; stroke-width: 1.5; }
    .arrow { stroke: #52606d; stroke-width: 1.3; fill: none; }
    .head { fill: #52606d; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .inside { fill: #aab6c2; }
      .label { stroke: #0d1117; }
      .box { fill: #1b2229; stroke: #7b8794; }
      .using { fill: #1d3a2c; stroke: #62b58b; }
      .arrow { stroke: #aab6c2; }
      .head { fill: #aab6c2; }
    }
  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head" d="M0 0 L10 5 L0 10 z"/></marker>
  </defs>
${drawn.join('\n')}
${boxes.join('\n')}
${words.join('\n')}
</svg>
`;
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
