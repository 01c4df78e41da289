/**
 * The options of the kernel, as `config/` holds them: one file a concern, groups of options with the reason why they are as they are. What is not
 * asked for is off: the build begins with a configuration in which everything is.
 *
 * An option is asked for once in the whole of `config/`; a second time is an error, since it would say two things.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  type Located,
  readList,
  readName,
  readText,
  wrongType,
} from '../supervisor/document/document.ts';
import { readYaml } from '../supervisor/document/yaml-document.ts';
import { EftError } from '../supervisor/errors/eft-error.ts';

/** The value of an option: `y`, `n` (not set), a number, or text. */
export type OptionValue = string | number;

/** One option as the kernel's Kconfig names it, without `CONFIG_`. */
export type KernelOption = { readonly name: string; readonly value: OptionValue };

export type OptionGroup = {
  readonly name: string;
  readonly reason: string;
  readonly options: readonly KernelOption[];
};

/** Options that people may look for, and that are not set. */
export type LeftOut = {
  readonly name: string;
  readonly options: readonly string[];
  readonly reason: string;
};

/** What the Kernel Self Protection Project or its checker recommends, and is not done. */
export type NotFollowed = { readonly options: readonly string[]; readonly reason: string };

export type ConfigFragment = {
  /** The file's name without `.yaml`. */
  readonly name: string;
  readonly groups: readonly OptionGroup[];
  readonly leftOut: readonly LeftOut[];
  readonly notFollowed: readonly NotFollowed[];
};

const groupsLimit = 64;
const optionsLimit = 200;
const reasonLimit = 400;
const nameLimit = 80;
/** A number in Kconfig is a C int here; nothing that is asked for needs more. */
const numberLimit = 2 ** 31 - 1;

const optionName = {
  pattern: /^[A-Z0-9][A-Z0-9_]*$/,
  limit: 80,
  expected: 'the name of a kernel option',
  form: 'a name such as `DM_VERITY`, without `CONFIG_`',
};

/** The fragments of a folder, by name. Errors: `document.*`, `firmware.option-twice`. */
export function readFragments(folder: string): readonly ConfigFragment[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const fragments = files
    .sort()
    .map((file) => readFragment(readFileSync(join(folder, file), 'utf8'), join(folder, file)));
  checkAskedOnce(fragments);
  return fragments;
}

/** Every option that is asked for, by name. */
export function askedOptions(fragments: readonly ConfigFragment[]): readonly KernelOption[] {
  return fragments
    .flatMap(({ groups }) => groups.flatMap(({ options }) => options))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Every option that must not be set because a fragment says that it was left out. */
export function refusedOptions(fragments: readonly ConfigFragment[]): readonly string[] {
  return fragments.flatMap(({ leftOut, notFollowed }) => [
    ...leftOut.flatMap(({ options }) => options),
    // Recommendations to turn something off that is on are listed too: they are the ones that are asked for.
    ...notFollowed.flatMap(({ options }) => options).filter((name) => !isAsked(fragments, name)),
  ]);
}

function isAsked(fragments: readonly ConfigFragment[], name: string): boolean {
  return askedOptions(fragments).some((option) => option.name === name && option.value !== 'n');
}

/** Reads one fragment from its text. Errors: `document.*`. */
export function readFragment(text: string, file: string): ConfigFragment {
  const record = new DocumentRecord(
    readYaml(text, 'kernel options', file),
    ['groups'],
    ['left-out', 'not-followed'],
  );
  const leftOut = record.find('left-out');
  const notFollowed = record.find('not-followed');
  return {
    name: (file.split('/').at(-1) ?? file).replace(/\.yaml$/, ''),
    groups: distinct(readList(record.get('groups'), 1, groupsLimit, readGroup), ({ name }) => name),
    leftOut:
      leftOut === undefined
        ? []
        : distinct(readList(leftOut, 1, groupsLimit, readLeftOut), ({ name }) => name),
    notFollowed:
      notFollowed === undefined
        ? []
        : readList(notFollowed, 1, groupsLimit, readNotFollowed).map(({ value }) => value),
  };
}

function readGroup(node: DocumentNode): OptionGroup {
  const record = new DocumentRecord(node, ['name', 'reason', 'options'], []);
  return {
    name: readText(record.get('name'), nameLimit),
    reason: readText(record.get('reason'), reasonLimit),
    options: readOptions(record.get('options')),
  };
}

function readLeftOut(node: DocumentNode): LeftOut {
  const record = new DocumentRecord(node, ['name', 'reason', 'options'], []);
  return {
    name: readText(record.get('name'), nameLimit),
    reason: readText(record.get('reason'), reasonLimit),
    options: readNames(record.get('options')),
  };
}

function readNotFollowed(node: DocumentNode): NotFollowed {
  const record = new DocumentRecord(node, ['reason', 'options'], []);
  return {
    reason: readText(record.get('reason'), reasonLimit),
    options: readNames(record.get('options')),
  };
}

function readNames(node: DocumentNode): readonly string[] {
  const names: readonly Located<string>[] = readList(node, 1, optionsLimit, (item) =>
    readName(item, optionName),
  );
  return distinct(names, (name) => name);
}

function readOptions(node: DocumentNode): readonly KernelOption[] {
  if (node.kind !== 'map') throw wrongType(node, 'a map of options');
  return [...node.fields].map(([name, { key, value }]) => ({
    name: readName({ kind: 'text', value: name, where: key }, optionName),
    value: readValue(value),
  }));
}

function readValue(node: DocumentNode): OptionValue {
  if (node.kind === 'integer' && Math.abs(node.value) <= numberLimit) return node.value;
  if (node.kind === 'text' && /^[\x20-\x7e]{0,200}$/.test(node.value) && !/["\\]/.test(node.value))
    return node.value;
  throw wrongType(node, '`y`, `n`, a number or plain text');
}

function checkAskedOnce(fragments: readonly ConfigFragment[]): void {
  const places = new Map<string, string>();
  for (const { name: fragment, groups } of fragments) {
    for (const { name: group, options } of groups) {
      for (const { name } of options) {
        const first = places.get(name);
        const second = `${fragment}.yaml (${group})`;
        if (first !== undefined) throw EftError.of('firmware.option-twice', { option: name, first, second });
        places.set(name, second);
      }
    }
  }
}
