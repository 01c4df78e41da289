/** Carries out `docs/guide/virtual-machines.md` with a real machine. */
import { afterAll, describe, expect, it } from 'vitest';
import { GuideRun, stepsOf } from '../e2e/guide-run.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('the guide to virtual machines is not tested: only root can make bridges');

describe.skipIf(!isRoot)('the guide to virtual machines', () => {
  const guide = new GuideRun();
  afterAll(() => {
    guide.run('eft down --name machine');
    guide.remove();
  });

  it('is true, from the first command to the last', { timeout: imageBuildLimitMs }, async () => {
    await builtImage();
    const steps = stepsOf('guide/virtual-machines.md');
    expect(steps.length).toBeGreaterThan(4);
    guide.carryOut('guide/virtual-machines.md', steps);
  });
});
