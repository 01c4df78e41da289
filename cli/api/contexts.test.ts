import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { newTestAuthority, testContext } from '../../tests/cli/credentials.ts';
import {
  addContext,
  contextsFile,
  findContext,
  parseContexts,
  readContexts,
  removeContext,
  useContext,
} from './contexts.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-contexts-'));
const file = join(folder, 'deep', 'contexts.yaml');
const authority = await newTestAuthority();
const lab = await testContext(authority);
const farm = await testContext(
  authority,
  { 'cp-1': '[fd00::1]:50000', 'w.example.org': 'w.example.org:1' },
  'farm',
);

beforeEach(() => rmSync(join(folder, 'deep'), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test('what is added is read again, from a file that is for its owner alone', () => {
  expect(readContexts(file)).toEqual({ current: undefined, contexts: [] });
  addContext(lab, {}, file);
  addContext(farm, {}, file);
  expect(readContexts(file)).toEqual({ current: 'lab', contexts: [lab, farm] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['contexts.yaml']);
});

test('the current context is the one that was chosen last, and none when it is gone', () => {
  addContext(lab, {}, file);
  addContext(farm, { isCurrent: true }, file);
  expect(findContext(undefined, file).name).toBe('farm');
  useContext('lab', file);
  expect(findContext(undefined, file).name).toBe('lab');
  removeContext('lab', file);
  expect(() => findContext(undefined, file)).toThrow('no context is chosen');
  expect(findContext('farm', file)).toEqual(farm);
  expect(() => findContext('fram', file)).toThrow('there is no context fram: there are farm');
});

test('a context is replaced only on purpose', () => {
  addContext(lab, {}, file);
  const other = { ...farm, name: 'lab' };
  expect(() => addContext(other, {}, file)).toThrow('there is a context lab already');
  addContext(other, { replaces: true }, file);
  expect(readContexts(file).contexts).toEqual([other]);
});

test('a change that makes a file nobody could read leaves the file as it was', () => {
  addContext(lab, {}, file);
  const before = readFileSync(file, 'utf8');
  expect(() => addContext({ ...farm, key: lab.key }, {}, file)).toThrow('not that of the certificate');
  expect(() => addContext({ ...farm, name: 'a b' }, {}, file)).toThrow('is not the name of a context');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['contexts.yaml']);
});

test('a file that others can read is not used', () => {
  addContext(lab, {}, file);
  chmodSync(file, 0o640);
  expect(() => readContexts(file)).toThrow('has the permissions 0640');
});

test('what is wrong is told with its line and column, and without a key', () => {
  addContext(lab, {}, file);
  const text = readFileSync(file, 'utf8');
  const wrong = (pattern: RegExp, by: string) => () => parseContexts(text.replace(pattern, by), 'c.yaml');
  expect(wrong(/current: lab/, 'current: lib')).toThrow('c.yaml: there is no context lib: there are lab');
  expect(wrong(/address: .*/, 'address: 127.0.0.1')).toThrow(
    /^c\.yaml:7:18: contexts\[0\]\.nodes\[0\]\.address/,
  );
  expect(wrong(/authority:/, 'autority:')).toThrow('c.yaml:8:5: contexts[0]: there is no field `autority`');
  expect(wrong(/(-----BEGIN PRIVATE KEY-----\n\s*)\S{4}/, '$1AAAA')).toThrow(
    /^c\.yaml:\d+:\d+: contexts\[0\]\.key: this is no private key/,
  );
  try {
    parseContexts(text.replace(/END PRIVATE/, 'END'), 'c.yaml');
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain(lab.key.split('\n')[1]);
  }
});

test('the file is where the environment says, and else in the home of the user', () => {
  expect(contextsFile({ EFT_CONFIG: '/a/b.yaml' })).toBe('/a/b.yaml');
  expect(contextsFile({ XDG_CONFIG_HOME: '/c' })).toBe('/c/eft/contexts.yaml');
  expect(contextsFile({})).toMatch(/\/\.config\/eft\/contexts\.yaml$/);
});

test('many changes at once are all kept', async () => {
  addContext(lab, {}, file);
  const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
  const program = join(folder, 'add.ts');
  writeFileSync(
    program,
    `import { addContext } from '${import.meta.dirname}/contexts.ts';\n` +
      "addContext(JSON.parse(process.argv[2] ?? ''), {}, process.argv[3]);\n",
  );
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const add = (name: string) =>
    promisify(execFile)(process.execPath, [program, JSON.stringify({ ...lab, name }), file]);
  await Promise.all(names.map(add));
  expect(
    readContexts(file)
      .contexts.map(({ name }) => name)
      .sort(),
  ).toEqual([...names, 'lab']);
});
