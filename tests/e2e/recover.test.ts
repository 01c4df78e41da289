/** Carries out `docs/guide/recovery.md`, `config.md` and `local-nodes.md`: the commands of them, with what they print. Root only, but for `config.md`. */
import { afterAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { GuideRun, stepsOf } from './guide-run.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('the guides to nodes are not tested: only root can make namespaces and links');

it('the guide to the configuration is true, from the first command to the last', () => {
  const guide = new GuideRun();
  try {
    const steps = stepsOf('guide/config.md');
    expect(steps.length).toBeGreaterThan(6);
    guide.carryOut('guide/config.md', steps);
  } finally {
    guide.remove();
  }
});

describe.skipIf(!isRoot)('a guide with nodes', () => {
  const guide = new GuideRun();
  afterAll(() => {
    for (const name of ['lost', 'duo']) guide.run(`eft down --name ${name}`);
    guide.remove();
  });

  const addressOf = (): string => {
    const status: { readonly nodes: readonly { readonly address: string }[] } = JSON.parse(
      guide.run('eft status --name lost --json').printed,
    );
    return status.nodes[0]?.address ?? '10.57.1.2';
  };
  /** Of the last boot: each has another. */
  const fingerprint = (): string => {
    const said = guide.run('eft console lost-1 --name lost').printed;
    return [...said.matchAll(/SHA-256 +([0-9A-F:]{95})/g)].at(-1)?.[1] ?? '5E:0C:…';
  };

  it('to a node that is got back is true', { timeout: imageBuildLimitMs }, async () => {
    await builtImage();
    const steps = stepsOf('guide/recovery.md');
    expect(steps.length).toBeGreaterThan(12);
    // What another machine calls otherwise.
    const known: Readonly<Record<string, () => string>> = { '10.57.1.2': addressOf, '5E:0C:…': fingerprint };
    guide.carryOut('guide/recovery.md', steps, (text) =>
      text.replace(/10\.57\.1\.2|5E:0C:…/g, (shown) => known[shown]?.() ?? shown),
    );
  });

  it('to nodes on your own machine is true', { timeout: imageBuildLimitMs }, async () => {
    await builtImage();
    guide.carryOut('guide/local-nodes.md', stepsOf('guide/local-nodes.md'));
  });
});
