import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutLine, LiveLines } from './live-lines.ts';

/** A terminal of some size that understands what LiveLines writes, and fails at anything else. */
class Screen extends Writable {
  columns = 20;
  rows = 8;
  written = 0;
  hasCursor = true;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.written += text.length;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are told
    for (const [token] of text.matchAll(/\u001b\[(\??[0-9;]*)([A-Za-z])|[\r\n]|[^\u001b\r\n]/gu))
      this.#take(token);
    done();
  }

  #take(token: string): void {
    if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#down();
    else if (token.startsWith('\u001b')) this.#obey(token.slice(2));
    else {
      expect(this.#column, 'a line wraps').toBeLessThan(this.columns);
      const line = [...(this.#lines[this.#row] ?? '').padEnd(this.#column)];
      line[this.#column] = token;
      this.#lines[this.#row] = line.join('');
      this.#column += 1;
    }
  }

  #down(): void {
    this.#row += 1;
    if (this.#lines.length <= this.#row) this.#lines.push('');
  }

  #obey(sequence: string): void {
    const count = Number.parseInt(sequence, 10);
    if (sequence.endsWith('m')) return;
    if (sequence === '?25l' || sequence === '?25h') this.hasCursor = sequence === '?25h';
    else if (sequence.startsWith('?2026')) return;
    else if (sequence.endsWith('A')) this.#row -= count;
    else if (sequence.endsWith('B')) this.#row += count;
    else if (sequence === 'K') this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
    else if (sequence === 'J') this.#lines = [...this.#lines.slice(0, this.#row), ''];
    else if (sequence === 'H') this.#row = 0;
    else if (sequence === '2J') this.#lines = [''];
    else throw new Error(`the screen does not know ${sequence}`);
    expect(this.#row).toBeGreaterThanOrEqual(0);
  }

  get shown(): readonly string[] {
    expect([this.#row, this.#column]).toEqual([this.#lines.length - 1, 0]);
    return this.#lines.slice(0, -1).map((line) => line.trimEnd());
  }
}

const line = fc
  .string({ unit: fc.constantFrom('a', 'b', ' ', 'ü'), maxLength: 12 })
  .map((text) => text.trimEnd());

test('whatever is drawn after whatever, the screen shows the last', () => {
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 7 }), { minLength: 1, maxLength: 8 }), (drawings) => {
      const screen = new Screen();
      const live = new LiveLines(screen);
      for (const drawing of drawings) {
        live.draw(drawing);
        expect(screen.shown).toEqual(drawing);
      }
      live.end();
      expect(screen.hasCursor).toBe(true);
    }),
  );
});

test('a line that has not changed is not written again', () => {
  const screen = new Screen();
  const live = new LiveLines(screen);
  live.draw(['one', 'two', 'three']);
  screen.written = 0;
  live.draw(['one', 'two', 'three']);
  expect(screen.written).toBe(0);
  live.draw(['one', 'TWO', 'three']);
  expect(screen.written).toBeLessThan(40);
  expect(screen.shown).toEqual(['one', 'TWO', 'three']);
});

test('what is too wide is cut, and what is too much is counted', () => {
  const screen = new Screen();
  screen.columns = 60;
  screen.rows = 4;
  new LiveLines(screen).draw(['a'.repeat(61), '2', '3', '4', '5']);
  expect(screen.shown).toEqual([`${'a'.repeat(59)}…`, '2', '… 3 more, for which the terminal is too small']);
  expect(cutLine('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc…\u001b[39m');
});

test('a terminal of another size is drawn anew', () => {
  const screen = new Screen();
  const live = new LiveLines(screen);
  live.draw(['a'.repeat(20)]);
  screen.columns = 10;
  live.draw(['a'.repeat(20), 'b']);
  expect(screen.shown).toEqual([`${'a'.repeat(9)}…`, 'b']);
});

test('a wide character takes two columns of a line that is cut', () => {
  expect(cutLine('界界界', 6)).toBe('界界界');
  expect(cutLine('界界界', 5)).toBe('界界…');
  expect(cutLine('界界界', 4)).toBe('界…');
});
