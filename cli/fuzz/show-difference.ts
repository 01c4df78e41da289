/**
 * `eft fuzz NEW --against OLD --repro FILE.eftinput`: runs an input on two versions of a module again, and shows, call by call, where they part. What
 * comes after that is not shown: they are told other things from then on.
 */
import { differenceLines, effectCount } from '../../supervisor/cells/call-output-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { firstDifference, Subject } from '../mutants/behaviour.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import type { FuzzInput } from './fuzz-input.ts';
import type { FuzzModule } from './target.ts';
import {
  callLines,
  differingLines,
  type Trace,
  type TracedCall,
  toldLines,
  traceInput,
} from './trace-input.ts';

export type ShowOptions = {
  readonly before: FuzzModule;
  readonly after: FuzzModule;
  readonly input: FuzzInput;
  /** Names the input in errors. */
  readonly file: string;
  readonly isJson: boolean;
};

/** Where two traces part; undefined: they do not. */
type Parting = { readonly index: number; readonly lines: readonly string[] };

/** Ends with status 1 if they differ. Errors: `fuzz.other-module`, `fuzz.cannot-instrument`. */
export function showDifference({ stdout }: Terminal, options: ShowOptions): void {
  const { before, after, input, file, isJson } = options;
  const { old, next, parting } = traceBoth(before, after, input);
  if (old.isUnfit && next.isUnfit) {
    const { name } = after.manifest;
    throw EftError.of('fuzz.other-module', { module: name }, { place: { file } });
  }
  if (isJson) {
    writeJson(stdout, {
      before: describeModule(before),
      after: describeModule(after),
      calls: describeCalls(old, next),
      parting: parting ?? null,
      isSame: parting === undefined,
    });
  } else {
    writeBoth({ stdout }, before, after, { old, next, parting });
  }
  if (parting !== undefined) throw new ExitStatus(exitStatuses.refused);
}

/** Writes what two versions do on an input, call by call, up to where they part. */
export function writeParting(
  terminal: Pick<Terminal, 'stdout'>,
  before: FuzzModule,
  after: FuzzModule,
  input: FuzzInput,
): void {
  writeBoth(terminal, before, after, traceBoth(before, after, input));
}

type Both = { readonly old: Trace; readonly next: Trace; readonly parting: Parting | undefined };

function traceBoth(before: FuzzModule, after: FuzzModule, input: FuzzInput): Both {
  const [old, next] = [traceInput(new Subject(before), input), traceInput(new Subject(after), input)];
  return { old, next, parting: partingOf(old, next) };
}

function describeCalls(old: Trace, next: Trace): readonly unknown[] {
  const { calls } = next.calls.length > old.calls.length ? next : old;
  return calls.map((call, index) => {
    const { what, sinceStart } = call;
    const [one, other] = [old.calls[index], next.calls[index]];
    return {
      index,
      what,
      told: toldLines(call),
      sinceStartNanoseconds: sinceStart === undefined ? null : String(sinceStart),
      isSame: old.keys[index] === next.keys[index],
      before: one === undefined ? null : callLines(one),
      after: other === undefined ? null : callLines(other),
    };
  });
}

function partingOf(old: Trace, next: Trace): Parting | undefined {
  const index = firstDifference(old.keys, next.keys);
  if (index === undefined) return undefined;
  const [one, other] = [old.calls[index], next.calls[index]];
  if (one === undefined || other === undefined) return { index, lines: [] };
  const { before, after } = differingLines(one, other);
  return { index, lines: differenceLines(before, after) };
}

function writeBoth(
  { stdout }: Pick<Terminal, 'stdout'>,
  before: FuzzModule,
  after: FuzzModule,
  { old, next, parting }: Both,
): void {
  writeLine(stdout, `${paint(stdout, 'bad', '-')} ${titleOf(before)}`);
  writeLine(stdout, `${paint(stdout, 'good', '+')} ${titleOf(after)}`);
  const { calls } = next;
  const until = parting?.index ?? calls.length;
  for (const [index, call] of calls.slice(0, until).entries())
    writeLine(stdout, `${head(index, call)}  ${paint(stdout, 'faint', effectsText(call))}`);
  if (parting === undefined) {
    writeLine(stdout, `${paint(stdout, 'good', '✓')} both do the same: ${plural(calls.length, 'call')}`);
    return;
  }
  const { index, lines } = parting;
  const call = next.calls[index] ?? old.calls[index];
  if (call !== undefined) writeLine(stdout, `${head(index, call)}  ${paint(stdout, 'bad', 'differs')}`);
  const indent = ' '.repeat(22);
  if (call !== undefined)
    for (const line of toldLines(call)) writeLine(stdout, `${indent}${paint(stdout, 'faint', `  ${line}`)}`);
  for (const line of lines)
    writeLine(
      stdout,
      `${indent}${line.startsWith('-') ? paint(stdout, 'bad', line) : paint(stdout, 'good', line)}`,
    );
  const left = Math.max(old.calls.length, next.calls.length) - index - 1;
  const rest =
    left === 0 ? '' : `; ${plural(left, 'call')} after that ${left === 1 ? 'is' : 'are'} not shown`;
  writeLine(stdout, `${paint(stdout, 'bad', '✗')} they part in call ${index}${rest}`);

  function head(at: number, { what, sinceStart }: TracedCall): string {
    const seconds = sinceStart === undefined ? '' : `${(Number(sinceStart) / 1e9).toFixed(3)} s`;
    return `${String(at).padStart(6)}  ${paint(stdout, 'faint', seconds.padStart(12))}  ${what}`;
  }
}

function effectsText({ called: { output } }: TracedCall): string {
  if (output === undefined) return 'fails in both';
  return 'effects' in output
    ? `${plural(effectCount(output), 'effect')}, the same`
    : `${plural(output.bytes.length, 'byte')}, the same`;
}

function titleOf({ manifest, digest }: FuzzModule): string {
  return `${manifest.name} ${manifest.version} sha256 ${digest}`;
}

function describeModule({ manifest: { name, version }, digest }: FuzzModule): unknown {
  return { name, version, digest };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
