import { expect, it } from 'vitest';
import { clearingUp, type FileJob, isLeftBehind, isRepeatable, temporaryName } from './file-job.ts';

const place = { directory: '/var/lib/filer', path: 'deep/a' };
const write: FileJob = { ...place, operation: 'write', content: new Uint8Array(1), temporary: 't' };

it('a file that is being written belongs to its life, whatever the number', () => {
  const ours = temporaryName('ab12', 7);
  expect(isLeftBehind(temporaryName('ab12', 8), ours)).toBe(false);
  expect(isLeftBehind(temporaryName('ab1', 7), ours)).toBe(true);
  expect(isLeftBehind(temporaryName('ab123', 7), ours)).toBe(true);
  expect(isLeftBehind('a file of the module', ours)).toBe(false);
});

it('everything but a removal can be done again', () => {
  expect(isRepeatable(write)).toBe(true);
  expect(isRepeatable({ ...place, operation: 'read' })).toBe(true);
  expect(isRepeatable({ ...place, operation: 'list' })).toBe(true);
  expect(isRepeatable({ ...place, operation: 'remove' })).toBe(false);
});

it('only a write leaves something to clear up, and clearing up does not', () => {
  const discard = clearingUp(write);
  expect(discard).toEqual({ ...place, operation: 'discard', temporary: 't' });
  expect(discard && clearingUp(discard)).toBeUndefined();
  expect(clearingUp({ ...place, operation: 'remove' })).toBeUndefined();
});
