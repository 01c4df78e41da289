import { describe, expect, it } from 'vitest';
import { errnoOf, isKernelError, KernelError } from './errno.ts';

describe('a kernel error', () => {
  it('says which call failed on what, and why, in words and by name', () => {
    const error = new KernelError('openat2', errnoOf('ENOENT'), '/etc/nothing');
    expect(error.message).toBe('openat2 /etc/nothing: no such file or directory (ENOENT)');
    expect([error.call, error.errno, error.code, error.target]).toEqual([
      'openat2',
      2,
      'ENOENT',
      '/etc/nothing',
    ]);
  });

  it('leaves out the target when there is none', () => {
    expect(new KernelError('sync', errnoOf('EIO')).message).toBe('sync: input or output error (EIO)');
  });

  it('keeps the number of an error that the table does not know', () => {
    const error = new KernelError('read', 4000);
    expect(error.code).toBe('E4000');
    expect(error.message).toBe('read: an error that this version does not know (E4000)');
  });

  it('is recognised by any of its names, and other errors are not', () => {
    const error = new KernelError('read', errnoOf('EAGAIN'));
    expect(isKernelError(error, 'EIO', 'EAGAIN')).toBe(true);
    expect(isKernelError(error, 'EIO')).toBe(false);
    expect(isKernelError(new Error('EAGAIN'), 'EAGAIN')).toBe(false);
  });

  it('is recognised without a name whatever its number, known or not', () => {
    expect(isKernelError(new KernelError('read', errnoOf('EAGAIN')))).toBe(true);
    expect(isKernelError(new KernelError('read', 4000))).toBe(true);
    expect(isKernelError(new Error('EAGAIN'))).toBe(false);
  });
});
