/**
 * A thousand kernels in whatever state requests of all kinds have left them, each with a network to be made in it while somebody interferes: it comes to what is
 * declared or says why not, in a bounded number of changes, and then rests. The same on the real kernel, with fewer starts, is
 * tests/network/e2e/random.test.ts.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Component } from '../../supervisor/component/component.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { address, link, route, rule } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import { NotSimulated } from '../../tests/simulation/network/kernel-state.ts';
import { beginning, type Operation, operations } from '../../tests/simulation/network/operations.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtModuleComponent('network'));
}, 240_000);

const RUNS = 1_000;
const everyGroup = [1, 5, 7, 8, 9, 11, 19];
const hourMs = 3_600_000;

/** By the names, addresses and destinations that the requests use, so that they meet. */
const links = fc.subarray([
  link('v1', { mtu: 1400 }),
  link('v2', { up: false }),
  link('v3', { master: 'br0' }),
  link('v4', { master: '' }),
  link('br0', { kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } } }),
  link('br1', { kind: { tag: 'bridge', val: { spanningTree: undefined, vlanFiltering: undefined } } }),
  link('w1', { kind: { tag: 'veth', val: { peer: 'w2' } } }),
  link('w3', { kind: { tag: 'dummy' } }),
  link('x9', { kind: { tag: 'vlan', val: { parent: 'v1', id: 5, service: false } } }),
]);
const config = fc.record({
  links,
  addresses: fc.subarray([
    address('v1', '10.0.0.1/24'),
    address('v1', '10.0.0.3/24'),
    address('v3', '10.0.0.1/16'),
    address('br0', '10.1.0.1/16'),
    address('br0', '192.0.2.1/32'),
    address('v1', '2001:db8::1/64'),
    address('w1', '2001:db8::2/64'),
  ]),
  routes: fc.subarray([
    route('0.0.0.0/0', { gateway: '10.0.0.9' }),
    route('10.9.0.0/16', { gateway: '10.0.0.9', link: 'v1', onLink: true }),
    route('10.9.0.0/24', { kind: 'blackhole' }),
    route('192.0.2.5/32', { link: 'br0', table: 100 }),
    route('2001:db8:9::/48', { gateway: '2001:db8::9', metric: 5 }),
    route('2001:db8::5/128', { kind: 'unreachable', table: 1000 }),
  ]),
  rules: fc.subarray([
    rule(100, 100, { from: '10.0.0.0/24' }),
    rule(200, 1000, { mark: 7 }),
    rule(100, 254, { family: 'ipv6', incomingLink: 'v1' }),
  ]),
});

const meanwhile = fc.array(fc.record({ deeds: operations(2), afterMs: fc.constantFrom(0, 1, 30, 400) }), {
  maxLength: 4,
});

/** Whoever puts the module's mark on a thing gives it to the module, which removes it (decision 008). */
const givesAway = ({ what }: Operation): boolean =>
  what.includes(`"group":${0x656674}`) || what.includes('"protocol":101');

/** Somebody asks the kernel for something. What the simulation does not follow is not done. */
function carryOut(kernel: SimulatedKernel, deeds: readonly Operation[]): void {
  const socket = kernel.socket([]);
  for (const { bytes } of deeds.filter((deed) => !givesAway(deed))) {
    try {
      socket.exchange(bytes);
    } catch (error) {
      if (!(error instanceof NotSimulated)) throw error;
    }
  }
  socket.close();
}

type Outcome = { readonly changes: number; readonly converged: boolean };

describe('a network on a kernel that was left in any state', () => {
  it('comes to what is declared, or says why not, in few changes, and then rests', () => {
    const outcomes: Outcome[] = [];
    let passedOver = 0;
    fc.assert(
      fc.property(operations(25), config, meanwhile, (before, declared, interference) => {
        let byte = 0;
        const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
        carryOut(kernel, [...beginning, ...before]);
        const node = new SimulatedNode(component, kernel).config('machine', declared);
        try {
          node.start();
          for (const { deeds, afterMs } of interference) {
            node.pass(afterMs);
            carryOut(kernel, deeds);
          }
          outcomes.push(settled(node, declared));
        } catch (error) {
          // Several IPv6 next hops come of the requests and the module's own route now and then.
          if (!(error instanceof NotSimulated)) throw error;
          passedOver += 1;
        }
      }),
      { numRuns: RUNS, seed: 20_261_123, endOnFailure: true },
    );
    // It was about something: most come to what is declared, many only by changes, some cannot.
    expect(passedOver).toBeLessThan(RUNS / 20);
    expect(outcomes.filter(({ converged }) => converged).length).toBeGreaterThan(RUNS / 4);
    expect(outcomes.filter(({ converged }) => !converged).length).toBeGreaterThan(RUNS / 20);
    expect(outcomes.filter(({ changes }) => changes > 0).length).toBeGreaterThan(RUNS / 2);
  }, 300_000);
});

/** Nobody interferes any more: holds what must come of it. */
function settled(node: SimulatedNode, declared: { readonly [part: string]: readonly unknown[] }): Outcome {
  const things = Object.values(declared).flat().length + node.owned('link-status').length;
  const observer = node.kernel.socket(everyGroup);
  const begin = node.changes;
  node.pass(10_000);
  const inTenSeconds = node.changes - begin;
  // Each thing may be made, changed and repaired after another took it along, and be tried for a while when it is refused: seven times in ten seconds.
  expect(inTenSeconds).toBeLessThanOrEqual(8 * (things + 2));
  node.pass(hourMs);
  const converged = node.status()?.converged ?? false;
  expect(node.problems().length > 0).toBe(!converged);
  expect(node.health).toMatchObject({ tag: converged ? 'healthy' : 'degraded' });

  // An hour of rest: what is refused is asked for once a minute, and nothing of the kernel becomes another.
  observer.takeNews();
  const rested = node.changes;
  node.pass(hourMs);
  expect(observer.takeNews().messages).toHaveLength(0);
  if (converged) expect(node.changes).toBe(rested);
  else expect(node.changes - rested).toBeLessThanOrEqual(61 * (things + 2));
  expect(node.status()?.converged).toBe(converged);

  // The next instance finds it so, and changes nothing.
  node.start('restart').pass(10_000);
  expect(observer.takeNews().messages).toHaveLength(0);
  expect(node.status()?.converged).toBe(converged);
  return { changes: node.changes, converged };
}
