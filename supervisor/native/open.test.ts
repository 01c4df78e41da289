import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KernelError } from './errno.ts';
import { close, type FileDescriptor, read } from './file-descriptor.ts';
import { openBeneath, openFlags, openPath } from './open.ts';

const place = mkdtempSync(join(tmpdir(), 'eft-open-'));
mkdirSync(join(place, 'inside/deeper'), { recursive: true });
writeFileSync(join(place, 'outside'), 'secret');
writeFileSync(join(place, 'inside/file'), 'content');
writeFileSync(join(place, 'inside/deeper/file'), 'deep');
symlinkSync('../outside', join(place, 'inside/relative-link'));
symlinkSync(join(place, 'outside'), join(place, 'inside/absolute-link'));
symlinkSync('file', join(place, 'inside/harmless-link'));
symlinkSync('..', join(place, 'inside/deeper/up'));
afterAll(() => rmSync(place, { recursive: true }));

const inside = openPath(join(place, 'inside'), { flags: openFlags.O_PATH | openFlags.O_DIRECTORY });
const readOnly = { flags: openFlags.O_RDONLY };

function contentOf(fd: FileDescriptor): string {
  const bytes = new Uint8Array(100);
  const length = read(fd, bytes) ?? 0;
  close(fd);
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function refusal(path: string, directory = inside): string {
  try {
    close(openBeneath(directory, path, readOnly));
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return 'opened';
}

describe('opening beneath a directory', () => {
  it('opens what is inside, at any depth, also through .. that stays inside', () => {
    expect(contentOf(openBeneath(inside, 'file', readOnly))).toBe('content');
    expect(contentOf(openBeneath(inside, 'deeper/file', readOnly))).toBe('deep');
    expect(contentOf(openBeneath(inside, 'deeper/../file', readOnly))).toBe('content');
  });

  it('refuses every way out', () => {
    expect(refusal('../outside')).toBe('EXDEV');
    expect(refusal('deeper/../../outside')).toBe('EXDEV');
    expect(refusal(join(place, 'outside'))).toBe('EXDEV');
    expect(refusal('/')).toBe('EXDEV');
    expect(refusal('..')).toBe('EXDEV');
  });

  it('follows no symbolic link, harmless or not', () => {
    expect(refusal('relative-link')).toBe('ELOOP');
    expect(refusal('absolute-link')).toBe('ELOOP');
    expect(refusal('harmless-link')).toBe('ELOOP');
    expect(refusal('deeper/up/file')).toBe('ELOOP');
  });

  it('follows no magic link of /proc', () => {
    const self = openPath('/proc/self', { flags: openFlags.O_PATH | openFlags.O_DIRECTORY });
    expect(refusal('root/etc/passwd', self)).toBe('ELOOP');
    expect(refusal('cwd', self)).toBe('ELOOP');
    close(self);
  });

  it('refuses paths that the kernel would read otherwise than they look', () => {
    expect(() => openBeneath(inside, 'file\0/../../outside', readOnly)).toThrow(RangeError);
    expect(refusal('')).toBe('ENOENT');
  });

  it('names call and path in its error', () => {
    expect(() => openBeneath(inside, 'nothing', readOnly)).toThrow(
      'openat2 nothing: no such file or directory (ENOENT)',
    );
  });
});

describe('opening a path', () => {
  it('follows links', () => {
    expect(contentOf(openPath(join(place, 'inside/relative-link'), readOnly))).toBe('secret');
  });

  it('refuses flags that the kernel does not know, instead of ignoring them', () => {
    expect(() => openPath(place, { flags: 1 << 30 })).toThrow('EINVAL');
  });
});
