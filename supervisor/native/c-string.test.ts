import { describe, expect, it } from 'vitest';
import { cString, fromCString, PATH_BYTES_MAX } from './c-string.ts';

describe('a string for the kernel', () => {
  it('is UTF-8 with a zero byte at its end', () => {
    expect([...cString('é')]).toEqual([0xc3, 0xa9, 0]);
    expect(fromCString(cString('Grüße'))).toBe('Grüße');
  });

  it('cannot hold a zero byte, which would silently end it', () => {
    expect(() => cString('safe\0../../etc')).toThrow(RangeError);
  });

  it('cannot hold half a surrogate pair, which UTF-8 has no bytes for', () => {
    expect(() => cString('\ud800')).toThrow(RangeError);
  });

  it('has a limit that counts the zero', () => {
    expect(cString('x'.repeat(PATH_BYTES_MAX - 1))).toHaveLength(PATH_BYTES_MAX);
    expect(() => cString('x'.repeat(PATH_BYTES_MAX))).toThrow(RangeError);
  });

  it('from the kernel ends at the first zero, or at the end', () => {
    expect(fromCString(Uint8Array.of(0x61, 0, 0x62))).toBe('a');
    expect(fromCString(Uint8Array.of(0x61, 0x62))).toBe('ab');
    expect(fromCString(new Uint8Array())).toBe('');
  });
});
