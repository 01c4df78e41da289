/** Bytes that nobody would send: of chance, or something real with some of it changed. The same for the same seed. */

export type Chance = (below: number) => number;

/** Numbers from a seed: xorshift32 (Marsaglia, 2003). */
export function chanceOf(seed: number): Chance {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Up to `limit` bytes of chance, or one of `real` with bytes changed, taken out, doubled or cut. */
export function strangeBytes(chance: Chance, real: readonly Uint8Array[], limit = 512): Buffer {
  const origin = chance(4) === 0 ? undefined : real[chance(real.length)];
  if (origin === undefined) return Buffer.from(Array.from({ length: 1 + chance(limit) }, () => chance(256)));
  let bytes = Buffer.from(origin);
  for (let changes = 1 + chance(6); changes > 0 && bytes.length > 0; changes -= 1) {
    const at = chance(bytes.length);
    const to = at + chance(bytes.length - at + 1);
    const kind = chance(5);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    else bytes.writeUInt8(kind === 3 ? chance(256) : (bytes[at] ?? 0) ^ (1 << chance(8)), at);
  }
  return bytes;
}
