/** What is handed over is freed: no call leaks, whatever it carries, and garbage never exhausts a small memory. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Component, type Instance } from '../../supervisor/component/component.ts';
import type { HostFunction } from '../../supervisor/component/lift-function.ts';
import { builtComponent } from './build.ts';

/** Pages that `tests/components/everything/module.yaml` allows: 4 MiB. */
const pagesLimit = 64;

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtComponent('everything'));
});

function start(): Instance {
  const mirror = new Proxy({}, { get: () => (value: unknown) => value, has: () => true });
  return component.instantiate({
    'eft:everything/types@0.1.0': {},
    'eft:everything/echo@0.1.0': mirror,
    'eft:everything/things@0.1.0': {
      Thing: class {
        name(): string {
          return '';
        }
        rename(): void {
          this.name();
        }
        static join(): undefined {
          return undefined;
        }
      },
      make: () => undefined,
      look: () => '',
      swallow: () => 0,
      exchange: (value: unknown) => value,
    },
    hostName: () => 'host',
    mix: () => undefined,
    inline: { twice: (value: unknown) => value },
  });
}

function functions(instance: Instance) {
  const echo = instance.interface('eft:everything/echo@0.1.0');
  const control = instance.interface('eft:everything/control@0.1.0');
  const call = (from: Readonly<Record<string, HostFunction>>, name: string): HostFunction => {
    const found = from[name];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  return {
    echo: (name: string) => call(echo, name),
    relay: call(control, 'relay'),
    litter: call(control, 'litter'),
    pages: call(control, 'pages'),
  };
}

describe('a million calls leak nothing', () => {
  for (const isRelayed of [false, true]) {
    it(isRelayed ? 'by way of the host' : 'at once', () => {
      const { echo, relay, pages } = functions(start());
      relay(isRelayed);
      const person = { name: 'Ada', age: 36, email: 'ada@example.org', tags: ['a', 'bc'] };
      const given: readonly (readonly [HostFunction, unknown])[] = [
        [echo('aString'), 'some text 🎉'],
        [echo('listU8'), new Uint8Array(100)],
        [echo('aPerson'), person],
        [echo('listString'), ['one', 'two', '']],
        [echo('aU64'), 5n],
      ];
      const round = () => {
        for (const [call, value] of given) call(value);
      };
      for (let count = 0; count < 10_000; count += 1) round();
      const before = pages();
      for (let count = 0; count < 200_000; count += 1) round();
      expect(pages()).toBe(before);
    });
  }
});

describe('a memory of 4 MiB', () => {
  it('stands calls that each carry a large part of it', () => {
    const { echo, pages } = functions(start());
    const listU8 = echo('listU8');
    for (let count = 0; count < 200; count += 1) {
      const bytes = new Uint8Array(400_000 + (count % 7) * 100_000).fill(count);
      const back: unknown = listU8(bytes);
      if (!(back instanceof Uint8Array)) throw new Error('no bytes came back');
      expect(Buffer.compare(back, bytes)).toBe(0);
    }
    expect(pages()).toBeLessThanOrEqual(pagesLimit);
  });

  it('stands garbage of every size between calls', () => {
    const { echo, litter, pages } = functions(start());
    const listString = echo('listString');
    for (let count = 0; count < 3_000; count += 1) {
      litter((count * 37) % 2_000);
      listString(Array.from({ length: count % 50 }, (_, index) => 'x'.repeat(index * 3)));
    }
    expect(pages()).toBeLessThan(pagesLimit / 4);
  });

  it('stays small when calls carry little', () => {
    const { echo, pages } = functions(start());
    const aString = echo('aString');
    for (let count = 0; count < 50_000; count += 1) aString('a few letters');
    expect(pages()).toBeLessThanOrEqual(4);
  });

  it('gives back the room that large results took', () => {
    const { echo, relay, pages } = functions(start());
    relay(true);
    const grid = Array.from({ length: 100 }, () => Array.from({ length: 100 }, (_, x) => ({ x, y: x / 2 })));
    const listList = echo('listList');
    listList(grid);
    listList(grid);
    listList(grid);
    const before = pages();
    for (let count = 0; count < 50; count += 1) listList(grid);
    expect(pages()).toBe(before);
  });
});
