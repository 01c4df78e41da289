/**
 * Strings in linear memory, in the three encodings of the canonical ABI.
 *
 * JavaScript strings are UTF-16 and may hold lone surrogates; component strings are sequences of Unicode scalar values. Coming
 * from a guest, anything else traps. Coming from the host, a lone surrogate becomes U+FFFD, as Web IDL's USVString has it.
 *
 * Spec: CanonicalABI.md, `load_string_from_range` and `store_string_into_range`.
 */
import { EftError } from '../errors/eft-error.ts';
import type { CallContext } from './call-context.ts';
import type { GuestMemory } from './guest-memory.ts';
import { byteLengthLimit } from './layout.ts';
import { emptyTextBytes } from './lifted-size.ts';

/** Marks a length of `latin1+utf16` as counting UTF-16 code units. */
const utf16Tag = 0x8000_0000;

/** Strings of at most this many code units are read unit by unit: cheaper than a call into the engine. */
const shortText = 40;

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the string of `length` tagged code units at `pointer`, both as unsigned 32-bit numbers. */
export function loadText(context: CallContext, pointer: number, length: number): string {
  const { encoding } = context;
  if (encoding === 'utf16') return loadUtf16(context, pointer, length);
  if (encoding === 'utf8') return loadUtf8(context, pointer, length);
  if (length >= utf16Tag) return loadUtf16(context, pointer, length - utf16Tag);
  return loadLatin1(context, pointer, length);
}

/** Writes `value` to newly allocated memory. Returns the pointer; `context.storedLength` is the tagged code units. */
export function storeText(context: CallContext, value: string): number {
  if (context.encoding === 'utf16' && value.length <= shortText) return storeShort(context, value);
  const text = value.isWellFormed() ? value : value.toWellFormed();
  const { encoding } = context;
  if (encoding === 'utf16') return storeUtf16(context, text, 0);
  if (encoding === 'utf8') return storeUtf8(context, text);
  return isLatin1(text) ? storeLatin1(context, text) : storeUtf16(context, text, utf16Tag);
}

/** The memory, in which a string of `length` bytes does lie at `pointer`, and which the host has room for. */
function checkedMemory(
  context: CallContext,
  pointer: number,
  length: number,
  alignment: number,
): GuestMemory {
  if (length > byteLengthLimit)
    throw EftError.of('trap.length', { what: 'a string', length, limit: byteLengthLimit });
  context.memory.check(pointer, length, alignment, 'a string');
  context.spend(emptyTextBytes + length);
  return context.memory;
}

function loadUtf16(context: CallContext, pointer: number, units: number): string {
  const length = units * 2;
  const memory = checkedMemory(context, pointer, length, 2);
  const text =
    units <= shortText
      ? loadShort(memory.view, pointer, pointer + length)
      : memory.bytes.toString('utf16le', pointer, pointer + length);
  if (!text.isWellFormed()) throw EftError.of('trap.string', { encoding: 'UTF-16' });
  return text;
}

/** Reads eight code units a step: each `fromCharCode` makes a string, so fewer and longer ones are cheaper. */
function loadShort(view: DataView, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 16 <= end; at += 16) {
    text += String.fromCharCode(
      view.getUint16(at, true),
      view.getUint16(at + 2, true),
      view.getUint16(at + 4, true),
      view.getUint16(at + 6, true),
      view.getUint16(at + 8, true),
      view.getUint16(at + 10, true),
      view.getUint16(at + 12, true),
      view.getUint16(at + 14, true),
    );
  }
  for (; at < end; at += 2) text += String.fromCharCode(view.getUint16(at, true));
  return text;
}

function loadUtf8(context: CallContext, pointer: number, length: number): string {
  const memory = checkedMemory(context, pointer, length, 1);
  try {
    return utf8Decoder.decode(memory.bytes.subarray(pointer, pointer + length));
  } catch {
    throw EftError.of('trap.string', { encoding: 'UTF-8' });
  }
}

function loadLatin1(context: CallContext, pointer: number, length: number): string {
  const memory = checkedMemory(context, pointer, length, 2);
  return memory.bytes.toString('latin1', pointer, pointer + length);
}

function checkStored(length: number): void {
  if (length > byteLengthLimit) {
    throw EftError.of('component.value', {
      value: `a string of ${length} bytes`,
      expected: `at most ${byteLengthLimit}`,
    });
  }
}

function storeUtf16(context: CallContext, text: string, tag: number): number {
  const length = text.length * 2;
  checkStored(length);
  const pointer = context.allocate(length, 2, 'a string');
  context.memory.bytes.write(text, pointer, length, 'utf16le');
  context.storedLength = text.length + tag;
  return pointer;
}

/** Writes unit by unit, looking for lone surrogates on the way. */
function storeShort(context: CallContext, value: string): number {
  const { length } = value;
  const pointer = context.allocate(length * 2, 2, 'a string');
  const { view } = context.memory;
  let hasSurrogate = false;
  for (let index = 0; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    if ((unit & 0xf800) === 0xd800) hasSurrogate = true;
    view.setUint16(pointer + index * 2, unit, true);
  }
  if (hasSurrogate) context.memory.bytes.write(value.toWellFormed(), pointer, length * 2, 'utf16le');
  context.storedLength = length;
  return pointer;
}

function storeUtf8(context: CallContext, text: string): number {
  const length = Buffer.byteLength(text, 'utf8');
  checkStored(length);
  const pointer = context.allocate(length, 1, 'a string');
  context.memory.bytes.write(text, pointer, length, 'utf8');
  context.storedLength = length;
  return pointer;
}

function storeLatin1(context: CallContext, text: string): number {
  checkStored(text.length);
  const pointer = context.allocate(text.length, 2, 'a string');
  context.memory.bytes.write(text, pointer, text.length, 'latin1');
  context.storedLength = text.length;
  return pointer;
}

function isLatin1(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0xff) return false;
  }
  return true;
}
