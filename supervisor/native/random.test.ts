import { describe, expect, it } from 'vitest';
import { RANDOM_BYTES_MAX, randomBytes } from './random.ts';

describe('random bytes', () => {
  it('are as many as asked for, and other ones each time', () => {
    const one = randomBytes(RANDOM_BYTES_MAX);
    const other = randomBytes(RANDOM_BYTES_MAX);
    expect(one).toHaveLength(RANDOM_BYTES_MAX);
    expect(one).not.toEqual(other);
    expect(new Set(one).size).toBeGreaterThan(64);
  });

  it('come in no larger piece than the kernel gives whole', () => {
    expect(() => randomBytes(RANDOM_BYTES_MAX + 1)).toThrow(RangeError);
  });
});
