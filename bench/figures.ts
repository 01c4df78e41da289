/**
 * What every bench gives: figures with stable ids, as a table for people or as one JSON object.
 *
 * JSON: `{"figures": [{"id", "value", "unit", "better", "against"?, "aim"?}], "conditions": {…}}` on standard output and nothing else.
 */
import { cpus, release } from 'node:os';
import { styleText } from 'node:util';

export type Figure = {
  /** Stable: what issues and charts name. */
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** What it was measured against, in the same run. */
  readonly against?: string;
  /** The value to reach, in the direction of `better`. */
  readonly aim?: number;
};

export type Conditions = Readonly<Record<string, string | number>>;

/** The machine and runtime, as far as they matter to a figure. */
export function conditionsHere(): Conditions {
  const processors = cpus();
  return {
    node: process.version,
    v8: process.versions.v8,
    kernel: release(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
  };
}

/** Whether `figure` reaches its aim; undefined if it has none. */
export function reachesAim({ value, better, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  return better === 'lower' ? value <= aim : value >= aim;
}

/** Prints figures: JSON if the command line says `--json`, else a table. */
export function printFigures(title: string, figures: readonly Figure[], conditions: Conditions): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ figures, conditions }));
    return;
  }
  const rows = figures.map((figure) => ({
    id: figure.id,
    value: `${formatValue(figure.value)} ${figure.unit}`,
    against: figure.against ?? '',
    aim:
      figure.aim === undefined ? '' : `${figure.better === 'lower' ? '≤' : '≥'} ${formatValue(figure.aim)}`,
    verdict: verdictOf(figure),
  }));
  const width = (key: 'id' | 'value' | 'against' | 'aim') => Math.max(...rows.map((row) => row[key].length));
  console.log(styleText('bold', title));
  for (const row of rows) {
    const cells = [
      row.id.padEnd(width('id')),
      row.value.padStart(width('value')),
      row.aim.padEnd(width('aim')),
    ];
    console.log(`  ${cells.join('  ')}  ${row.verdict}  ${styleText('dim', row.against)}`);
  }
  const facts = Object.entries(conditions).map(([name, value]) => `${name} ${value}`);
  console.log(styleText('dim', `  ${facts.join(' · ')}`));
}

function verdictOf(figure: Figure): string {
  const reached = reachesAim(figure);
  if (reached === undefined) return ' ';
  return reached ? styleText('green', '✓') : styleText('red', '✗');
}

function formatValue(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Says on standard error what is going on, so that `--json` stays clean. */
export function say(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}
