/**
 * Instructions of core WebAssembly as bytes: the few that instrumentation adds. Spec: core specification 3.0, section 5.4.
 */
import type { CoreType } from '../../supervisor/component/core-module.ts';
import { concatenate, unsignedLeb } from '../toolchain/wasm-sections.ts';

/** The memory that instrumentation adds; the module's own is 0. */
export const mapMemory = 1;

export const valueTypeCodes: Readonly<Record<CoreType | 'v128', number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

export const end: readonly number[] = [0x0b];
export const orElse: readonly number[] = [0x05];
export const add: readonly number[] = [0x6a];
export const minusOne: readonly number[] = [0x41, 0x7f];
/** Of the module's own memory. */
export const memorySize: readonly number[] = [0x3f, 0x00];
export const memoryGrow: readonly number[] = [0x40, 0x00];

export function leb(value: number): readonly number[] {
  return [...unsignedLeb(value)];
}

/** Signed LEB128, of a number that is not negative. */
export function i32Const(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest = Math.floor(rest / 128);
    if (rest === 0 && low < 0x40) return [0x41, ...bytes, low];
    bytes.push(low | 0x80);
  }
}

export function localGet(index: number): readonly number[] {
  return [0x20, ...leb(index)];
}

export function localSet(index: number): readonly number[] {
  return [0x21, ...leb(index)];
}

export function localTee(index: number): readonly number[] {
  return [0x22, ...leb(index)];
}

export function globalGet(index: number): readonly number[] {
  return [0x23, ...leb(index)];
}

export function globalSet(index: number): readonly number[] {
  return [0x24, ...leb(index)];
}

export function call(index: number): readonly number[] {
  return [0x10, ...leb(index)];
}

/** The operand of an access to the added memory: bit 6 of the alignment says that its index follows (5.4.6). */
function mapOperand(offset: number): readonly number[] {
  return [0x40, ...leb(mapMemory), ...leb(offset)];
}

/** Loads one byte of the added memory at the address on the stack plus `offset`. */
export function mapLoad8(offset: number): readonly number[] {
  return [0x2d, ...mapOperand(offset)];
}

export function mapStore8(offset: number): readonly number[] {
  return [0x3a, ...mapOperand(offset)];
}

const loadCodes: Readonly<Record<CoreType, number>> = { i32: 0x28, i64: 0x29, f32: 0x2a, f64: 0x2b };
const storeCodes: Readonly<Record<CoreType, number>> = { i32: 0x36, i64: 0x37, f32: 0x38, f64: 0x39 };

export function mapLoad(type: CoreType, offset: number): readonly number[] {
  return [loadCodes[type], ...mapOperand(offset)];
}

export function mapStore(type: CoreType, offset: number): readonly number[] {
  return [storeCodes[type], ...mapOperand(offset)];
}

/** Copies from the added memory to the module's own: where to, where from and how much are on the stack. */
export const copyFromMap: readonly number[] = [0xfc, 0x0a, 0x00, mapMemory];

/** Sixteen bytes of the added memory at the address on the stack plus `offset`. */
export function mapLoad128(offset: number): readonly number[] {
  return [...simd(0x00), ...mapOperand(offset)];
}

export function mapStore128(offset: number): readonly number[] {
  return [...simd(0x0b), ...mapOperand(offset)];
}

/** An instruction on vectors (5.4.9). */
export function simd(opcode: number): readonly number[] {
  return [0xfd, ...leb(opcode)];
}

/** A constant vector of 16 bytes. */
export function v128Const(bytes: readonly number[]): readonly number[] {
  if (bytes.length !== 16) throw new TypeError('a vector has 16 bytes');
  return [...simd(0x0c), ...bytes];
}

/** Counts one at a fixed place: a byte that wraps. */
export function count(site: number): readonly number[] {
  return [...i32Const(0), ...i32Const(0), ...mapLoad8(site), ...i32Const(1), ...add, ...mapStore8(site)];
}

/** Counts one at `site` plus the index in the local, which is on the stack too and is taken. */
export function countAt(site: number, index: number): readonly number[] {
  return [
    ...localTee(index),
    ...localGet(index),
    ...mapLoad8(site),
    ...i32Const(1),
    ...add,
    ...mapStore8(site),
  ];
}

/** A function body: locals of their types, and code. */
export function functionBody(locals: readonly number[], code: readonly number[]): Uint8Array {
  const body = [...leb(locals.length), ...locals.flatMap((type) => [1, type]), ...code, ...end];
  return concatenate([unsignedLeb(body.length), Uint8Array.from(body)]);
}

/** A mutable global with its first value: fuel is there while the module's own start function runs. */
export function i32Global(value: number): Uint8Array {
  return Uint8Array.from([0x7f, 1, ...i32Const(value), ...end]);
}
