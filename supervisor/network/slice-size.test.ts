import { expect, it } from 'vitest';
import { SliceSize, sliceMessagesLimit, sliceTargetMs } from './slice-size.ts';

it('grows while pieces are quick, up to the limit, and shrinks to one message while they are slow', () => {
  const size = new SliceSize();
  for (let count = 0; count < 10; count += 1) size.learn(0);
  expect(size.messages).toBe(sliceMessagesLimit);
  size.learn(sliceTargetMs + 1);
  expect(size.messages).toBe(sliceMessagesLimit / 2);
  for (let count = 0; count < 10; count += 1) size.learn(100);
  expect(size.messages).toBe(1);
  size.learn(sliceTargetMs);
  expect(size.messages).toBe(2);
});
