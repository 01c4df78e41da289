import { describe, expect, it } from 'vitest';
import { askedOptions, readFragment, readFragments, refusedOptions } from './config-fragments.ts';
import { configFolder } from './kernel-cache.ts';

const fragments = readFragments(configFolder);
const asked = new Map(askedOptions(fragments).map(({ name, value }) => [name, value]));

describe('the options of the kernel', () => {
  it('hold no option twice, and none that is both asked for and left out', () => {
    const on = [...asked].filter(([, value]) => value !== 'n').map(([name]) => name);
    expect(refusedOptions(fragments).filter((name) => on.includes(name))).toEqual([]);
  });

  it('have no modules, and a root that the kernel verifies itself', () => {
    expect(asked.get('MODULES')).toBe('n');
    for (const name of ['DM_INIT', 'DM_VERITY', 'SQUASHFS_ZSTD', 'BLK_DEV_INITRD', 'PVH', 'EFI_STUB']) {
      expect(asked.get(name), name).toBe('y');
    }
  });

  it('differ from a recommendation only in ways that are true', () => {
    const reasons = fragments.flatMap(({ notFollowed }) => notFollowed);
    for (const { options } of reasons) {
      for (const option of options) expect(option, 'in capitals').toMatch(/^[A-Z0-9_]+$/);
    }
    expect(reasons.length).toBeGreaterThan(0);
  });
});

describe('a fragment', () => {
  const text = (options: string) => `groups:\n  - {name: a, reason: b, options: ${options}}\n`;

  it('takes on, off, numbers and text', () => {
    const { groups } = readFragment(text('{ A: y, B: n, C: -1, D: "x,y", E: "" }'), 'f.yaml');
    expect(groups[0]?.options.map(({ value }) => value)).toEqual(['y', 'n', -1, 'x,y', '']);
  });

  it('takes no group without a reason, no option in lower case and no module', () => {
    expect(() => readFragment('groups: [{name: a, options: {A: y}}]\n', 'f.yaml')).toThrow(
      '`reason` is missing',
    );
    expect(() => readFragment(text('{ dm_verity: y }'), 'f.yaml')).toThrow('dm_verity');
    expect(() => readFragment(text('{ CONFIG_A: true }'), 'f.yaml')).toThrow('the boolean true');
  });
});
