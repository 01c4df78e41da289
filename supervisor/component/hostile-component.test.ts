/**
 * Components with a few bytes changed: whatever they say now, they are refused or they run, and every failure has a code.
 *
 * The runs are seeded, so that a failure comes back. Longer runs are only a larger `numRuns`.
 */
import { parse } from '@bytecodealliance/jco';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { callingHost, coreModule, counterGuest, oneFunction } from '../../tests/component-host/wat-guest.ts';
import { EftError } from '../errors/eft-error.ts';
import { Component, type Instance } from './component.ts';
import { readCoreModule } from './core-module.ts';
import { decodeComponent } from './decode.ts';

const texts = [
  counterGuest,
  callingHost(
    '(param "a" u32) (param "b" f64) (result u64)',
    '(param i32 f64) (result i64)',
    '(func (export "call") (drop (call $host (i32.const 3) (f64.const 2))))',
  ),
  oneFunction(
    '(param "text" string) (param "more" (list (option f32))) (result (tuple string (list (option f32)) (result u8 (error char))))',
    `(func (export "call") (param i32 i32 i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1))
      (i32.store (i32.const 24) (local.get 2)) (i32.store (i32.const 28) (local.get 3)) (i32.const 16))`,
  ),
  `(component
    (import "a:b/c@0.1.0" (instance $i
      (export "file" (type $file (sub resource)))
      (type $e' (enum "one" "two")) (export "err" (type $e (eq $e')))
      (export "open" (func (param "n" string) (result (own $file))))
      (export "[method]file.read" (func (param "self" (borrow $file)) (result (result (list u8) (error $e)))))))
    (alias export $i "file" (type $file))
    ${coreModule('').replace('$m', '$mem')} (core instance $mem (instantiate $mem))
    (core func $open (canon lower (func $i "open") (memory (core memory $mem "memory"))))
    (core func $read (canon lower (func $i "[method]file.read") (memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))))
    (core func $drop (canon resource.drop $file))
    (core module $m
      (import "h" "open" (func $open (param i32 i32) (result i32))) (import "h" "read" (func $read (param i32 i32)))
      (import "h" "drop" (func $drop (param i32))) (import "m" "memory" (memory 1 1))
      (func (export "call") (result i32) (local $f i32)
        (local.set $f (call $open (i32.const 0) (i32.const 4)))
        (call $read (local.get $f) (i32.const 64)) (call $drop (local.get $f)) (i32.load8_u (i32.const 64))))
    (core instance $h (export "open" (func $open)) (export "read" (func $read)) (export "drop" (func $drop)))
    (core instance $c (instantiate $m (with "h" (instance $h)) (with "m" (instance $mem))))
    (func $call (result u32) (canon lift (core func $c "call")))
    (instance $x (export "call" (func $call))) (export "d:e/f@0.1.0" (instance $x)))`,
];

class File {
  read(): unknown {
    return { tag: 'ok', val: Uint8Array.of(1, 2, 3) };
  }
}
const imports = { 'a:b/c@0.1.0': { File, open: () => new File() }, host: () => 7n };
const parameters = ['text', [1, undefined, Number.NaN]];

let seeds: readonly Uint8Array[];
beforeAll(async () => {
  seeds = await Promise.all(texts.map((text) => parse(text)));
});

/** What `run` gives, or undefined if it fails as it may. */
function coded<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof EftError) return undefined;
    throw error;
  }
}

const functionsOf = ({ functions, interfaces }: Instance) =>
  [functions, ...interfaces.values()].flatMap((items) => Object.values(items));

const edits = fc.array(
  fc.record({
    at: fc.nat(),
    // Bytes that mean something in either format are the likelier ones.
    to: fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 4, 5, 0x40, 0x42, 0x60, 0x68, 0x69, 0x70, 0x7c, 0x7d, 0x7e, 0x7f),
      fc.nat(255),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

function changed(
  bytes: Uint8Array,
  changes: readonly { readonly at: number; readonly to: number }[],
): Uint8Array {
  const copy = bytes.slice();
  for (const { at, to } of changes) copy[at % copy.length] = to;
  return copy;
}

it('a component with changed bytes fails with a code, wherever it fails', () => {
  const untouched = Object.getOwnPropertyNames(Object.prototype).length;
  let called = 0;
  fc.assert(
    fc.property(fc.nat(seeds.length - 1), edits, (which, changes) => {
      const component = coded(() => Component.compile(changed(seeds[which] ?? new Uint8Array(), changes)));
      const first = component && coded(() => component.instantiate(imports));
      const count = first === undefined ? 0 : functionsOf(first).length;
      for (let index = 0; index < count; index += 1) {
        const instance = component && coded(() => component.instantiate(imports));
        const call = instance && functionsOf(instance)[index];
        if (call === undefined) continue;
        called += 1;
        coded(() => call(...parameters));
        coded(() => call());
      }
      expect(Object.getOwnPropertyNames(Object.prototype).length).toBe(untouched);
    }),
    { numRuns: 4_000, seed: 20_261_123 },
  );
  expect(called).toBeGreaterThan(500);
});

it('a core module that the engine takes has the imports and exports that were read', () => {
  const cores = seeds.flatMap((bytes) => decodeComponent(bytes).coreModules.map((core) => core.bytes));
  let compared = 0;
  fc.assert(
    fc.property(fc.nat(cores.length - 1), edits, (which, changes) => {
      const bytes = changed(cores[which] ?? new Uint8Array(), changes);
      const shape = coded(() => readCoreModule(bytes));
      const module = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
      if (shape === undefined || module === undefined) return;
      compared += 1;
      const imported = shape.imports.map(({ module: from, name, extern }) => ({
        module: from,
        name,
        kind: extern.kind,
      }));
      const exported = [...shape.exports].map(([name, extern]) => ({ name, kind: extern.kind }));
      expect(imported).toEqual(WebAssembly.Module.imports(module));
      expect(exported).toEqual(WebAssembly.Module.exports(module));
    }),
    { numRuns: 4_000, seed: 20_261_123 },
  );
  expect(compared).toBeGreaterThan(500);
});

it('a core function of more parameters than engines allow is refused before it is compared', () => {
  const parameters = Array<number>(1_001).fill(0x7f);
  const type = [1, 0x60, 0xe9, 0x07, ...parameters, 0];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xee, 0x07, ...type];
  expect(() => readCoreModule(Uint8Array.from(bytes))).toThrow('more than 1000 parameters');
});
