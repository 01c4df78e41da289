import { describe, expect, it } from 'vitest';
import {
  callingHost,
  callText,
  compileText,
  counterGuest,
  instantiateText,
  oneFunction,
  throughMemory,
} from '../../tests/component-host/wat-guest.ts';
import type { Instance } from './component.ts';

type Call = (...parameters: unknown[]) => unknown;

function call(instance: Instance, name: string, ...parameters: unknown[]): unknown {
  const found = instance.functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found(...parameters);
}

function construct(instance: Instance, name: string, ...parameters: unknown[]): object {
  const found = instance.functions[name];
  if (found === undefined) throw new Error(`no class ${name}`);
  return Reflect.construct(found, parameters);
}

function method(object: object, name: string | symbol): Call {
  const found: unknown = Reflect.get(object, name);
  if (typeof found !== 'function') throw new Error(`no method ${String(name)}`);
  return (...parameters) => Reflect.apply(found, object, parameters);
}

/** A guest whose `call` gives back its string. */
const echoText = (encoding: string) =>
  oneFunction(
    '(param "text" string) (result string)',
    `(func (export "call") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))`,
    throughMemory.replace('utf16', encoding),
  );

describe('resources that the guest defines', () => {
  it('are objects of a class with their methods', async () => {
    const instance = await instantiateText(counterGuest);
    const counter = construct(instance, 'Counter', 7);
    expect(method(counter, 'value')()).toBe(7);
    expect(counter.constructor.name).toBe('Counter');
  });

  it('run their destructor once when they are disposed of', async () => {
    const instance = await instantiateText(counterGuest);
    const counter = construct(instance, 'Counter', 9);
    method(counter, Symbol.dispose)();
    expect(call(instance, 'dropped')).toBe(9);
    method(construct(instance, 'Counter', 10), Symbol.dispose)();
    method(counter, Symbol.dispose)();
    expect(call(instance, 'dropped')).toBe(10);
  });

  it('belong to the guest again when they are given away', async () => {
    const instance = await instantiateText(counterGuest);
    const counter = construct(instance, 'Counter', 11);
    expect(call(instance, 'take', counter)).toBe(11);
    expect(call(instance, 'dropped')).toBe(11);
    expect(() => method(counter, 'value')()).toThrow('given away');
  });

  it('are refused when they come from another instance', async () => {
    const component = await compileText(counterGuest);
    const stranger = construct(component.instantiate({}), 'Counter', 1);
    expect(() => call(component.instantiate({}), 'take', stranger)).toThrow('a Counter of this instance');
  });

  it('leave no handles behind over a thousand rounds', async () => {
    const instance = await instantiateText(counterGuest);
    for (let round = 0; round < 1_000; round += 1) {
      call(instance, 'take', construct(instance, 'Counter', round));
      method(construct(instance, 'Counter', round), Symbol.dispose)();
    }
    expect(instance.state.handles.count).toBe(0);
  });
});

describe('strings', () => {
  it.each(['utf8', 'utf16', 'latin1+utf16'])('pass through a guest that uses %s', async (encoding) => {
    const instance = await instantiateText(echoText(encoding));
    for (const text of [
      '',
      'plain',
      'é',
      'ÿ'.repeat(100),
      '🎉',
      '\ufeffmarked',
      'a\u0000b',
      'ж'.repeat(5_000),
    ]) {
      expect(call(instance, 'call', text)).toBe(text);
    }
  });

  it('lose lone surrogates on the way into a guest, as USVString does', async () => {
    expect(await callText(echoText('utf16'), 'a\ud800b')).toBe('a\ufffdb');
  });
});

describe('numbers', () => {
  const identity = (type: string, core: string) =>
    oneFunction(
      `(param "n" ${type}) (result ${type})`,
      `(func (export "call") (param ${core}) (result ${core}) (local.get 0))`,
      '',
    );

  it.each([
    ['u8', 'i32', [0, 255]],
    ['s8', 'i32', [-128, 127]],
    ['u16', 'i32', [0, 65_535]],
    ['s16', 'i32', [-32_768, 32_767]],
    ['u32', 'i32', [0, 4_294_967_295]],
    ['s32', 'i32', [-2_147_483_648, 2_147_483_647]],
    ['u64', 'i64', [0n, 2n ** 64n - 1n]],
    ['s64', 'i64', [-(2n ** 63n), 2n ** 63n - 1n]],
    ['f32', 'f32', [0, -0, 1.5, Number.POSITIVE_INFINITY, Number.NaN]],
    ['f64', 'f64', [0, -0, Math.PI, Number.NEGATIVE_INFINITY, Number.NaN]],
    ['bool', 'i32', [true, false]],
    ['char', 'i32', ['a', '\u0000', '\u{10ffff}', '\ufeff']],
  ])('of type %s keep their value', async (type, core, values) => {
    const instance = await instantiateText(identity(type, core));
    for (const value of values) expect(call(instance, 'call', value)).toBe(value);
  });

  it.each([
    ['u8', 'i32', [256, -1, 0.5, '1', 1n, undefined]],
    ['s16', 'i32', [32_768, -32_769, Number.NaN]],
    ['u32', 'i32', [-1, 4_294_967_296, 0.1]],
    ['s32', 'i32', [2_147_483_648]],
    ['u64', 'i64', [-1n, 2n ** 64n, 1]],
    ['s64', 'i64', [2n ** 63n]],
    ['bool', 'i32', [1, 'true', undefined]],
    ['char', 'i32', ['', 'ab', '\ud800', 65]],
  ])('that %s cannot hold are refused', async (type, core, values) => {
    const component = await compileText(identity(type, core));
    for (const value of values) {
      expect(() => call(component.instantiate({}), 'call', value)).toThrow('is expected');
    }
  });

  it('are cut to their width when a guest returns too much', async () => {
    expect(
      await callText(oneFunction('(result u8)', '(func (export "call") (result i32) (i32.const 0x1ff))', '')),
    ).toBe(255);
    expect(
      await callText(oneFunction('(result s8)', '(func (export "call") (result i32) (i32.const 0x180))', '')),
    ).toBe(-128);
    expect(
      await callText(oneFunction('(result bool)', '(func (export "call") (result i32) (i32.const 2))', '')),
    ).toBe(true);
  });

  it('lose the payload of a NaN', async () => {
    const value = await callText(
      oneFunction('(result f64)', '(func (export "call") (result f64) (f64.const nan:0x8000000000001))', ''),
    );
    const bits = new BigUint64Array(Float64Array.of(Number(value)).buffer)[0];
    expect(bits).toBe(0x7ff8_0000_0000_0000n);
  });
});

describe('an instance that failed', () => {
  it('cannot go on by catching what the host threw', async () => {
    const text = callingHost(
      '',
      '',
      '(func (export "call") (block $caught (try_table (catch_all $caught) (call $host))))',
    );
    const instance = await instantiateText(text, {
      host: () => {
        throw new Error('refused');
      },
    });
    expect(() => call(instance, 'call')).toThrow('refused');
    expect(() => call(instance, 'call')).toThrow('has ended');
  });

  it('does not keep another instance of the component from working', async () => {
    const component = await compileText(
      oneFunction(
        '(param "n" u32)',
        '(func (export "call") (param i32) (if (local.get 0) (then unreachable)))',
        '',
      ),
    );
    const [one, other] = [component.instantiate({}), component.instantiate({})];
    expect(() => call(one, 'call', 1)).toThrow('unreachable');
    expect(call(other, 'call', 0)).toBeUndefined();
  });
});

describe('imports', () => {
  const text = `(component
    (import "eft:host/log@0.1.2" (instance $log (export "write" (func (param "n" u32)))))
    (core func $write (canon lower (func $log "write")))
    (core module $m (import "" "write" (func $write (param i32)))
      (func (export "call") (call $write (i32.const 3))))
    (core instance $b (export "write" (func $write)))
    (core instance $i (instantiate $m (with "" (instance $b))))
    (func (export "call") (canon lift (core func $i "call"))))`;

  it('are found in a compatible version', async () => {
    const seen: unknown[] = [];
    const instance = await instantiateText(text, {
      'eft:host/log@0.1.9': { write: (n: unknown) => seen.push(n) },
    });
    call(instance, 'call');
    expect(seen).toEqual([3]);
  });

  it('are missing in an incompatible version', async () => {
    const imports = { 'eft:host/log@0.2.0': { write: () => undefined } };
    await expect(instantiateText(text, imports)).rejects.toThrow('eft:host/log@0.1.2 `write`');
  });
});

it('a guest that grows its memory while it is called is read where the memory is then', async () => {
  const component = await instantiateText(
    oneFunction(
      '(result string)',
      `(func (export "call") (result i32)
        (drop (memory.grow (i32.const 1)))
        (i32.store16 (i32.const 70000) (i32.const 0x68))
        (i32.store (i32.const 16) (i32.const 70000)) (i32.store (i32.const 20) (i32.const 1)) (i32.const 16))`,
    ).replace('(memory (export "memory") 1 1)', '(memory (export "memory") 1 4)'),
  );
  expect(call(component, 'call')).toBe('h');
});
