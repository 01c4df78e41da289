/** The command line of a bench: options that are known, `--help`, and a word of advice instead of a stack trace for all else. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** One option: how it is written, and what it does. `--json` and `--help` need not be listed. */
export type OptionHelp = readonly [option: string, about: string];

export type BenchHelp = {
  /** `npm run bench:cells` */
  readonly command: string;
  /** What it does, a sentence. */
  readonly about: string;
  readonly options?: readonly OptionHelp[];
};

/** The command line makes no sense. The message is for whoever typed it. */
export class OptionError extends Error {}

const common = { json: { type: 'boolean', default: false } } as const;

/** The values of `options`, and `json`. Prints the help and ends the process if that is asked for, or if something is not known. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(help: BenchHelp, options: Options) {
  return orExit(help, () => {
    const commandLine = process.argv.slice(2);
    if (commandLine.some((word) => word === '--help' || word === '-h')) {
      console.log(helpText(help));
      process.exit(0);
    }
    return parseOptions(commandLine, options);
  });
}

/** What `read` gives; an `OptionError` is told with the help, and ends the process with status 2. */
export function orExit<Result>(help: BenchHelp, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`${error.message}\n\n${helpText(help)}\n`);
    process.exit(2);
  }
}

/** Errors: OptionError. */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  commandLine: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...commandLine], options: { ...options, ...common } }).values;
  } catch (error) {
    // The first sentence says what is wrong; what follows is about file names.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      throw new OptionError(error.message.split('. ')[0] ?? error.message);
    throw error;
  }
}

/** A whole number from `least` to 2^32 - 1. Error: OptionError. */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= least && value < 2 ** 32) return value;
  throw new OptionError(`--${name} is a whole number, ${least} or more; it was \`${text}\``);
}

/** Names with commas between, each one of `choices`; none if the text is empty. Error: OptionError. */
export function namesOf<const Name extends string>(
  name: string,
  text: string,
  choices: readonly Name[],
): readonly Name[] {
  if (text === '') return [];
  return text.split(',').map((word) => {
    const choice = choices.find((candidate) => candidate === word);
    if (choice !== undefined) return choice;
    throw new OptionError(`--${name} \`${word}\` is not known; there are ${choices.join(', ')}`);
  });
}

/** The whole help, without a line feed at its end. */
export function helpText({ command, about, options = [] }: BenchHelp): string {
  const all: readonly OptionHelp[] = [
    ...options,
    ['--json', 'print one JSON object and nothing else'],
    ['--help', 'print this'],
  ];
  const width = Math.max(...all.map(([option]) => option.length));
  const lines = all.map(([option, what]) => `  ${option.padEnd(width)}  ${what}`);
  return [`${command} -- [OPTIONS]`, '', about, '', ...lines].join('\n');
}
