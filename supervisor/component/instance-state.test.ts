/** Whatever an instance is in the middle of when something fails: it ends, or nothing has happened. */
import { describe, expect, it } from 'vitest';
import { counterGuest, instantiateText, oneFunction } from '../../tests/component-host/wat-guest.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Instance } from './component.ts';

function call(instance: Instance, name: string, ...parameters: unknown[]): unknown {
  const found = instance.functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found(...parameters);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof EftError) return error.code;
    throw error;
  }
  return 'accepted';
}

it('an exception that the guest throws is its own failure, not the host’s', async () => {
  const core = '(tag $t) (func (export "call") (throw $t))';
  const instance = await instantiateText(oneFunction('', core, ''));
  expect(codeOf(() => call(instance, 'call'))).toBe('trap.core');
});

describe('a resource of the guest that the host disposes of', () => {
  const withCall = counterGuest
    .replace(
      '(core module $m',
      `(import "host" (func $host)) (core func $lowered (canon lower (func $host)))
       (core module $m (import "" "host" (func $host))`,
    )
    .replace('(export "new" (func $new))', '(export "new" (func $new)) (export "host" (func $lowered))')
    .replace('(func (export "make")', '(func (export "out") (call $host)) (func (export "make")')
    .replace(
      '(func (export "dropped") (result u32)',
      '(func (export "out") (canon lift (core func $i "out"))) (func (export "dropped") (result u32)',
    );

  it('within a call of the guest is refused, and can be disposed of after it', async () => {
    let seen = 'nothing yet';
    let within = () => seen;
    const host = () => {
      seen = within();
    };
    const instance = await instantiateText(withCall, { host });
    const counter: unknown = Reflect.construct(instance.functions['Counter'] ?? Object, [5]);
    const dispose = () => Reflect.apply(Reflect.get(Object(counter), Symbol.dispose), counter, []);
    within = () => codeOf(dispose);
    call(instance, 'out');
    expect(seen).toBe('trap.enter');
    expect(call(instance, 'dropped')).toBe(0);
    dispose();
    expect(call(instance, 'dropped')).toBe(5);
  });
});
