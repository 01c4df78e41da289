/** What the documents refer to must be there: files, headings, and commands. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { buildProgram } from '../../cli/program.ts';

const root = join(import.meta.dirname, '../..');
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].sort();

/** Commands that texts may name before they are there. */
const comingCommands: ReadonlySet<string> = new Set([]);

/** Every match of `pattern`'s first group in the documents, with where it is. */
function mentions(pattern: RegExp): readonly { readonly where: string; readonly found: string }[] {
  return documents.flatMap((document) =>
    readFileSync(join(root, document), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(pattern)].map((match) => ({
          where: `${document}:${index + 1}`,
          found: match[1] ?? '',
        })),
      ),
  );
}

/** The anchor that a code host gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

test('every relative link leads to a file, and to a heading if it names one', () => {
  const links = mentions(/\]\(([^)\s]+)\)|src(?:set)?="([^"]+)"/g).filter(
    ({ found }) => found !== '' && !/^[a-z]+:/.test(found),
  );
  const broken = links.filter(({ where, found }) => {
    const [path = '', anchor] = found.split('#');
    const document = where.slice(0, where.lastIndexOf(':'));
    const target = path === '' ? join(root, document) : join(root, dirname(document), path);
    if (!existsSync(target)) return true;
    if (anchor === undefined || statSync(target).isDirectory()) return false;
    const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm);
    return ![...headings].some((match) => anchorOf(match[1] ?? '') === anchor);
  });
  expect(links.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

test('every npm script that is named exists', () => {
  const scripts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
  const known = Object.keys(Object(scripts));
  const named = mentions(/npm run ([a-z][a-z:-]*)/g);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(({ found }) => !known.includes(found))).toEqual([]);
});

test('every eft command that is named exists, or is known to come', () => {
  const terminal = { stdout: process.stdout, stderr: process.stderr };
  const { commands } = buildProgram(terminal);
  const known = commands.flatMap((group) =>
    group.commands.length === 0
      ? [group.name()]
      : [group.name(), ...group.commands.map((command) => `${group.name()} ${command.name()}`)],
  );
  const groups = commands.filter((group) => group.commands.length > 0).map((group) => group.name());
  const named = mentions(/(?:`|\$ |npx )eft ([a-z]+(?: [a-z]+)?)/g).map(({ where, found }) => {
    const [first = ''] = found.split(' ');
    return { where, found: groups.includes(first) ? found : first };
  });
  expect(named.length).toBeGreaterThan(10);
  const missing = named.filter(({ found }) => !known.includes(found) && !comingCommands.has(found));
  expect(missing).toEqual([]);
  // What has come is a promise no more.
  expect(known.filter((command) => comingCommands.has(command))).toEqual([]);
});

test('paths of the repository in the documents are there', () => {
  const paths = mentions(
    /`((?:supervisor|cli|wit|modules|tests|bench|docs|image|firmware)\/[A-Za-z0-9_./-]+)`/g,
  ).filter(({ found }) => !/[A-Z]{3}/.test(found));
  const generated = new Set(['docs/reference/errors.md']);
  const missing = paths.filter(
    ({ where, found }) => !generated.has(where.split(':')[0] ?? '') && !existsSync(join(root, found)),
  );
  expect(missing.map(({ where, found }) => `${where}: ${relative('', found)}`)).toEqual([]);
});

test('every Debian package that is installed is in the list of dependencies', () => {
  const sources = ['cli/setup.mjs', 'firmware/kernel-tools.ts', 'firmware/run-vm.ts'];
  const locks = ['image/packages.lock.yaml', 'firmware/packages.lock.yaml'];
  const named = [
    ...sources.flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/name: '([a-z0-9+.-]+)',\s+file:/g),
    ]),
    ...locks.flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/- name: (\S+)/g)]),
  ].map((match) => match[1] ?? '');
  const listed = readFileSync(join(root, 'docs/reference/dependencies.md'), 'utf8');
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !listed.includes(`\`${name}\``))).toEqual([]);
});

/** The documents with commands to carry out, and the tests that do so. */
const carriedOut: Readonly<Record<string, string>> = {
  'README.md': 'tests/e2e/guide.test.ts',
  'docs/guide/change-config.md': 'tests/e2e/change-config-guide.test.ts',
  'docs/guide/config.md': 'tests/e2e/recover.test.ts',
  'docs/guide/fuzz.md': 'cli/commands/fuzz.test.ts',
  'docs/guide/find-out-why.md': 'tests/cli/find-out-why.test.ts',
  'docs/guide/first-node.md': 'tests/e2e/first-node.test.ts',
  'docs/guide/local-nodes.md': 'tests/e2e/recover.test.ts',
  'docs/guide/new-module.md': 'tests/e2e/guide.test.ts',
  'docs/guide/recovery.md': 'tests/e2e/recover.test.ts',
  'docs/guide/replay.md': 'cli/commands/replay.test.ts',
  'docs/guide/signing.md': 'tests/e2e/guide.test.ts',
  'docs/guide/swap.md': 'tests/e2e/write-a-module.test.ts',
  'docs/guide/virtual-machines.md': 'tests/vm/guide.test.ts',
  'docs/guide/write-a-module.md': 'tests/e2e/write-a-module.test.ts',
  'docs/reference/module-file.md': 'tests/e2e/guide.test.ts',
};

test('every document with commands to carry out has a test that does', () => {
  const withCommands = documents.filter((document) =>
    /^```console\n\$ (?!npm (?:start|test|run build)\n```)/m.test(readFileSync(join(root, document), 'utf8')),
  );
  expect(withCommands.filter((document) => carriedOut[document] === undefined)).toEqual([]);
  for (const [document, by] of Object.entries(carriedOut)) {
    expect(withCommands).toContain(document);
    expect(readFileSync(join(root, by), 'utf8')).toContain(document.replace(/^docs\//, ''));
  }
  // A block that no test can read is no place for commands.
  expect(mentions(/^```(?:sh|bash|shell)$/g)).toEqual([]);
});
