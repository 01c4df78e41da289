import { parse } from '@bytecodealliance/jco';
import { expect, it } from 'vitest';
import { oneFunction } from '../../tests/component-host/wat-guest.ts';
import { ReaderFuzzer } from './fuzz-reader.ts';
import { ReaderProbes } from './reader-probes.ts';
import { disagreement } from './second-reader.ts';

const component = (text: string) => parse(text).then((bytes) => new Uint8Array(bytes));

it('agrees about what is well, what is not supported, and what is wrong', async () => {
  const well = await component(oneFunction('', '(func (export "call"))'));
  expect(await disagreement(well)).toBe(undefined);
  expect(await disagreement(await component('(component (core type (func)))'))).toBe(undefined);
  expect(await disagreement(well.slice(0, 40))).toBe(undefined);
  expect(await disagreement(new Uint8Array())).toBe(undefined);
  const other = well.slice();
  other[other.length - 4] = 9;
  expect(await disagreement(other)).toBe(undefined);
});

it('knows of those disagreements that have a reason', async () => {
  const unnamed = '(component (import "f" (func (param "r" (record (field "a" u8))))))';
  expect(await disagreement(await component(unnamed))).toBe(undefined);
});

it('asks the second reader about what reached something new, and makes what it finds small', async () => {
  const asked: string[] = [];
  const fuzzer = new ReaderFuzzer(
    {
      name: 'letters',
      summary: 'letters',
      seeds: () => [],
      read: () => undefined,
      second: (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        asked.push(text);
        return Promise.resolve(text.includes('xy') ? 'it says xy' : undefined);
      },
    },
    new ReaderProbes(),
    { texts: [], numbers: [] },
    1,
  );
  fuzzer.corpus.push(...['abc', 'abxyzzy', 'xy'].map((text) => new Uint8Array(Buffer.from(text))));
  await fuzzer.consult();
  expect(fuzzer.findings).toMatchObject([{ target: 'letters', oracle: 'second', message: 'it says xy' }]);
  expect(fuzzer.findings.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['xy']);
  const before = asked.length;
  await fuzzer.consult();
  expect(asked).toHaveLength(before);
});
