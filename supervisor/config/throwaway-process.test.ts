import { describe, expect, it } from 'vitest';
import { askThrowaway, fieldOf } from './throwaway-process.ts';

const program = new URL('../../tests/config/throwaway-program.ts', import.meta.url);
const ask = (request: unknown, limitMs = 30_000) => askThrowaway({ program, request, limitMs });

describe('a throwaway process', () => {
  it('answers its one request', async () => {
    expect(await ask({ say: 'hello' })).toEqual({ answer: { said: 'hello' } });
  });

  it('gives no answer when it fails, and its last words', async () => {
    expect(await ask({ fail: 'the disk is gone' })).toEqual({
      failure: 'it exited with status 1: the disk is gone',
    });
  });

  it('is ended when it takes too long, says too much, or is given up', async () => {
    expect(await ask({ hang: true }, 500)).toEqual({ failure: 'nothing came of it within 500 ms' });
    expect(await ask({ flood: true })).toEqual({ failure: 'its answer has no end' });
    const stop = new AbortController();
    const given = askThrowaway({ program, request: { hang: true }, limitMs: 30_000, signal: stop.signal });
    stop.abort();
    expect(await given).toEqual({ failure: 'it was given up' });
  });

  it('that cannot be started is told like one that failed', async () => {
    const real = process.execPath;
    process.execPath = '/nonexistent';
    try {
      expect(fieldOf(await ask({}), 'failure')).toContain('ENOENT');
    } finally {
      process.execPath = real;
    }
  });

  it.skipIf(process.getuid?.() !== 0)('can be a user who may do nothing', async () => {
    expect(await ask({ who: true })).toEqual({
      answer: { user: 65_534, group: 65_534 },
    });
  });
});
