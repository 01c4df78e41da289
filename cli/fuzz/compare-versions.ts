/**
 * `eft fuzz NEW --against OLD`: whether two versions of a module do the same, before one takes the other's place on a node. The old one is fuzzed first, to have
 * inputs that come everywhere; then both are run on these, and on what chance makes of them. What the new one does otherwise, or fails in where the old one does not, is shown
 * with the steps that lead there.
 */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { writeOutput } from '../files.ts';
import { hunt, Original } from '../mutants/hunt.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { coldStart, encodeInput, type FuzzInput } from './fuzz-input.ts';
import { openFuzzModule } from './open-module.ts';

const usualRuns = 20_000;
const lineLimit = 1_000;

export type CompareOptions = {
  readonly before: { readonly bytes: Uint8Array; readonly file: string };
  readonly after: { readonly bytes: Uint8Array; readonly file: string };
  readonly seeds: readonly FuzzInput[];
  readonly runs: number | undefined;
  readonly seed: number;
  /** Where an input that tells them apart is written. */
  readonly file: string;
  readonly isJson: boolean;
};

/** Ends with status 1 if they differ. */
export function compareModules({ stdout, stderr }: Terminal, options: CompareOptions): void {
  const { before, after, seeds, runs = usualRuns, seed, isJson } = options;
  const [old, next] = [before, after].map(({ bytes, file }) => openFuzzModule(bytes, file));
  if (old === undefined || next === undefined) throw new TypeError('two modules were opened');
  const title = ({ manifest }: typeof old): string => `${manifest.name} ${manifest.version}`;
  writeLine(stderr, paint(stderr, 'faint', `fuzzing ${title(old)} for inputs`));
  const original = new Original(old, [coldStart, ...seeds], { runs, seed });
  writeLine(stderr, paint(stderr, 'faint', `${original.known.length} inputs; running both`));
  const found = hunt(original, next, { runs, seed });
  if (found !== undefined) {
    mkdirSync(dirname(options.file), { recursive: true });
    writeOutput(options.file, encodeInput(found.input));
  }
  if (isJson) {
    const difference =
      found === undefined
        ? null
        : { oracle: found.oracle, message: found.message, runs: found.runs, file: options.file };
    writeJson(stdout, {
      before: title(old),
      after: title(next),
      seed,
      runs,
      inputs: original.known.length,
      difference,
    });
  } else if (found === undefined) {
    writeLine(
      stdout,
      `${paint(stdout, 'good', '✓')} ${title(next)} does what ${title(old)} does, in ${runs.toLocaleString('en-US')} runs`,
    );
  } else {
    const what = found.oracle === 'against' ? found.message : `${found.oracle}: ${found.message}`;
    writeLine(
      stdout,
      `${paint(stdout, 'bad', '✗')} ${title(next)}: ${visibleText(what, lineLimit)}, after ${found.runs} runs`,
    );
    for (const { afterMs, deed } of found.input.steps)
      writeLine(stdout, `  after ${afterMs} ms  ${deed.deed}`);
    writeLine(stdout, `  ${paint(stdout, 'name', options.file)}`);
  }
  if (found !== undefined) throw new ExitStatus(exitStatuses.refused);
}
