import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareKernels } from './comparison.ts';
import { SimulatedKernel } from './kernel.ts';
import { NotSimulated } from './kernel-state.ts';
import { encodeAddress, encodeRoute, encodeRule, type RouteMessage } from './messages.ts';
import { decodeAnswer, decodeMessages, netlinkFlags } from './netlink-bytes.ts';
import { beginning, linkOperation, type Operation, operation, operations } from './operations.ts';
import { RealKernel } from './real-kernel.ts';
import { families, groups, linkFlags, messageTypes, nextHopFlags } from './rtnetlink.ts';
import { describeMessages, describeNews, dumpRequests } from './views.ts';

/**
 * So many at a time: the kernel's link watch takes 100 links a second, of all namespaces together, and what it is late with
 * would look like a difference.
 */
const SEQUENCES = 12;
const REQUESTS = 40;

const { IFF_UP, IFF_LOWER_UP } = linkFlags;

function freshKernel(): SimulatedKernel {
  return new SimulatedKernel((length) => new Uint8Array(length).fill(7));
}

const blankRule = {
  ...{ destinationLength: 0, sourceLength: 0, typeOfService: 0, table: 100, action: 1, flags: 0 },
  unknown: [],
};

function setUp(...indexes: readonly number[]): readonly Operation[] {
  return indexes.map((index) =>
    linkOperation(messageTypes.RTM_SETLINK, 0, { index, flags: IFF_UP, change: IFF_UP }),
  );
}

const firstAddress = operation(
  messageTypes.RTM_NEWADDR,
  netlinkFlags.NLM_F_CREATE,
  encodeAddress({
    ...{ family: families.AF_INET, prefixLength: 24, flags: 0, scope: 0, link: 2 },
    local: '0a000001',
    address: '0a000001',
  }),
  {},
);

/** By a gateway that is elsewhere, near, of the other link, one's own, without a link, without a gateway; in two tables. */
const onLinkRoutes: readonly RouteMessage[] = [254, 100].flatMap((table) => {
  const shared = { typeOfService: 0, table, protocol: 3, scope: 0, type: 1, priority: 9, unknown: [] };
  const flags = nextHopFlags.RTNH_F_ONLINK;
  const near = 'fe800000000000000000000000000099';
  const far = '20010db8000000000000000000000099';
  return [
    ...[
      { gateway: 'c0000207', output: 2 },
      { gateway: '0a000007', output: 2 },
      { gateway: '0a000007', output: 4 },
      { gateway: '0a000001', output: 2 },
      { gateway: 'c0000207' },
      { output: 2 },
    ].map((hop) => ({
      ...{ ...shared, ...hop, flags, family: families.AF_INET },
      ...{ destination: '0a0c0000', destinationLength: 16 },
    })),
    ...[
      { gateway: far, output: 2 },
      { gateway: near, output: 2 },
      { gateway: near, output: 4 },
      { gateway: far },
      { output: 2 },
    ].map((hop) => ({
      ...{ ...shared, ...hop, flags, family: families.AF_INET6 },
      ...{ destination: '20010db8000c00000000000000000000', destinationLength: 48 },
    })),
  ];
});

describe('the simulated kernel', () => {
  let kernel: RealKernel;
  beforeAll(() => {
    kernel = new RealKernel();
  });
  afterAll(() => kernel.close());

  it.each([1, 2, 3])(
    'answers, tells and dumps what the real one does (seed %d, needs CAP_SYS_ADMIN)',
    async (seed) => {
      const sequences = fc.sample(operations(REQUESTS), { seed, numRuns: SEQUENCES });
      const runs = sequences.map((requests) => compareKernels(kernel, [...beginning, ...requests]));
      const differences = (await Promise.all(runs)).filter((difference) => difference !== undefined);
      expect(differences.toSorted((a, b) => a.length - b.length)[0]).toBeUndefined();
    },
  );

  it('answers on-link routes as the real one does, whatever is to be made or replaced', async () => {
    const { NLM_F_CREATE, NLM_F_REPLACE } = netlinkFlags;
    const ways = [NLM_F_REPLACE, 0, NLM_F_CREATE, NLM_F_REPLACE, 0, NLM_F_REPLACE | NLM_F_CREATE];
    const requests = onLinkRoutes.flatMap((route) =>
      ways.map((flags) => operation(messageTypes.RTM_NEWROUTE, flags, encodeRoute(route), route)),
    );
    const ready = [...beginning, ...setUp(2, 3, 4), firstAddress];
    expect(await compareKernels(kernel, [...ready, ...requests])).toBeUndefined();
  });

  it('tells of a port that has left its bridge for a link that takes no ports, as the real one does', async () => {
    const join = (master: number) => linkOperation(messageTypes.RTM_SETLINK, 0, { index: 5, master });
    const requests = [...beginning, ...setUp(4, 5, 6), join(6), join(2), join(6), join(0)];
    expect(await compareKernels(kernel, requests)).toBeUndefined();
  });

  it('tells rules apart by who made them, as the real one does', async () => {
    const exclusive = netlinkFlags.NLM_F_CREATE | netlinkFlags.NLM_F_EXCL;
    const requests = [families.AF_INET, families.AF_INET6].flatMap((family) =>
      [101, 101, 102, undefined, 0, 3, 3].map((protocol) => {
        const rule = { ...blankRule, family, priority: 500, protocol };
        return operation(messageTypes.RTM_NEWRULE, exclusive, encodeRule(rule), rule);
      }),
    );
    expect(await compareKernels(kernel, requests)).toBeUndefined();
  });

  it('has the same state as `ip` shows of the real one', async () => {
    const real = await kernel.openNamespace([]);
    const socket = freshKernel().socket([]);
    const up = [2, 3].map((index) =>
      linkOperation(messageTypes.RTM_SETLINK, 0, { index, flags: IFF_UP, change: IFF_UP }),
    );
    for (const { bytes } of [...beginning, ...up]) {
      socket.exchange(bytes);
      await real.exchange(bytes);
    }
    const shown: unknown = JSON.parse(await real.run('ip', '-j', 'link'));
    if (!Array.isArray(shown)) throw new Error('ip shows no list');
    const names = shown.map((link: { ifindex: number; ifname: string }) => `${link.ifindex} ${link.ifname}`);
    const [links = new Uint8Array()] = dumpRequests;
    const simulated = describeMessages(socket.exchange(links)).map((line) => {
      const [, index, name] = /index=(\d+).* name="(\w+)"/.exec(line) ?? [];
      return `${index} ${name}`;
    });
    expect(simulated.slice(0, -1)).toEqual(names);
  });

  it('lets tests pull cables and cards, and tells of it', () => {
    const simulated = freshKernel();
    const socket = simulated.socket([groups.RTNLGRP_LINK]);
    const index = simulated.addCard('eth0', '020000000001');
    socket.exchange(
      linkOperation(messageTypes.RTM_SETLINK, 0, { index, flags: IFF_UP, change: IFF_UP }).bytes,
    );
    const flags = () =>
      Number(/flags=(\d+)/.exec(describeNews(socket.takeNews().messages).links.get(index) ?? '')?.[1]);
    expect(flags() & IFF_LOWER_UP).toBe(IFF_LOWER_UP);
    simulated.setPlugged(index, false);
    expect(flags() & IFF_LOWER_UP).toBe(0);
    simulated.removeLink(index);
    expect(describeNews(socket.takeNews().messages).links.get(index)).toBe('gone eth0');
  });

  it('says that news was lost, once, and wakes who waits for it', () => {
    const simulated = freshKernel();
    const socket = simulated.socket([groups.RTNLGRP_LINK]);
    let calls = 0;
    socket.onNews = () => calls++;
    simulated.losingNews(() => simulated.addCard('eth0'));
    expect(socket.takeNews()).toEqual({ messages: new Uint8Array(), missed: true });
    expect(socket.takeNews().missed).toBe(false);
    simulated.addCard('eth1');
    simulated.addCard('eth2');
    expect(calls).toBe(2);
  });

  it('tells only the members of a group', () => {
    const simulated = freshKernel();
    const socket = simulated.socket([groups.RTNLGRP_IPV4_ROUTE]);
    simulated.addCard('eth0');
    expect(socket.takeNews().messages).toHaveLength(0);
    socket.join([groups.RTNLGRP_LINK]);
    simulated.addCard('eth1');
    expect(describeNews(socket.takeNews().messages).links.size).toBe(1);
  });

  it('refuses what it does not follow, rather than to get it wrong', () => {
    const socket = freshKernel().socket([]);
    const message = {
      family: families.AF_INET,
      destinationLength: 0,
      typeOfService: 0,
      table: 254,
      protocol: 3,
    };
    const payload = encodeRoute({ ...message, scope: 0, type: 1, flags: 0, unknown: [] });
    const multipath = new Uint8Array([...payload, 4, 0, 9, 0]);
    const flags = netlinkFlags.NLM_F_CREATE;
    expect(() => socket.exchange(operation(messageTypes.RTM_NEWROUTE, flags, multipath, {}).bytes)).toThrow(
      NotSimulated,
    );
  });

  it('answers messages that do not hold together with EINVAL', () => {
    const socket = freshKernel().socket([]);
    const [answer] = decodeMessages(
      socket.exchange(operation(messageTypes.RTM_NEWADDR, 0, new Uint8Array(3), {}).bytes),
    );
    expect(answer && decodeAnswer(answer).errno).toBe(22);
  });
});
