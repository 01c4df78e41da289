import { describe, expect, it } from 'vitest';
import { adviceFor } from './advice.ts';
import {
  compareInterfaceSets,
  type InterfaceChange,
  nextBreakingVersion,
  type PackageComparison,
  unannouncedBreaks,
} from './compare-interfaces.ts';
import { readInterfaceSet } from './interface-set.ts';

type Texts = Readonly<Record<string, string>>;

/** Compares packages, given as the body of their one interface `lamp` by `package@version`. */
async function comparePackages(published: Texts, current: Texts): Promise<readonly PackageComparison[]> {
  const read = (texts: Texts, folder: string) =>
    readInterfaceSet(
      Object.entries(texts).map(([name, body]) => ({
        path: `${folder}/${name.replace(/^.*:|@.*$/g, '')}.wit`,
        text: `package ${name};\ninterface lamp {\n${body}\n}\n`,
      })),
    );
  return compareInterfaceSets(await read(published, 'published'), await read(current, 'wit'));
}

async function changes(before: string, after: string): Promise<readonly InterfaceChange[]> {
  const [only] = await comparePackages({ 'eft:lamp@0.1.0': before }, { 'eft:lamp@0.1.0': after });
  return only?.changes ?? [];
}

describe('a change', () => {
  it.each([
    [
      'a field that is gone',
      'record r { a: u8, b: u8 } f: func() -> r;',
      'record r { a: u8 } f: func() -> r;',
      'breaks field removed eft:lamp/lamp#r.b published/lamp.wit:3:19',
      'keep the field `lamp#r.b`',
    ],
    [
      'a field that must be given',
      'record r { a: u8 } f: func(r: r);',
      'record r { a: u8, b: u8 } f: func(r: r);',
      'breaks field added eft:lamp/lamp#r.b wit/lamp.wit:3:19',
      'make the field `lamp#r.b` an option',
    ],
    [
      'a field that may be given',
      'record r { a: u8 } f: func(r: r);',
      'record r { a: u8, b: option<u8> } f: func(r: r);',
      'harmless field added eft:lamp/lamp#r.b wit/lamp.wit:3:19',
      undefined,
    ],
    [
      'a case that may come',
      'enum e { a } f: func() -> e;',
      'enum e { a, b } f: func() -> e;',
      'breaks case added eft:lamp/lamp#e.b wit/lamp.wit:3:13',
      'give `lamp#e.b` only to modules that ask for it by something new, and say so in supervisor/component/solicited-cases.ts',
    ],
    [
      'a function that is gone',
      'f: func(); g: func();',
      'f: func();',
      'breaks function removed eft:lamp/lamp#g published/lamp.wit:3:12',
      'keep the function `lamp#g`',
    ],
    [
      'a function that is new',
      'f: func();',
      'f: func(); g: func();',
      'harmless function added eft:lamp/lamp#g wit/lamp.wit:3:12',
      undefined,
    ],
    [
      'a result that is gone',
      'f: func() -> u8;',
      'f: func();',
      'breaks result removed eft:lamp/lamp#f published/lamp.wit:3:1',
      'keep the result of `lamp#f`',
    ],
    [
      'another type',
      'type t = u8; f: func() -> t;',
      'type t = u16; f: func() -> t;',
      'breaks type changed eft:lamp/lamp#t wit/lamp.wit:3:6',
      'keep `lamp#t` as it was published',
    ],
    [
      'a field of a type that nothing uses',
      'record r { a: u8 } f: func();',
      'record r { b: u8 } f: func();',
      'harmless field removed eft:lamp/lamp#r.a published/lamp.wit:3:12',
      undefined,
    ],
    [
      'a new type',
      'f: func();',
      'type t = u8; f: func();',
      'harmless type added eft:lamp/lamp#t wit/lamp.wit:3:6',
      undefined,
    ],
  ])('%s', async (_, before, after, expected, advice) => {
    const [change] = await changes(before, after);
    if (change === undefined) throw new Error('no change was found');
    const { verdict, subject, item, place } = change;
    expect(`${verdict} ${subject} ${change.change} ${item} ${place.file}:${place.line}:${place.column}`).toBe(
      expected,
    );
    if (advice !== undefined) expect(adviceFor(change)).toBe(advice);
  });

  it('is none if only comments, names of parameters aside, and the order of items differ', async () => {
    const before = '/// One.\nrecord r { a: u8, b: u8 } f: func() -> r; g: func();';
    expect(await changes(before, 'g: func(); record r { b: u8, a: u8 } /// Two.\nf: func() -> r;')).toEqual(
      [],
    );
  });

  it('is listed once, with every function that meets it, and breaks if it does in one of them', async () => {
    const before = 'record r { a: u8 } get: func() -> r; put: func(r: r);';
    const [change, ...others] = await changes(before, before.replace('a: u8', 'a: u8, b: u8'));
    expect(others).toEqual([]);
    expect(change).toMatchObject({ verdict: 'breaks', paths: ['eft:lamp/lamp put: r.b'] });
  });

  it('of a type in one package breaks the modules of another that uses it', async () => {
    const user = 'use eft:lamp/lamp@0.1.0.{r};\nf: func() -> r;';
    const found = await comparePackages(
      { 'eft:lamp@0.1.0': 'record r { a: u8 }', 'eft:shop@0.1.0': user },
      { 'eft:lamp@0.1.0': 'record r { b: u8 }', 'eft:shop@0.1.0': user },
    );
    const breaks = found.map((comparison) => [comparison.package, unannouncedBreaks(comparison).length]);
    expect(breaks).toEqual([
      ['eft:lamp', 0],
      ['eft:shop', 1],
    ]);
  });
});

describe('interfaces that modules export', () => {
  const event = (cases: string) => `variant event { ${cases} }\nhandle: func(event: event);`;
  const compareLifecycles = async (before: string, after: string) => {
    const read = (text: string, folder: string) =>
      readInterfaceSet([
        { path: `${folder}/l.wit`, text: `package eft:module@0.1.0;\ninterface lifecycle {\n${text}\n}\n` },
        { path: `${folder}/h.wit`, text: 'package eft:host@0.1.0;\ninterface clock { now: func(); }\n' },
      ]);
    const found = compareInterfaceSets(await read(before, 'published'), await read(after, 'wit'));
    return found.flatMap(({ changes: all }) => all.map(({ verdict, item }) => `${verdict} ${item}`));
  };

  it('may not gain a function, for the host would call it', async () => {
    expect(await compareLifecycles('a: func();', 'a: func(); b: func();')).toEqual([
      'breaks eft:module/lifecycle#b',
    ]);
  });

  it('may be more, if modules need not export them', async () => {
    const before = 'package eft:module@0.1.0;\ninterface lifecycle { a: func(); }\n';
    const after = `${before}interface invariants { check: func(); }\ninterface others { b: func(); }\n`;
    const read = (text: string) => readInterfaceSet([{ path: 'module/m.wit', text }]);
    const found = compareInterfaceSets(await read(before), await read(after));
    expect(found.flatMap(({ changes: all }) => all.map(({ verdict, item }) => `${verdict} ${item}`))).toEqual(
      ['harmless eft:module/invariants', 'breaks eft:module/others'],
    );
  });

  it('may gain a case that only modules ask for by what is not published yet', async () => {
    // `timer` is asked for by `set-timer`, which is not in the published clock here; `other` by nothing.
    expect(await compareLifecycles(event('a'), event('a, timer(string), other'))).toEqual([
      'harmless eft:module/lifecycle#event.timer',
      'breaks eft:module/lifecycle#event.other',
    ]);
  });
});

describe('versions', () => {
  const body = 'f: func();';
  const gone = 'g: func();';

  it.each([
    ['0.1.0', '0.1.0', 1],
    ['0.1.0', '0.1.9', 1],
    ['0.1.0', '0.2.0', 0],
    ['1.2.0', '1.3.0', 1],
    ['1.2.0', '2.0.0', 0],
  ])('from %s to %s leave %i break unannounced', async (before, after, count) => {
    const published = { [`eft:lamp@${before}`]: body };
    const [only] = await comparePackages(published, { [`eft:lamp@${after}`]: gone });
    if (only === undefined) throw new Error('no package');
    expect(only.changes.filter(({ verdict }) => verdict === 'breaks')).toHaveLength(1);
    expect(unannouncedBreaks(only)).toHaveLength(count);
  });

  it('that announce a break are the next minor one below 1.0, the next major one from there', () => {
    expect(['0.1.3', '1.4.0', '0.0.2'].map(nextBreakingVersion)).toEqual(['0.2.0', '2.0.0', '0.1.0']);
  });

  it('of a package that is gone announce nothing', async () => {
    const before = { 'eft:lamp@0.1.0': body, 'eft:shop@0.1.0': body };
    const [gonePackage] = await comparePackages(before, { 'eft:shop@0.1.0': body });
    if (gonePackage === undefined) throw new Error('no package');
    expect(unannouncedBreaks(gonePackage).map(({ what }) => what)).toEqual(['modules import this interface']);
  });

  it('of a new package have nothing to break', async () => {
    const [, fresh] = await comparePackages(
      { 'eft:lamp@0.1.0': body },
      { 'eft:lamp@0.1.0': body, 'eft:shop@0.1.0': body },
    );
    expect(fresh).toMatchObject({ package: 'eft:shop', published: undefined, changes: [] });
  });
});
