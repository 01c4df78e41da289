/** The guides that need nothing but `eft` and OpenSSL; those with nodes have tests of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isShownOutput, readGuide } from './guide.ts';
import { GuideRun, stepsOf } from './guide-run.ts';

const root = join(import.meta.dirname, '../..');

describe('the guides', () => {
  let guide: GuideRun;
  beforeEach(() => {
    guide = new GuideRun();
  });
  afterEach(() => guide.remove());

  it('a new module, from nothing to its first call, is made in under ten commands', () => {
    const steps = stepsOf('guide/new-module.md');
    guide.carryOut('guide/new-module.md', steps);
    const commands = steps.filter((step) => step.kind === 'command').map(({ command }) => command);
    const lastNeeded = commands.findIndex((command) => command.includes('eft module call'));
    expect(lastNeeded).toBeGreaterThan(0);
    expect(lastNeeded + 1).toBeLessThan(10);
  });

  it('a module is signed by two people', () => {
    guide.writeFiles(stepsOf('guide/new-module.md'));
    const steps = stepsOf('guide/signing.md');
    expect(steps.length).toBeGreaterThan(10);
    guide.carryOut('guide/signing.md', steps);
  });

  it('the bytes of a signature are what the reference says, by OpenSSL alone', () => {
    guide.writeFiles(stepsOf('guide/new-module.md'));
    const steps = stepsOf('reference/module-file.md');
    expect(steps.length).toBeGreaterThan(5);
    guide.carryOut('reference/module-file.md', steps);
  });
});

it('the README signs and calls the module that it has built', async () => {
  const guide = new GuideRun();
  try {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const steps = readGuide(readme).filter(
      (step) => step.kind === 'command' && /^npx eft /.test(step.command),
    );
    expect(steps).toHaveLength(4);
    // What `npm run build` leaves, in a folder of its own: keys and policies that a checkout has are none of a test's.
    const built = guide.run(
      `mkdir -p build/modules && eft module build ${root}/modules/health --output build/modules/health-0.1.0.wasm`,
    );
    expect(built.status, built.printed).toBe(0);
    guide.carryOut('../README.md', steps, (text) => text.replace(/^npx eft /, 'eft '));
  } finally {
    guide.remove();
  }
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
