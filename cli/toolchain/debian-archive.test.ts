import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findArchive, openDebianArchive, readPackageRecord, writeSources } from './debian-archive.ts';

const main = 'http://archive.example/debian';
const security = 'http://security.example/debian-security';

describe('where the machine gets Debian from', () => {
  it('is read from stanzas, with comments, several suites and continued lines', () => {
    const text = [
      'Types: deb',
      `# URIs: http://elsewhere.example/debian`,
      `URIs: ${main}`,
      'Suites: bookworm',
      ' bookworm-updates',
      'Components: main',
      '',
      'Types: deb',
      `URIs: ${security}`,
      'Suites: bookworm-security',
    ].join('\n');
    expect(findArchive([{ file: 'debian.sources', text }], 'bookworm')).toEqual({ main, security });
  });

  it('is read from lines, with options', () => {
    const text = `# a comment\ndeb [arch=amd64 signed-by=/k.gpg] ${main} bookworm main\ndeb-src ${security} bookworm-security main\n`;
    expect(findArchive([{ file: 'sources.list', text }], 'bookworm')).toEqual({ main, security: undefined });
  });

  it('is not an entry of somebody else, of another release, of sources only, or turned off', () => {
    const text = [
      `Types: deb\nEnabled: no\nURIs: ${main}\nSuites: bookworm`,
      `Types: deb-src\nURIs: ${main}\nSuites: bookworm`,
      'Types: deb\nURIs: http://else.example/\nSuites: stable',
    ].join('\n\n');
    expect(findArchive([{ file: 'debian.sources', text }], 'bookworm')).toBeUndefined();
  });
});

describe('the private configuration', () => {
  it('names the release that images are made of, beside what the machine runs', () => {
    expect(writeSources({ main, security })).toBe(
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${main} trixie main\n` +
        `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${security} trixie-security main\n`,
    );
  });

  it('keeps apt within its folder, one call at a time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eft-archive-'));
    try {
      const calls: (readonly string[])[] = [];
      const archive = openDebianArchive({
        folder,
        run: async (program, parameters) => {
          calls.push([program, ...parameters]);
          if (parameters.includes('download')) writeFileSync(join(folder, 'newt_1_amd64.deb'), '');
          return 'Package: newt\nVersion: 1\nArchitecture: amd64\nSize: 12\nSHA256: 00ff\n';
        },
        findAddresses: () => ({ main, security }),
      });
      await archive.update();
      const found = await archive.find('newt', '1');
      expect(found).toEqual({ name: 'newt', version: '1', architecture: 'amd64', bytes: 12, sha256: '00ff' });
      if (found !== undefined) {
        expect(await archive.download(found, folder)).toBe(join(folder, 'newt_1_amd64.deb'));
      }
      for (const call of calls) {
        expect(call.slice(0, 2)).toEqual(['flock', join(folder, 'lock')]);
        expect(call).toContain(`Dir::State::Lists=${join(folder, 'lists')}`);
        expect(call).toContain(`Dir::Etc::SourceList=${join(folder, 'sources.list')}`);
        expect(call).toContain('Dir::Etc::SourceParts=/dev/null');
      }
      expect(readFileSync(join(folder, 'sources.list'), 'utf8')).toContain(' trixie main');
      expect(calls.map((call) => call.at(-1))).toEqual(['-q', 'newt=1', 'newt=1']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('takes no record without a checksum', () => {
    expect(readPackageRecord('Package: newt\nVersion: 1\nSize: 12\n')).toBeUndefined();
  });
});
