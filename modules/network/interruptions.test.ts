import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Component } from '../../supervisor/component/component.ts';
import { builtModuleComponent } from '../../tests/components/build.ts';
import { address, dhcp, link, route } from '../../tests/network/e2e/declarations.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import { decodeMessages, encodeMessage, joinBytes } from '../../tests/simulation/network/netlink-bytes.ts';
import { linkOperation } from '../../tests/simulation/network/operations.ts';
import { messageTypes } from '../../tests/simulation/network/rtnetlink.ts';
import { serve } from './simulated-dhcp-server.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile(await builtModuleComponent('network'));
}, 240_000);

/** linux/netlink.h */
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_MULTI = 0x2;

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  return new SimulatedNode(component, kernel);
}

const machine = {
  links: [link('eth0')],
  addresses: [address('eth0', '10.0.0.2/24')],
  routes: [route('0.0.0.0/0', { gateway: '10.0.0.1' })],
};

describe('a dump that a change has interrupted', () => {
  it('is asked for again, and what it did not name is not taken to be gone', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    const before = node.ids('route-status');
    let torn = 0;
    node.distort = (replies) => {
      const messages = decodeMessages(replies);
      if (torn > 0 || !messages.some(({ flags }) => (flags & NLM_F_MULTI) !== 0)) return replies;
      torn += 1;
      // The ends of the dumps only: nothing is named, and the kernel says that something changed meanwhile.
      return joinBytes(
        messages
          .filter(({ type }) => type === 3)
          .map((message) => encodeMessage({ ...message, flags: message.flags | NLM_F_DUMP_INTR })),
      );
    };
    const news = node.kernel.socket([1, 5, 7, 8, 9, 11, 19]);
    const { exchanges } = node;
    node.kernel.losingNews(() => undefined);
    node.handle({ tag: 'conflicted', val: [] }).pass(1_000);
    expect(torn).toBe(1);
    expect(node.exchanges).toBe(exchanges + 2);
    expect(node.ids('route-status')).toEqual(before);
    expect(news.takeNews().messages).toHaveLength(0);
    expect(node.status()?.converged).toBe(true);
  });
});

describe('news that was lost', () => {
  it('is made up for by asking for everything, and what is not as declared is put right', () => {
    const node = newNode().config('machine', machine).start().pass(1_000);
    const { index } = node.value('link-status', 'eth0') as { readonly index: number };
    node.kernel.losingNews(() => {
      node.kernel.removeLink(index);
      node.kernel.addCard('eth0');
    });
    node.pass(2_000);
    expect(node.value('link-status', 'eth0')).toMatchObject({ up: true });
    expect((node.value('link-status', 'eth0') as { readonly index: number }).index).not.toBe(index);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24']);
    expect(node.owned('route-status')).toEqual(['254/0.0.0.0/0/0']);
    expect(node.status()?.converged).toBe(true);
  });
});

describe('two links that have changed names while news was lost', () => {
  it('are both found by the names that they have now', () => {
    const node = newNode();
    node.kernel.addCard('eth1');
    const both = [address('eth0', '10.0.0.2/24'), address('eth1', '10.0.1.2/24')];
    node
      .config('machine', { links: [link('eth0'), link('eth1')], addresses: both })
      .start()
      .pass(1_000);
    const index = (name: string) => (node.value('link-status', name) as { readonly index: number }).index;
    const [first, second] = [index('eth0'), index('eth1')];
    const socket = node.kernel.socket([]);
    node.kernel.losingNews(() => {
      for (const [at, name] of [
        [first, 'other'],
        [second, 'eth0'],
        [first, 'eth1'],
      ] as const)
        socket.exchange(linkOperation(messageTypes.RTM_SETLINK, 0, { index: at, name }).bytes);
    });
    node.pass(2_000);
    expect([index('eth0'), index('eth1')]).toEqual([second, first]);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24', 'eth1/10.0.1.2/24']);
    expect(node.status()).toMatchObject({ converged: true, problems: [] });
  });
});

describe('an event whose effects are refused', () => {
  it('is decided again, whichever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }), (passes) => {
        const node = newNode();
        node.start();
        node.config('machine', machine);
        for (const ms of passes) node.refuseNext().pass(ms);
        node.pass(300_000);
        expect(node.owned('address-status')).toEqual(['eth0/10.0.0.2/24']);
        expect(node.owned('route-status')).toEqual(['254/0.0.0.0/0/0']);
        expect(node.status()).toMatchObject({ converged: true, problems: [] });
        node.config('machine', { links: [link('eth0')] });
        for (const ms of passes) node.refuseNext().pass(ms);
        node.pass(300_000);
        expect([...node.ids('address-spec'), ...node.ids('route-spec')]).toEqual([]);
        expect([...node.owned('address-status'), ...node.owned('route-status')]).toEqual([]);
        expect(node.status()).toMatchObject({ converged: true, problems: [] });
      }),
      { numRuns: 60 },
    );
  });

  it.each(Array.from({ length: 24 }, (_, event) => event))(
    'says how it is again, if it was event %i in which it said so',
    (event) => {
      const node = newNode().config('machine', machine).refuseAfter(event).start().pass(300_000);
      expect(node.status()).toMatchObject({ converged: true, problems: [] });
      expect(node.health).toMatchObject({ tag: 'healthy' });
    },
  );

  it('does not leave the sockets of a DHCP client open that has stopped', () => {
    const node = newNode()
      .config('machine', { dhcp: [dhcp('eth0')] })
      .start()
      .pass(500);
    expect(node.sockets.size).toBeGreaterThan(0);
    node.config('machine', { dhcp: [] }).refuseNext().pass(1_000);
    expect([...node.sockets]).toEqual([]);
    expect(node.ids('dhcp-lease')).toEqual([]);
  });

  it('does not leave the sockets open that a client has closed', () => {
    const node = newNode()
      .config('machine', { dhcp: [dhcp('eth0')] })
      .start()
      .pass(500);
    serve(node, { address: 0x0a000011, seconds: 3_600 });
    for (let second = 0; second < 30; second += 1) node.refuseNext().pass(1_000);
    expect(node.value('dhcp-lease', 'eth0')).toMatchObject({ state: 'bound' });
    expect([...node.sockets].filter((name) => name.endsWith('/arp'))).toEqual([]);
  });
});
