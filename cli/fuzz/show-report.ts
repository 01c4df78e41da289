/** What `eft fuzz` has come to with a module: for people, and for programs. */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { type OutputStream, paint, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';
import type { AgreementReport } from './agreement/find-scenarios.ts';
import { type ShownFile, share } from './coverage-html.ts';
import type { Finding, FuzzReport } from './fuzz-module.ts';
import { coverageText, plural, runsText } from './fuzz-screen.ts';
import { countLines } from './line-coverage.ts';

/** Characters of a line that a module's own words may take. */
const lineLimit = 1_000;

/** What a run has come to, for people. */
export function writeReport(
  stdout: OutputStream,
  report: FuzzReport,
  folder: string,
  files: readonly string[],
): void {
  writeLine(stdout, `${runsText(report)}, seed ${report.seed}`);
  writeLine(
    stdout,
    `coverage ${coverageText(report)}; ${plural(report.corpus.length, 'input')} in ${folder}`,
  );
  if (report.findings.length === 0) writeLine(stdout, `${paint(stdout, 'good', '✓')} nothing was found`);
  for (const [index, finding] of report.findings.entries()) {
    writeLine(stdout);
    writeFindingLines(stdout, finding);
    writeLine(stdout, `  ${paint(stdout, 'name', `eft replay ${files[index] ?? ''}`)}`);
  }
}

function writeFindingLines(stdout: OutputStream, finding: Finding): void {
  const { oracle, code, message, frames, input, isConfirmed } = finding;
  const shown = (text: string) => visibleText(text, lineLimit);
  writeLine(stdout, `${paint(stdout, 'bad', `✗ ${oracle}`)} ${shown(code)}: ${shown(message)}`);
  for (const frame of frames) writeLine(stdout, `    at ${shown(frame)}`);
  writeLine(stdout, `  after ${plural(input.steps.length, 'step')}`);
  if (!isConfirmed)
    writeLine(stdout, '  the shipped bytes do not do so without counters: this is a bug of the fuzzer');
}

/** A line for each source, and one for all. */
export function writeLines(stdout: OutputStream, files: readonly ShownFile[]): void {
  const rows = [...files, undefined].map((file) => {
    const { reached, total } = countLines(file === undefined ? files : [file]);
    return [file?.path ?? 'all', String(reached), String(total), share(reached, total)];
  });
  writeLine(stdout);
  const right = ['REACHED', 'OF', 'SHARE'].map((title) => ({ title, align: 'right' as const }));
  writeTable(stdout, ['SOURCE', ...right], rows);
}

/** The same for programs. */
export function describe(
  report: FuzzReport,
  folder: string,
  files: readonly string[],
  covered: readonly ShownFile[] | undefined,
): Readonly<Record<string, unknown>> {
  const { module, seed, runs, events, cpuMs, reached, sites, corpus, findings } = report;
  const { name, version } = module.manifest;
  return {
    module: { name, version, digest: module.digest },
    seed,
    runs,
    events,
    cpuMilliseconds: Math.round(cpuMs),
    coverage: { reached, sites },
    ...(covered === undefined
      ? {}
      : {
          lines: covered.map(({ path, lines }) => ({
            path,
            reached: [...lines.values()].filter((state) => state !== 'missed').length,
            total: lines.size,
            missed: [...lines]
              .flatMap(([line, state]) => (state === 'missed' ? [line] : []))
              .sort((a, b) => a - b),
          })),
        }),
    corpus: { folder, inputs: corpus.length },
    findings: findings.map(({ oracle, code, message, frames, input, isConfirmed }, index) => ({
      oracle,
      code,
      message,
      frames,
      steps: input.steps.length,
      isConfirmed,
      file: files[index] ?? null,
    })),
  };
}

/** What a simulated host has shown, for programs. */
export function describeAgreement(
  { scenarios, events, found }: AgreementReport,
  files: readonly string[],
): unknown {
  return {
    scenarios,
    events,
    findings: found.map(({ failure: { oracle, code, message }, scenario }, index) => {
      return { oracle, code, message, deeds: scenario.length, file: files[index] ?? null };
    }),
  };
}
