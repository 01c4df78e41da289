import { expect, test } from 'vitest';
import { resolveKind } from './kind-names.ts';

const kinds = [
  'eft:resources/address-spec',
  'eft:resources/address-status',
  'eft:resources/boot-phase',
  'eft:resources/dhcp-lease',
  'eft:resources/link-spec',
  'eft:resources/link-status',
  'eft:resources/module-status',
  'eft:resources/operation',
  'acme:lamp/light',
];
const find = (word: string) => resolveKind(word, kinds, 'lab-1');

test.each([
  ['eft:resources/link-spec', 'eft:resources/link-spec'],
  ['link-spec', 'eft:resources/link-spec'],
  ['linkspecs', 'eft:resources/link-spec'],
  ['links', 'eft:resources/link-status'],
  ['link', 'eft:resources/link-status'],
  ['addresses', 'eft:resources/address-status'],
  ['Modules', 'eft:resources/module-status'],
  ['bootphases', 'eft:resources/boot-phase'],
  ['boot', 'eft:resources/boot-phase'],
  ['leases', 'eft:resources/dhcp-lease'],
  ['dhcp', 'eft:resources/dhcp-lease'],
  ['lights', 'acme:lamp/light'],
  ['op', 'eft:resources/operation'],
])('%s means %s', (word, kind) => {
  expect(find(word)).toBe(kind);
});

test('a word for several, and one for none, say what there is', () => {
  expect(() => find('l')).toThrow(
    '`l` may be eft:resources/link-spec, eft:resources/link-status, acme:lamp/light',
  );
  expect(() => find('spec')).toThrow('`spec` may be');
  expect(() => find('lnks')).toThrow('lab-1 has no kind `lnks`');
  expect(() => find('')).toThrow('has no kind');
});

test('with two of one short name, the package decides', () => {
  const both = [...kinds, 'acme:net/link-status'];
  expect(() => resolveKind('link-status', both, 'lab-1')).toThrow('may be');
  expect(resolveKind('acme:net/link-status', both, 'lab-1')).toBe('acme:net/link-status');
});
