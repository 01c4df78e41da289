/** Carries out `docs/guide/write-a-module.md` and `docs/guide/swap.md` with real nodes. Root only. */
import { afterAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { GuideRun, stepsOf } from './guide-run.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.log(
    'the guides to writing and swapping modules are not tested: only root can make namespaces and links',
  );

describe.skipIf(!isRoot)('a guide with modules on nodes is true, from the first command to the last', () => {
  for (const document of ['guide/write-a-module.md', 'guide/swap.md']) {
    const guide = new GuideRun();
    afterAll(() => {
      for (const name of ['lab', 'trio']) guide.run(`eft down --name ${name}`);
      guide.remove();
    });

    it(document, { timeout: imageBuildLimitMs }, async () => {
      await builtImage();
      const steps = stepsOf(document);
      expect(steps.length).toBeGreaterThan(8);
      guide.carryOut(document, steps);
    });
  }
});
