/** Carries out the guides as a newcomer does: in an empty folder outside the repository, with `eft` on the path. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GuideStep, isShownOutput, readGuide } from './guide.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
let programs = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-guide-'));
  programs = mkdtempSync(join(tmpdir(), 'eft-programs-'));
  symlinkSync(join(root, 'cli/eft.mjs'), join(programs, 'eft'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(programs, { recursive: true });
});

/** The steps of a document, by its path below `docs/`. */
function stepsOf(document: string): readonly GuideStep[] {
  return readGuide(readFileSync(join(root, 'docs', document), 'utf8'));
}

function writeFiles(steps: readonly GuideStep[]): void {
  for (const step of steps) {
    if (step.kind !== 'file') continue;
    mkdirSync(dirname(join(folder, step.path)), { recursive: true });
    writeFileSync(join(folder, step.path), step.text);
  }
}

/** Runs one command in a shell. Both streams go into one pipe, as they go onto one screen. */
function run(command: string): { readonly status: number | null; readonly printed: string } {
  const { FORCE_COLOR: _color, ...environment } = process.env;
  const shell = spawnSync('bash', ['-c', `exec 2>&1\n${command}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1', PATH: `${programs}:${process.env['PATH']}` },
  });
  return { status: shell.status, printed: shell.stdout };
}

function carryOut(document: string, steps: readonly GuideStep[]): void {
  for (const step of steps) {
    const where = `docs/${document}:${step.line}`;
    if (step.kind === 'file') {
      writeFiles([step]);
      continue;
    }
    const { status, printed } = run(step.command);
    // The comparison that failed is shown as the difference of two texts.
    if (!isShownOutput(step.output, printed)) expect(printed, `${where}: ${step.command}`).toBe(step.output);
    expect(status, `${where}: ${step.command}`).toBe(step.output.includes('error[') ? 1 : 0);
  }
}

describe('the guides', () => {
  it('a new module, from nothing to its first call, is made in under ten commands', () => {
    const steps = stepsOf('guide/new-module.md');
    carryOut('guide/new-module.md', steps);
    const commands = steps.filter((step) => step.kind === 'command').map(({ command }) => command);
    const lastNeeded = commands.findIndex((command) => command.includes('eft module call'));
    expect(lastNeeded).toBeGreaterThan(0);
    expect(lastNeeded + 1).toBeLessThan(10);
  });

  it('a module is signed by two people', () => {
    writeFiles(stepsOf('guide/new-module.md'));
    const steps = stepsOf('guide/signing.md');
    expect(steps.length).toBeGreaterThan(10);
    carryOut('guide/signing.md', steps);
  });

  it('the bytes of a signature are what the reference says, by OpenSSL alone', () => {
    writeFiles(stepsOf('guide/new-module.md'));
    const steps = stepsOf('reference/module-file.md');
    expect(steps.length).toBeGreaterThan(5);
    carryOut('reference/module-file.md', steps);
  });
});

describe('a guide as it is read', () => {
  it('gives files and commands in order, with the commands that go on in the next line', () => {
    const text =
      '```ts title=a/b.ts\nlet x;\n```\n```console\n$ one \\\n    two\nout\n$ three\n```\n```ts\nno file\n```';
    expect(readGuide(text)).toEqual([
      { kind: 'file', path: 'a/b.ts', text: 'let x;\n', line: 1 },
      { kind: 'command', command: 'one \\\n    two', output: 'out\n', line: 5 },
      { kind: 'command', command: 'three', output: '', line: 8 },
    ]);
  });

  it('takes only the output that it shows', () => {
    expect(isShownOutput('a … c\n', 'a bb c\n')).toBe(true);
    expect(isShownOutput('a … c\n', 'a  c\nd\n')).toBe(false);
    expect(isShownOutput('a\n…\nb\n', 'a\nb\n')).toBe(true);
    expect(isShownOutput('a\n…\nb\n', 'a\nx\ny\nb\n')).toBe(true);
    expect(isShownOutput('a\n…\nb\n', 'a\nx\ny\n')).toBe(false);
    expect(isShownOutput('(.*)\n', 'anything\n')).toBe(false);
    expect(isShownOutput('', 'unexpected\n')).toBe(false);
  });
});
