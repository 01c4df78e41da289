import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readContents } from './contents.ts';

const path = new URL('./contents.yaml', import.meta.url);

describe('the list of contents', () => {
  const entries = readContents(readFileSync(path, 'utf8'), 'image/contents.yaml');

  it('names one program that can be started, and the loader that starts it', () => {
    const programs = entries.filter((entry) => entry.kind === 'file' && (entry.mode & 0o111) !== 0);
    expect(programs.map((entry) => entry.path)).toEqual([
      '/usr/lib64/ld-linux-x86-64.so.2',
      '/usr/sbin/init',
    ]);
  });

  it('lets nobody write and has nothing setuid', () => {
    const modes = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.mode] : []));
    expect(modes.filter((mode) => (mode & 0o7022) !== 0)).toEqual([]);
  });

  it('refuses a mode that would', () => {
    const file = '{path: /usr/x, from: {build: init}, reason: a test';
    const text = (mode: string) => `
directories: [{path: /usr, reason: a test}]
links: []
files: [${file}, mode: '${mode}'}]
`;
    expect(readContents(text('0755'), 'x.yaml')).toHaveLength(2);
    for (const mode of ['4755', '0777', '755', '0666']) {
      expect(() => readContents(text(mode), 'x.yaml')).toThrow(/mode/);
    }
  });
});
