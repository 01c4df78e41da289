/** How bad something is, as a word of fixed width in the colour that it deserves. */
import { type OutputStream, paint } from './terminal.ts';

export function paintLevel(stream: OutputStream, level: string): string {
  const word = level.slice(0, 5).padEnd(5);
  if (level === 'error') return paint(stream, 'bad', word);
  if (level === 'warn') return paint(stream, 'title', word);
  return paint(stream, 'faint', word);
}
