/**
 * What can be typed where, read from the tree of commands: the one source for the completion of every shell. Subcommands, options and their choices are in the
 * scripts; names that only contexts and nodes know are asked for when they are wanted.
 */
import type { Argument, Command, Option } from 'commander';

/** What `eft __complete` can be asked for. */
export const dynamicNames = ['contexts', 'nodes', 'kinds', 'modules'] as const;
export type DynamicName = (typeof dynamicNames)[number];

/** What a value can be. */
export type Source =
  | { readonly from: 'words'; readonly words: readonly string[] }
  | { readonly from: 'names'; readonly name: DynamicName }
  | { readonly from: 'files' }
  | { readonly from: 'nothing' };

export type OptionPlace = {
  /** `-n` and `--nodes`. */
  readonly flags: readonly string[];
  readonly about: string;
  /** What follows it, if anything does. */
  readonly value: Source | undefined;
};

/** One command, and what may come behind it. */
export type CommandPlace = {
  /** `eft config apply`. */
  readonly path: string;
  readonly about: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly OptionPlace[];
  /** By place; the last one holds for all that follow if it takes several. */
  readonly values: readonly Source[];
};

/** Arguments that only nodes and contexts know the names of, by command and name. */
const argumentNames: Readonly<Record<string, DynamicName>> = {
  'eft get KIND': 'kinds',
  'eft explore MODULE': 'modules',
  'eft graph NAME': 'kinds',
  'eft logs MODULE': 'modules',
  'eft module show NAME': 'modules',
  'eft operation TARGET': 'modules',
  'eft context use NAME': 'contexts',
  'eft context show NAME': 'contexts',
  'eft context remove NAME': 'contexts',
};

const optionNames: Readonly<Record<string, DynamicName>> = { '--context': 'contexts', '--nodes': 'nodes' };

/** Names of values that are files, as the help shows them. */
const fileValue = /FILE|PATCH|CONFIG|POLICY|IMAGE|FOLDER|DIRECTORY|PATH/;

/** Every command of the tree that help shows, the program first. */
export function commandPlaces(program: Command): readonly CommandPlace[] {
  return placesOf(program, program.name());
}

/** The options that a value follows, each behind the path of its command: `eft get --nodes`. */
export function valuedOptions(places: readonly CommandPlace[]): readonly string[] {
  return places.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === undefined ? [] : flags.map((flag) => `${path} ${flag}`),
    ),
  );
}

function placesOf(command: Command, path: string): readonly CommandPlace[] {
  // What help shows is what is there: hidden commands are not to be completed, and `help` is one of every group.
  const children = command.createHelp().visibleCommands(command);
  const place: CommandPlace = {
    path,
    about: command.description(),
    commands: children.map((child) => ({ name: child.name(), about: child.description() })),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    values: command.registeredArguments.map((argument) => argumentValue(path, argument)),
  };
  const below = children.filter((child) => child.name() !== 'help');
  return [place, ...below.flatMap((child) => placesOf(child, `${path} ${child.name()}`))];
}

function optionOf(option: Option): OptionPlace {
  const flags = [option.short, option.long].filter((flag) => typeof flag === 'string');
  return {
    flags,
    about: option.description,
    value: option.required || option.optional ? optionValue(option) : undefined,
  };
}

function optionValue({ argChoices, long, flags }: Option): Source {
  if (argChoices !== undefined) return { from: 'words', words: argChoices };
  const name = optionNames[long ?? ''];
  if (name !== undefined) return { from: 'names', name };
  return { from: fileValue.test(flags) ? 'files' : 'nothing' };
}

function argumentValue(path: string, argument: Argument): Source {
  if (argument.argChoices !== undefined) return { from: 'words', words: argument.argChoices };
  const name = argumentNames[`${path} ${argument.name()}`];
  if (name !== undefined) return { from: 'names', name };
  return { from: fileValue.test(argument.name()) ? 'files' : 'nothing' };
}
