import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  allocate,
  close,
  closeBehind,
  createMemoryFile,
  createPipe,
  duplicate,
  duplicateOnto,
  type FileDescriptor,
  read,
  readAt,
  sealMemoryFile,
  seals,
  setMode,
  setOwner,
  syncFile,
  syncFileData,
  syncFileSystem,
  truncate,
  tryLock,
  write,
  writeAt,
} from './file-descriptor.ts';
import { statusOf } from './file-status.ts';
import { openFlags, openPath } from './open.ts';

const place = mkdtempSync(join(tmpdir(), 'eft-file-'));
afterAll(() => rmSync(place, { recursive: true }));

const bytesOf = (text: string) => new TextEncoder().encode(text);
const readText = (fd: FileDescriptor, offset: number) => {
  const bytes = new Uint8Array(64);
  return new TextDecoder().decode(bytes.subarray(0, readAt(fd, bytes, offset)));
};
const newFile = (name: string) =>
  openPath(join(place, name), { flags: openFlags.O_RDWR | openFlags.O_CREAT, mode: 0o600 });

describe('a pipe', () => {
  it('carries bytes, is empty then, and ends when the writer is closed', () => {
    const { reader, writer } = createPipe();
    const room = new Uint8Array(10);
    expect(read(reader, room)).toBeUndefined();
    expect(write(writer, bytesOf('abc'))).toBe(3);
    expect(read(reader, room)).toBe(3);
    expect([...room.subarray(0, 4)]).toEqual([97, 98, 99, 0]);
    expect(read(reader, room)).toBeUndefined();
    close(writer);
    expect(read(reader, room)).toBe(0);
    close(reader);
  });

  it('ends as well when the writer is closed in another thread, however many are', async () => {
    const pipes = Array.from({ length: 100 }, () => createPipe());
    for (const { writer } of pipes) closeBehind(writer);
    await expect
      .poll(() => pipes.map(({ reader }) => read(reader, new Uint8Array(1))))
      .toEqual(pipes.map(() => 0));
    for (const { reader } of pipes) close(reader);
  });

  it('takes no more than it can hold', () => {
    const { reader, writer } = createPipe();
    const block = new Uint8Array(1 << 20);
    expect(write(writer, block)).toBe(65536);
    expect(write(writer, block)).toBeUndefined();
    close(reader);
    expect(() => write(writer, block)).toThrow('EPIPE');
    close(writer);
  });

  it('is not inherited by programs', () => {
    const { reader, writer } = createPipe();
    const listing = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' }).stdout.split('\n');
    expect(listing).not.toContain(String(reader));
    expect(listing).not.toContain(String(writer));
    close(reader);
    close(writer);
  });
});

describe('a descriptor', () => {
  it('is closed once; a second time is an error', () => {
    const { reader, writer } = createPipe();
    close(writer);
    close(reader);
    expect(() => close(reader)).toThrow(`close descriptor ${reader}: bad file descriptor (EBADF)`);
  });

  it('has duplicates that live on their own', () => {
    const { reader, writer } = createPipe();
    const second = duplicate(writer, 50);
    expect(second).toBeGreaterThanOrEqual(50);
    close(writer);
    expect(write(second, bytesOf('x'))).toBe(1);
    const other = createPipe();
    duplicateOnto(second, other.writer);
    close(second);
    expect(write(other.writer, bytesOf('y'))).toBe(1);
    const room = new Uint8Array(4);
    expect(read(reader, room)).toBe(2);
    for (const fd of [reader, other.reader, other.writer]) close(fd);
  });
});

describe('a file', () => {
  it('is written and read at offsets', () => {
    const fd = newFile('offsets');
    expect(writeAt(fd, bytesOf('hello'), 5)).toBe(5);
    expect(readText(fd, 0)).toBe('\0\0\0\0\0hello');
    expect(readText(fd, 7)).toBe('llo');
    expect(readText(fd, 100)).toBe('');
    expect(() => readAt(fd, new Uint8Array(1), -1)).toThrow('EINVAL');
    close(fd);
  });

  it('is cut, lengthened, reserved and written out', () => {
    const fd = newFile('sizes');
    writeAt(fd, bytesOf('0123456789'), 0);
    truncate(fd, 4);
    expect(readText(fd, 0)).toBe('0123');
    truncate(fd, 6);
    expect(readText(fd, 0)).toBe('0123\0\0');
    allocate(fd, 0, 8192);
    expect(statusOf(fd).size).toBe(8192n);
    for (const sync of [syncFile, syncFileData, syncFileSystem]) sync(fd);
    close(fd);
  });

  it('has mode, owner and times', () => {
    const fd = newFile('status');
    setMode(fd, 0o640);
    setOwner(fd, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    const status = statusOf(fd);
    expect(status.mode).toBe(0o100640);
    expect([status.uid, status.gid]).toEqual([process.getuid?.(), process.getgid?.()]);
    expect(status.linkCount).toBe(1);
    expect(status.modifiedNanoseconds).toBeGreaterThan(1_700_000_000n * 1_000_000_000n);
    close(fd);
  });

  it('is locked by one open file at a time', () => {
    const one = newFile('lock');
    const other = newFile('lock');
    expect(tryLock(one)).toBe(true);
    expect(tryLock(other)).toBe(false);
    close(one);
    expect(tryLock(other)).toBe(true);
    close(other);
  });
});

describe('a memory file', () => {
  it('cannot be changed any more once it is sealed', () => {
    const fd = createMemoryFile('eft-test');
    writeAt(fd, bytesOf('fixed'), 0);
    sealMemoryFile(fd, seals.F_SEAL_WRITE | seals.F_SEAL_GROW | seals.F_SEAL_SHRINK | seals.F_SEAL_SEAL);
    expect(() => writeAt(fd, bytesOf('other'), 0)).toThrow('EPERM');
    expect(() => truncate(fd, 1)).toThrow('EPERM');
    expect(() => sealMemoryFile(fd, 0)).toThrow('EPERM');
    expect(readText(fd, 0)).toBe('fixed');
    close(fd);
  });
});
