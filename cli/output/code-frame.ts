/** A few lines of a file with a caret below the place that is meant. */

/** Lines above and below the one that is meant. */
const contextLines = 1;
/** Characters of a line that are shown; the caret's surroundings, if it is longer. */
const widthLimit = 120;

/** The lines of the frame, without a line feed; none if the place is not in the text. Lines and columns count from 1. */
export function codeFrame(
  text: string,
  line: number,
  column: number,
  paintCaret: (caret: string) => string = (caret) => caret,
): readonly string[] {
  const lines = text.split('\n');
  const meant = lines[line - 1];
  if (meant === undefined) return [];
  const first = Math.max(1, line - contextLines);
  const last = Math.min(lines.length, line + contextLines);
  const width = String(last).length;
  const start = column <= widthLimit ? 0 : column - widthLimit / 2;
  const shown = (content: string): string =>
    content.slice(start, start + widthLimit).replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    frame.push(`${String(number).padStart(width)} | ${shown(lines[number - 1] ?? '')}`.trimEnd());
    if (number === line) {
      frame.push(`${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1 - start))}${paintCaret('^')}`);
    }
  }
  return frame;
}
