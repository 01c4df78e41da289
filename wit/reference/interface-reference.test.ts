import { describe, expect, it } from 'vitest';
import { readInterfaceSet } from '../compatibility/interface-set.ts';
import { interfaceReference } from './interface-reference.ts';

const lamp = `package eft:lamp@0.3.0;

/// Lamps. They glow | or not.
interface lamp {
  use colours.{colour};

  /// Why a lamp stays dark.
  variant fault {
    /// There is none of this name.
    missing,
    /// The sentence says why,
    /// over two lines.
    broken(string),
  }

  flags places { ceiling, wall }

  type faults = list<tuple<u8, option<fault>>>;
  type shade = colour;

  resource dimmer {
    /// For the lamp of this name.
    constructor(name: string);
    /// Sets it.
    set: func(level: u8) -> result<_, fault>;
    every: static func() -> list<dimmer>;
  }

  /// Lights one lamp.
  glow: func(name: string, shade: colour, by: borrow<dimmer>) -> result<colour, fault>;
}
`;
const colours = `package eft:lamp@0.3.0;

interface colours {
  /// What light can be.
  record colour {
    /// 0 to 255.
    red: u8,
    inner: option<list<u8>>,
  }
}
`;

async function pageOf(...texts: string[]): Promise<string> {
  const set = await readInterfaceSet(texts.map((text, index) => ({ path: `${index}.wit`, text })));
  return interfaceReference(set, [
    { module: 'hall', imports: new Set(['eft:lamp/lamp', 'eft:lamp/colours']), exports: new Set() },
    { module: 'shop', imports: new Set(), exports: new Set(['eft:lamp/lamp']) },
  ]);
}

/** The part of the page under this heading. */
function entry(page: string, heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`no heading ${heading}`);
  const rest = page.slice(start + heading.length + 2);
  return rest.slice(0, rest.search(/^#|$(?![\s\S])/m)).trim();
}

describe('the page of a small package', async () => {
  const page = await pageOf(lamp, colours);

  it('begins with a table of the interfaces and of the modules that use them', () => {
    expect(page).toContain('| [eft:lamp/lamp](#eftlamplamp) | Lamps. | hall, shop |\n');
    expect(page).toContain('| [eft:lamp/colours](#eftlampcolours) | | hall |\n');
  });

  it('says of an interface what it is and who imports and exports it', () => {
    expect(entry(page, '### eft:lamp/lamp')).toBe(
      'Lamps. They glow | or not.\n\nImported by hall.\n\nExported by shop.',
    );
  });

  it('lists fields and cases with types and comments', () => {
    expect(entry(page, '#### eft:lamp/colours#colour')).toBe(
      'record `colour`\n\nWhat light can be.\n\n| field | type | |\n|---|---|---|\n' +
        '| `red` | u8 | 0 to 255. |\n| `inner` | option\\<list\\<u8>> | |',
    );
    expect(entry(page, '#### eft:lamp/lamp#fault')).toBe(
      'variant `fault`\n\nWhy a lamp stays dark.\n\n| case | payload | |\n|---|---|---|\n' +
        '| `missing` | | There is none of this name. |\n| `broken` | string | The sentence says why, over two lines. |',
    );
    expect(entry(page, '#### eft:lamp/lamp#places')).toContain('| flag | |\n|---|---|\n| `ceiling` | |');
  });

  it('says what an alias stands for, with links', () => {
    expect(entry(page, '#### eft:lamp/lamp#faults')).toBe(
      'type `faults` = list\\<tuple\\<u8, option\\<[fault](#eftlamplampfault)>>>',
    );
    expect(entry(page, '#### eft:lamp/lamp#shade')).toBe('type `shade` = [colour](#eftlampcolourscolour)');
  });

  it('gives functions with signature, comment and links to their types', () => {
    expect(entry(page, '#### eft:lamp/lamp#glow')).toBe(
      '```wit\nglow: func(name: string, shade: colour, by: borrow<dimmer>) -> result<colour, fault>;\n```\n\n' +
        'Lights one lamp.\n\nTypes: [colour](#eftlampcolourscolour), [dimmer](#eftlamplampdimmer), [fault](#eftlamplampfault).',
    );
  });

  it('gives constructors, methods and statics of a resource as WIT writes them', () => {
    expect(entry(page, '#### eft:lamp/lamp#dimmer.constructor')).toContain(
      'constructor(name: string);\n```\n\nFor the lamp of this name.',
    );
    expect(entry(page, '#### eft:lamp/lamp#dimmer.set')).toContain(
      'set: func(level: u8) -> result<_, fault>;\n```\n\nSets it.',
    );
    expect(entry(page, '#### eft:lamp/lamp#dimmer.every')).toContain('every: static func() -> list<dimmer>;');
  });

  it('has an entry for every link', () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text]) => text ?? '');
    const anchors = headings.map((text) => text.toLowerCase().replace(/[^\w\- ]/g, ''));
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });
});

it('two entries that would have one anchor are refused', async () => {
  const text = 'package eft:a@0.1.0;\ninterface bc { de: func(); }\ninterface b { cde: func(); }\n';
  await expect(pageOf(text)).rejects.toThrow('anchor eftabcde');
});
