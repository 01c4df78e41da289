import { describe, expect, it } from 'vitest';
import { resolveWorld } from '../resolve.ts';
import { generateHostTypes } from './generate.ts';

async function typesOf(items: string): Promise<string> {
  const text = `package a:b@0.1.0; interface i { ${items} } world w { import i; }`;
  const resolved = await resolveWorld('w', [{ path: 'w.wit', text }], []);
  return generateHostTypes(resolved).get('b-i.ts') ?? '';
}

describe('host types', () => {
  const shapes: readonly (readonly [wit: string, typescript: string])[] = [
    ['bool', 'boolean'],
    ['u32', 'number'],
    ['s64', 'bigint'],
    ['char', 'string'],
    ['list<u8>', 'Uint8Array'],
    ['list<s64>', 'BigInt64Array'],
    ['list<bool>', 'readonly boolean[]'],
    ['list<list<f32>>', 'readonly Float32Array[]'],
    ['tuple<u8, string>', 'readonly [number, string]'],
    ['option<string>', 'string | undefined'],
    [
      'option<option<u8>>',
      "{ readonly tag: 'none' } | { readonly tag: 'some'; readonly val: number | undefined }",
    ],
    ['list<option<u8>>', 'readonly (number | undefined)[]'],
    ['result<_, string>', "{ readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: string }"],
    ['result<u64>', "{ readonly tag: 'ok'; readonly val: bigint } | { readonly tag: 'err' }"],
  ];
  it.each(shapes)('%s is %s', async (wit, typescript) => {
    expect(await typesOf(`f: func(the-value: ${wit});`)).toContain(`f(theValue: ${typescript}): void;`);
  });

  it('have records, variants, enums and flags by name, with their comments', async () => {
    const text = await typesOf(`
      /// How it is.
      enum state { /// It runs.
        running, going-away }
      flags access { read-only, hidden }
      variant v { a(state), b }
      record r { the-state: state, v: v }
      f: func(r: r) -> access;`);
    expect(text).toContain(
      "/** How it is. */\nexport type State =\n  /** It runs. */\n  | 'running'\n  | 'going-away';",
    );
    expect(text).toContain(
      'export type Access = {\n  readonly readOnly: boolean;\n  readonly hidden: boolean;\n};',
    );
    expect(text).toContain("| { readonly tag: 'a'; readonly val: State }\n  | { readonly tag: 'b' };");
    expect(text).toContain('f(r: R): Access;');
  });

  it('have resources as an interface and a class', async () => {
    const text = await typesOf(`
      resource thing { constructor(name: string); name: func() -> string; join: static func(a: borrow<thing>) -> thing; }
      take: func(thing: thing);`);
    expect(text).toContain('export interface Thing {\n  name(): string;\n}');
    expect(text).toContain('  new (name: string): Thing;\n  join(a: Thing): Thing;');
    expect(text).toContain('readonly Thing: ThingClass;');
  });
});
