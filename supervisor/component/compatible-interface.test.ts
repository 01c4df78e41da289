import { describe, expect, it } from 'vitest';
import { readInterfaceSet } from '../../wit/compatibility/interface-set.ts';
import { checkExports, checkImports, compareInterface, type InterfaceUse } from './compatible-interface.ts';
import type { InstanceType } from './types.ts';

const id = 'eft:lamp/lamp@0.1.0';

async function interfaces(body: string, version = '0.1.0'): Promise<ReadonlyMap<string, InstanceType>> {
  const text = `package eft:lamp@${version};\ninterface lamp {\n${body}\n}\n`;
  return (await readInterfaceSet([{ path: 'lamp.wit', text }])).interfaces;
}

async function instance(body: string): Promise<InstanceType> {
  const found = (await interfaces(body)).get(id);
  if (found === undefined) throw new Error('no interface');
  return found;
}

/** The differences as `verdict subject side path`. */
async function differences(module: string, host: string, use: InterfaceUse): Promise<readonly string[]> {
  const found = compareInterface(id, await instance(module), await instance(host), use);
  return found.map(({ verdict, subject, side, path }) => `${verdict} ${subject} ${side} ${path}`);
}

describe('functions', () => {
  it.each<[string, string, string, InterfaceUse, string[]]>([
    [
      'the module calls one that the host lacks',
      'a: func(); b: func();',
      'a: func();',
      'imported',
      ['breaks function module b'],
    ],
    [
      'the host has one more to call',
      'a: func();',
      'a: func(); b: func();',
      'imported',
      ['harmless function host b'],
    ],
    [
      'the host calls one that the module lacks',
      'a: func();',
      'a: func(); b: func();',
      'exported',
      ['breaks function host b'],
    ],
    [
      'the module exports one that the host never calls',
      'a: func(); b: func();',
      'a: func();',
      'exported',
      ['harmless function module b'],
    ],
    [
      'a parameter has another name',
      'a: func(x: u8);',
      'a: func(y: u8);',
      'imported',
      ['harmless parameter both a: x'],
    ],
    [
      'a parameter has another type',
      'a: func(x: u8);',
      'a: func(x: u16);',
      'imported',
      ['breaks type both a: x'],
    ],
    [
      'the host takes one more parameter',
      'a: func();',
      'a: func(x: u8);',
      'imported',
      ['breaks parameter host a: x'],
    ],
    [
      'the host takes one more parameter, an option',
      'a: func();',
      'a: func(x: option<u8>);',
      'imported',
      ['harmless parameter host a: x'],
    ],
    [
      'the module gives one more parameter',
      'a: func(x: option<u8>);',
      'a: func();',
      'imported',
      ['breaks parameter module a: x'],
    ],
    [
      'the module is given one more parameter',
      'a: func();',
      'a: func(x: option<u8>);',
      'exported',
      ['breaks parameter host a: x'],
    ],
    [
      'the module expects one more parameter',
      'a: func(x: u8);',
      'a: func();',
      'exported',
      ['breaks parameter module a: x'],
    ],
    [
      'the module expects one more parameter, an option',
      'a: func(x: option<u8>);',
      'a: func();',
      'exported',
      ['harmless parameter module a: x'],
    ],
    [
      'the host has come to give a result',
      'a: func();',
      'a: func() -> u8;',
      'imported',
      ['harmless result host a: result'],
    ],
    [
      'the host gives no result any more',
      'a: func() -> u8;',
      'a: func();',
      'imported',
      ['breaks result module a: result'],
    ],
    [
      'the host waits for a result',
      'a: func();',
      'a: func() -> u8;',
      'exported',
      ['breaks result host a: result'],
    ],
    ['nothing but the order of functions', 'a: func(); b: func();', 'b: func(); a: func();', 'imported', []],
  ])('%s', async (_, module, host, use, expected) => {
    expect(await differences(module, host, use)).toEqual(expected);
  });

  it('of resources go by the name of the resource', async () => {
    const dimmer = (...functions: string[]) => `resource dimmer { ${functions.join(' ')} }`;
    const module = dimmer('constructor();', 'set: func(level: u8);', 'every: static func() -> u8;');
    expect(await differences(module, module, 'imported')).toEqual([]);
    const found = compareInterface(id, await instance(module), await instance(dimmer()), 'imported');
    expect(found.map(({ item }) => item)).toEqual([
      'eft:lamp/lamp#dimmer.constructor',
      'eft:lamp/lamp#dimmer.set',
      'eft:lamp/lamp#dimmer.every',
    ]);
  });
});

describe('a type that crosses both ways', () => {
  const kind = (fields: string) => `record lamp { ${fields} }  get: func() -> lamp;  put: func(lamp: lamp);`;

  it('may grow by an option, which modules built before neither see nor give', async () => {
    expect(await differences(kind('lit: bool'), kind('lit: bool, since: option<u64>'), 'imported')).toEqual([
      'harmless field host get: result.since',
      'harmless field host put: lamp.since',
    ]);
  });

  it('may not grow by what modules built before do not give', async () => {
    expect(await differences(kind('lit: bool'), kind('lit: bool, since: u64'), 'imported')).toEqual([
      'harmless field host get: result.since',
      'breaks field host put: lamp.since',
    ]);
  });

  it('is refused in a module that is newer than the host', async () => {
    expect(await differences(kind('lit: bool, since: option<u64>'), kind('lit: bool'), 'imported')).toEqual([
      'harmless field module get: result.since',
      'breaks field module put: lamp.since',
    ]);
  });
});

describe('the check of a module before it runs', () => {
  it('takes imports in a compatible version', async () => {
    const world = { imports: await interfaces('a: func();', '0.1.3'), exports: new Map() };
    expect(() => checkImports(world, new Map([...world.imports]))).not.toThrow();
  });

  it('names the first differences, and counts the rest', async () => {
    const world = {
      imports: await interfaces('a: func(); b: func(); c: func(); d: func(); e: func();', '0.1.3'),
      exports: new Map(),
    };
    const provided = await interfaces('z: func();', '0.1.0');
    expect(() => checkImports(world, provided)).toThrow(
      'the component imports eft:lamp/lamp@0.1.3 with another type than the host provides: at `a`, the module imports the ' +
        'function `a`, which the host does not have; at `b`, the module imports the function `b`, which the host does not have; ' +
        'at `c`, the module imports the function `c`, which the host does not have; and 2 more',
    );
  });

  it('leaves alone what is provided in no compatible version', async () => {
    const world = { imports: await interfaces('a: func();', '0.2.0'), exports: new Map() };
    expect(() => checkImports(world, new Map())).not.toThrow();
  });

  it('takes a module that does not know an event, unless it imports what causes it', async () => {
    const lifecycle = (cases: string) =>
      readInterfaceSet([
        {
          path: 'lifecycle.wit',
          text: `package eft:module@0.1.0;\ninterface lifecycle {\nvariant event { ${cases} }\nhandle: func(event: event);\n}\n`,
        },
        {
          path: 'clock.wit',
          text: 'package eft:host@0.1.0;\ninterface clock { now: func(); set-timer: func(); }\n',
        },
      ]);
    const clockId = 'eft:host/clock@0.1.0';
    const old = await lifecycle('changed');
    const host = await lifecycle('changed, timer(string)');
    const called = new Map([...host.interfaces].filter(([name]) => name !== clockId));
    const clock = old.interfaces.get(clockId);
    if (clock === undefined) throw new Error('no clock');
    const exports = new Map([...old.interfaces].filter(([name]) => name !== clockId));
    const onlyNow: InstanceType = {
      kind: 'instance',
      items: new Map([...clock.items].filter(([name]) => name === 'now')),
    };
    expect(() => checkExports({ imports: new Map(), exports }, called)).not.toThrow();
    expect(() => checkExports({ imports: new Map([[clockId, onlyNow]]), exports }, called)).not.toThrow();
    expect(() => checkExports({ imports: new Map([[clockId, clock]]), exports }, called)).toThrow(
      'at `handle: event.timer`, the host may give the case `timer`, which the module does not know',
    );
  });

  it('takes a module that states no invariants, and refuses one that states them in another way', async () => {
    const read = async (body: string) =>
      (await readInterfaceSet([{ path: 'm.wit', text: `package eft:module@0.1.0;\n${body}\n` }])).interfaces;
    const lifecycle = 'interface lifecycle { save: func(); }';
    const called = await read(`${lifecycle} interface invariants { check: func() -> list<string>; }`);
    const check = async (body: string) =>
      checkExports({ imports: new Map(), exports: await read(body) }, called);
    await expect(check(lifecycle)).resolves.toBeUndefined();
    await expect(check(`${lifecycle} interface invariants { check: func() -> bool; }`)).rejects.toThrow(
      'check',
    );
    await expect(check('interface invariants { check: func() -> list<string>; }')).rejects.toThrow(
      'eft:module/lifecycle@0.1.0',
    );
  });
});
