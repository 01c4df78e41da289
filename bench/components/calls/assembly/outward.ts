/** Calls out of the guest, in a loop that the guest runs itself, so that one call in costs next to nothing beside them. */
import * as calls from './bindings/bench-calls';

export function nothing(count: u32): void {
  for (let index: u32 = 0; index < count; ++index) calls.nothing();
}

export function add(count: u32): u32 {
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; ++index) sum = calls.add(sum, index);
  return sum;
}

export function echo(count: u32, text: string): u32 {
  let length: u32 = 0;
  for (let index: u32 = 0; index < count; ++index) length += calls.echo(text).length;
  return length;
}
