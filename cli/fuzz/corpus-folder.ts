/**
 * A folder with what has been found out about a module: `*.eftinput`, inputs that together reach all that was reached, and `findings/`, flight
 * records of what the module should not have done. The next run begins with the inputs. A file's name follows from what is in it.
 */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord, recordSuffix } from '../../supervisor/cells/record-file.ts';
import { readInput, writeOutput } from '../files.ts';
import type { FuzzInput } from './fuzz-input.ts';
import { decodeInput, encodeInput } from './fuzz-input.ts';
import type { Finding } from './fuzz-module.ts';

const inputSuffix = '.eftinput';
const findingsFolder = 'findings';
/** Bytes of a file with an input. */
const inputFileLimit = 16 * 1024 * 1024;
const digestLength = 16;

/** Where the corpus of a module is kept if no other folder is named. `EFT_HOME` moves it. */
export function corpusFolder(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['EFT_HOME'];
  if (home !== undefined && home !== '') return join(home, 'fuzz', name);
  const isRoot = process.getuid?.() === 0;
  return join(isRoot ? '/var/lib/eft' : join(homedir(), '.local/share/eft'), 'fuzz', name);
}

/** The inputs in a folder, by name; none if there is no such folder. Errors: `fuzz.input`, `record.*`, `file.*`. */
export function readCorpus(folder: string): readonly FuzzInput[] {
  return inputFiles(folder).map((name) => {
    const file = join(folder, name);
    return decodeInput(readInput(file, inputFileLimit), file);
  });
}

function inputFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.filter((name) => name.endsWith(inputSuffix)).sort();
}

/** Makes these the inputs in the folder: those that are no longer needed go. Errors: `file.unwritable`. */
export function writeCorpus(folder: string, corpus: readonly FuzzInput[]): void {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, Uint8Array>(
    corpus.map((input) => {
      const bytes = encodeInput(input);
      return [`${hash('sha256', bytes).slice(0, digestLength)}${inputSuffix}`, bytes] as const;
    }),
  );
  const before = inputFiles(folder);
  for (const [name, bytes] of files) if (!before.includes(name)) writeOutput(join(folder, name), bytes);
  for (const name of before) if (!files.has(name)) rmSync(join(folder, name), { force: true });
}

/** Writes a finding as a flight record, and gives its path: the same finding has the same name. Errors: `file.unwritable`. */
export async function writeFinding(folder: string, { key, record }: Finding): Promise<string> {
  const findings = join(folder, findingsFolder);
  mkdirSync(findings, { recursive: true });
  const { name, version } = record.module.manifest;
  const file = join(findings, `${name}-${version}-${hash('sha256', key).slice(0, 12)}${recordSuffix}`);
  writeOutput(file, await encodeRecord(record));
  return file;
}
