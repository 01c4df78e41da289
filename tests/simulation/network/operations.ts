/** Sequences of requests for the comparison with the real kernel: bytes, made by fast-check from small pools, so that they meet. */
import fc from 'fast-check';
import { encodeLink, type LinkMessage } from './link-message.ts';
import { encodeAddress, encodeRoute, encodeRule } from './messages.ts';
import { encodeMessage, netlinkFlags } from './netlink-bytes.ts';
import {
  addressFlags,
  families,
  linkFlags,
  messageTypes as M,
  nextHopFlags,
  routeScopes,
  routeTypes,
  ruleActions,
} from './rtnetlink.ts';

export type Operation = { readonly what: string; readonly bytes: Uint8Array };

const { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND, NLM_F_REQUEST, NLM_F_ACK } = netlinkFlags;
const { AF_INET, AF_INET6 } = families;

/** Of these links some are there from the start, some come and go, and some never are. */
const existing = fc.constantFrom(2, 3, 4, 5, 6);
const anyLink = fc.oneof({ weight: 12, arbitrary: existing }, fc.constantFrom(1, 7, 8, 9, 77));

const making = fc.constantFrom(
  NLM_F_CREATE | NLM_F_EXCL,
  NLM_F_CREATE | NLM_F_REPLACE,
  NLM_F_CREATE | NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_REPLACE,
  0,
);

/** One request with an acknowledgement; `what` is for whoever reads a failure. */
export function operation(type: number, flags: number, payload: Uint8Array, what: object): Operation {
  const name = Object.entries(M).find(([, value]) => value === type)?.[0];
  return {
    what: `${name} 0x${flags.toString(16)} ${JSON.stringify(what)}`,
    bytes: encodeMessage({ type, flags: flags | NLM_F_REQUEST | NLM_F_ACK, sequence: 7, portId: 0, payload }),
  };
}

export function linkOperation(type: number, flags: number, message: Partial<LinkMessage>): Operation {
  const payload = encodeLink({ index: 0, hardwareType: 0, flags: 0, change: 0, ...message });
  return operation(type, flags, payload, message);
}

function setFlags(index: number, isUp: boolean): Operation {
  const { IFF_UP } = linkFlags;
  return linkOperation(M.RTM_SETLINK, 0, { index, flags: isUp ? IFF_UP : 0, change: IFF_UP });
}

/** Two pairs (2 and 3, 4 and 5) and a bridge (6), all down. */
export const beginning: readonly Operation[] = [
  ...[1, 3].map((n) =>
    linkOperation(M.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, {
      name: `v${n}`,
      kind: 'veth',
      address: `02000000000${n}`,
      peer: {
        index: 0,
        hardwareType: 0,
        flags: 0,
        change: 0,
        name: `v${n + 1}`,
        address: `02000000000${n + 1}`,
      },
    }),
  ),
  linkOperation(M.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, {
    name: 'br0',
    kind: 'bridge',
    address: '020000000009',
  }),
];

const upDown = fc.oneof(
  fc.tuple(anyLink, fc.constant(true)),
  fc.tuple(
    anyLink.filter((index) => index !== 1),
    fc.boolean(),
  ),
);
const setUpDown = upDown.map(([index, isUp]) => setFlags(index, isUp));

const hardware = fc.integer({ min: 0x10, max: 0x1f }).map((n) => `0200000000${n.toString(16)}`);
const group = fc.constantFrom(undefined, 0, 5, 0x656674);
const newLink = fc
  .record({
    name: fc.constantFrom('v1', 'v3', 'w1', 'br0', 'br1'),
    kind: fc.constantFrom('bridge', 'nosuchkind'),
    address: hardware,
    group,
  })
  .chain((message) => making.map((flags) => linkOperation(M.RTM_NEWLINK, flags, message)));
const newPair = fc
  .record({
    name: fc.constantFrom('v1', 'v3', 'w1'),
    address: hardware,
    peerName: fc.constantFrom('v2', 'w2', 'w3'),
    peerAddress: hardware,
    group,
    peerGroup: group,
  })
  .map(({ name, address, peerName, peerAddress, group, peerGroup }) => {
    const peer = { index: 0, hardwareType: 0, flags: 0, change: 0, name: peerName, address: peerAddress };
    return linkOperation(M.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, {
      name,
      kind: 'veth',
      address,
      group,
      peer: { ...peer, group: peerGroup },
    });
  });
const dropLink = anyLink.map((index) => linkOperation(M.RTM_DELLINK, 0, { index }));
const rename = fc
  .tuple(existing, fc.constantFrom('v1', 'w9', 'x9'))
  .map(([index, name]) => linkOperation(M.RTM_SETLINK, 0, { index, name }));
const changeMtu = fc
  .tuple(fc.constantFrom(2, 3), fc.constantFrom(1280, 1400, 9000, 70_000))
  .map(([index, mtu]) => linkOperation(M.RTM_SETLINK, 0, { index, mtu }));
const changeGroup = fc
  .tuple(existing, group)
  .map(([index, group]) => linkOperation(M.RTM_SETLINK, 0, { index, group }));
const joinBridge = fc
  .tuple(fc.constantFrom(4, 5, 6, 77), fc.constantFrom(0, 6, 6, 2, 77))
  .map(([index, master]) => linkOperation(M.RTM_SETLINK, 0, { index, master }));

const linkOperations = fc.oneof(
  { weight: 12, arbitrary: setUpDown },
  { weight: 1, arbitrary: newLink },
  { weight: 1, arbitrary: newPair },
  { weight: 1, arbitrary: dropLink },
  { weight: 1, arbitrary: rename },
  { weight: 1, arbitrary: changeMtu },
  { weight: 1, arbitrary: changeGroup },
  { weight: 3, arbitrary: joinBridge },
);

const addresses4 = fc.constantFrom<readonly [string, number, string?]>(
  ['0a000001', 24],
  ['0a000002', 24],
  ['0a000003', 24, '0a0000ff'],
  ['0a000001', 16],
  ['0a010001', 16, '0a01ffff'],
  ['c0000201', 32],
  ['c0000202', 31],
  ['0a000001', 33],
);
const address4 = fc
  .record({
    type: fc.constantFrom(M.RTM_NEWADDR, M.RTM_NEWADDR, M.RTM_NEWADDR, M.RTM_DELADDR),
    flags: making,
    link: anyLink,
    address: addresses4,
    noPrefixRoute: fc.nat(9).map((n) => n === 0),
  })
  .map(({ type, flags, link, address: [local, prefixLength, broadcast], noPrefixRoute }) => {
    const message = {
      family: AF_INET,
      prefixLength,
      flags: noPrefixRoute ? addressFlags.IFA_F_NOPREFIXROUTE : 0,
      scope: 0,
      link,
      local,
      address: local,
      broadcast: type === M.RTM_NEWADDR ? broadcast : undefined,
    };
    return operation(type, type === M.RTM_NEWADDR ? flags : 0, encodeAddress(message), message);
  });

const net6 = (tail: string) => `20010db8${tail.padStart(24, '0')}`;
const addresses6 = fc.constantFrom<readonly [string, number]>(
  [net6('1'), 64],
  [net6('2'), 64],
  [net6('1'), 128],
  [net6('100000000000000000001'), 64],
  [`fd${'0'.repeat(29)}1`, 128],
  ['fe80000000000000000000fffe000001', 64],
  [`${'0'.repeat(31)}1`, 128],
  [`ff02${'0'.repeat(27)}1`, 64],
);
const address6 = fc
  .record({
    type: fc.constantFrom(M.RTM_NEWADDR, M.RTM_NEWADDR, M.RTM_NEWADDR, M.RTM_DELADDR),
    flags: making,
    link: anyLink.filter((index) => index !== 1),
    address: addresses6,
  })
  .map(({ type, flags, link, address: [address, prefixLength] }) => {
    const message = { family: AF_INET6, prefixLength, flags: 0, scope: 0, link, address };
    return operation(type, type === M.RTM_NEWADDR ? flags : 0, encodeAddress(message), message);
  });

const { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT } = routeTypes;
const routeShape = {
  type: fc.constantFrom(M.RTM_NEWROUTE, M.RTM_NEWROUTE, M.RTM_NEWROUTE, M.RTM_DELROUTE),
  flags: making,
  routeType: fc.oneof(
    { weight: 8, arbitrary: fc.constant(RTN_UNICAST) },
    fc.constantFrom(RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT),
  ),
  table: fc.constantFrom(0, 254, 254, 254, 100, 1000),
  output: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 5, arbitrary: anyLink }),
  priority: fc.constantFrom(undefined, undefined, 5, 2000),
  protocol: fc.constantFrom(3, 4),
  isOnLink: fc.nat(3).map((n) => n === 0),
};
const route4 = fc
  .record({
    ...routeShape,
    destination: fc.constantFrom<readonly [string, number]>(
      ['00000000', 0],
      ['0a090000', 16],
      ['0a090000', 24],
      ['c0000205', 32],
      ['0a090001', 24],
    ),
    gateway: fc.constantFrom(undefined, '0a000009', '0a000009', '0a010009', '0a000001', 'c0000207'),
    source: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      fc.constantFrom('0a000001', '0a000002', '0a010001'),
    ),
  })
  .map((r) => routeOperation(AF_INET, r, r.gateway === undefined ? routeScopes.RT_SCOPE_LINK : 0));
const route6 = fc
  .record({
    ...routeShape,
    destination: fc.constantFrom<readonly [string, number]>(
      ['0'.repeat(32), 0],
      [`${net6('').slice(0, 8)}0009${'0'.repeat(20)}`, 48],
      [`${net6('').slice(0, 8)}0009${'0'.repeat(20)}`, 64],
      [net6('5'), 128],
    ),
    gateway: fc.constantFrom(undefined, net6('9'), net6('9'), net6('1'), `fe80${'0'.repeat(27)}9`),
    source: fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, fc.constantFrom(net6('1'), net6('2'))),
  })
  .map((r) => routeOperation(AF_INET6, r, 0));

type RouteChoice = {
  readonly type: number;
  readonly flags: number;
  readonly routeType: number;
  readonly table: number;
  readonly output: number | undefined;
  readonly priority: number | undefined;
  readonly protocol: number;
  readonly isOnLink: boolean;
  readonly destination: readonly [string, number];
  readonly gateway: string | undefined;
  readonly source: string | undefined;
};

function routeOperation(family: number, choice: RouteChoice, scope: number): Operation {
  const { type, table, priority, isOnLink, routeType, source } = choice;
  const [destination, destinationLength] = choice.destination;
  const isDeleting = type === M.RTM_DELROUTE;
  const isUnicast = routeType === RTN_UNICAST;
  const message = {
    family,
    destination: destinationLength === 0 ? undefined : destination,
    destinationLength,
    typeOfService: 0,
    table,
    protocol: isDeleting ? 0 : choice.protocol,
    scope: isDeleting ? routeScopes.RT_SCOPE_NOWHERE : isUnicast ? scope : 0,
    type: isDeleting ? 0 : routeType,
    flags: isOnLink && isUnicast && !isDeleting ? nextHopFlags.RTNH_F_ONLINK : 0,
    gateway: isUnicast ? choice.gateway : undefined,
    output: isUnicast ? choice.output : undefined,
    priority,
    preferredSource: isDeleting ? undefined : source,
    unknown: [],
  };
  return operation(type, isDeleting ? 0 : choice.flags, encodeRoute(message), message);
}

const rule = fc
  .record({
    type: fc.constantFrom(M.RTM_NEWRULE, M.RTM_NEWRULE, M.RTM_DELRULE),
    flags: making,
    family: fc.constantFrom(AF_INET, AF_INET6),
    priority: fc.constantFrom(undefined, 0, 100, 200, 32_766),
    table: fc.constantFrom(254, 100, 1000),
    action: fc.constantFrom(ruleActions.TO_TABLE, ruleActions.TO_TABLE, ruleActions.UNREACHABLE),
    input: fc.constantFrom(undefined, undefined, 'v1'),
    isFrom: fc.boolean(),
    mark: fc.constantFrom(undefined, undefined, 7),
    protocol: fc.constantFrom(undefined, 3, 101),
  })
  .map(({ type, flags, family, priority, table, action, input, isFrom, mark, protocol }) => {
    const source = family === AF_INET ? '0a000000' : net6('');
    const message = {
      family,
      destinationLength: 0,
      sourceLength: isFrom ? 24 : 0,
      source: isFrom ? source : undefined,
      typeOfService: 0,
      table: action === ruleActions.TO_TABLE ? table : 0,
      action,
      flags: 0,
      priority,
      input,
      mark,
      protocol,
      unknown: [],
    };
    return operation(type, flags, encodeRule(message), message);
  });

/** Sequences of up to `length` requests, after which everything that the simulation follows has happened often. */
export function operations(length: number): fc.Arbitrary<readonly Operation[]> {
  const one = fc.oneof(
    { weight: 5, arbitrary: linkOperations },
    { weight: 5, arbitrary: address4 },
    { weight: 4, arbitrary: address6 },
    { weight: 6, arbitrary: route4 },
    { weight: 5, arbitrary: route6 },
    { weight: 2, arbitrary: rule },
  );
  return fc.array(one, { minLength: length, maxLength: length });
}
