/** Carries out docs/guide/change-config.md on a real node: every command of it, with what it prints. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { isShownOutput, readGuide } from './guide.ts';
import { LocalCluster } from './local-cluster.ts';

const isRoot = process.getuid?.() === 0;
const root = join(import.meta.dirname, '../..');
const guide = 'docs/guide/change-config.md';
/** Milliseconds for all commands on a busy machine. */
const limitMs = 240_000;
let cluster: LocalCluster;

/** What the node has answered is another word each time than the one that the guide shows. */
const confirmation = /eft config confirm (\S+)/;

function run(command: string): { readonly status: number | null; readonly printed: string } {
  const { FORCE_COLOR: _color, ...environment } = cluster.environment;
  const programs = join(cluster.home, 'programs');
  const shell = spawnSync('bash', ['-c', `exec 2>&1\nset -o pipefail\n${command}`], {
    cwd: join(cluster.home, 'work'),
    encoding: 'utf8',
    env: { ...environment, PATH: `${programs}:${environment['PATH'] ?? ''}` },
  });
  return { status: shell.status, printed: shell.stdout };
}

describe.skipIf(!isRoot)('the guide to changing a configuration', () => {
  beforeAll(async () => {
    cluster = new LocalCluster(`g${process.pid}`, await builtImage());
    for (const folder of ['work', 'programs']) mkdirSync(join(cluster.home, folder));
    symlinkSync(join(root, 'cli/eft.mjs'), join(cluster.home, 'programs/eft'));
    const { status, err } = cluster.up('--use');
    expect(status, err.slice(-2_000)).toBe(0);
  }, imageBuildLimitMs);

  afterAll(() => cluster.remove());

  it(
    'does what it says, command by command',
    () => {
      const text = readFileSync(join(root, guide), 'utf8').replaceAll('lab-1', cluster.node(1));
      const steps = readGuide(text);
      expect(steps.length).toBeGreaterThan(12);
      const shownWord = confirmation.exec(text)?.[1] ?? '';
      let word = shownWord;
      for (const step of steps) {
        if (step.kind !== 'command') continue;
        const where = `${guide}:${step.line}: ${step.command}`;
        const { status, printed } = run(step.command.replace(shownWord, word));
        const said = confirmation.exec(printed)?.[1];
        if (said !== undefined) word = said;
        const shown = step.output.replace(shownWord, word);
        if (!isShownOutput(shown, printed)) expect(printed, where).toBe(shown);
        expect(status === 0, where).toBe(!shown.includes('error['));
      }
    },
    limitMs,
  );
});
