/**
 * In which form a command gives its result: tables and text for people, JSON or YAML for programs. What several nodes gave is always one object with a list
 * `nodes`, also for one node; what comes line by line is one JSON object a line, or one YAML document each.
 */
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { visibleJson, visibleText } from '../../supervisor/document/visible-text.ts';
import { type OutputStream, writeLine } from './terminal.ts';

export type FormOptions = { readonly json?: true; readonly yaml?: true };
export type Form = 'people' | 'json' | 'yaml';

/** Adds `--json` and `--yaml`. */
export function addFormOptions(command: Command, what = 'print one JSON object'): Command {
  return command
    .addOption(new Option('--json', what).conflicts('yaml'))
    .addOption(new Option('--yaml', 'the same as YAML').conflicts('json'));
}

export function formOf({ json, yaml }: FormOptions): Form {
  if (json) return 'json';
  return yaml ? 'yaml' : 'people';
}

/** Writes one value and nothing else. */
export function writeStructured(stream: OutputStream, form: 'json' | 'yaml', value: unknown): void {
  if (form === 'json') writeLine(stream, visibleJson(JSON.stringify(value, plain, 2)));
  else writeYaml(stream, value);
}

/** Writes one of several values: a line of JSON, or a document of YAML. */
export function writeRecord(stream: OutputStream, form: 'json' | 'yaml', value: unknown): void {
  if (form === 'json') writeLine(stream, visibleJson(JSON.stringify(value, plain)));
  else {
    writeLine(stream, '---');
    writeYaml(stream, value);
  }
}

/** A value as YAML in lines, fit for a terminal. */
export function yamlLines(value: unknown): readonly string[] {
  const text = stringify(JSON.parse(JSON.stringify(value, plain) ?? 'null'), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => visibleText(line));
}

function writeYaml(stream: OutputStream, value: unknown): void {
  for (const line of yamlLines(value)) writeLine(stream, line);
}

/** 64-bit integers are decimal text, as ProtoJSON has them. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
