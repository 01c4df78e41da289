/**
 * `eft fuzz NEW --against OLD`: whether two versions of a module do the same, before one takes the other's place on a node. The old one is fuzzed first, to have
 * inputs that come everywhere; then both are run on these, and on what chance makes of them. What the new one does otherwise, or fails in where the old one does not, is
 * made short and kept; show-difference.ts runs it again.
 */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { writeOutput } from '../files.ts';
import { firstDifference, Subject } from '../mutants/behaviour.ts';
import { type Found, hunt } from '../mutants/hunt.ts';
import { Original } from '../mutants/original.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { coldStart, encodeInput, type FuzzInput } from './fuzz-input.ts';
import { smallestInput } from './minimise-input.ts';
import { writeParting } from './show-difference.ts';
import type { FuzzModule } from './target.ts';

const usualRuns = 20_000;
const lineLimit = 1_000;

export type CompareOptions = {
  readonly before: FuzzModule;
  readonly after: FuzzModule;
  readonly seeds: readonly FuzzInput[];
  readonly runs: number | undefined;
  readonly seed: number;
  /** Where an input that tells them apart is written. */
  readonly file: string;
  /** The command that runs it again. */
  readonly again: string;
  readonly isJson: boolean;
};

/** Ends with status 1 if they differ. Error: `fuzz.cannot-instrument`. */
export function compareModules({ stdout, stderr }: Terminal, options: CompareOptions): void {
  const { before, after, seeds, runs = usualRuns, seed, again, isJson } = options;
  const title = ({ manifest }: FuzzModule): string => `${manifest.name} ${manifest.version}`;
  writeLine(stderr, paint(stderr, 'faint', `fuzzing ${title(before)} for inputs`));
  const original = new Original(before, [coldStart, ...seeds], { runs, seed });
  writeLine(stderr, paint(stderr, 'faint', `${original.known.length} inputs; running both`));
  const found = hunt(original, after, { runs, seed });
  const input = found === undefined ? undefined : shortest(original.subject, after, found);
  // One that cannot even be made has no input that shows it.
  if (input !== undefined) {
    mkdirSync(dirname(options.file), { recursive: true });
    writeOutput(options.file, encodeInput(input));
  }
  if (isJson) {
    const difference =
      found === undefined
        ? null
        : {
            oracle: found.oracle,
            message: found.message,
            runs: found.runs,
            file: input === undefined ? null : options.file,
            steps: input?.steps.length ?? 0,
          };
    writeJson(stdout, {
      before: title(before),
      after: title(after),
      seed,
      runs,
      inputs: original.known.length,
      difference,
    });
  } else if (found === undefined) {
    writeLine(
      stdout,
      `${paint(stdout, 'good', '✓')} ${title(after)} does what ${title(before)} does, in ${runs.toLocaleString('en-US')} runs`,
    );
  } else {
    const what =
      found.oracle === 'against'
        ? 'does something else'
        : `breaks the rule \`${found.oracle}\`: ${found.message}`;
    writeLine(
      stdout,
      `${paint(stdout, 'bad', '✗')} ${title(after)} ${visibleText(what, lineLimit)}, after ${found.runs} runs`,
    );
    if (input !== undefined) {
      writeParting({ stdout }, before, after, input);
      writeLine(stdout, `  ${paint(stdout, 'name', again)}`);
    }
  }
  if (found !== undefined) throw new ExitStatus(exitStatuses.refused);
}

/** The shortest way found to a difference of the same kind. */
function shortest(old: Subject, after: FuzzModule, { oracle, input }: Found): FuzzInput | undefined {
  let next: Subject;
  try {
    next = new Subject(after);
  } catch {
    return undefined;
  }
  return smallestInput(input, (candidate) => {
    const ours = old.run(candidate);
    if (ours.failure !== undefined || ours.isUnfit) return false;
    const theirs = next.run(candidate);
    if (theirs.isUnfit) return false;
    if (oracle !== 'against') return theirs.failure?.oracle === oracle;
    return theirs.failure === undefined && firstDifference(ours.calls, theirs.calls) !== undefined;
  });
}
