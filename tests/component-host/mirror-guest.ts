/**
 * A guest for any types, made of a few instructions: it hands back the block of memory it was given.
 *
 * Each type T gets three functions. All parameters and results go through memory, because 17 bytes of padding make them too many
 * for core parameters; and a parameter block `(T, padding)` lies in memory exactly as a result `tuple<T, padding>` does. So
 * - `mirror` stores T and loads it again, as an export;
 * - `bounce` does the same on the way out, through an import of the host;
 * - `lie` returns whatever the test has put into the guest's memory.
 */
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';
import type { ValueType } from '../../supervisor/component/types.ts';
import { WitPrinter } from './arbitrary-type.ts';

/** Where `lie` returns from. */
export const lieAddress = 0x1000;
/** Where `bounce` has its result written. */
const bounceAddress = 0x8000;
/** Where the guest's allocations begin; everything after is allocated. */
export const heapAddress = 0x2_0000;
/** Pages of the guest's memory. */
export const guestPages = 4;

const padding = Array.from({ length: 17 }, () => 'u8');

/** The component for `types`. Functions are named by index: `mirror0`, `bounce0`, `lie0`. */
export async function buildMirrorGuest(
  types: readonly ValueType[],
  stringEncoding: 'utf8' | 'utf16',
): Promise<Uint8Array> {
  const printer = new WitPrinter();
  const texts = types.map((type) => printer.print(type));
  const parameters = (text: string) =>
    [`v: ${text}`, ...padding.map((type, index) => `p${index}: ${type}`)].join(', ');
  const result = (text: string) => `tuple<${[text, ...padding].join(', ')}>`;
  const witSource = `
    package eft:mirror@0.1.0;
    interface types { ${printer.definitions.join('\n')} }
    interface host {
      ${usesOf(printer)}
      ${texts.map((text, index) => `bounce${index}: func(${parameters(text)}) -> ${result(text)};`).join('\n')}
    }
    interface guest {
      ${usesOf(printer)}
      ${texts.map((text, index) => `mirror${index}: func(${parameters(text)}) -> ${result(text)};`).join('\n')}
      ${texts.map((text, index) => `bounce${index}: func(${parameters(text)}) -> ${result(text)};`).join('\n')}
      ${texts.map((text, index) => `lie${index}: func() -> ${result(text)};`).join('\n')}
    }
    world mirror { import host; export guest; }`;
  const core = await parse(coreText(types.length));
  const embedded = await componentEmbed({ witSource, world: 'mirror', binary: core, stringEncoding });
  return componentNew(embedded, []);
}

function usesOf(printer: WitPrinter): string {
  const names = printer.definitions.map((text) => text.split(' ')[1]);
  return names.length === 0 ? '' : `use types.{${names.join(', ')}};`;
}

function coreText(count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const host = 'cm32p2|eft:mirror/host@0.1';
  const guest = 'cm32p2|eft:mirror/guest@0.1';
  return `(module
    ${indices.map((index) => `(import "${host}" "bounce${index}" (func $bounce${index} (param i32 i32)))`).join('\n')}
    (memory (export "cm32p2_memory") ${guestPages} ${guestPages})
    (global $heap (mut i32) (i32.const ${heapAddress}))
    (func (export "cm32p2_initialize"))
    (func (export "cm32p2_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
      (local $block i32)
      (local.set $block (i32.and
        (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $heap (i32.add (local.get $block) (local.get $size)))
      (local.get $block))
    (func $free (param i32) (global.set $heap (i32.const ${heapAddress})))
    ${indices
      .map(
        (index) => `
    (func (export "${guest}|mirror${index}") (param i32) (result i32) (local.get 0))
    (export "${guest}|mirror${index}_post" (func $free))
    (func (export "${guest}|bounce${index}") (param i32) (result i32)
      (call $bounce${index} (local.get 0) (i32.const ${bounceAddress}))
      (i32.const ${bounceAddress}))
    (export "${guest}|bounce${index}_post" (func $free))
    (func (export "${guest}|lie${index}") (result i32) (i32.const ${lieAddress}))
    (export "${guest}|lie${index}_post" (func $free))`,
      )
      .join('\n')})`;
}
