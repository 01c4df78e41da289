/**
 * Places boxes in layers, so that lines between them go down: the method of Sugiyama, Tagawa and Toda (1981), in its steps: break cycles, give each box a layer,
 * order each layer so that few lines cross, place the boxes near what they are joined to. One unit is whatever who draws means by it: a character, or a pixel.
 *
 * The same boxes and lines give the same layout, always: pictures of it are compared by reviewers.
 */

export type Box = { readonly id: string; readonly width: number; readonly height: number };
export type Line = { readonly from: string; readonly to: string };

export type Spacing = {
  /** Between boxes of a layer. */
  readonly gap: number;
  /** A layer that would be wider is made two, as far as that helps. */
  readonly widthLimit: number;
};

/** A box, or the place where a line passes a layer: that has the width 1 and the height 0. */
export type Placed = {
  readonly id: string;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly isBox: boolean;
};

/** One step of a line, from a layer to the next. */
export type Step = { readonly from: string; readonly to: string; readonly isEnd: boolean };

export type Layout = {
  readonly layers: readonly (readonly Placed[])[];
  /** From the layer of this index to the next. */
  readonly steps: readonly (readonly Step[])[];
  readonly width: number;
  /** Lines that would have to go up, because they close a circle. They are in no step. */
  readonly upward: readonly Line[];
};

/** How often layers are ordered and boxes moved, down and up again. More changes nothing for graphs of this size. */
const rounds = 8;

export function layOut(boxes: readonly Box[], lines: readonly Line[], spacing: Spacing): Layout {
  const { downward, upward } = breakCycles(boxes, lines);
  const layerOf = splitWide(boxes, downward, longestPaths(boxes, downward), spacing);
  const { layers, steps } = addPasses(boxes, downward, layerOf);
  order(layers, steps);
  return { ...place(layers, steps, spacing), steps, upward };
}

/** Lines that lead back to where a walk along the lines has come from are taken out: without them there is no circle. */
export function breakCycles(
  boxes: readonly { readonly id: string }[],
  lines: readonly Line[],
): { readonly downward: readonly Line[]; readonly upward: readonly Line[] } {
  const downward: Line[] = [];
  const upward: Line[] = [];
  const states = new Map<string, 'open' | 'done'>();
  const visit = (id: string): void => {
    states.set(id, 'open');
    for (const line of lines) {
      if (line.from !== id) continue;
      if (states.get(line.to) === 'open') upward.push(line);
      else {
        downward.push(line);
        if (!states.has(line.to)) visit(line.to);
      }
    }
    states.set(id, 'done');
  };
  // From what nothing leads to, so that circles are cut where they are entered last.
  const isEntered = new Set(lines.map(({ to }) => to));
  for (const { id } of boxes.toSorted((a, b) => Number(isEntered.has(a.id)) - Number(isEntered.has(b.id)))) {
    if (!states.has(id)) visit(id);
  }
  return { downward, upward };
}

/** The layer of each box: one below the lowest that leads to it. What nothing leads to stands right above what it leads to. */
function longestPaths(boxes: readonly Box[], lines: readonly Line[]): Map<string, number> {
  const layers = new Map<string, number>();
  const layerOf = (id: string): number => {
    const known = layers.get(id);
    if (known !== undefined) return known;
    const above = lines.filter(({ to }) => to === id).map(({ from }) => layerOf(from) + 1);
    const layer = Math.max(0, ...above);
    layers.set(id, layer);
    return layer;
  };
  for (const { id } of boxes) layerOf(id);
  for (const { id } of boxes) {
    const below = lines.filter(({ from }) => from === id).map(({ to }) => layerOf(to) - 1);
    if (!lines.some(({ to }) => to === id) && below.length > 0) layers.set(id, Math.min(...below));
  }
  return layers;
}

/** Moves boxes of a layer that is too wide, and all below it, one layer down. */
function splitWide(
  boxes: readonly Box[],
  lines: readonly Line[],
  layerOf: Map<string, number>,
  { gap, widthLimit }: Spacing,
): ReadonlyMap<string, number> {
  for (let layer = 0; layer <= Math.max(0, ...layerOf.values()); layer += 1) {
    let right = passesOf(lines, layerOf, layer) * (gap + 1);
    let kept = 0;
    const moved: string[] = [];
    for (const { id, width } of boxes) {
      if (layerOf.get(id) !== layer) continue;
      // What is moved passes nothing here, but what leads to it does.
      if (kept > 0 && right + width > widthLimit) {
        moved.push(id);
        right += gap + 1;
      } else {
        kept += 1;
        right += width + gap;
      }
    }
    if (moved.length === 0) continue;
    for (const [id, below] of layerOf) if (below > layer || moved.includes(id)) layerOf.set(id, below + 1);
  }
  return layerOf;
}

function passesOf(lines: readonly Line[], layerOf: ReadonlyMap<string, number>, layer: number): number {
  const passing = lines.filter(
    ({ from, to }) => (layerOf.get(from) ?? 0) < layer && (layerOf.get(to) ?? 0) > layer,
  );
  return new Set(passing.map(({ from }) => from)).size;
}

/** One place a layer through which all lines from one box pass together. */
function addPasses(
  boxes: readonly Box[],
  lines: readonly Line[],
  layerOf: ReadonlyMap<string, number>,
): { readonly layers: Placed[][]; readonly steps: readonly (readonly Step[])[] } {
  const count = Math.max(0, ...layerOf.values()) + 1;
  const layers: Placed[][] = Array.from({ length: count }, () => []);
  const steps: Map<string, Step>[] = Array.from({ length: count - 1 }, () => new Map());
  for (const box of boxes) layers[layerOf.get(box.id) ?? 0]?.push({ ...box, left: 0, isBox: true });
  for (const { from, to } of lines) {
    const last = layerOf.get(to) ?? 0;
    let above = from;
    for (let layer = (layerOf.get(from) ?? 0) + 1; layer <= last; layer += 1) {
      const isEnd = layer === last;
      const id = isEnd ? to : `${from} ${layer}`;
      if (!isEnd && !layers[layer]?.some((placed) => placed.id === id))
        layers[layer]?.push({ id, left: 0, width: 1, height: 0, isBox: false });
      steps[layer - 1]?.set(`${above}>${id}`, { from: above, to: id, isEnd });
      above = id;
    }
  }
  return { layers, steps: steps.map((some) => [...some.values()]) };
}

/** Orders each layer by the mean place of what it is joined to, down and up again, and keeps the order with the fewest crossings. */
function order(layers: Placed[][], steps: readonly (readonly Step[])[]): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossingsOf(layers, steps);
  for (let round = 0; round < rounds && fewest > 0; round += 1) {
    const isDown = round % 2 === 0;
    for (let turn = 1; turn < layers.length; turn += 1) {
      const index = isDown ? turn : layers.length - 1 - turn;
      const fixed = layers[isDown ? index - 1 : index + 1] ?? [];
      const between = steps[isDown ? index - 1 : index] ?? [];
      const places = new Map(fixed.map(({ id }, at) => [id, at]));
      const wanted = new Map(
        (layers[index] ?? []).map(({ id }, at) => {
          const joined = between.flatMap(({ from, to }) => {
            const place = isDown ? (to === id ? from : undefined) : from === id ? to : undefined;
            return place === undefined ? [] : [places.get(place) ?? 0];
          });
          return [id, joined.length === 0 ? at : mean(joined)];
        }),
      );
      layers[index]?.sort((a, b) => (wanted.get(a.id) ?? 0) - (wanted.get(b.id) ?? 0));
    }
    const crossings = crossingsOf(layers, steps);
    if (crossings < fewest) {
      fewest = crossings;
      best = layers.map((layer) => [...layer]);
    }
  }
  for (const [index, layer] of best.entries()) layers[index] = layer;
}

/** Pairs of steps that cross. */
export function crossingsOf(
  layers: readonly (readonly Placed[])[],
  steps: readonly (readonly Step[])[],
): number {
  let crossings = 0;
  for (const [index, between] of steps.entries()) {
    const above = new Map((layers[index] ?? []).map(({ id }, at) => [id, at]));
    const below = new Map((layers[index + 1] ?? []).map(({ id }, at) => [id, at]));
    const ends = between.map(({ from, to }) => [above.get(from) ?? 0, below.get(to) ?? 0] as const);
    for (const [at, [from, to]] of ends.entries()) {
      for (const [otherFrom, otherTo] of ends.slice(at + 1)) {
        if ((from - otherFrom) * (to - otherTo) < 0) crossings += 1;
      }
    }
  }
  return crossings;
}

function place(
  ordered: readonly (readonly Placed[])[],
  steps: readonly (readonly Step[])[],
  { gap, widthLimit }: Spacing,
): { readonly layers: readonly (readonly Placed[])[]; readonly width: number } {
  const centres = new Map<string, number>();
  const widest = Math.max(0, ...ordered.map((layer) => packedWidth(layer, gap)));
  const width = Math.max(widest, Math.min(widthLimit, widest));
  for (const layer of ordered) {
    let left = Math.floor((width - packedWidth(layer, gap)) / 2);
    for (const box of layer) {
      centres.set(box.id, left + box.width / 2);
      left += box.width + gap;
    }
  }
  for (let round = 0; round < 2 * rounds; round += 1) {
    const isDown = round % 2 === 0;
    for (const [index, layer] of (isDown ? ordered : ordered.toReversed()).entries()) {
      const at = isDown ? index : ordered.length - 1 - index;
      const between = (isDown ? steps[at - 1] : steps[at]) ?? [];
      const wanted = layer.map(({ id }) => {
        const joined = between.flatMap(({ from, to }) => {
          const other = isDown ? (to === id ? from : undefined) : from === id ? to : undefined;
          return other === undefined ? [] : [centres.get(other) ?? 0];
        });
        return joined.length === 0 ? (centres.get(id) ?? 0) : mean(joined);
      });
      for (const [place, left] of spread(layer, wanted, gap, width).entries()) {
        const box = layer[place];
        if (box !== undefined) centres.set(box.id, left + box.width / 2);
      }
    }
  }
  const layers = ordered.map((layer) =>
    layer.map((box) => ({ ...box, left: Math.floor((centres.get(box.id) ?? 0) - box.width / 2) })),
  );
  const leftmost = Math.min(...layers.flat().map(({ left }) => left), width);
  const moved = layers.map((layer) => layer.map((box) => ({ ...box, left: box.left - leftmost })));
  return { layers: moved, width: Math.max(0, ...moved.flat().map(({ left, width: own }) => left + own)) };
}

/** Left edges as near to the wanted middles as order, gaps and the width allow: neighbours that would overlap move as one (isotonic regression). */
function spread(
  layer: readonly Placed[],
  wanted: readonly number[],
  gap: number,
  width: number,
): readonly number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const box of layer) {
    offsets.push(offset);
    offset += box.width + gap;
  }
  const blocks: { sum: number; count: number }[] = [];
  for (const [at, box] of layer.entries()) {
    let block = { sum: (wanted[at] ?? 0) - box.width / 2 - (offsets[at] ?? 0), count: 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / last.count <= block.sum / block.count) break;
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  const room = Math.max(0, width - packedWidth(layer, gap));
  const shifts = blocks.flatMap(({ sum, count }) =>
    Array.from({ length: count }, () => Math.floor(Math.min(room, Math.max(0, sum / count)))),
  );
  return offsets.map((own, at) => own + (shifts[at] ?? 0));
}

function packedWidth(layer: readonly { readonly width: number }[], gap: number): number {
  return layer.reduce((sum, { width }) => sum + width + gap, -gap);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
