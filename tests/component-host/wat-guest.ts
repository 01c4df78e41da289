/** Small guests written out as text, for what a compiler would never produce. */
import { parse } from '@bytecodealliance/jco';
import { Component, type HostImports, type Instance } from '../../supervisor/component/component.ts';

/** A core module with a memory of one page, a bump allocator called `realloc`, and `body`. */
export function coreModule(body: string): string {
  return `(core module $m
    (memory (export "memory") 1 1)
    (global $heap (mut i32) (i32.const 1024))
    (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $block i32)
      (local.set $block (i32.and
        (i32.add (global.get $heap) (i32.sub (local.get 2) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get 2))))
      (global.set $heap (i32.add (local.get $block) (local.get 3)))
      (local.get $block))
    ${body})`;
}

/** The options of a lift that passes values through the memory of instance `$i`. */
export const throughMemory =
  '(memory (core memory $i "memory")) (realloc (core func $i "realloc")) string-encoding=utf16';

/**
 * A component whose one function `call`, of the component type `type`, is the core function that `core` defines as the export `call`.
 */
export function oneFunction(type: string, core: string, options = throughMemory): string {
  return `(component ${coreModule(core)} (core instance $i (instantiate $m))
    (func (export "call") ${type} (canon lift (core func $i "call") ${options})))`;
}

export async function compileText(text: string): Promise<Component> {
  return Component.compile(await parse(text));
}

export async function instantiateText(text: string, imports: HostImports = {}): Promise<Instance> {
  return (await compileText(text)).instantiate(imports);
}

/** Calls `call` of the component that `text` describes. */
export async function callText(text: string, ...parameters: unknown[]): Promise<unknown> {
  const instance = await instantiateText(text);
  return instance.functions['call']?.(...parameters);
}

/** A component that imports the function `host` of type `type` and calls it in `call`. `core` defines the core function. */
export function callingHost(hostType: string, coreType: string, core: string): string {
  return `(component
    (import "host" (func $host ${hostType}))
    (core func $lowered (canon lower (func $host)))
    (core module $m (import "" "host" (func $host ${coreType})) ${core})
    (core instance $imports (export "host" (func $lowered)))
    (core instance $i (instantiate $m (with "" (instance $imports))))
    (func (export "call") (canon lift (core func $i "call"))))`;
}

/**
 * A guest that defines the resource `counter` and exports an interface with it. The representation is the number it is made
 * with; the destructor stores it at address 0, which `dropped` returns.
 */
export const counterGuest = `(component
  (core module $shim (table (export "t") 1 funcref) (type $d (func (param i32)))
    (func (export "dtor") (param i32) (call_indirect (type $d) (local.get 0) (i32.const 0))))
  (core instance $s (instantiate $shim))
  (type $counter (resource (rep i32) (dtor (core func $s "dtor"))))
  (core func $new (canon resource.new $counter))
  (core func $rep (canon resource.rep $counter))
  (core func $drop (canon resource.drop $counter))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (global $last (mut i32) (i32.const 0))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "value") (param i32) (result i32) (local.get 0))
    (func (export "take") (param i32) (result i32)
      (local $r i32) (local.set $r (call $rep (local.get 0))) (call $drop (local.get 0)) (local.get $r))
    (func (export "dropped") (result i32) (global.get $last))
    (func (export "bad-drop") (param i32) (call $drop (local.get 0)))
    (func (export "dtor") (param i32) (global.set $last (local.get 0))))
  (core instance $builtins (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop)))
  (core instance $i (instantiate $m (with "" (instance $builtins))))
  (core module $fix (import "" "t" (table 1 funcref)) (import "" "d" (func $d (param i32))) (elem (i32.const 0) func $d))
  (alias core export $s "t" (core table $t)) (alias core export $i "dtor" (core func $dtor))
  (core instance $fixing (export "t" (table $t)) (export "d" (func $dtor)))
  (core instance (instantiate $fix (with "" (instance $fixing))))
  (export $exported "counter" (type $counter))
  (func (export "[constructor]counter") (param "n" u32) (result (own $exported)) (canon lift (core func $i "make")))
  (func (export "[method]counter.value") (param "self" (borrow $exported)) (result u32) (canon lift (core func $i "value")))
  (func (export "take") (param "c" (own $exported)) (result u32) (canon lift (core func $i "take")))
  (func (export "dropped") (result u32) (canon lift (core func $i "dropped")))
  (func (export "bad-drop") (param "handle" u32) (canon lift (core func $i "bad-drop"))))`;
