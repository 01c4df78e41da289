/**
 * One input for a component that is no module: calls of its functions, one after the other, on a new instance. A finding holds the
 * component as well, so that it is one file that runs again.
 */
import { decodeRecordValue } from '../../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../../supervisor/cells/record-writer.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import type { Value } from '../../../supervisor/store/resource.ts';

export type Call = {
  /** With its version; empty for a function of the world itself. */
  readonly interface: string;
  readonly name: string;
  readonly parameters: readonly Value[];
};

export type CallInput = readonly Call[];

/** What a file holds: an input of the corpus, or a finding with its component. */
export type CallFile = {
  readonly calls: CallInput;
  readonly component?: { readonly name: string; readonly bytes: Uint8Array };
};

/** How files with calls end. */
export const callSuffix = '.eftcalls';
/** How they begin, as bytes. */
const magic = Buffer.from('eft-calls 1\n');
/** Bytes of such a file, and the memory that reading it may take. */
export const callFileLimit = 32 * 1024 * 1024;
const memoryLimit = 64 * 1024 * 1024;

/** The bytes of a file: a line that says what it is, and the value in the encoding of records. */
export function encodeCalls(file: CallFile): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([magic, encodeRecordValue(file)]));
}

/** Whether the bytes are those of a file with calls. */
export function isCallFile(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, magic.length), magic) === 0;
}

/** What is in a file. Errors: `fuzz.calls`, `record.*`. */
export function decodeCalls(bytes: Uint8Array, file: string): CallFile {
  const value = isCallFile(bytes)
    ? decodeRecordValue(bytes.subarray(magic.length), file, memoryLimit)
    : undefined;
  if (isWritten(value)) return value;
  throw EftError.of('fuzz.calls', {}, { place: { file } });
}

/** Files are written by this program: that values are of the types of the functions is seen when they are lowered. */
function isWritten(value: unknown): value is CallFile {
  if (typeof value !== 'object' || value === null || !('calls' in value) || !Array.isArray(value.calls))
    return false;
  const calls: readonly unknown[] = value.calls;
  return (
    calls.every(isCall) &&
    (!('component' in value) || value.component === undefined || isComponent(value.component))
  );
}

function isCall(call: unknown): boolean {
  if (typeof call !== 'object' || call === null) return false;
  return (
    'interface' in call &&
    typeof call.interface === 'string' &&
    'name' in call &&
    typeof call.name === 'string' &&
    'parameters' in call &&
    Array.isArray(call.parameters)
  );
}

function isComponent(component: unknown): boolean {
  if (typeof component !== 'object' || component === null) return false;
  return (
    'name' in component &&
    typeof component.name === 'string' &&
    'bytes' in component &&
    component.bytes instanceof Uint8Array
  );
}
