import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { writeErrorWithSource } from './write-error.ts';

function written(error: EftError): string {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  writeErrorWithSource(stream, error);
  return text;
}

it('shows the lines that an error is about, with what a terminal would obey made visible', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eft-error-'));
  const file = join(folder, 'lamp.ts');
  try {
    writeFileSync(file, "first();\nlet a = 'x\u001b[2J';\nlast();\n");
    const error = EftError.of('fuzz.no-module', { name: 'lamp' }, { place: { file, line: 2, column: 5 } });
    expect(written(error).replaceAll(folder, '')).toBe(
      `error[fuzz.no-module]: /lamp.ts:2:5: there is no module lamp in this checkout, and no file of that name
    1 | first();
    2 | let a = 'x [2J';
      |     ^
    3 | last();
  name a folder in modules/, or the file or folder of a module
`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('says the place alone where there is no such file, or no place in it', () => {
  const place = { file: '/nowhere/lamp.ts', line: 2, column: 5 };
  const gone = written(EftError.of('fuzz.no-module', { name: 'lamp' }, { place }));
  expect(gone).toMatch(/^error\[fuzz\.no-module\]: \/nowhere\/lamp\.ts:2:5: .*\n {2}name a folder .*\n$/);
  expect(written(EftError.of('fuzz.no-module', { name: 'lamp' }))).toMatch(/^[^\n]*\n {2}[^\n]*\n$/);
});
