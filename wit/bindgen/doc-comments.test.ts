import { describe, expect, it } from 'vitest';
import { readEftWit } from '../../cli/toolchain/module-folder.ts';
import { outlineWit, packageOf } from './doc-comments.ts';
import { interfacesOf } from './interfaces.ts';
import { documentationName } from './names.ts';
import { resolveWorld } from './resolve.ts';

const text = `/// About the package.
package a:b@1.2.3;

// no doc comment
/// An interface,
///
///   in three lines.
@since(version = 1.0.0)
interface %list {
  /** A record
   *  in a block.
   */
  record point {
    /// across
    x: tuple<u8, list<u8>>, /// down
    y: u8 }
  /// Cases.
  variant v { a(tuple<u8, u8>), /// the second
    b, }
  /// Alias.
  type alias = u8;
  resource thing {
    /// makes one
    constructor(a: u8);
    /// does it
    run: static func(f: point) -> result<_, string>;
  }
  /// A function.
  @unstable(feature = x)
  call: func();
}
/// The world.
world w {
  /// by name
  import c:d/e@0.1.0;
  /// written here
  import inner: interface {
    /// inside
    f: func();
  }
  /// a function
  export g: func();
}
`;

const outline = outlineWit([{ path: 'x.wit', text }]);
const docsOf = (key: string) => outline.get(key)?.docs;

describe('the outline of a WIT text', () => {
  it('has the comments of packages, interfaces and worlds', () => {
    expect(docsOf('a:b')).toBe('About the package.');
    expect(docsOf('a:b/list@1.2.3')).toBe('An interface,\n\n  in three lines.');
    expect(docsOf('a:b/w@1.2.3')).toBe('The world.');
  });

  it('has the comments of types and of their members', () => {
    expect(docsOf('a:b/list@1.2.3#point')).toBe('A record\n in a block.');
    expect(docsOf('a:b/list@1.2.3#point.x')).toBe('across');
    expect(docsOf('a:b/list@1.2.3#point.y')).toBe('down');
    expect(docsOf('a:b/list@1.2.3#v.b')).toBe('the second');
    expect(docsOf('a:b/list@1.2.3#alias')).toBe('Alias.');
  });

  it('has the comments of functions, of resources too, with gates in between', () => {
    expect(docsOf('a:b/list@1.2.3#thing.constructor')).toBe('makes one');
    expect(docsOf('a:b/list@1.2.3#thing.run')).toBe('does it');
    expect(docsOf('a:b/list@1.2.3#call')).toBe('A function.');
  });

  it('has the comments of what a world imports and exports', () => {
    expect(docsOf('a:b/w@1.2.3#c:d/e@0.1.0')).toBe('by name');
    expect(docsOf('a:b/w@1.2.3#inner')).toBe('written here');
    expect(docsOf('inner#f')).toBe('inside');
    expect(docsOf('a:b/w@1.2.3#g')).toBe('a function');
  });

  it('says where each item is', () => {
    expect(outline.get('a:b/list@1.2.3#point')?.place).toEqual({ file: 'x.wit', line: 13, column: 10 });
  });

  it('knows the package of a file', () => {
    expect(packageOf({ path: 'x.wit', text })).toBe('a:b@1.2.3');
    expect(packageOf({ path: 'x.wit', text: 'interface x {}' })).toBe(undefined);
  });
});

it('finds every type and function of the interfaces of Eft that the real parser finds', async () => {
  const wit = readEftWit();
  const own = `package eft:all@0.1.0; world all { import eft:host/files@0.1.0; import eft:host/clock@0.1.0;
    import eft:resources/operation@0.1.0; export eft:module/lifecycle@0.1.0; }`;
  const resolved = await resolveWorld('all', [{ path: 'all.wit', text: own }], wit);
  const { interfaces } = interfacesOf(resolved.name, resolved.world);
  const names = interfaces.flatMap((item) => [
    ...item.types.filter((type) => type.isDefinedHere).map((type) => `${item.id}#${type.name}`),
    ...item.functions.map((func) => `${item.id}#${documentationName(func.mangled)}`),
  ]);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !resolved.outline.has(name))).toEqual([]);
});
