import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readYaml } from '../document/yaml-document.ts';
import { record, required } from './field-record.ts';
import { secret } from './field-type.ts';
import { Reading } from './reading.ts';
import { SecretVault } from './secret-vault.ts';

const type = record({
  token: required(secret(8, 64), { doc: '', by: '', example: '', since: '' }),
});

test('what is read of a secret is a handle, and the vault alone knows the text', () => {
  const reading = new Reading();
  const value = type.read(readYaml('token: correct horse\n', 'configuration', 'm.yaml'), reading);
  expect(value).toEqual({ token: { secret: 'token' } });
  const vault = new SecretVault();
  vault.fill(reading.secrets);
  expect(vault.reveal({ secret: 'token' })).toBe('correct horse');
  expect(vault.reveal({ secret: 'other' })).toBeUndefined();
  const shown = [
    inspect(vault, { showHidden: true, depth: 9 }),
    JSON.stringify(vault),
    inspect(structuredClone(vault)),
    String(vault),
  ];
  expect(shown.join()).not.toContain('horse');
});

test('a secret that is replaced is looked for all the same, and comes back with the copy that was made before', () => {
  const vault = new SecretVault();
  vault.fill(new Map([['token', 'correct horse']]));
  const before = vault.copy();
  vault.fill(new Map([['token', 'battery staple']]));
  const isFound = (text: string) => vault.finder().search()(Buffer.from(text));
  expect(['correct horse', 'battery staple', 'something else'].map(isFound)).toEqual([true, true, false]);
  vault.take(before);
  expect(vault.reveal({ secret: 'token' })).toBe('correct horse');
  expect(isFound('battery staple')).toBe(true);
});

test('no error quotes a secret', () => {
  for (const wrong of [
    'short',
    '12345678901',
    '[correct horse]',
    '{ a: correct horse }',
    `"${'horse'.repeat(50)}"`,
  ]) {
    const reading = new Reading();
    expect(type.read(readYaml(`token: ${wrong}\n`, 'configuration', 'm.yaml'), reading)).toBeUndefined();
    expect(reading.faults.map((fault) => fault.code)).toEqual(['config.secret']);
    expect(reading.faults[0]?.render()).not.toMatch(/horse|short|12345678901/);
  }
});
