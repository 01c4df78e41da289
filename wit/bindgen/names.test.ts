import { describe, expect, it } from 'vitest';
import { memberName, methodName, typeName, valueName } from './assemblyscript/identifiers.ts';
import { documentationName, interfaceFileNames, parseInterfaceName } from './names.ts';

describe('names in AssemblyScript', () => {
  it('are camel case for values and pascal case for types', () => {
    expect(valueName('set-timer')).toBe('setTimer');
    expect(typeName('wall-time')).toBe('WallTime');
    expect(memberName('backing-off')).toBe('BackingOff');
    expect(typeName('HTTP-request-2')).toBe('HttpRequest2');
  });

  it('get a `_` where the language or the generated code has the word for itself', () => {
    expect(valueName('default')).toBe('default_');
    expect(valueName('load')).toBe('load_');
    expect(valueName('u8')).toBe('u8_');
    expect(valueName('adopt-string')).toBe('adoptString_');
    expect(typeName('static-array')).toBe('StaticArray_');
    expect(methodName('drop')).toBe('drop_');
  });

  it('leave words alone that are only words in some places', () => {
    for (const name of ['get', 'set', 'list', 'of', 'type', 'from', 'module'])
      expect(valueName(name)).toBe(name);
  });
});

describe('files of interfaces', () => {
  const fileOf = (ids: readonly string[]) => [...interfaceFileNames(ids).values()];

  it('are named after package and interface', () => {
    expect(fileOf(['eft:host/log@0.1.0', 'outline'])).toEqual(['host-log', 'outline']);
  });

  it('have the whole name where two would be the same', () => {
    expect(fileOf(['eft:host/log@0.1.0', 'eft:host/log@0.2.0', 'a:b/c'])).toEqual([
      'eft__host__log__0_1_0',
      'eft__host__log__0_2_0',
      'b-c',
    ]);
    expect(new Set(fileOf(['x:a-b/c', 'x:a/b-c', 'y:a/b-c'])).size).toBe(3);
  });

  it('keep away from the files that every module has', () => {
    expect(fileOf(['world', 'entry'])).toEqual(['____world', '____entry']);
  });
});

it('an interface name comes apart', () => {
  expect(parseInterfaceName('eft:host/log@0.1.0')).toEqual({
    namespace: 'eft',
    package: 'host',
    interface: 'log',
    version: '0.1.0',
  });
  expect(parseInterfaceName('inline').package).toBe(undefined);
});

it('documentation of functions of resources is found by resource and name', () => {
  expect(documentationName('[method]counter.next')).toBe('counter.next');
  expect(documentationName('[constructor]counter')).toBe('counter.constructor');
  expect(documentationName('handle')).toBe('handle');
});
