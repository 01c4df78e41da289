/** `eft fuzz`: attacks a module from every side, on a host that is made of nothing but bytes, and keeps what breaks it. */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { readInput, writeOutput } from '../files.ts';
import { scenarioSuffix } from '../fuzz/agreement/scenario.ts';
import type { FuzzReport } from '../fuzz/fuzz-module.ts';
import {
  budgetSeconds,
  coffeeSeconds,
  coverageText,
  FuzzScreen,
  plural,
  runsText,
  tellWaiting,
} from '../fuzz/fuzz-screen.ts';
import type { NamedModule } from '../fuzz/named-module.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type FuzzCommandOptions = {
  readonly seconds?: number;
  readonly runs?: number;
  readonly jobs?: number;
  readonly seed: number;
  readonly corpus?: string;
  readonly seedRecord: readonly string[];
  readonly coverage?: string | true;
  readonly repro?: string;
  readonly host?: string | true;
  readonly against?: string;
  readonly calls?: readonly string[];
  readonly json?: true;
};

/** Characters of a line that a module's own words may take. */
const lineLimit = 1_000;

export function fuzzCommand(terminal: Terminal): Command {
  return new Command('fuzz')
    .description('attack a module from every side, and keep what breaks it as files that replay')
    .argument(
      '[MODULE]',
      'the name of a module of this checkout, or the file or folder of a module or of any component',
    )
    .option('--seconds <N>', `how long (${coffeeSeconds} if no runs are said either)`, readCount)
    .option(
      '--runs <N>',
      'how many runs: with these, and not with seconds, the outcome is the same each time',
      readCount,
    )
    .option('--jobs <N>', 'threads; the number of processors if it is not said', readJobs)
    .option('--seed <N>', 'what chance begins with', readCount, 1)
    .option(
      '--corpus <FOLDER>',
      'where inputs and findings are kept; a folder for each module if it is not said',
    )
    .option('--seed-record <FILE>', 'begin with what this flight record tells too (repeatable)', append, [])
    .option(
      '--coverage [FILE.html]',
      'say which lines of the sources were reached; with a file, show them there',
    )
    .option(
      '--repro <FILE>',
      'run a finding, or any flight record, again, and say which rule it breaks; with --against, show where two versions part',
    )
    .option(
      '--against <MODULE>',
      'compare with this version, before one takes the place of the other on a node',
    )
    .option('--calls <NAME,…>', 'of a component that is no module, only these functions', (text: string) =>
      text.split(','),
    )
    .option(
      '--host [READER]',
      "fuzz no module, but the supervisor's own readers of what strangers send: all, or one",
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: FuzzCommandOptions, command: Command) => {
      if (options.host !== undefined) {
        const { runHostTargets } = await import('../fuzz-host/run-host-targets.ts');
        const { corpusFolder } = await import('../fuzz/corpus-folder.ts');
        return runHostTargets(terminal, {
          target: options.host === true ? undefined : options.host,
          seed: options.seed,
          runs: options.runs,
          seconds: options.seconds,
          folder: options.corpus ?? corpusFolder('host'),
          repro: options.repro,
          isJson: options.json === true,
        });
      }
      if (options.repro?.endsWith(scenarioSuffix)) {
        const { reproScenario } = await import('../fuzz/agreement/agree.ts');
        return reproScenario(terminal, options.repro, named, options.json === true);
      }
      if (options.repro !== undefined && options.against === undefined)
        return reproOne(terminal, options.repro, options.json === true);
      if (named === undefined) return command.error('error: name a module, or give --repro', { exitCode: 2 });
      if (options.against !== undefined) return compareTwo(terminal, named, options.against, options);
      await fuzzOne(terminal, named, options, command);
    });
}

const help = `
The module is the file that would be shipped. It runs in this process, in a thread for each job; nobody carries out what it wants done. What
it is told is made up: events, and the host's answers, in any order, well-formed and not. Code that is reached for the first time makes
an input worth keeping; what the module compares is tried in its place.

A finding is a trap, a call that does not end, memory that is used up, an effect that the store refuses, a request that the manifest does not
grant, or handles, requests and timers without end. Each is one flight record: \`eft replay\` runs it on the shipped bytes, and shows it
step by step.

A module that has a simulated host, as \`network\` has a kernel, runs on that too: whatever is done to it, in the end what the module says must be what the host
has, and it must rest. A finding of this sort is a file that ends in .eftscenario, for --repro.

A component that is no module is fuzzed too, by all functions that it exports and that take nothing but values: the parser of a packet by itself is
many times as fast as the module around it.

Ends with
  0  nothing was found
  1  something was, or the module cannot be fuzzed

Examples:
  eft fuzz network
  eft fuzz network --seconds 600 --jobs 2
  eft fuzz health --runs 20000 --coverage health.html
  eft fuzz build/modules/health-0.1.0.wasm --runs 50000 --seed 7 --json
  eft fuzz ./network-1.1.0.wasm --against network
  eft fuzz ./network-1.1.0.wasm --against network --repro difference.eftinput
  eft fuzz tests/components/dhcp --calls lease-in
  eft fuzz --host
  eft fuzz --host yaml --seconds 60
  eft fuzz --repro network-0.1.0-8a4f20c9b1de.eftrecord`;

/** A component that is no module, by its own functions. */
async function fuzzComponent(
  terminal: Terminal,
  { bytes, file, sources }: NamedModule,
  options: FuzzCommandOptions,
  command: Command,
): Promise<void> {
  const { callComponent } = await import('../fuzz/calls/call-surface.ts');
  const { fileName, runCalls } = await import('../fuzz/calls/run-calls.ts');
  const { corpusFolder } = await import('../fuzz/corpus-folder.ts');
  const { jobs, coverage, seedRecord } = options;
  const reason = `${file} is no module: it exports no lifecycle`;
  if (jobs !== undefined) refuseOption(command, '--jobs', reason);
  if (coverage !== undefined) refuseOption(command, '--coverage', reason);
  if (seedRecord.length > 0) refuseOption(command, '--seed-record', reason);
  await runCalls(terminal, {
    component: callComponent(bytes, file, options.calls),
    sources,
    seed: options.seed,
    runs: options.runs,
    seconds: options.seconds,
    folder: options.corpus ?? corpusFolder(join('components', fileName(file))),
    isJson: options.json === true,
  });
}

function refuseOption(command: Command, option: string, reason: string): void {
  command.error(`error: ${option} does not go with this: ${reason}`, { exitCode: 2 });
}

async function fuzzOne(
  terminal: Terminal,
  named: string,
  options: FuzzCommandOptions,
  command: Command,
): Promise<void> {
  const { fuzzModule } = await import('../fuzz/fuzz-module.ts');
  const { corpusFolder, readCorpus, writeCorpus, writeFinding } = await import('../fuzz/corpus-folder.ts');
  const { findModule, sourcesOf } = await import('../fuzz/named-module.ts');
  const { openFuzzModule } = await import('../fuzz/open-module.ts');
  const { interruptSignal } = await import('../api/interrupt.ts');
  const { agree, campaignShare, runsPerScenario, writeAgreement, writeDisagreement } = await import(
    '../fuzz/agreement/agree.ts'
  );
  const { hasLifecycle } = await import('../fuzz/calls/call-surface.ts');
  const { decodeComponent } = await import('../../supervisor/component/decode.ts');
  if (!named.endsWith('.wasm')) tellWaiting(terminal.stderr, `building ${named} as it is shipped`);
  const found = await findModule(named);
  const { bytes, file, kept } = found;
  if (!hasLifecycle(decodeComponent(bytes).world)) return fuzzComponent(terminal, found, options, command);
  if (options.calls !== undefined)
    refuseOption(command, '--calls', `${named} is a module, which is told events`);
  const sources = options.coverage === undefined ? undefined : sourcesOf(found);
  const module = openFuzzModule(bytes, file);
  const { name, version } = module.manifest;
  const folder = options.corpus ?? corpusFolder(name);
  const seeds = [...readCorpus(folder), ...kept, ...(await recordSeeds(module, options.seedRecord))];
  const signal = interruptSignal();
  const seconds = budgetSeconds(options);
  const screen = new FuzzScreen(terminal.stderr, { seconds, runs: options.runs });
  if (!options.json)
    writeLine(
      terminal.stdout,
      `${paint(terminal.stdout, 'title', `${name} ${version}`)} sha256 ${module.digest}`,
    );
  const told = await fuzzModule(bytes, {
    seed: options.seed,
    seeds,
    file,
    ...(options.runs === undefined ? {} : { runs: options.runs }),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    isOver: () =>
      signal.aborted || (seconds !== undefined && screen.seconds >= seconds * campaignShare(name)),
    onProgress: (progress) => screen.show(progress),
  });
  screen.end();
  const agreement = await agree(module, {
    seed: options.seed,
    scenarios:
      options.runs === undefined ? Number.POSITIVE_INFINITY : Math.ceil(options.runs / runsPerScenario),
    isOver: () => signal.aborted || (seconds !== undefined && screen.seconds >= seconds),
  });
  const report = found.sources === undefined ? told : await withSourceLines(told, found.sources);
  writeCorpus(folder, report.corpus);
  const files: string[] = [];
  for (const finding of report.findings) files.push(await writeFinding(folder, finding));
  const covered =
    sources === undefined
      ? undefined
      : (await import('../fuzz/source-coverage.ts')).sourceCoverage(report, sources);
  const scenarioFiles = agreement?.found.map((found) => writeDisagreement(folder, module, found)) ?? [];
  const { describe, describeAgreement, writeLines, writeReport } = await import('../fuzz/show-report.ts');
  if (options.json)
    writeJson(terminal.stdout, {
      ...describe(report, folder, files, covered),
      ...(agreement && { agreement: describeAgreement(agreement, scenarioFiles) }),
    });
  else {
    writeReport(terminal.stdout, report, folder, files);
    if (agreement !== undefined && agreement.scenarios > 0)
      writeAgreement(terminal, agreement, scenarioFiles);
  }
  if (covered !== undefined && !options.json) writeLines(terminal.stdout, covered);
  if (covered !== undefined && typeof options.coverage === 'string') {
    const { coverageHtml } = await import('../fuzz/coverage-html.ts');
    const about = `${runsText(report)}; ${coverageText(report)}`;
    writeOutput(options.coverage, coverageHtml({ title: `${name} ${version}`, about, files: covered }));
  }
  if (report.findings.length + scenarioFiles.length > 0) throw new ExitStatus(exitStatuses.refused);
}

/** The same report with a line of the sources behind each frame of a finding. */
async function withSourceLines(
  report: FuzzReport,
  sources: import('../fuzz/named-module.ts').ModuleSources,
): Promise<FuzzReport> {
  const { framesInSources } = await import('../fuzz/source-frames.ts');
  const findings = report.findings.map((finding) => ({
    ...finding,
    frames: framesInSources(report.module.definition, sources, finding.frames),
  }));
  return { ...report, findings };
}

/** The new version with the old one; or with `--repro`, what is known to tell them apart. */
async function compareTwo(
  terminal: Terminal,
  named: string,
  against: string,
  { repro, corpus, runs, seed, json }: FuzzCommandOptions,
): Promise<void> {
  const { findModule } = await import('../fuzz/named-module.ts');
  const { openFuzzModule } = await import('../fuzz/open-module.ts');
  const { prepareEngine } = await import('../../supervisor/cells/thread-transport.ts');
  const { readReproInput } = await import('../fuzz/repro-file.ts');
  const isJson = json === true;
  const input = repro === undefined ? undefined : readReproInput(repro);
  const [old, next] = [await findModule(against), await findModule(named)];
  prepareEngine();
  const [before, after] = [openFuzzModule(old.bytes, old.file), openFuzzModule(next.bytes, next.file)];
  if (repro !== undefined && input !== undefined) {
    const { showDifference } = await import('../fuzz/show-difference.ts');
    return showDifference(terminal, { before, after, input, file: repro, isJson });
  }
  const { compareModules } = await import('../fuzz/compare-versions.ts');
  const { corpusFolder, readCorpus } = await import('../fuzz/corpus-folder.ts');
  const { name } = before.manifest;
  const folder = corpus ?? join(corpusFolder('against'), name);
  const seeds = [
    ...readCorpus(folder),
    ...(corpus === undefined ? readCorpus(corpusFolder(name)) : []),
    ...old.kept,
  ];
  const file = join(folder, 'difference.eftinput');
  const again = `eft fuzz ${named} --against ${against} --repro ${file}`;
  compareModules(terminal, { before, after, seeds, runs, seed, file, again, isJson });
}

async function recordSeeds(
  module: FuzzReport['module'],
  files: readonly string[],
): Promise<readonly import('../fuzz/fuzz-input.ts').FuzzInput[]> {
  if (files.length === 0) return [];
  const { decodeRecord, recordFileLimit } = await import('../../supervisor/cells/record-file.ts');
  const { recordSeed } = await import('../fuzz/record-steps.ts');
  const { moduleTypes } = await import('../fuzz/module-types.ts');
  const types = moduleTypes(module.definition.world, module.manifest);
  return files.map((file) =>
    recordSeed(decodeRecord(readInput(file, recordFileLimit), file).flight, types, module.manifest),
  );
}

async function reproOne(terminal: Terminal, file: string, isJson: boolean): Promise<void> {
  const { callFileLimit, isCallFile } = await import('../fuzz/calls/call-input.ts');
  if (isCallFile(readInput(file, callFileLimit))) {
    const { reproCalls } = await import('../fuzz/calls/run-calls.ts');
    return reproCalls(terminal, file, isJson);
  }
  const { loadRecorded } = await import('../../supervisor/cells/replay.ts');
  const { replayGuarded } = await import('../../supervisor/cells/replay-guard.ts');
  const { prepareEngine } = await import('../../supervisor/cells/thread-transport.ts');
  const { isSameEnd, reproduce } = await import('../fuzz/repro.ts');
  const { readReproRecord } = await import('../fuzz/repro-file.ts');
  const record = readReproRecord(file);
  prepareEngine();
  const shipped = await replayGuarded(loadRecorded(record), record.flight);
  const counted = reproduce(record);
  const isSame = isSameEnd(record.flight, counted) && shipped.verdict !== 'differs';
  const { stdout } = terminal;
  const { failure, events } = counted;
  if (isJson) {
    const found = failure && { oracle: failure.oracle, code: failure.code, message: failure.message };
    writeJson(stdout, { events, failure: found ?? null, replay: shipped.verdict, isSame });
  } else {
    const { name, version } = record.module.manifest;
    const title = paint(stdout, 'title', `${name} ${version}`);
    writeLine(stdout, `${title} sha256 ${record.module.digest}`);
    if (failure === undefined) writeLine(stdout, `breaks no rule in ${plural(events, 'event')}`);
    else {
      const words = `${failure.code}: ${visibleText(failure.message, lineLimit)}`;
      writeLine(stdout, `${paint(stdout, 'bad', `✗ ${failure.oracle}`)} ${words}`);
      writeLine(stdout, `  at ${events === 0 ? 'the start' : `event ${events}`}`);
    }
    writeLine(stdout, `the shipped bytes, by eft replay: ${shipped.verdict.replaceAll('-', ' ')}`);
    const sign = isSame ? paint(stdout, 'good', '✓') : paint(stdout, 'bad', '✗');
    writeLine(stdout, `${sign} ${isSame ? 'as recorded' : 'not as recorded'}`);
  }
  if (!isSame) throw new ExitStatus(exitStatuses.refused);
}

function append(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function readJobs(text: string): number {
  const jobs = readCount(text);
  if (jobs === 0) throw new InvalidArgumentError('It must be 1 at least.');
  return jobs;
}

function readCount(text: string): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
