/**
 * `eft replay`: runs a flight record again. The module runs in a thread of this process, confined as in a cell; nobody carries out what
 * it wants done. A record proves nothing about who made it; what it holds is only shown.
 */
import { Command, InvalidArgumentError } from 'commander';
import { effectLines, eventText } from '../../supervisor/cells/call-output-text.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { ModuleRecord } from '../../supervisor/cells/record-file.ts';
import type { KilledCall, ReplayResult, ReplayStep } from '../../supervisor/cells/replay.ts';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { ExitStatus } from '../exit-status.ts';
import { readInput } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

/** The exit status when all was the same up to where the cell was killed from outside: more cannot be shown. */
const sameUpToTheKill = 3;
/** Characters of one line that are shown of what a stranger wrote. */
const lineLimit = 2_000;

type ReplayCommandOptions = { readonly until?: number; readonly verbose?: true; readonly json?: true };

export function replayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description('run a flight record again, and say whether the module does the same')
    .argument('<FILE>', 'a flight record: the supervisor writes one when a module fails')
    .option('--until <N>', 'stop after event N', readCount)
    .option('--verbose', 'show what each call wants done, and what it logs')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { decodeRecord, recordFileLimit } = await import('../../supervisor/cells/record-file.ts');
      const { loadRecorded } = await import('../../supervisor/cells/replay.ts');
      const { replayGuarded, watchdogMsOf } = await import('../../supervisor/cells/replay-guard.ts');
      const { prepareEngine } = await import('../../supervisor/cells/thread-transport.ts');
      const record = decodeRecord(readInput(file, recordFileLimit), file);
      prepareEngine();
      const module = loadRecorded(record);
      const watchdogMs = watchdogMsOf(module.manifest);
      const steps: ReplayStep[] = [];
      if (!options.json) writeHead(terminal, record);
      const result = await replayGuarded(module, record.flight, {
        ...(options.until === undefined ? {} : { until: options.until }),
        watchdogMs,
        onStep: (step) => {
          if (options.json) steps.push(step);
          else writeStep(terminal, step, options.verbose === true);
        },
      });
      if (options.json) writeJson(terminal.stdout, describe(record, steps, result, options.verbose === true));
      else writeResult(terminal, record.flight, result, watchdogMs);
      if (result.verdict === 'same-up-to-the-kill') throw new ExitStatus(sameUpToTheKill);
      if (result.difference === undefined) return;
      const parameters = { where: placeText(result.difference.index) };
      throw EftError.of('record.differs', parameters, { place: { file } });
    });
}

const help = `
A node writes a record whenever a module fails, to /run/eft/records, and says so in its console. The benches and tests of a checkout
leave theirs in build/records. Records hold what modules were told and their memory: they are for the operator's eyes.

The module starts where the record begins, at its start or at a checkpoint, is told what it was told then, and what it wants done
is compared with what it wanted then; nothing of it is done. A call that hangs is stopped.

Ends with
  0  same: every output is the same, up to the same failure
  3  same up to the kill: every output is the same, up to where the cell was killed from outside, for its time or with its thread
  1  differs, or the file is no record

Examples:
  eft replay network-1.1.0-20261123T011236-8a4f20c9b1de.eftrecord
  eft replay network-1.1.0-20261123T011236-8a4f20c9b1de.eftrecord --until 12 --verbose`;

function writeHead({ stdout }: Terminal, { module, takenAt, flight }: ModuleRecord): void {
  const { name, version } = module.manifest;
  const from = flight.begin.begin === 'start' ? 'its start' : 'a checkpoint';
  writeLine(stdout, `${paint(stdout, 'title', `${name} ${version}`)} sha256 ${module.digest}`);
  writeLine(
    stdout,
    `taken at ${momentText(takenAt)}: ${plural(flight.events.length, 'event')} from ${from}, and then it ${endText(flight)}`,
  );
}

function writeStep({ stdout }: Terminal, step: ReplayStep, isVerbose: boolean): void {
  const index = String(step.index).padStart(6);
  const seconds = `${(Number(step.sinceBegin) / 1e9).toFixed(3)} s`.padStart(12);
  const came = step.error === undefined ? plural(step.effects, 'effect') : paint(stdout, 'bad', 'fails');
  writeLine(
    stdout,
    `${index}  ${paint(stdout, 'faint', seconds)}  ${shown(step.what)}  ${paint(stdout, 'faint', came)}`,
  );
  if (!isVerbose) return;
  for (const { level, message, fields } of step.log) {
    const named = fields.map(({ name, value }) => ` ${name}=${value}`).join('');
    writeLine(stdout, `${' '.repeat(22)}${shown(`log ${level}: ${message}${named}`)}`);
  }
  if (step.logLeftOut > 0)
    writeLine(stdout, `${' '.repeat(22)}and ${plural(step.logLeftOut, 'line')} of log more, left out`);
  if (step.output === undefined) return;
  for (const line of effectLines(step.output)) writeLine(stdout, `${' '.repeat(22)}${shown(line)}`);
}

function writeResult(
  { stdout }: Terminal,
  flight: FlightRecord,
  result: ReplayResult,
  watchdogMs: number,
): void {
  const { error, difference } = result;
  if (error !== undefined) {
    writeLine(stdout, `${paint(stdout, 'bad', shown(error.code))}: ${shown(error.message)}`);
    for (const frame of error.frames ?? []) writeLine(stdout, `    at ${shown(frame)}`);
  }
  if (result.ending === 'hung') {
    const event = flight.events[result.events - 1]?.input.event;
    const what = event === undefined ? placeText(result.events) : shown(eventText(event));
    const index = String(result.events).padStart(6);
    writeLine(stdout, `${index}  ${' '.repeat(12)}  ${what}  ${paint(stdout, 'bad', 'does not return')}`);
    writeLine(stdout, `the call did not return within ${watchdogMs} ms, and was stopped`);
  }
  if (difference === undefined) {
    const isSame = result.verdict === 'same';
    writeLine(
      stdout,
      `${paint(stdout, isSame ? 'good' : 'title', isSame ? '✓' : '~')} ${verdictText(flight, result)}`,
    );
    return;
  }
  const where = placeText(difference.index);
  writeLine(stdout, `${paint(stdout, 'bad', '✗')} differs at ${where} (- recorded, + replayed)`);
  for (const line of difference.lines) writeLine(stdout, `  ${shown(line)}`);
}

function placeText(index: number): string {
  return index === 0 ? 'the begin' : `event ${index}`;
}

/** What a replay that went the same way has shown. */
function verdictText({ end }: FlightRecord, { ending, events, killed }: ReplayResult): string {
  if (killed !== undefined) {
    const there = end.end === 'lost' ? 'its thread was lost' : 'it was stopped';
    return `same outputs up to the kill: ${killedText(killed, placeText(events), there)}`;
  }
  switch (ending) {
    case 'until':
      return `same outputs up to event ${events}`;
    case 'failed':
      return 'same trap, same outputs';
    case 'hung':
      return 'same outputs, up to the call that was under way';
    case 'end':
      return end.end === 'running' ? 'same outputs' : `same outputs, up to where it ${endVerb(end.end)}`;
  }
}

function killedText(killed: KilledCall, where: string, there: string): string {
  switch (killed) {
    case 'does-not-return':
      return `${there} at ${where}, which does not return here either`;
    case 'lost':
      return `${there} at ${where}, and the thread is lost here too`;
    case 'returns':
      return `${there} at ${where}, which returns here`;
    case 'fails':
      return `${there} at ${where}, which fails by itself here`;
    case 'between-calls':
      return `${there} after ${where}, when nothing was under way`;
  }
}

function endVerb(end: Exclude<FlightRecord['end']['end'], 'running'>): string {
  const verbs = {
    failed: 'failed',
    stopped: 'was stopped',
    refused: 'was refused',
    lost: 'was lost',
  } as const;
  return verbs[end];
}

function endText({ end }: FlightRecord): string {
  if (end.end === 'running') return 'was still running';
  return `${endVerb(end.end)} with ${shown(end.error.code)}`;
}

function describe(
  { module, takenAt, flight }: ModuleRecord,
  steps: readonly ReplayStep[],
  { verdict, events, difference, error, ending, killed }: ReplayResult,
  isVerbose: boolean,
): unknown {
  const { name, version } = module.manifest;
  return {
    module: { name, version, digest: module.digest },
    takenAt: momentText(takenAt),
    begin: flight.begin.begin,
    recorded: { events: flight.events.length, ...flight.end },
    steps: steps.map(({ index, what, sinceBegin, effects, output, log, logLeftOut, error: failure }) => ({
      index,
      what,
      sinceBeginNanoseconds: String(sinceBegin),
      effects,
      failed: failure !== undefined,
      ...(isVerbose ? { wants: output === undefined ? [] : effectLines(output), log, logLeftOut } : {}),
    })),
    replayed: {
      verdict,
      ending,
      events,
      difference: difference ?? null,
      error: error ?? null,
      killed: killed ?? null,
    },
  };
}

/** What a module, or whoever made the record, has written, in one line that a terminal does not obey. */
function shown(text: string): string {
  return visibleText(text, lineLimit);
}

/** Up to the second, in UTC. */
function momentText(nanoseconds: bigint): string {
  return `${new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19)}Z`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function readCount(text: string): number {
  if (!/^(0|[1-9][0-9]{0,6})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
