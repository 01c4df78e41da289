/** An error for people, on their terminal: the code in colour, and everything a stranger wrote in it made visible. */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { EftError } from '../../supervisor/errors/eft-error.ts';
import { readInputText } from '../files.ts';
import { codeFrame } from './code-frame.ts';
import { type OutputStream, paint, writeLine } from './terminal.ts';

/** Bytes of a source of which a part is shown. */
const sourceLimit = 4 * 1024 * 1024;

export function writeError(stream: OutputStream, error: EftError): void {
  writeParts(stream, error, []);
}

/** The same, and below what happened the lines of the source that it happened in, if the error has a place in a file that can be read. */
export function writeErrorWithSource(stream: OutputStream, error: EftError): void {
  writeParts(stream, error, frameOf(stream, error));
}

function writeParts(stream: OutputStream, error: EftError, frame: readonly string[]): void {
  const [first = '', ...rest] = error
    .render()
    .split('\n')
    .map((line) => visibleText(line));
  const [head = '', ...message] = first.split(': ');
  writeLine(stream, [paint(stream, 'bad', head), ...message].join(': '));
  for (const line of frame) writeLine(stream, `    ${line}`);
  for (const line of rest) writeLine(stream, line);
}

function frameOf(stream: OutputStream, { place: { file, line, column } }: EftError): readonly string[] {
  if (file === undefined || line === undefined || column === undefined) return [];
  try {
    return codeFrame(readInputText(file, sourceLimit), line, column, (mark) => paint(stream, 'bad', mark));
  } catch {
    // It is gone, or is no file of this machine's: the place is said all the same.
    return [];
  }
}
