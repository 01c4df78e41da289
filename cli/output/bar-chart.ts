/** Bar charts of a few sizes, in characters that every terminal font has. */
import { displayWidth } from './table.ts';

export type Bar = { readonly label: string; readonly bytes: number };

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** One line a bar: label, size, share of the whole, and the bar itself, at most `width` characters long. */
export function formatBars(bars: readonly Bar[], width = 32): readonly string[] {
  const total = bars.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = Math.max(1, ...bars.map(({ bytes }) => bytes));
  const labelWidth = Math.max(0, ...bars.map(({ label }) => displayWidth(label)));
  return bars.map(({ label, bytes }) => {
    const share = total === 0 ? 0 : Math.round((100 * bytes) / total);
    const head = `${label}${' '.repeat(labelWidth - displayWidth(label))}`;
    return `${head}  ${formatBytes(bytes).padStart(9)}  ${String(share).padStart(3)} %  ${bar(bytes / largest, width)}`.trimEnd();
  });
}

/** `870 B`, `12.4 KiB`, `1.50 MiB`: three figures. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${value.toPrecision(value >= 1000 ? 4 : 3)} ${unit}`;
}

function bar(share: number, width: number): string {
  const length = Math.round(share * width * 8);
  return '█'.repeat(length >> 3) + (eighths[length & 7] ?? '');
}
