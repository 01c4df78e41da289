import { expect, test } from 'vitest';
import { instrumentSource, probesName } from './instrument-source.ts';
import { ReaderProbes } from './reader-probes.ts';

/** A bit of everything, with what is easily broken: statements without blocks, chains, operators next to each other. */
const source = `
function run(input: readonly number[], text = 'a<b'): unknown {
  const out: unknown[] = [];
  if (input.length === 0) return 'nothing'; else if (input[0]! > 7) out.push('large'); else out.push('small');
  for (const item of input) if (item % 2 !== 0) continue; else out.push(item);
  for (let at = 0; at < 3; at += 1) out.push(at >= 2 ? at : (at <= 0) === true ? { at } : [at]);
  let left = 2; do left -= 1; while (left > 0);
  const pick = (value: number) => value === 1 ? 'one' : value === 2 && 'two';
  const make = () => ({ length: new Uint8Array(input.length).length });
  const chained = input.map((item) => item > 3 || item < 1).filter(Boolean).length;
  switch (input.length) { case 1: out.push('1'); case 2: out.push('2'); break; default: out.push('d'); }
  try { if (text !== 'a<b') throw new RangeError('x'); } catch { out.push('caught'); }
  const isOdd = (1 as number) < Number.NaN, isEven = !(Number.NaN <= 1);
  class Pair { readonly #left = 1; get one() { return this.#left === 1; } static made = new Array<number>(2).length; }
  return [out, pick(1), pick(2), pick(3), make(), chained, typeof text === 'string', isOdd, isEven, new Pair().one, Pair.made, 10n === BigInt(10), left];
}
`;

function evaluate(code: string): (...parameters: readonly unknown[]) => unknown {
  const made: unknown = new Function(`${code}\nreturn run;`)();
  if (typeof made !== 'function') throw new TypeError('the source makes a function');
  return (...parameters) => made(...parameters);
}

const probes = new ReaderProbes();
probes.install();

test('a source with counters does what it does without', async () => {
  const { stripTypeScriptTypes } = await import('node:module');
  const plain = evaluate(stripTypeScriptTypes(source));
  const counted = evaluate(instrumentSource(source, 0).code);
  for (const parameters of [[[]], [[1]], [[9, 2]], [[2, 3, 4], 'other']]) {
    probes.begin({ blocks: 10_000, bytes: 10_000 }, true);
    expect(counted(...parameters)).toEqual(plain(...parameters));
  }
});

test('what was reached, compared and named is told, on the lines where it stands', () => {
  const { code, sites, texts, numbers } = instrumentSource(source, 100);
  expect(code.split('\n')).toHaveLength(source.split('\n').length);
  expect(code).toContain(probesName);
  expect(texts).toContain('nothing');
  expect(numbers).toContain(7n);
  const run = evaluate(code);
  const reachedBy = (...input: readonly number[]) => {
    probes.begin({ blocks: 10_000, bytes: 10_000 }, true);
    run(input);
    const reached = new Set<number>();
    probes.reached((site) => reached.add(site));
    return reached;
  };
  const nothing = reachedBy();
  const some = reachedBy(9, 2);
  expect(probes.comparisons).toContainEqual({ width: 4, one: 9n, other: 7n });
  expect([...nothing, ...some].every((site) => site >= 100 && site < 100 + sites)).toBe(true);
  expect(some.size).toBeGreaterThan(nothing.size);
});

test('a run that takes too long or too much is ended, even if it catches what ends it', () => {
  const stubborn = evaluate(
    instrumentSource(
      'function run(n) { for (let i = 0; i < n; i += 1) try { f(); } catch {} } function f() {}',
      0,
    ).code,
  );
  probes.begin({ blocks: 100, bytes: 10 }, false);
  expect(() => stubborn(1_000_000)).toThrow('more than 100 blocks');
  expect(probes.end()?.what).toBe('time');
  const greedy = evaluate(instrumentSource('function run(n) { return new Uint8Array(n).length; }', 0).code);
  probes.begin({ blocks: 100, bytes: 10 }, false);
  expect(() => greedy(11)).toThrow('more than 10 bytes');
  expect(probes.end()?.what).toBe('memory');
  probes.begin({ blocks: 100, bytes: 10 }, false);
  expect(greedy(10)).toBe(10);
  expect(probes.end()).toBeUndefined();
});
