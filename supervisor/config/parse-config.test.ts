import { expect, test } from 'vitest';
import { minimalConfig } from './minimal-config.ts';
import { checkMachineConfig, parseMachineConfig } from './parse-config.ts';

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

test('a configuration that is sound comes out of the thread as it was read', async () => {
  const config = await parseMachineConfig(
    bytesOf(minimalConfig({ type: 'worker', hostname: 'w1' })),
    'w1.yaml',
  );
  expect(config.machine.type).toBe('worker');
  expect(config.machine.network?.hostname).toBe('w1');
  expect(config.machine.sysctls).toEqual({});
});

test('all faults come at once, in the order of the file, with their places', async () => {
  const text =
    'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  network: { hostname: W }\n  tipe: 1\n';
  const { faults } = await checkMachineConfig(bytesOf(text), 'w1.yaml');
  expect(faults.map(({ code, place: { line, column } }) => [code, line, column])).toEqual([
    ['document.missing-field', 4, 3],
    ['document.name', 4, 24],
    ['document.unknown-field', 5, 3],
  ]);
});

test('an alias bomb is refused at its first anchor', async () => {
  const levels = Array.from(
    { length: 30 },
    (_, index) => `l${index + 1}: &l${index + 1} [*l${index}, *l${index}]`,
  );
  const { faults } = await checkMachineConfig(bytesOf(`l0: &l0 [x]\n${levels.join('\n')}\n`), 'bomb.yaml');
  expect(faults.map((fault) => fault.message)).toEqual([
    'bomb.yaml:1:9: the machine configuration uses an anchor, which Eft does not read in YAML',
  ]);
});

test('a configuration with very many faults tells the first hundred', async () => {
  const fields = Array.from({ length: 5000 }, (_, index) => `x${index}: 1`);
  const { faults } = await checkMachineConfig(bytesOf(fields.join('\n')), 'w1.yaml');
  expect(faults).toHaveLength(100);
});
