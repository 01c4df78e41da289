import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startHelper } from './helper-process.ts';

const program = new URL('../tests/cells/helper-program.ts', import.meta.url);
const mebibyte = 1024 * 1024;

/** Starts the test's helper, and gives how it ended. */
function endOf(options: Partial<Parameters<typeof startHelper>[0]>): Promise<string> {
  return new Promise((onEnd) => {
    startHelper({ program, heapLimitMb: 64, stdio: 'ignore', onEnd, ...options });
  });
}

it('tells how a helper ended', async () => {
  expect(await endOf({})).toBe('it exited with status 7');
});

it.each([
  ['as an event', '/nonexistent', 'ENOENT'],
  ['by throwing', '/with\0in it', 'null bytes'],
])('tells that a helper could not be started, if Node says so %s', async (_, execPath, reason) => {
  const real = process.execPath;
  process.execPath = execPath;
  try {
    expect(await endOf({})).toContain(reason);
  } finally {
    process.execPath = real;
  }
});

it('ends a helper that asks for more memory than it may have', async () => {
  const ends: string[] = [];
  const child = startHelper({
    program: new URL('../tests/cells/hog-program.ts', import.meta.url),
    heapLimitMb: 64,
    dataLimitBytes: 1024 * mebibyte,
    stdio: 'ignore',
    onEnd: (reason) => ends.push(reason),
  });
  if (child === undefined) throw new Error('it was not started');
  await once(child, 'exit');
  // It stops at 4 GiB by itself, with status 0.
  expect(ends).toEqual(['it exited with status 42']);
});
