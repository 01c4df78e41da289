/** Reads and writes the files that a person names, with errors that name them. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { EftError } from '../supervisor/errors/eft-error.ts';

/** Everything in `file`, if it has at most `limit` bytes. Errors: `file.not-found`, `file.unreadable`, `file.too-large`. */
export function readInput(file: string, limit: number): Uint8Array<ArrayBuffer> {
  const place = { file };
  try {
    const size = statSync(file).size;
    if (size > limit) throw EftError.of('file.too-large', { size, limit }, { place });
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if (error instanceof EftError) throw error;
    const reason = reasonOf(error);
    if (reason === 'ENOENT') throw EftError.of('file.not-found', {}, { place, cause: error });
    throw EftError.of('file.unreadable', { reason }, { place, cause: error });
  }
}

/** The same, as text. Bytes that are not UTF-8 become U+FFFD, which no format here takes. */
export function readInputText(file: string, limit: number): string {
  return Buffer.from(readInput(file, limit)).toString('utf8');
}

/** The same; `-` is standard input, to its end. */
export function readInputOrPipe(file: string, limit: number): Uint8Array<ArrayBuffer> {
  if (file !== '-') return readInput(file, limit);
  const bytes = readFileSync(0);
  if (bytes.length <= limit) return new Uint8Array(bytes);
  throw EftError.of('file.too-large', { size: bytes.length, limit }, { place: { file: 'standard input' } });
}

/** Replaces `file`, or makes it. Errors: `file.unwritable`. */
export function writeOutput(file: string, content: Uint8Array | string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw EftError.of('file.unwritable', { reason: reasonOf(error) }, { place: { file }, cause: error });
  }
}

/** Makes a new `file` with these permissions; one that is there is left as it is. Errors: `key.exists`, `file.unwritable`. */
export function writeNewKeyFile(file: string, content: string, mode: number): void {
  const place = { file };
  try {
    writeFileSync(file, content, { flag: 'wx', mode });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'EEXIST') throw EftError.of('key.exists', {}, { place, cause: error });
    throw EftError.of('file.unwritable', { reason }, { place, cause: error });
  }
}

/** The code of a system error, such as `EACCES`, or the message of any other. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
