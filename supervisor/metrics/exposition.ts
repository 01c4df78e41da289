/**
 * The text format of Prometheus, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format), and nothing of how figures come about.
 */
import type { Histogram } from './histogram.ts';

export type Labels = Readonly<Record<string, string>>;

export type Sample = { readonly labels?: Labels; readonly value: number | bigint };

/** Samples of one name. */
export type Family =
  | {
      readonly type: 'counter' | 'gauge';
      readonly name: string;
      /** In a sentence, with the unit. */
      readonly help: string;
      readonly samples: readonly Sample[];
    }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly histograms: readonly { readonly labels?: Labels; readonly histogram: Histogram }[];
    };

const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The whole text. Names are the supervisor's own: a wrong one is a TypeError. */
export function writeExposition(families: readonly Family[]): string {
  return families.map(writeFamily).join('');
}

function writeFamily(family: Family): string {
  const { name, help, type } = family;
  if (!namePattern.test(name)) throw new TypeError(`${name} is no name of a metric`);
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  if (family.type === 'histogram') {
    for (const { labels = {}, histogram } of family.histograms) {
      let below = 0;
      const { bounds, counts, sum } = histogram;
      for (const [at, count] of counts.entries()) {
        below += count;
        const le = at < bounds.length ? formatValue(bounds[at] ?? 0) : '+Inf';
        lines.push(`${name}_bucket${formatLabels({ ...labels, le })} ${below}`);
      }
      lines.push(`${name}_sum${formatLabels(labels)} ${formatValue(sum)}`);
      lines.push(`${name}_count${formatLabels(labels)} ${below}`);
    }
  } else {
    for (const { labels = {}, value } of family.samples)
      lines.push(`${name}${formatLabels(labels)} ${formatValue(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    if (!labelPattern.test(name)) throw new TypeError(`${name} is no name of a label`);
    return `${name}="${escapeLabel(value)}"`;
  });
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatValue(value: number | bigint): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text.toWellFormed()).replaceAll('"', '\\"');
}
