/**
 * Memory that crosses the border between host and guest.
 *
 * The host allocates what it hands over with `cm32p2_realloc`. Every such block is an object of the garbage collector
 * from the start, so a string or a list of numbers becomes a value of the guest by writing its class into the
 * header: nothing is copied, and nothing needs to be freed by hand. The danger: an adopted block must be the whole of what
 * one call of `reallocate` gave. The canonical ABI allocates each string and each list on its own, so it is.
 *
 * Nothing is collected while a call is under way (see collector.ts), so no block needs to be rooted in between.
 */
import { OBJECT, TOTAL_OVERHEAD } from 'rt/common';

/** The canonical ABI's `realloc`. Payloads are aligned to 16, the most that a type asks for is 8. */
// @ts-ignore: decorator
@canonical('cm32p2_realloc')
export function reallocate(old: usize, oldSize: usize, alignment: usize, size: usize): usize {
  if (size == 0) return alignment;
  if (oldSize == 0) return __new(size, idof<ArrayBuffer>());
  return __renew(old, size);
}

/** Makes `length` UTF-16 code units at `pointer` a string. The pointer of an empty string means nothing. */
export function adoptString(pointer: usize, length: i32): string {
  if (length == 0) return '';
  return changetype<string>(adopt(pointer, idof<string>(), <usize>length << 1));
}

/** Makes `length` numbers at `pointer` a list. The pointer of an empty list means nothing. */
export function adoptList<T>(pointer: usize, length: i32): StaticArray<T> {
  if (length == 0) return new StaticArray<T>(0);
  const bytes = <usize>length << alignof<T>();
  return changetype<StaticArray<T>>(adopt(pointer, idof<StaticArray<T>>(), bytes));
}

function adopt(pointer: usize, classId: u32, bytes: usize): usize {
  const header = changetype<OBJECT>(pointer - TOTAL_OVERHEAD);
  header.rtId = classId;
  header.rtSize = <u32>bytes;
  return pointer;
}

/** An object of class T whose fields are all zero, made without its constructor. */
export function bare<T>(): T {
  const pointer = __new(offsetof<T>(), idof<T>());
  memory.fill(pointer, 0, offsetof<T>());
  return changetype<T>(pointer);
}
