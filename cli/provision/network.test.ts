import { afterEach, describe, expect, it } from 'vitest';
import { freeNetworks, hasLink, makeBridge, removeLink } from './network.ts';

const bridges = [`eftx${process.pid}a`, `eftx${process.pid}b`] as const;

// Other tests make clusters meanwhile, and may be in between once.
describe.skipIf(process.getuid?.() !== 0)('the network of a cluster', { retry: 3 }, () => {
  afterEach(() => bridges.forEach(removeLink));

  it('is one that no bridge has, be it without a cable', () => {
    const first = makeBridge(bridges[0], [], () => undefined);
    expect(freeNetworks([])).not.toContain(first);
    const told: string[] = [];
    const second = makeBridge(bridges[1], [], (network) => told.push(network));
    expect(second).not.toBe(first);
    expect(told.at(-1)).toBe(second);
  });

  it('is not one that another is about to have, who has not set the address yet', () => {
    let claimed = '';
    // Between the choice and the claim of the second, the first takes the very same network.
    const second = makeBridge(bridges[1], [], (network) => {
      claimed ||= makeBridge(bridges[0], [], (same) => expect(same).toBe(network));
    });
    expect(second).not.toBe(claimed);
  });

  it('is let go of with the bridge', () => {
    const network = makeBridge(bridges[0], [], () => undefined);
    removeLink(bridges[0]);
    expect(hasLink(`eft-${network}`)).toBe(false);
    expect(freeNetworks([])).toContain(network);
  });
});
