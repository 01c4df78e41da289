import { expect, it } from 'vitest';
import { instructionsOf } from './instruction-counter.ts';

it('finds the count in the answer to query-replay, and nowhere else', () => {
  expect(instructionsOf('{"return": {"mode": "none", "icount": 1234}}')).toBe(1234);
  expect(instructionsOf('{"return": {}}')).toBeUndefined();
  expect(instructionsOf('{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}')).toBeUndefined();
});
