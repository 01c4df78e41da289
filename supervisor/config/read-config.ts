/**
 * Reads the bytes of a machine configuration: encoding, YAML, schema, in this order. Pure, and it runs where a fault of it or of the YAML
 * library can do no harm (parse-config.ts).
 */
import type { DocumentNode } from '../document/document.ts';
import { readYaml } from '../document/yaml-document.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import { configType, type MachineConfig } from './machine-schema.ts';
import { Reading } from './reading.ts';

export type ConfigReading = {
  /** Undefined if there is a fault. */
  readonly config: MachineConfig | undefined;
  readonly faults: readonly EftError[];
  /** The secrets, by the name in their handles. */
  readonly secrets: ReadonlyMap<string, string>;
};

/** What errors call it. */
export const configNoun = 'machine configuration';

/** Reads `bytes`; `file` is what errors call them. Never throws an `EftError`: the faults are in what it gives. */
export function readMachineConfig(bytes: Uint8Array, file: string): ConfigReading {
  const reading = new Reading();
  const document = reading.attempt(() => readYaml(textOf(bytes, file), configNoun, file));
  return readDocument(document, reading);
}

/** The same from a document; undefined if it could not be read, for reasons that `reading` has. */
export function readDocument(document: DocumentNode | undefined, reading: Reading): ConfigReading {
  const config = document === undefined ? undefined : configType.read(document, reading);
  const faults = reading.faults.toSorted((left, right) => order(left.place, right.place));
  return { config, faults, secrets: reading.secrets };
}

/** Where the one place stands in the file before the other. */
function order(left: Place, right: Place): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/** The bytes as text. Errors: `config.encoding`. */
export function textOf(bytes: Uint8Array, file: string): string {
  const refuse = (reason: string, form: string, place: Place): EftError =>
    EftError.of('config.encoding', { reason, form }, { place: { file, ...place } });
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (hasMark) {
    throw refuse('begins with a byte order mark', 'UTF-8 without a byte order mark', { line: 1, column: 1 });
  }
  const at = firstFault(bytes);
  if (at !== undefined) {
    const { line, column } = placeOf(bytes, at);
    const isReturn = bytes[at] === 0x0d;
    const reason = isReturn ? 'has a carriage return at the end of a line' : 'holds a NUL byte';
    throw refuse(reason, isReturn ? 'text with Unix line ends (LF)' : 'UTF-8 text', { line, column });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('is not UTF-8', 'UTF-8 text', placeOf(bytes, firstNonUtf8(bytes)));
  }
}

/** The first carriage return or NUL: neither has a place in a file that people compare and sign. */
function firstFault(bytes: Uint8Array): number | undefined {
  const found = [0x0d, 0x00].map((value) => bytes.indexOf(value)).filter((index) => index >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** The start of the first line that is not UTF-8. */
function firstNonUtf8(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return start;
    }
    start = end;
  }
  return 0;
}

function placeOf(bytes: Uint8Array, offset: number): { readonly line: number; readonly column: number } {
  const before = Buffer.from(bytes.subarray(0, offset));
  const lineStart = before.lastIndexOf(0x0a) + 1;
  const line = before.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
  return { line, column: before.subarray(lineStart).toString('utf8').length + 1 };
}
