/** The scripts, in the shells that they are for. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeCluster } from '../../tests/cli/run-eft.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'eft-completion-'));
let cluster: FakeCluster;

beforeAll(async () => {
  cluster = await FakeCluster.start(2);
  symlinkSync(join(import.meta.dirname, '../eft.mjs'), join(folder, 'eft'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, shell), (await cluster.eft('completion', shell)).out);
  }
  writeFileSync(join(folder, 'lab-1.yaml'), '');
});
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ ...process.env, PATH: `${folder}:${process.env['PATH']}` });

/** What bash offers behind these words; the last is begun, or empty. */
async function bash(...words: readonly string[]): Promise<readonly string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's own
  const reply = '"${COMPREPLY[@]}"';
  const program = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _eft; printf '%s\\n' ${reply}`;
  const { stdout } = await run('bash', ['--norc', '-c', program, join(folder, 'bash'), 'eft', ...words], {
    cwd: folder,
    env: environment(),
  });
  return stdout.split('\n').filter((line) => line !== '');
}

test.each([
  [['conf'], ['config']],
  [['config', 'a'], ['apply']],
  [['config', 'apply', '--mo'], ['--mode']],
  [
    ['config', 'apply', '--mode', ''],
    ['auto', 'no-reboot', 'staged', 'try'],
  ],
  [['config', 'apply', 'lab'], ['lab-1.yaml']],
  [['config', 'apply', 'lab-1.yaml', '--dry'], ['--dry-run']],
  [['get', '--context', ''], ['lab']],
  [['--no-such', 'mod'], ['module']],
  [
    ['get', '-n', 'lab-1,'],
    ['lab-1,lab-1', 'lab-1,lab-2'],
  ],
  [
    ['get', 'link'],
    ['link-spec', 'link-status'],
  ],
  [['get', '-n', 'lab-1', 'boot'], ['boot-phase']],
  [
    ['logs', ''],
    ['health', 'network'],
  ],
  [['context', 'use', ''], ['lab']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['__c'], []],
])('bash completes %j', async (words, offered) => {
  expect(await bash(...words)).toEqual(offered);
});

test('without a node to ask nothing is offered, and nothing is said', async () => {
  const { stdout, stderr } = await run(join(folder, 'eft'), ['__complete', 'kinds'], {
    env: { ...environment(), EFT_CONFIG: join(folder, 'none.yaml') },
  });
  expect([stdout, stderr]).toEqual(['', '']);
});

describe.skipIf(!existsSync('/usr/bin/fish'))('where fish is installed', () => {
  const fish = async (line: string) => {
    const program = `source ${join(folder, 'fish')}; complete -C '${line}'`;
    const { stdout } = await run('fish', ['--no-config', '-c', program], { cwd: folder, env: environment() });
    return stdout.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0]]));
  };
  test.each([
    ['eft config a', ['apply']],
    ['eft config apply --mode s', ['staged']],
    ['eft get -n lab-1 boot', ['boot-phase']],
    ['eft context use ', ['lab']],
  ])('it completes `%s`', async (line, offered) => {
    expect(await fish(line)).toEqual(offered);
  });
});

describe.skipIf(!existsSync('/usr/bin/zsh'))('where zsh is installed', () => {
  test('it can read its script', async () => {
    const { stderr } = await run('zsh', ['-f', '-c', `source ${join(folder, 'zsh')} && whence -w _eft`], {
      env: environment(),
    });
    expect(stderr).toBe('');
  });
});
