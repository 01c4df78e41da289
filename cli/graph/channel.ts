/**
 * Leads lines from one layer to the next: each goes down from a port, along a track, and down to ports below (channel routing). All lines from one port are one
 * net, drawn as one. Nets that overlap have tracks of their own, and no two have the same column, so what touches belongs together.
 */
import {
  type Box,
  type Layout,
  type Line,
  layOut,
  type Placed,
  type Spacing,
  type Step,
} from './layered-layout.ts';

/** How often boxes are moved apart. */
const turnsLimit = 8;

export type Net = {
  /** The port above: its column. */
  readonly from: number;
  /** Ports below; `isEnd` if the line ends there, and does not pass through. */
  readonly to: readonly { readonly at: number; readonly isEnd: boolean }[];
  /** From 0, at the top; undefined if the line goes straight down. */
  readonly track: number | undefined;
};

export type Channel = {
  readonly nets: readonly Net[];
  readonly tracks: number;
  /** Nothing touches that does not belong together. Else the boxes stand too close: two nets change their columns. */
  readonly isClear: boolean;
};

/** The channels between all layers, with the boxes as close as they can be for them to be clear. */
export function routeLayout(
  boxes: readonly Box[],
  lines: readonly Line[],
  spacing: Spacing,
  columnWidth: number,
): Layout & { readonly channels: readonly Channel[] } {
  for (let turn = 1; ; turn += 1) {
    const layout = layOut(boxes, lines, { ...spacing, gap: spacing.gap + (turn - 1) * columnWidth });
    const channels = layout.steps.map((steps, index) =>
      routeChannel(layout.layers[index] ?? [], layout.layers[index + 1] ?? [], steps, columnWidth),
    );
    if (turn === turnsLimit || channels.every(({ isClear }) => isClear)) return { ...layout, channels };
  }
}

/** `columnWidth`: how far apart two lines must be that go down. */
function routeChannel(
  above: readonly Placed[],
  below: readonly Placed[],
  steps: readonly Step[],
  columnWidth: number,
): Channel {
  const sources = above.filter(({ id }) => steps.some(({ from }) => from === id));
  const passes = below.filter(({ isBox }) => !isBox);
  const exits = new Map(sources.map((box) => [box.id, exitOf(box, passes, steps)]));
  const taken = new Set<number>();
  const entries = new Map<string, number>();
  for (const box of below) {
    const into = steps
      .filter(({ to }) => to === box.id)
      .toSorted((left, right) => (exits.get(left.from) ?? 0) - (exits.get(right.from) ?? 0));
    for (const [index, { from, to }] of into.entries()) {
      const exit = exits.get(from) ?? 0;
      const even = Math.floor(box.left + ((index + 1) * box.width) / (into.length + 1));
      // Straight down where that is possible: nothing is easier to follow.
      const isAbove = into.length === 1 && exit > box.left && exit < box.left + box.width - 1;
      const wanted = isAbove ? exit : even;
      const foreign = new Set([...exits.values()].filter((other) => other !== exit));
      entries.set(`${from}>${to}`, freeColumn(wanted, box, columnWidth, [...taken, ...foreign]));
      taken.add(entries.get(`${from}>${to}`) ?? wanted);
    }
  }
  const nets = sources.map(({ id }) => ({
    from: exits.get(id) ?? 0,
    to: steps
      .filter(({ from }) => from === id)
      .map(({ to, isEnd }) => ({ at: entries.get(`${id}>${to}`) ?? 0, isEnd }))
      .toSorted((left, right) => left.at - right.at),
  }));
  return assignTracks(nets, columnWidth);
}

/** How wide a box must be, so that every line that leads to it has a column, also where others leave above it. */
export function widthForLines(id: string, lines: readonly Line[], columnWidth: number): number {
  const count = lines.filter(({ to }) => to === id).length;
  return 2 * count * columnWidth + 1;
}

/** Where lines leave a box: its middle, or beside that, if there somebody else's line passes the next layer. */
function exitOf(box: Placed, passes: readonly Placed[], steps: readonly Step[]): number {
  const middle = centreOf(box);
  if (!box.isBox) return middle;
  const foreign = passes.filter(({ id }) => !steps.some(({ from, to }) => from === box.id && to === id));
  return freeColumn(middle, box, 1, foreign.map(centreOf));
}

/** The middle of a box, or the column of what passes. */
export function centreOf({ left, width }: Pick<Placed, 'left' | 'width'>): number {
  return Math.floor(left + width / 2);
}

/** The column nearest to the wanted one, within the box, that is not too near to those taken. */
function freeColumn(wanted: number, box: Placed, columnWidth: number, taken: readonly number[]): number {
  if (!box.isBox) return wanted;
  const [least, most] = [Math.min(box.left + 1, wanted), Math.max(box.left + box.width - 2, wanted)];
  for (let distance = 0; distance < box.width; distance += 1) {
    for (const column of [wanted - distance, wanted + distance]) {
      if (column < least || column > most) continue;
      if (taken.every((other) => Math.abs(other - column) >= columnWidth)) return column;
    }
  }
  return wanted;
}

/** Each net that is not straight gets the first track on which nothing is in its way, and which is below those that it has to stay below. */
function assignTracks(nets: readonly Omit<Net, 'track'>[], columnWidth: number): Channel {
  const isStraight = ({ from, to }: Omit<Net, 'track'>) => to.every(({ at }) => at === from);
  const spans: { readonly track: number; readonly least: number; readonly most: number }[] = [];
  const tracks = new Map<Omit<Net, 'track'>, number>();
  let isClear = true;
  const assign = (net: Omit<Net, 'track'>, path: readonly Omit<Net, 'track'>[]): void => {
    if (path.includes(net)) isClear = false;
    if (tracks.has(net) || isStraight(net) || path.includes(net)) return;
    // A net that comes down where another one ends must have turned aside before: it is above.
    const above = nets.filter(
      (other) => other !== net && net.to.some(({ at }) => Math.abs(at - other.from) < columnWidth),
    );
    for (const other of above) assign(other, [...path, net]);
    const columns = [net.from, ...net.to.map(({ at }) => at)];
    const [least, most] = [Math.min(...columns), Math.max(...columns)];
    let track = Math.max(0, ...above.map((other) => (tracks.get(other) ?? -1) + 1));
    const isTaken = (at: number) =>
      spans.some(
        (span) => span.track === at && most + columnWidth > span.least && span.most + columnWidth > least,
      );
    while (isTaken(track)) track += 1;
    spans.push({ track, least, most });
    tracks.set(net, track);
  };
  for (const net of nets) assign(net, []);
  return {
    nets: nets.map((net) => ({ ...net, track: tracks.get(net) })),
    tracks: Math.max(0, ...[...tracks.values()].map((track) => track + 1)),
    isClear,
  };
}
