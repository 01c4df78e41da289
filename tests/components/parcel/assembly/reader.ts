/** Is wrong in three ways, each of which needs more than one lucky byte. */
import { Result } from 'eft';

const magic: StaticArray<u8> = [0x50, 0x61, 0x72, 0x63];
let weights: StaticArray<u32> = [];

export function labels(parcel: StaticArray<u8>): Result<StaticArray<string>, string> {
  if (parcel.length < 6) return Result.err<StaticArray<string>, string>('too short');
  for (let at = 0; at < magic.length; ++at)
    if (parcel[at] != magic[at]) return Result.err<StaticArray<string>, string>('no parcel');
  const found = new Array<string>();
  let at = 4;
  while (at < parcel.length && parcel[at] != 0xff) {
    // 0xee: the label before, once more. The place in the parcel is forgotten.
    if (parcel[at] == 0xee) continue;
    const length = <i32>parcel[at];
    // One too far: a label that ends behind the last byte.
    if (at + length > parcel.length) break;
    let text = '';
    for (let index = 0; index < length; ++index) text += String.fromCharCode(parcel[at + 1 + index]);
    found.push(text);
    at += 1 + length;
  }
  return Result.ok<StaticArray<string>, string>(StaticArray.fromArray(found));
}

export function begin(shelves: u32): void {
  if (shelves <= 64) weights = new StaticArray<u32>(<i32>shelves);
}

export function put(shelf: u32, weight: u32): void {
  // Believed when there are shelves at all.
  if (weights.length > 0 && shelf < 1000) weights[shelf] += weight;
}
