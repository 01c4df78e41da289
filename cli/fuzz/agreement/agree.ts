/**
 * Fuzzes a module that has a simulated host against it: the entry for the command and for tests. With a number of scenarios the outcome follows from
 * the module and the seed alone; with a time it does not.
 */
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { prepareEngine } from '../../../supervisor/cells/thread-transport.ts';
import { visibleText } from '../../../supervisor/document/visible-text.ts';
import { ExitStatus, exitStatuses } from '../../exit-status.ts';
import { readInput, writeOutput } from '../../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../../output/terminal.ts';
import { Executor, type Failure, fuelLimit } from '../execute.ts';
import { findModule } from '../named-module.ts';
import { openFuzzModule } from '../open-module.ts';
import { type FuzzModule, instrumentModule, Target } from '../target.ts';
import { type AgreementReport, AgreementSearch, type Disagreement } from './find-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import { decodeScenario, encodeScenario, scenarioSuffix } from './scenario.ts';
import { simulationOf } from './simulated-host.ts';

/** Runs of the fuzzer for which one scenario is run: it is some hundred events long. */
export const runsPerScenario = 200;
/** Of the time that a module is fuzzed, what is left for its scenarios if it has a simulated host. */
const scenariosShare = 0.2;
/** Scenarios between two looks at the clock. */
const scenariosPerLook = 20;
/** Bytes of a file with a scenario. */
const scenarioFileLimit = 16 * 1024 * 1024;
/** Characters of a line that a module's own words may take. */
const lineLimit = 1_000;

export type AgreeOptions = {
  readonly seed: number;
  /** Scenarios after which it ends. */
  readonly scenarios: number;
  /** Is asked now and then whether to end. */
  readonly isOver?: () => boolean;
};

/** Undefined if the module has no simulated host. Error: `fuzz.cannot-instrument`. */
export async function agree(
  module: FuzzModule,
  { seed, scenarios, isOver = () => false }: AgreeOptions,
): Promise<AgreementReport | undefined> {
  const simulation = simulationOf(module.manifest.name);
  if (simulation === undefined) return undefined;
  const search = new AgreementSearch(executorOf(module), simulation, seed);
  for (let left = scenarios; left > 0 && !isOver(); left -= scenariosPerLook) {
    search.search(Math.min(left, scenariosPerLook));
    await setImmediate();
  }
  return search.report;
}

/** Of the time that the module is fuzzed, how much it is fuzzed on a host of bytes. */
export function campaignShare(module: string): number {
  return simulationOf(module) === undefined ? 1 : 1 - scenariosShare;
}

function executorOf(module: FuzzModule): Executor {
  prepareEngine();
  const executor = new Executor(new Target(instrumentModule(module, false)));
  executor.fuel = fuelLimit;
  return executor;
}

/** Writes a finding, and gives its path: the same finding has the same name. Errors: `file.unwritable`. */
export function writeDisagreement(folder: string, { manifest }: FuzzModule, found: Disagreement): string {
  const findings = join(folder, 'findings');
  mkdirSync(findings, { recursive: true });
  const { name, version } = manifest;
  const file = join(
    findings,
    `${name}-${version}-${hash('sha256', found.key).slice(0, 12)}${scenarioSuffix}`,
  );
  writeOutput(file, encodeScenario({ module: name, scenario: found.scenario }));
  return file;
}

/** For people; `files` are those of what was found. */
export function writeAgreement(
  { stdout }: Terminal,
  { scenarios, events, found }: AgreementReport,
  files: readonly string[],
): void {
  const begun = `${scenarios} scenarios on a simulated host, ${events} events`;
  if (found.length === 0) {
    writeLine(stdout, `${paint(stdout, 'good', '✓')} ${begun}: it does what it says`);
    return;
  }
  writeLine(stdout, begun);
  for (const [index, { failure, scenario }] of found.entries()) {
    writeLine(stdout);
    writeFailure(stdout, failure);
    writeLine(stdout, `  after ${scenario.length} deeds`);
    writeLine(stdout, `  ${paint(stdout, 'name', `eft fuzz --repro ${files[index] ?? ''}`)}`);
  }
}

function writeFailure(stdout: Terminal['stdout'], { oracle, code, message, frames }: Failure): void {
  const shown = (text: string) => visibleText(text, lineLimit);
  writeLine(stdout, `${paint(stdout, 'bad', `✗ ${oracle}`)} ${shown(code)}: ${shown(message)}`);
  for (const frame of frames) writeLine(stdout, `    at ${shown(frame)}`);
}

/**
 * Runs a scenario again, on the module that it was found with or on the one that is named, and ends with 1 if they still do not agree. Errors: those of
 * `findModule`; `fuzz.input`, `record.*`, `file.*`.
 */
export async function reproScenario(
  terminal: Terminal,
  file: string,
  named: string | undefined,
  isJson: boolean,
): Promise<void> {
  const { module: foundWith, scenario } = decodeScenario(readInput(file, scenarioFileLimit), file);
  const found = await findModule(named ?? foundWith);
  const module = openFuzzModule(found.bytes, found.file);
  const { name, version } = module.manifest;
  const simulation = simulationOf(name) ?? simulationOf(foundWith);
  if (simulation === undefined)
    throw new TypeError(`a scenario was found with ${foundWith}, which has no simulated host`);
  const { failure, events } = runScenario(executorOf(module), simulation, scenario);
  const { stdout } = terminal;
  if (isJson) {
    const told = failure && { oracle: failure.oracle, code: failure.code, message: failure.message };
    writeJson(stdout, { events, failure: told ?? null });
  } else {
    writeLine(stdout, `${paint(stdout, 'title', `${name} ${version}`)} sha256 ${module.digest}`);
    if (failure === undefined)
      writeLine(stdout, `${paint(stdout, 'good', '✓')} ${events} events: it does what it says`);
    else writeFailure(stdout, failure);
  }
  if (failure !== undefined) throw new ExitStatus(exitStatuses.refused);
}
