import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildClient, instantiateClient } from '../../tests/components/dhcp/client-bench.ts';
import { drawTransitions, readTransitions } from './dhcp-states.ts';

const source = readFileSync(
  join(import.meta.dirname, '../../modules/network/assembly/dhcp/transitions.ts'),
  'utf8',
);

it('what is read as text is what was compiled, row by row', async () => {
  await buildClient();
  const compiled = instantiateClient().transitions();
  const rows = readTransitions(source);
  const spelled: Readonly<Record<string, string>> = { INITREBOOT: 'INIT-REBOOT', ANY: 'any state' };
  const nameOf = (state: string) => spelled[state.toUpperCase()] ?? state.toUpperCase();
  expect(rows.map(({ from, to }) => [nameOf(from), nameOf(to)])).toEqual(
    compiled.map(({ from, to }) => [from, to]),
  );
  // The same name is the same number, and another name another number.
  for (const key of ['on', 'does'] as const) {
    const numbers = new Map(rows.map((row, index) => [row[key], compiled[index]?.[key]]));
    expect(rows.map((row) => numbers.get(row[key]))).toEqual(compiled.map((row) => row[key]));
    expect(new Set(numbers.values()).size).toBe(numbers.size);
  }
});

it('a row that is written in another way stops the generator', () => {
  expect(() => readTransitions('  new Transition(State.Init, On.Begin, somewhere, Do.Discover),')).toThrow(
    /no row of the table/,
  );
});

it('a transition that nobody has described stops the generator', () => {
  const row = { from: 'Init', on: 'Earthquake', to: 'Bound', does: 'Nothing' };
  expect(() => drawTransitions([row])).toThrow('does not say what Earthquake means');
});
