/** A series of values as lines of characters: columns of blocks, with the scale beside them. */

export type LineChart = {
  /** From left to right; more than `width` of them are joined, each column showing its largest. */
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
  /** The value of the bottom, and of the top. */
  readonly from: number;
  readonly to: number;
  readonly scale?: 'linear' | 'logarithmic';
  readonly format: (value: number) => string;
};

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The lines, top first, each with its value on the left in the first and the last. */
export function formatLineChart(chart: LineChart): readonly string[] {
  const { height, from, to, format } = chart;
  const columns = columnsOf(chart).map((value) => Math.round(heightOf(chart, value) * height * 8));
  const labels = Array.from({ length: height }, (_, line) =>
    line === 0 ? format(to) : line === height - 1 ? format(from) : '',
  );
  const labelWidth = Math.max(...labels.map((label) => label.length));
  return labels.map((label, line) => {
    const base = (height - 1 - line) * 8;
    const blocks = columns.map((filled) => eighths[Math.min(8, Math.max(0, filled - base))] ?? ' ');
    return `${label.padStart(labelWidth)} ${line === height - 1 ? '┴' : '┤'}${blocks.join('')}`.trimEnd();
  });
}

/** The largest value of each column, undefined where there is none. */
function columnsOf({ values, width }: LineChart): readonly (number | undefined)[] {
  const count = Math.min(width, values.length);
  return Array.from({ length: count }, (_, column) => {
    const begin = Math.floor((column * values.length) / count);
    const end = Math.floor(((column + 1) * values.length) / count);
    const inside = values.slice(begin, end).filter((value) => !Number.isNaN(value));
    return inside.length === 0 ? undefined : Math.max(...inside);
  });
}

/** From 0 to 1; a value that is there is never quite nothing. */
function heightOf({ from, to, scale = 'linear', height }: LineChart, value: number | undefined): number {
  if (value === undefined) return 0;
  const place = scale === 'linear' ? (one: number) => one : Math.log;
  const share = (place(value) - place(from)) / (place(to) - place(from));
  return Math.min(1, Math.max(1 / (height * 8), share));
}
