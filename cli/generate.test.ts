import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { changesOf } from './generate.ts';
import { interfaceReferencePage } from './generators/interface-reference.ts';

test('a check lists what is missing, what has another text, and what an owned folder holds beyond', () => {
  const root = mkdtempSync(`${tmpdir()}/eft-generate-`);
  try {
    mkdirSync(`${root}/owned`);
    writeFileSync(`${root}/owned/right.ts`, 'right');
    writeFileSync(`${root}/owned/wrong.ts`, 'older');
    writeFileSync(`${root}/owned/gone.ts`, 'gone');
    writeFileSync(`${root}/theirs.md`, 'not ours to look at');
    const files = new Map([
      ['owned/right.ts', 'right'],
      ['owned/wrong.ts', 'newer'],
      ['page.md', 'a page'],
    ]);
    expect(changesOf({ files, ownedFolders: ['owned', 'not-yet'] }, root)).toEqual({
      outdated: ['owned/wrong.ts', 'page.md'],
      stale: ['owned/gone.ts'],
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('the reference of the interfaces names the modules that use each', async () => {
  const { files } = await interfaceReferencePage.generate();
  const page = files.get('docs/reference/interfaces.md') ?? '';
  expect(page).toMatch(/^\| \[eft:host\/log\]\(#efthostlog\) \| Structured log lines\. \|.* health.* \|$/m);
  expect(page).toContain('Exported by ');
});
