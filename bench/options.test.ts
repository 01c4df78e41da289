import { expect, it } from 'vitest';
import { helpText, namesOf, OptionError, parseOptions, wholeNumber } from './options.ts';

const options = { runs: { type: 'string', default: '5' }, svg: { type: 'string' } } as const;

it('reads what is known', () => {
  expect(parseOptions(['--runs', '7', '--json'], options)).toEqual({ runs: '7', json: true });
});

it('refuses what is not, in a sentence', () => {
  expect(() => parseOptions(['--leek', 'x'], options)).toThrow(new OptionError("Unknown option '--leek'"));
  expect(() => parseOptions(['--svg'], options)).toThrow(OptionError);
  expect(() => parseOptions(['more'], options)).toThrow(OptionError);
});

it('reads numbers and names', () => {
  expect(wholeNumber('runs', '12', 1)).toBe(12);
  for (const wrong of ['0', '-1', '1.5', '', 'many', '1e3', '4294967296'])
    expect(() => wholeNumber('runs', wrong, 1)).toThrow(
      `--runs is a whole number, 1 or more; it was \`${wrong}\``,
    );
  expect(namesOf('leak', 'heap,timers', ['heap', 'timers', 'threads'])).toEqual(['heap', 'timers']);
  expect(namesOf('leak', '', ['heap'])).toEqual([]);
  expect(() => namesOf('leak', 'heap,typo', ['heap', 'timers'])).toThrow(
    '--leak `typo` is not known; there are heap, timers',
  );
});

it('has a help that lists everything', () => {
  const text = helpText({
    command: 'npm run bench:x',
    about: 'Measures x.',
    options: [['--runs N', 'how often']],
  });
  expect(text).toBe(
    'npm run bench:x -- [OPTIONS]\n\nMeasures x.\n\n  --runs N  how often\n  --json    print one JSON object and nothing else\n  --help    print this',
  );
});
