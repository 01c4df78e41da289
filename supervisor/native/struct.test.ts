import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStruct, struct, writeStruct } from './struct.ts';

const sample = struct('struct sample', 'sample.h', 40, {
  u8: ['u8', 0],
  i8: ['i8', 1],
  u16: ['u16', 2],
  i16: ['i16', 4],
  be16: ['be16', 6],
  u32: ['u32', 8],
  i32: ['i32', 12],
  u64: ['u64', 16],
  i64: ['i64', 24],
  be32: ['be32', 32],
  bytes: ['bytes', 36, 4],
});

const values = fc.record({
  u8: fc.nat(0xff),
  i8: fc.integer({ min: -128, max: 127 }),
  u16: fc.nat(0xffff),
  i16: fc.integer({ min: -32768, max: 32767 }),
  be16: fc.nat(0xffff),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  i32: fc.integer(),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  be32: fc.integer({ min: 0, max: 0xffff_ffff }),
  bytes: fc.uint8Array({ minLength: 4, maxLength: 4 }),
});

describe('a struct', () => {
  it('reads back what was written, wherever it stands', () => {
    fc.assert(
      fc.property(values, fc.nat(32), (written, offset) => {
        const bytes = new Uint8Array(offset + sample.size);
        bytes.set(writeStruct(sample, written), offset);
        expect(readStruct(sample, bytes, offset)).toEqual(written);
      }),
    );
  });

  it('has its numbers little-endian, and network order where it says so', () => {
    const bytes = writeStruct(sample, {
      u16: 0x1234,
      be16: 0x1234,
      u32: 0x01020304,
      be32: 0x01020304,
      i64: -2n,
    });
    expect([...bytes.subarray(2, 12)]).toEqual([0x34, 0x12, 0, 0, 0x12, 0x34, 4, 3, 2, 1]);
    expect([...bytes.subarray(24, 36)]).toEqual([0xfe, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4]);
  });

  it('is zero where nothing was given', () => {
    expect(writeStruct(sample, {})).toEqual(new Uint8Array(sample.size));
  });

  it('refuses values that do not fit, instead of cutting them', () => {
    const wrong: Parameters<typeof writeStruct<typeof sample.fields>>[1][] = [
      { u8: 256 },
      { u8: -1 },
      { i8: 128 },
      { u16: 1.5 },
      { be16: 65536 },
      { u32: 2 ** 32 },
      { i32: -(2 ** 31) - 1 },
      { u64: -1n },
      { u64: 2n ** 64n },
      { i64: 2n ** 63n },
      { u32: Number.NaN },
      { bytes: new Uint8Array(5) },
    ];
    for (const one of wrong) expect(() => writeStruct(sample, one)).toThrow(RangeError);
  });

  it('is not read beyond the end of the bytes', () => {
    expect(() => readStruct(sample, new Uint8Array(sample.size - 1))).toThrow(RangeError);
    expect(() => readStruct(sample, new Uint8Array(sample.size), 1)).toThrow(RangeError);
  });

  it('is read from a view into a larger buffer', () => {
    const large = new Uint8Array(100);
    large.set(writeStruct(sample, { u32: 7, bytes: Uint8Array.of(1, 2, 3, 4) }), 50);
    const found = readStruct(sample, large.subarray(50));
    expect(found.u32).toBe(7);
    expect([...found.bytes]).toEqual([1, 2, 3, 4]);
  });
});
