/** What cells refuse to run, and that the walk over code sees what other tools see. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, print } from '@bytecodealliance/jco';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtComponent, builtCore } from '../../tests/components/build.ts';
import { decodeComponent } from '../component/decode.ts';
import { EftError } from '../errors/eft-error.ts';
import { walkCode } from './core-code.ts';
import { bulkBytesLimit, checkInterruptible, functionBytesLimit } from './interruptible.ts';

const objdump = '/usr/bin/wasm-objdump';

function importedFunctions(module: WebAssembly.Module): number {
  return WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').length;
}

/** Instructions of all function bodies, by our walk. */
function countWalked(core: Uint8Array<ArrayBuffer>): number {
  let count = 0;
  let isInFunction = false;
  walkCode(core, importedFunctions(new WebAssembly.Module(core)), {
    onFunction: () => {
      isInFunction = true;
    },
    onInitialisers: () => {
      isInFunction = false;
    },
    onInstruction: () => {
      if (isInFunction) count += 1;
    },
    onTable: () => undefined,
    onUnknown: (what) => new Error(what),
  });
  return count;
}

/** The same by wasm-tools: one instruction a line, and the `end` of each function is its closing parenthesis. */
async function countPrinted(core: Uint8Array): Promise<number> {
  const lines = (await print(core)).split('\n').map((line) => line.trim());
  let count = 0;
  let isInFunction = false;
  for (const line of lines) {
    if (line.startsWith('(func ')) {
      isInFunction = true;
      if (line.endsWith('))') || !line.includes('(;')) throw new Error(`a function on one line: ${line}`);
    } else if (isInFunction && line.startsWith(')')) {
      isInFunction = false;
      count += 1;
    } else if (isInFunction && !line.startsWith('(local ')) count += 1;
  }
  return count;
}

/** The same by wabt, which prints instructions that are long in several lines of which one has a name. */
function countDumped(core: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'eft-'));
  try {
    const file = join(folder, 'core.wasm');
    writeFileSync(file, core);
    const text = execFileSync(objdump, ['-d', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return text.split('\n').filter((line) => / \| +[a-z]/.test(line) && !line.includes('| local[')).length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A component of the one core module that `text` describes, which it makes an instance of. */
async function check(text: string): Promise<void> {
  const component = await parse(`(component (core module $m ${text}) (core instance (instantiate $m)))`);
  checkInterruptible(decodeComponent(component));
}

async function refusalOf(text: string): Promise<string> {
  try {
    await check(text);
  } catch (error) {
    if (error instanceof EftError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('the walk over code', () => {
  for (const name of ['everything', 'thirty']) {
    it(`sees the instructions of ${name} that other tools see`, async () => {
      const core = await builtCore(name);
      const count = countWalked(core);
      expect(count).toBeGreaterThan(1_000);
      if (existsSync(objdump)) expect(count).toBe(countDumped(core));
    });
  }

  it('knows the operands of every kind of instruction', async () => {
    const lane = '(v128.load32_lane 1 (i32.const 0) (v128.const i64x2 1 2))';
    const core = new Uint8Array(
      await parse(`(module
      (type $pair (func (param i32 i64) (result i32 i64)))
      (memory 1 1) (memory $other 1 1) (table $t 4 funcref) (global $g (mut v128) (v128.const i64x2 1 2))
      (elem (i32.const 0) func $all) (elem $e funcref (ref.func $all) (ref.null func)) (data $d "text") (data (i32.const 4) "more")
      (func $all (param i32 i64) (result i32 i64) (local f32 f64) (local v128)
        (drop (i32x4.extract_lane 3 (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 4) (global.get $g))))
        (drop ${lane}) (drop (i32x4.relaxed_trunc_f32x4_s (f32x4.splat (f32.const 1.5))))
        (memory.init $d (i32.const 0) (i32.const 0) (i32.const 4)) (data.drop $d)
        (memory.copy $other 0 (i32.const 0) (i32.const 0) (i32.const 4)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))
        (drop (i64.load offset=4294967295 (i32.const 1))) (i32.store8 $other offset=3 (i32.const 1) (i32.const -5))
        (drop (ref.is_null (table.get $t (i32.const 1)))) (drop (table.size $t)) (elem.drop $e)
        (drop (i64.trunc_sat_f64_u (f64.const -1e300)))
        (block $a (loop $b (if (i32.const 1) (then (br_if $b (i32.const 0))) (else (br_table $a $b $a (i32.const 2))))))
        (drop (select (result i64) (i64.const -9223372036854775808) (i64.const 1) (i32.const 1)))
        (call $all (local.get 0) (local.get 1))
        (call_indirect (type $pair) (i32.const 0))
        (block (type $pair) (nop) (return))
        (memory.grow (i32.const 1)) (drop) (drop (memory.size $other)) (unreachable)))`),
    );
    const count = countWalked(core);
    expect(count).toBe(await countPrinted(core));
    if (existsSync(objdump)) expect(count).toBe(countDumped(core));
  });

  it('never goes wrong but by a coded error, whatever the bytes', async () => {
    const component = await builtComponent('thirty');
    const definition = decodeComponent(component);
    const main = definition.coreModules.find(({ shape }) => shape.memories.length > 0);
    if (main === undefined) throw new Error('a module without memory');
    fc.assert(
      fc.property(fc.nat(main.bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = main.bytes.slice();
        bytes[at] = byte;
        const changed = { ...definition, coreModules: [{ ...main, bytes }] };
        try {
          checkInterruptible(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(EftError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('loading lets pass', () => {
  for (const name of ['everything', 'thirty']) {
    it(`the module ${name}`, async () => {
      checkInterruptible(decodeComponent(await builtComponent(name)));
    });
  }

  it('bulk memory instructions, as many as can be stopped in time', async () => {
    const fill = '(memory.fill (i32.const 0) (i32.const 0) (i32.const 1))';
    const limit = bulkBytesLimit / (4_096 * 65_536);
    expect(await refusalOf(`(memory 1 4096) (func ${fill.repeat(limit)}) (func ${fill})`)).toBe('none');
    expect(await refusalOf(`(memory 1 4096) (func ${fill.repeat(limit + 1)})`)).toBe(
      'cell.bulk-memory: function 0 of core module 0 has more than 4 bulk memory instructions, which with 4096 pages of memory is too much to be stopped in time',
    );
  });
});

describe('loading refuses', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a tail call', '(func $f (return_call $f))', 'return_call'],
    [
      'an indirect tail call',
      '(type $v (func)) (table 1 funcref) (func (return_call_indirect (type $v) (i32.const 0)))',
      'return_call_indirect',
    ],
    ['an atomic instruction', '(memory 1 1) (func (atomic.fence))', 'an atomic instruction'],
    [
      'a growing table',
      '(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))',
      'table.grow',
    ],
    [
      'the filling of a table',
      '(table 1 funcref) (func (table.fill 0 (i32.const 0) (ref.null func) (i32.const 1)))',
      'table.fill',
    ],
    [
      'a change of a table',
      '(table 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))',
      'table.set',
    ],
    ['a catch of everything', '(func (block $b (try_table (catch_all $b) (nop))))', 'try_table'],
    ['a small object', '(func (drop (ref.i31 (i32.const 1))))', 'a garbage-collecting instruction'],
    ['an object in a global', '(global (ref null i31) (ref.null i31))', 'a value type 0x6c'],
    ['a typed reference in a block', '(func (block (result (ref func)) (unreachable)) (drop))', ''],
    [
      'a reference that is not null',
      '(func (drop (ref.as_non_null (ref.func 0)))) (elem declare func 0)',
      '',
    ],
  ];
  for (const [what, text, instruction] of cases) {
    it(what, async () => {
      const refusal = await refusalOf(text);
      expect(refusal).toMatch(/^(cell\.unstoppable|component\.unsupported): /);
      expect(refusal).toContain(instruction);
    });
  }

  it('padded opcodes that hide what they are', async () => {
    const component = await parse(
      '(component (core module $m (table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))))',
    );
    const definition = decodeComponent(component);
    const [module] = definition.coreModules;
    if (module === undefined) throw new Error('no core module');
    const bytes = [...module.bytes];
    const at = bytes.findIndex((byte, index) => byte === 0xfc && bytes[index + 1] === 0x0f);
    bytes.splice(at + 1, 1, 0x8f, 0x00);
    // The body and the section are one byte longer now: their sizes stand before the body's count of locals.
    const section = bytes.findIndex((byte, index) => index > 8 && byte === 10 && bytes[index + 2] === 1);
    bytes[section + 1] = (bytes[section + 1] ?? 0) + 1;
    bytes[section + 3] = (bytes[section + 3] ?? 0) + 1;
    const padded = Uint8Array.from(bytes);
    expect(WebAssembly.validate(padded)).toBe(true);
    expect(() =>
      checkInterruptible({ ...definition, coreModules: [{ ...module, bytes: padded }] }),
    ).toThrowError(/table\.grow/);
  });

  it('tables that are too large', async () => {
    expect(await refusalOf('(table 16384 funcref)')).toBe('none');
    expect(await refusalOf('(table 16384 funcref) (table 1 externref)')).toBe(
      'cell.table-too-large: the tables of the component have 16385 entries; 16384 are allowed',
    );
  });

  it('functions and components that are too large', async () => {
    const drop = '(drop (i32.const 1))';
    const largest = Math.floor((functionBytesLimit - 2) / 3);
    expect(await refusalOf(`(func ${drop.repeat(largest)})`)).toBe('none');
    expect(await refusalOf(`(func ${drop.repeat(largest + 1)})`)).toMatch(/^cell\.function-too-large: /);
    expect(await refusalOf(`(func ${drop.repeat(largest)})`.repeat(17))).toMatch(/^cell\.code-too-large: /);
  });
});
