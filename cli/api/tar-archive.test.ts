import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { tarArchive } from './tar-archive.ts';

test('GNU tar reads what is written', () => {
  const long = `${'a'.repeat(120)}/${'b'.repeat(90)}`;
  const files = [
    { path: 'lab/report.md', content: Buffer.from('# fine\n') },
    { path: 'lab/empty', content: new Uint8Array() },
    { path: long, content: Buffer.alloc(512, 7) },
    { path: 'lab/Größe', content: Buffer.alloc(1_000, 8) },
  ];
  const input = tarArchive(files, 1_700_000_000);
  expect(
    execFileSync('tar', ['-tf', '-'], {
      input,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    }).split('\n'),
  ).toEqual([...files.map(({ path }) => path), '']);
  for (const { path, content } of files) {
    expect(execFileSync('tar', ['-xOf', '-', path], { input }).equals(content)).toBe(true);
  }
});

test('a path that does not fit is refused', () => {
  expect(() => tarArchive([{ path: 'x'.repeat(101), content: new Uint8Array() }], 0)).toThrow(RangeError);
});
