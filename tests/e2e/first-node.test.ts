/** Carries out `docs/guide/first-node.md` with real nodes. Root only. */
import { afterAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { GuideRun, stepsOf } from './guide-run.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.log('the guide to the first node is not tested: only root can make namespaces and links');

describe.skipIf(!isRoot)('the guide to the first node', () => {
  const guide = new GuideRun();
  afterAll(() => {
    for (const name of ['first', 'bare']) guide.run(`eft down --name ${name}`);
    guide.remove();
  });

  const addressOf = (cluster: string): string => {
    const status: { readonly nodes: readonly { readonly address: string }[] } = JSON.parse(
      guide.run(`eft status --name ${cluster} --json`).printed,
    );
    return status.nodes[0]?.address ?? '';
  };
  const fingerprint = (): string =>
    /SHA-256 +([0-9A-F:]{95})/.exec(guide.run('eft console bare-1 --name bare').printed)?.[1] ?? '';

  it('is true, from the first command to the last', { timeout: imageBuildLimitMs }, async () => {
    await builtImage();
    const steps = stepsOf('guide/first-node.md');
    expect(steps.length).toBeGreaterThan(15);
    // What another machine calls otherwise: the addresses of the two nodes, and the fingerprint.
    const known: Readonly<Record<string, () => string>> = {
      '10.57.0.2': () => addressOf('first'),
      '10.57.1.2': () => addressOf('bare'),
      '5E:0C:…': fingerprint,
    };
    guide.carryOut('guide/first-node.md', steps, (text) =>
      text.replace(/10\.57\.[01]\.2|5E:0C:…/g, (shown) => known[shown]?.() ?? shown),
    );
  });
});
