/**
 * Where a command writes. Results go to standard output, what is said about them to standard error. Colour is for people:
 * never in a pipe, never with NO_COLOR (no-color.org); `node:util` decides that from the stream and the environment.
 */
import { type InspectColor, styleText } from 'node:util';
import { visibleJson } from '../../supervisor/document/visible-text.ts';

/** A stream that a command writes to; process.stdout is one. */
export type OutputStream = NodeJS.WritableStream & { readonly columns?: number };

export type Terminal = { readonly stdout: OutputStream; readonly stderr: OutputStream };

/** What a text means; colour follows from it. */
export type Meaning = 'title' | 'good' | 'bad' | 'faint' | 'name';

const styles: Readonly<Record<Meaning, InspectColor>> = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  faint: 'dim',
  name: 'cyan',
};

/** Gives `text` the look of its meaning, if `stream` shows colour. */
export function paint(stream: OutputStream, meaning: Meaning, text: string): string {
  return styleText(styles[meaning], text, { stream, validateStream: true });
}

/** Writes one line. What a stranger wrote in it goes through `visibleText` first. */
export function writeLine(stream: OutputStream, line = ''): void {
  stream.write(`${line}\n`);
}

/** Writes one JSON value and nothing else, for programs. */
export function writeJson(stream: OutputStream, value: unknown): void {
  stream.write(`${visibleJson(JSON.stringify(value, undefined, 2))}\n`);
}
