/** An error for people, on their terminal: the code in colour, and everything a stranger wrote in it made visible. */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { EftError } from '../../supervisor/errors/eft-error.ts';
import { type OutputStream, paint, writeLine } from './terminal.ts';

export function writeError(stream: OutputStream, error: EftError): void {
  const [first = '', ...rest] = error
    .render()
    .split('\n')
    .map((line) => visibleText(line));
  const [head = '', ...message] = first.split(': ');
  writeLine(stream, [paint(stream, 'bad', head), ...message].join(': '));
  for (const line of rest) writeLine(stream, line);
}
