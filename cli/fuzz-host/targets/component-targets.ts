/** Components: the one format of a stranger's that PID 1 not only reads, but makes something of. */
import { parse } from '@bytecodealliance/jco';
import { compareInterface } from '../../../supervisor/component/compatible-interface.ts';
import { Component } from '../../../supervisor/component/component.ts';
import { decodeComponent } from '../../../supervisor/component/decode.ts';
import { callingHost, counterGuest, oneFunction } from '../../../tests/component-host/wat-guest.ts';
import { unsignedModule } from '../../../tests/errors/small-module.ts';
import { must, type ReaderTarget, unlessRefused } from '../reader-target.ts';
import { disagreement } from '../second-reader.ts';

const texts = [
  counterGuest,
  callingHost(
    '(param "a" u32) (param "b" f64) (result u64)',
    '(param i32 f64) (result i64)',
    '(func (export "call") (drop (call $host (i32.const 3) (f64.const 2))))',
  ),
  oneFunction(
    '(param "text" string) (param "more" (list (option f32))) (result (tuple string (result u8 (error char))))',
    `(func (export "call") (param i32 i32 i32 i32) (result i32) (i32.const 16))`,
  ),
  `(component
    (import "a:b/c@0.1.0" (instance
      (export "file" (type $file (sub resource)))
      (type $e' (enum "one" "two")) (export "err" (type $e (eq $e')))
      (type $f' (flags "a" "b")) (export "f" (type (eq $f')))
      (type $v' (variant (case "x" u8) (case "y"))) (export "v" (type (eq $v')))
      (type $r' (record (field "x" s64) (field "y" (list char)))) (export "r" (type (eq $r')))
      (export "open" (func (param "n" string) (result (own $file))))
      (export "[method]file.read" (func (param "self" (borrow $file)) (result (result (list u8) (error $e))))))))`,
];

const component: ReaderTarget = {
  name: 'component',
  summary: 'the bytes of a component: decoded, or refused; its core modules compile, or are refused',
  seeds: async () => [...(await Promise.all(texts.map((text) => parse(text)))), unsignedModule()],
  second: disagreement,
  blocks: 20_000_000,
  read: (bytes) => {
    const definition = unlessRefused(() => decodeComponent(bytes));
    if (definition === undefined) return;
    for (const { bytes: core, shape } of definition.coreModules) {
      must(core.length <= bytes.length, 'a core module is a part of the component');
      const module = unlessRefused(() =>
        Component.of({ ...definition, coreModules: [{ index: 0, bytes: core, shape }] }),
      );
      if (module === undefined) continue;
      const [compiled] = module.modules;
      if (compiled === undefined) continue;
      const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
      must(
        names.length === shape.exports.size && names.every((name) => shape.exports.has(name)),
        'a core module exports what the engine says that it does',
      );
      must(
        WebAssembly.Module.imports(compiled).every(
          ({ module: from, name }, index) =>
            shape.imports[index]?.module === from && shape.imports[index]?.name === name,
        ),
        'a core module imports what the engine says that it does',
      );
    }
    for (const [name, item] of definition.world.imports) {
      if (item.kind !== 'instance') continue;
      const differences = compareInterface(name, item, item, 'imported');
      must(differences.length === 0, 'an interface is compatible with itself');
    }
  },
};

export const componentTargets: readonly ReaderTarget[] = [component];
