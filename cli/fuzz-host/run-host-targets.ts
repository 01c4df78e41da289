/** `eft fuzz --host`: fuzzes readers of the host's own side, one after the other, and keeps what they do wrong as files. */
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearestName } from '../../supervisor/document/nearest-name.ts';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { readInput, writeOutput } from '../files.ts';
import { Progress } from '../output/progress.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';
import { fuzzHost, hostTargets, reproduceHost } from './fuzz-host.ts';
import { inputBytesLimit } from './fuzz-reader.ts';

/** Runs of each reader if nothing else is said. */
const usualRuns = 20_000;
/** It always fails: the harness is tried by it, and nobody else. */
const canary = 'canary';
const lineLimit = 1_000;
const digestLength = 12;

export type HostRunOptions = {
  /** One reader, or all of them. */
  readonly target: string | undefined;
  readonly seed: number;
  readonly runs: number | undefined;
  readonly seconds: number | undefined;
  /** Where inputs that show something are kept. */
  readonly folder: string;
  /** An input to run again, in place of all else. */
  readonly repro: string | undefined;
  readonly isJson: boolean;
};

/** Ends with status 1 if anything was found. */
export async function runHostTargets(terminal: Terminal, options: HostRunOptions): Promise<void> {
  const { stdout } = terminal;
  const names = await targetsOf(terminal, options.target);
  if (options.repro !== undefined) {
    const [name = '', another] = names;
    if (another !== undefined) {
      writeLine(
        terminal.stderr,
        `error: say which reader it is for: eft fuzz --host READER --repro ${options.repro}`,
      );
      throw new ExitStatus(exitStatuses.usage);
    }
    const finding = await reproduceHost(name, new Uint8Array(readInput(options.repro, inputBytesLimit)));
    if (options.isJson) {
      const { oracle, message, frames } = finding ?? {};
      writeJson(stdout, {
        target: name,
        finding: finding === undefined ? null : { oracle, message, frames },
      });
      if (finding === undefined) return;
      throw new ExitStatus(exitStatuses.refused);
    }
    if (finding === undefined) {
      writeLine(stdout, `${paint(stdout, 'good', '✓')} ${name} reads it, or refuses it with a word`);
      return;
    }
    writeLine(
      stdout,
      `${paint(stdout, 'bad', '✗')} ${name}: ${finding.oracle}: ${visibleText(finding.message, lineLimit)}`,
    );
    throw new ExitStatus(exitStatuses.refused);
  }
  const runs = options.runs ?? (options.seconds === undefined ? usualRuns : undefined);
  const progress = new Progress(terminal.stderr);
  const results = [];
  for (const [index, name] of names.entries()) {
    progress.tell('readers', name, index / names.length);
    const { seed, seconds } = options;
    results.push(
      await fuzzHost(name, {
        seed,
        ...(runs === undefined ? {} : { runs }),
        ...(seconds === undefined ? {} : { seconds }),
      }),
    );
  }
  progress.end();
  const findings = results.flatMap((result) => result.findings);
  const files = findings.map(({ target, oracle, bytes }) => {
    mkdirSync(options.folder, { recursive: true });
    const file = join(
      options.folder,
      `${target}-${oracle}-${hash('sha256', bytes).slice(0, digestLength)}.bin`,
    );
    writeOutput(file, bytes);
    return file;
  });
  if (options.isJson) {
    const readers = results.map(({ target, runs: done, reached, cpuMs, inputs }) => ({
      target,
      runs: done,
      reached,
      cpuMs: Math.round(cpuMs),
      inputs: inputs.length,
    }));
    const told = findings.map(({ target, oracle, message, run }, index) => ({
      target,
      oracle,
      message,
      run,
      file: files[index],
    }));
    writeJson(stdout, { seed: options.seed, readers, findings: told });
  } else {
    const rows = results.map(({ target, runs: done, reached, cpuMs, inputs, findings: own }) => [
      target,
      done.toLocaleString('en-US'),
      Math.round(done / Math.max(0.001, cpuMs / 1_000)).toLocaleString('en-US'),
      reached.toLocaleString('en-US'),
      String(inputs.length),
      own.length === 0 ? paint(stdout, 'good', 'nothing') : paint(stdout, 'bad', String(own.length)),
    ]);
    const right = (title: string) => ({ title, align: 'right' }) as const;
    writeTable(
      stdout,
      ['READER', right('RUNS'), right('A CPU SECOND'), right('PLACES REACHED'), right('INPUTS'), 'FOUND'],
      rows,
    );
    for (const [index, { target, oracle, message, frames }] of findings.entries()) {
      writeLine(
        stdout,
        `\n${paint(stdout, 'bad', '✗')} ${target}: ${oracle}: ${visibleText(message, lineLimit)}`,
      );
      for (const frame of frames) writeLine(stdout, `  ${visibleText(frame, lineLimit)}`);
      writeLine(
        stdout,
        `  ${paint(stdout, 'name', `eft fuzz --host ${target} --repro ${files[index] ?? ''}`)}`,
      );
    }
  }
  if (findings.length > 0) throw new ExitStatus(exitStatuses.refused);
}

/** All readers but the canary, or the one that is named. */
async function targetsOf(terminal: Terminal, target: string | undefined): Promise<readonly string[]> {
  const names = (await hostTargets()).map(({ name }) => name);
  if (target === undefined) return names.filter((name) => name !== canary);
  if (names.includes(target)) return [target];
  const nearest = nearestName(target, names);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  writeLine(terminal.stderr, `error: there is no reader ${target}${hint}; there are ${names.join(', ')}`);
  throw new ExitStatus(exitStatuses.usage);
}
