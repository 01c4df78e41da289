import { describe, expect, it } from 'vitest';
import { resolveWorld } from '../resolve.ts';
import { generateAssemblyScript } from './generate.ts';

async function filesFor(text: string): Promise<ReadonlyMap<string, string>> {
  const resolved = await resolveWorld('w', [{ path: 'w.wit', text: `package a:b@0.1.0;\n${text}` }], []);
  return generateAssemblyScript(resolved).files;
}

/** The text from `from` to the first blank line after it. */
function excerpt(text: string | undefined, from: string): string {
  const start = text?.indexOf(from) ?? -1;
  if (text === undefined || start < 0) throw new Error(`there is no ${from}`);
  return (text.slice(start).split('\n\n', 1)[0] ?? '').trimEnd();
}

describe('imports', () => {
  it('hand over strings and lists of numbers where they are', async () => {
    const files = await filesFor(
      'interface i { f: func(name: string, data: list<u16>) -> u8; } world w { import i; }',
    );
    expect(excerpt(files.get('b-i.ts'), 'export function f')).toBe(`\
export function f(name: string, data: StaticArray<u16>): u8 {
  return <u8>host_f(changetype<usize>(name), name.length, changetype<usize>(data), data.length);
}`);
  });

  it('lay out other lists on the scratch stack, and give the room back before the result is read', async () => {
    const files = await filesFor(
      'interface i { f: func(names: list<string>) -> string; } world w { import i; }',
    );
    expect(excerpt(files.get('b-i.ts'), 'export function f')).toBe(`\
export function f(names: StaticArray<string>): string {
  const _mark = scratchMark();
  host_f(_layOutListOfString(names), names.length, _area);
  releaseScratch(_mark);
  return adoptString(load<usize>(_area), load<i32>(_area, 4));
}`);
  });

  it('join the core types of a variant', async () => {
    const files = await filesFor(
      'interface i { variant v { a(f32), b(s64), c } f: func(v: v); } world w { import i; }',
    );
    expect(excerpt(files.get('b-i.ts'), 'export function f')).toBe(`\
export function f(v: V): void {
  let _core1: i64 = 0;
  switch (v.kind) {
    case VKind.A: {
      _core1 = <i64><u32>reinterpret<i32>(v._payload0);
      break;
    }
    case VKind.B: {
      _core1 = v._payload1;
      break;
    }
  }
  host_f(v.kind, _core1);
}`);
  });

  it('go through memory with more than 16 core parameters', async () => {
    const parameters = Array.from({ length: 17 }, (_, index) => `p${index}: u64`).join(', ');
    const files = await filesFor(`interface i { f: func(${parameters}); } world w { import i; }`);
    const text = excerpt(files.get('b-i.ts'), 'export function f');
    expect(text).toContain('store<u64>(_area, p16, 128);\n  host_f(_area);');
  });
});

describe('exports', () => {
  it('call the function that the author writes, by name and with its type', async () => {
    const files = await filesFor(
      'interface i { f: func(a: bool, b: option<u8>) -> result<u32, string>; } world w { export i; }',
    );
    const text = files.get('b-i.ts');
    expect(text).toContain("import { f } from '../i';");
    expect(excerpt(text, '@canonical')).toBe(`\
@canonical('cm32p2|a:b/i@0.1|f')
export function export_f(c0: i32, c1: i32, c2: i32): i32 {
  const result: Result<u32, string> = f(c0 != 0, (c1 ? Option.some<u8>(<u8>c2) : Option.none<u8>()));
  store<u8>(_area, !result.isOk);
  if (result.isOk) {
    store<u32>(_area, result._value, 4);
  } else {
    store<usize>(_area, changetype<usize>(result._error), 4);
    store<i32>(_area, result._error.length, 8);
  }
  return _area;
}`);
  });

  it('carry doc comments over', async () => {
    const files = await filesFor(
      'interface i { /// How hot.\n record r { /// In kelvin.\n t: f32 } f: func(r: r); } world w { export i; }',
    );
    expect(excerpt(files.get('b-i.ts'), '/** How hot')).toBe(`\
/** How hot. */
@final
export class R {
  constructor(
    /** In kelvin. */
    public t: f32,
  ) {}
}`);
  });
});

describe('names that meet', () => {
  it('types of the same name from two interfaces are told apart', async () => {
    const files = await filesFor(
      `interface one { record state { a: u8 } } interface two { record state { a: u16 } }
       interface three { use one.{state}; use two.{state as other}; f: func(a: state, b: other); }
       world w { import three; }`,
    );
    const text = files.get('b-three.ts');
    expect(text).toContain('export function f(a: State, b: BTwoState): void {');
    expect(text).toContain("import { State } from './b-one';");
    expect(text).toContain("import { State as BTwoState } from './b-two';");
  });

  it('the kinds of a variant keep away from a type of that name', async () => {
    const files = await filesFor(
      'interface i { variant event { a } enum event-kind { x } f: func(e: event, k: event-kind); } world w { import i; }',
    );
    expect(files.get('b-i.ts')).toContain('export enum EventKind_ {');
  });

  it('an interface that is imported and exported has two files', async () => {
    const files = await filesFor('interface i { f: func(); } world w { import i; export i; }');
    expect([...files.keys()].sort()).toEqual(['b-i-exported.ts', 'b-i.ts', 'entry.ts']);
  });
});
