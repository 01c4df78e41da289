/** `eft fuzz` of a component that is no module, and its findings again. */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { visibleText } from '../../../supervisor/document/visible-text.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { interruptSignal } from '../../api/interrupt.ts';
import { ExitStatus, exitStatuses } from '../../exit-status.ts';
import { readInput, writeOutput } from '../../files.ts';
import { type OutputStream, paint, type Terminal, writeJson, writeLine } from '../../output/terminal.ts';
import { budgetSeconds, coverageText, FuzzScreen, plural, runsText } from '../fuzz-screen.ts';
import type { ModuleSources } from '../named-module.ts';
import { framesInSources } from '../source-frames.ts';
import { type CallInput, callFileLimit, callSuffix, decodeCalls, encodeCalls } from './call-input.ts';
import { type CallComponent, callComponent, entryName } from './call-surface.ts';
import { CallTarget } from './call-target.ts';
import { confirmCalls } from './confirm-calls.ts';
import { type CallFinding, type CallReport, fuzzCalls } from './fuzz-calls.ts';

const findingsFolder = 'findings';
const digestLength = 16;
/** Characters of a line that a component's own words may take. */
const lineLimit = 1_000;

export type RunCallsOptions = {
  readonly component: CallComponent;
  /** What it was built from, if it was. */
  readonly sources?: ModuleSources | undefined;
  readonly seed: number;
  readonly runs: number | undefined;
  readonly seconds: number | undefined;
  /** Where inputs and findings are kept. */
  readonly folder: string;
  readonly isJson: boolean;
};

/** The inputs in a folder, by name; none if there is no such folder. Errors: `fuzz.calls`, `record.*`, `file.*`. */
export function readCallCorpus(folder: string): readonly CallInput[] {
  return callFiles(folder).map((name) => {
    const file = join(folder, name);
    return decodeCalls(readInput(file, callFileLimit), file).calls;
  });
}

/** Makes these the inputs in the folder. Errors: `file.unwritable`. */
export function writeCallCorpus(folder: string, corpus: readonly CallInput[]): void {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, Uint8Array>(
    corpus.map((calls) => {
      const bytes = encodeCalls({ calls });
      return [`${hash('sha256', bytes).slice(0, digestLength)}${callSuffix}`, bytes] as const;
    }),
  );
  const before = callFiles(folder);
  for (const [name, bytes] of files) if (!before.includes(name)) writeOutput(join(folder, name), bytes);
  for (const name of before) if (!files.has(name)) rmSync(join(folder, name), { force: true });
}

function callFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(callSuffix))
      .sort();
  } catch {
    return [];
  }
}

/** Ends with status 1 if something was found. Errors: those of `fuzzCalls` and of files. */
export async function runCalls(terminal: Terminal, options: RunCallsOptions): Promise<void> {
  const { component, sources, folder, runs, isJson, seed } = options;
  const { stdout } = terminal;
  const seconds = budgetSeconds(options);
  const screen = new FuzzScreen(terminal.stderr, { seconds, runs }, 'call');
  const signal = interruptSignal();
  if (!isJson) {
    const functions = component.entries.map(entryName).join(', ');
    writeLine(stdout, `${paint(stdout, 'title', component.name)} ${visibleText(functions, lineLimit)}`);
    if (component.leftOut.length > 0)
      writeLine(
        stdout,
        `not called, as handles are needed: ${visibleText(component.leftOut.join(', '), lineLimit)}`,
      );
  }
  const told = await fuzzCalls(component, {
    seed,
    runs: runs ?? Number.POSITIVE_INFINITY,
    seeds: readCallCorpus(folder),
    isOver: () => signal.aborted || (seconds !== undefined && screen.seconds >= seconds),
    onProgress: (progress) => screen.show(progress),
  });
  screen.end();
  const report = sources === undefined ? told : withLines(told, component, sources);
  writeCallCorpus(folder, report.corpus);
  const files = report.findings.map((finding) => writeFinding(folder, component, finding));
  if (isJson) writeJson(stdout, describe(component, seed, report, folder, files));
  else writeReport(stdout, seed, report, folder, files);
  if (report.findings.length > 0) throw new ExitStatus(exitStatuses.refused);
}

/** The same report with a line of the sources behind each frame of a finding. */
function withLines(report: CallReport, { definition }: CallComponent, sources: ModuleSources): CallReport {
  const findings = report.findings.map((finding) => {
    const frames = framesInSources(definition, sources, finding.failure.frames);
    return { ...finding, failure: { ...finding.failure, frames } };
  });
  return { ...report, findings };
}

/** Runs a finding again, on the component that its file holds. Ends with status 1 if it does not fail any more. */
export function reproCalls(terminal: Terminal, file: string, isJson: boolean): void {
  const { calls, component: held } = decodeCalls(readInput(file, callFileLimit), file);
  const { stdout } = terminal;
  if (held === undefined) throw EftError.of('fuzz.calls-alone', {}, { place: { file } });
  const component = callComponent(held.bytes, held.name);
  const confirmed = confirmCalls(new CallTarget(component, false), component, calls);
  const isSame = confirmed?.isConfirmed === true;
  if (isJson) {
    const { oracle, code, message, frames } = confirmed?.failure ?? {};
    writeJson(stdout, {
      component: held.name,
      calls: calls.length,
      failure: confirmed === undefined ? null : { oracle, code, message, frames },
      isSame,
    });
  } else {
    writeLine(stdout, paint(stdout, 'title', held.name));
    writeCallLines(stdout, calls);
    if (confirmed === undefined) writeLine(stdout, 'breaks no rule');
    else writeFailure(stdout, confirmed);
    const sign = isSame ? paint(stdout, 'good', '✓') : paint(stdout, 'bad', '✗');
    writeLine(stdout, `${sign} ${isSame ? 'the bytes without counters do the same' : 'not as it was found'}`);
  }
  if (!isSame) throw new ExitStatus(exitStatuses.refused);
}

function writeFinding(folder: string, { name, bytes }: CallComponent, { key, calls }: CallFinding): string {
  const findings = join(folder, findingsFolder);
  mkdirSync(findings, { recursive: true });
  const file = join(findings, `${fileName(name)}-${hash('sha256', key).slice(0, 12)}${callSuffix}`);
  writeOutput(file, encodeCalls({ calls, component: { name, bytes } }));
  return file;
}

/** A name as a part of a file's. */
export function fileName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9.-]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

function writeReport(
  stdout: OutputStream,
  seed: number,
  report: CallReport,
  folder: string,
  files: readonly string[],
): void {
  writeLine(stdout, `${runsText(report, 'call')}, seed ${seed}`);
  writeLine(
    stdout,
    `coverage ${coverageText(report)}; ${plural(report.corpus.length, 'input')} in ${folder}`,
  );
  if (report.findings.length === 0) writeLine(stdout, `${paint(stdout, 'good', '✓')} nothing was found`);
  for (const [index, finding] of report.findings.entries()) {
    writeLine(stdout);
    writeFailure(stdout, finding);
    writeCallLines(stdout, finding.calls);
    writeLine(stdout, `  ${paint(stdout, 'name', `eft fuzz --repro ${files[index] ?? ''}`)}`);
  }
}

function writeFailure(
  stdout: OutputStream,
  { failure, isConfirmed }: Pick<CallFinding, 'failure' | 'isConfirmed'>,
): void {
  const { oracle, code, message, frames } = failure;
  const shown = (text: string) => visibleText(text, lineLimit);
  writeLine(stdout, `${paint(stdout, 'bad', `✗ ${oracle}`)} ${shown(code)}: ${shown(message)}`);
  for (const frame of frames) writeLine(stdout, `    at ${shown(frame)}`);
  if (!isConfirmed)
    writeLine(stdout, '  the bytes without counters do not do so: this is a bug of the fuzzer');
}

function writeCallLines(stdout: OutputStream, calls: CallInput): void {
  for (const { name, parameters } of calls)
    writeLine(stdout, `  ${name}(${visibleText(parameters.map(valueText).join(', '), lineLimit)})`);
}

/** A value for people: bytes in hexadecimal. */
function valueText(value: unknown): string {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'bigint') return String(inner);
      return inner instanceof Uint8Array ? valueText(inner) : inner;
    }) ?? 'none'
  );
}

function describe(
  component: CallComponent,
  seed: number,
  { runs, events, cpuMs, reached, sites, corpus, findings }: CallReport,
  folder: string,
  files: readonly string[],
): unknown {
  return {
    component: component.name,
    functions: component.entries.map(entryName),
    leftOut: component.leftOut,
    seed,
    runs,
    calls: events,
    cpuMilliseconds: Math.round(cpuMs),
    coverage: { reached, sites },
    corpus: { folder, inputs: corpus.length },
    findings: findings.map(({ failure, calls, isConfirmed }, index) => ({
      oracle: failure.oracle,
      code: failure.code,
      message: failure.message,
      frames: failure.frames,
      calls: calls.map(({ name, parameters }) => `${name}(${parameters.map(valueText).join(', ')})`),
      isConfirmed,
      file: files[index] ?? null,
    })),
  };
}
