/** Names that a hostile component chooses: they never reach what the language keeps under the same name. */
import { afterEach, describe, expect, it } from 'vitest';
import { compileText, instantiateText } from '../../tests/component-host/wat-guest.ts';
import { isExternName, UniqueNames } from './extern-name.ts';

const namesOf = (value: object) => Object.getOwnPropertyNames(value).join(' ');
const untouched = [Object.prototype, Object, Function.prototype].map(namesOf);

afterEach(() => {
  for (const target of [Object.prototype, Object]) Reflect.deleteProperty(target, 'polluted');
});

describe('names between core modules', () => {
  it.each(['__proto__', 'constructor', 'toString'])(
    'may be %s and change nothing of the host',
    async (name) => {
      const inner = `(component
      (core module $a (func (export "polluted")) (func (export "__proto__")))
      (core instance $a (instantiate $a))
      (core module $m (import "${name}" "polluted" (func)) (import "${name}" "__proto__" (func)))
      (core instance (instantiate $m (with "${name}" (instance $a)))))`;
      await instantiateText(inner);
      expect([Object.prototype, Object, Function.prototype].map(namesOf)).toEqual(untouched);
    },
  );
});

describe('names of imports and exports', () => {
  const importing = (name: string) => `(component (import "${name}" (func $h (param "x" u32)))
    (core func $l (canon lower (func $h)))
    (core module $m (import "" "h" (func (param i32))))
    (core instance $b (export "h" (func $l))) (core instance (instantiate $m (with "" (instance $b)))))`;

  it.each(['constructor', 'to-string', 'has-own-property', 'value-of'])(
    '%s is not found in what every object inherits',
    async (name) => {
      await expect(instantiateText(importing(name))).rejects.toThrow('which this host does not provide');
    },
  );

  it.each([
    '[static]file.constructor',
    '[static]file.to-string',
    '[method]file.constructor',
    '[static]file.call',
  ])('%s is not found in what every class inherits', async (name) => {
    const text = `(component (import "a:b/c" (instance $i (export "file" (type $f (sub resource)))
        (export "${name}" (func ${name.startsWith('[method]') ? '(param "self" (borrow $f))' : ''}))))
        (core func $l (canon lower (func $i "${name}")))
        (core module $m (import "" "h" (func ${name.startsWith('[method]') ? '(param i32)' : ''})))
        (core instance $b (export "h" (func $l))) (core instance (instantiate $m (with "" (instance $b)))))`;
    await expect(instantiateText(text, { 'a:b/c': { File: class {} } })).rejects.toThrow(
      'which this host does not provide',
    );
  });

  it('are labels or names of interfaces', () => {
    for (const name of ['a', 'A-B', 'a-1', '[constructor]x', '[method]x.y', 'a:b/c', 'a-b:c/d@0.1.0-rc.1+x'])
      expect([name, isExternName(name)]).toEqual([name, true]);
    for (const name of [
      '',
      '__proto__',
      'aB',
      'a--b',
      '[method]x',
      '[other]x.y',
      'a:b',
      'a:b/c@1',
      'a\u001b[2J',
      'a\n',
    ])
      expect([name, isExternName(name)]).toEqual([name, false]);
    expect(isExternName('a'.repeat(513))).toBe(false);
  });

  it.each([
    ['foo', 'FOO'],
    ['a-1', 'a1'],
    ['a-b', 'a-B'],
    ['[method]x.a', '[static]x.a'],
    ['[method]x.x', 'x'],
  ])('%s and %s mean the same', (one, other) => {
    const names = new UniqueNames();
    expect(names.addExtern(one, false)).toBe(true);
    expect(names.addExtern(other, false)).toBe(false);
  });

  it('a function and a resource of one spelling do not share it', () => {
    const names = new UniqueNames();
    expect(names.addExtern('XY', false)).toBe(true);
    expect(names.addExtern('x-y', true)).toBe(false);
  });
});

it('two fields that the host would spell alike are refused', async () => {
  await expect(compileText('(component (type (record (field "a-1" u8) (field "a1" u8))))')).rejects.toThrow(
    'two items named',
  );
});

describe('functions of a resource that the guest defines', () => {
  const guest = (name: string, parameter = '') => `(component
    (core module $m (func (export "f") ${parameter === '' ? '' : '(param i32)'}))
    (core instance $i (instantiate $m))
    (type $t (resource (rep i32))) (export $e "thing" (type $t))
    (func (export "${name}") ${parameter} (canon lift (core func $i "f"))))`;

  it('may be named as what a function of the host has', async () => {
    for (const name of ['name', 'length', 'caller', 'arguments']) {
      const { functions } = await instantiateText(guest(`[static]thing.${name}`));
      expect(typeof Reflect.get(functions['Thing'] ?? {}, name)).toBe('function');
    }
  });

  it('may not be named as what makes a class', async () => {
    await expect(instantiateText(guest('[static]thing.prototype'))).rejects.toThrow('named `prototype`');
    const method = guest('[method]thing.constructor', '(param "self" (borrow $e))');
    await expect(instantiateText(method)).rejects.toThrow('named `constructor`');
  });
});
