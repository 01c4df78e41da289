import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelOption } from './config-fragments.ts';
import { checkConfig, readConfig, writeAskedConfig } from './kernel-config.ts';

const option = fc.record({
  name: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/),
  value: fc.oneof(fc.constantFrom('y', 'n', 'text', ''), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
});
const options = fc.uniqueArray(option, { selector: ({ name }) => name, minLength: 1 });

describe('a kernel configuration', () => {
  it('is what was asked for if nothing was dropped', () => {
    fc.assert(
      fc.property(options, (asked) => {
        checkConfig(writeAskedConfig(asked), asked, [], '6.12');
        expect(readConfig(writeAskedConfig(asked)).size).toBe(
          asked.filter(({ value }) => value !== 'n').length,
        );
      }),
    );
  });

  it('is refused if any option is missing that was asked for, or there that was refused', () => {
    fc.assert(
      fc.property(options, fc.nat(), (asked, at) => {
        const one = asked[at % asked.length];
        if (one === undefined) return;
        const other: KernelOption = { name: one.name, value: one.value === 'n' ? 'y' : 'n' };
        const changed = writeAskedConfig([...asked.filter((each) => each !== one), other]);
        expect(() => checkConfig(changed, asked, [], '6.12')).toThrow(one.name);
      }),
    );
    expect(() => checkConfig('CONFIG_NFS_FS=y\n', [], ['NFS_FS'], '6.12')).toThrow('NFS_FS');
  });
});
