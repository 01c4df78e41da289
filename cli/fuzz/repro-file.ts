/**
 * What `--repro` is given: a flight record, which holds the module that it is of, or an input of the fuzzer, which holds only what happens. A file of
 * another kind is told by what it begins with, since people mix up what lies in the same folder.
 */
import { decodeRecord, type ModuleRecord, recordFileLimit } from '../../supervisor/cells/record-file.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { readInput } from '../files.ts';
import { decodeInput, type FuzzInput } from './fuzz-input.ts';

const recordMagic = Buffer.from('eft-rec\n');
const wasmMagic = Buffer.from('\0asm');
/** How a file with an input begins: a map of two (RFC 8949), the shorter key first, as `encodeInput` writes it. */
const inputBegin = Buffer.from([0xa2, 0x65, ...Buffer.from('input')]);

/** A flight record, to be run on the module in it. Errors: `fuzz.repro-input`, `fuzz.repro-kind`, `record.*`, `file.*`. */
export function readReproRecord(file: string): ModuleRecord {
  const bytes = readInput(file, recordFileLimit);
  if (begins(bytes, inputBegin)) throw EftError.of('fuzz.repro-input', {}, { place: { file } });
  if (!begins(bytes, recordMagic)) throw unknownKind(bytes, file);
  return decodeRecord(bytes, file);
}

/** An input, to be run on two versions. Errors: `fuzz.repro-record`, `fuzz.repro-kind`, `fuzz.input`, `record.*`, `file.*`. */
export function readReproInput(file: string): FuzzInput {
  const bytes = readInput(file, recordFileLimit);
  if (begins(bytes, recordMagic)) throw EftError.of('fuzz.repro-record', {}, { place: { file } });
  if (!begins(bytes, inputBegin)) throw unknownKind(bytes, file);
  return decodeInput(bytes, file);
}

function unknownKind(bytes: Uint8Array, file: string): EftError {
  const kind = begins(bytes, wasmMagic) ? 'a WebAssembly file' : 'nothing that is known here';
  return EftError.of('fuzz.repro-kind', { kind }, { place: { file } });
}

function begins(bytes: Uint8Array, begin: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, begin.length), begin) === 0;
}
