/** The guides that need nothing but `eft` and OpenSSL; those with nodes have tests of their own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isShownOutput, readGuide } from './guide.ts';
import { GuideRun, stepsOf } from './guide-run.ts';

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
