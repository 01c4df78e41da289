/** `eft:host/netlink` against the kernel, in a network namespace of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkWorld } from './network-world.ts';
import { dump, errorIn, flags, join, message, newRoute, parse, type Reply, types } from './rtnetlink.ts';

const netlink = 'eft:host/netlink';
const EEXIST = 17;
const ENODEV = 19;
const RTNLGRP_LINK = 1;
const RTNLGRP_IPV4_ROUTE = 7;

let world: NetworkWorld;
let loopback = 1;

beforeAll(async () => {
  world = await NetworkWorld.open();
  world.grant({
    interface: netlink,
    families: ['route', 'netfilter', 'kobject-uevent'],
    reason: 'for the test',
  });
});
afterAll(() => world.close());

async function exchange(name: string, bytes: Uint8Array): Promise<Reply[]> {
  const result = await world.call(netlink, 'exchange', name, bytes);
  if (result.tag !== 'ok') throw new Error(JSON.stringify(result));
  return parse(result.val);
}

const open = (name: string, ...groups: number[]) =>
  world.call(netlink, 'open', name, 'route', Uint32Array.from(groups));
const done = { tag: 'ok', val: undefined };
const routes = (words: string) => world.ip(`route show ${words}`);

describe('requests', () => {
  it('list the links that `ip` lists, with the sequence number of the module', async () => {
    expect(await open('main')).toEqual(done);
    const replies = await exchange('main', dump('links', 0xfeed));
    expect(new Set(replies.map(({ sequence }) => sequence))).toEqual(new Set([0xfeed]));
    expect(replies.at(-1)?.type).toBe(types.NLMSG_DONE);
    const links = replies.filter(({ type }) => type === types.RTM_NEWLINK);
    const listed = world.ip('link') as readonly { ifindex: number; ifname: string }[];
    const indices = links.map(({ body }) => new DataView(body.buffer).getInt32(4, true));
    expect(indices.sort()).toEqual(listed.map(({ ifindex }) => ifindex).sort());
    loopback = listed.find(({ ifname }) => ifname === 'lo')?.ifindex ?? 0;
  });

  it('of a thousand messages with one that is wrong are all answered, and just the one fails', async () => {
    const messages = Array.from({ length: 1_000 }, (_, index) =>
      newRoute(5_000 + index, [20, index >> 8, index & 0xff], index === 777 ? 9_999 : loopback),
    );
    const replies = await exchange('main', join(...messages));
    expect(replies.map(({ type }) => type)).toEqual(Array(1_000).fill(types.NLMSG_ERROR));
    expect(replies.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => 5_000 + index));
    for (const reply of replies) expect(errorIn(reply).sequence).toBe(reply.sequence);
    const failed = replies.filter((reply) => errorIn(reply).errno !== 0);
    expect(failed.map(({ sequence }) => sequence)).toEqual([5_777]);
    expect(failed.map((reply) => errorIn(reply).errno)).toEqual([ENODEV]);
    expect(routes('root 20.0.0.0/8')).toHaveLength(999);
    // Not to be confused with a dump: the bits of NLM_F_DUMP and NLM_F_EXCL are the same.
    const [again] = await exchange('main', newRoute(1, [20, 0, 0], loopback));
    expect(again === undefined ? 0 : errorIn(again).errno).toBe(EEXIST);
  });

  it('list thousands of routes completely, and two dumps in one exchange one after the other', async () => {
    world.batch(
      Array.from({ length: 5_000 }, (_, index) => `route add 30.${index >> 8}.${index & 0xff}.0/24 dev lo`),
    );
    const listed = world.ip('-4 route show table all');
    const replies = await exchange('main', join(dump('routes', 7), dump('links', 8), dump('routes', 9)));
    const count = (sequence: number, type: number) =>
      replies.filter((reply) => reply.sequence === sequence && reply.type === type).length;
    expect(listed).toHaveLength(count(7, types.RTM_NEWROUTE));
    expect(count(7, types.RTM_NEWROUTE)).toBeGreaterThan(5_900);
    expect(count(9, types.RTM_NEWROUTE)).toBe(count(7, types.RTM_NEWROUTE));
    expect(replies.filter(({ type }) => type === types.NLMSG_DONE).map(({ sequence }) => sequence)).toEqual([
      7, 8, 9,
    ]);
  });

  it('that are given up leave the socket fit for the next', async () => {
    const many = Array.from({ length: 200 }, (_, index) => dump('routes', index));
    const { id, result } = world.begin(netlink, 'exchange', 'main', join(...many));
    const next = exchange('main', dump('links', 42));
    world.cancel(id);
    expect(await result).toEqual({ tag: 'err', val: { tag: 'cancelled' } });
    expect((await next).at(-1)).toMatchObject({ type: types.NLMSG_DONE, sequence: 42 });
  });

  it('whose answers are more than 8 MiB are refused, and the socket goes on', async () => {
    const many = Array.from({ length: 40 }, (_, index) => dump('routes', index));
    const result = await world.call(netlink, 'exchange', 'main', join(...many));
    expect(result).toMatchObject({ tag: 'err', val: { tag: 'invalid' } });
    expect((await exchange('main', dump('links', 43))).at(-1)?.sequence).toBe(43);
  });

  it('end with the socket', async () => {
    await open('other');
    const { result } = world.begin(netlink, 'exchange', 'other', join(...Array(100).fill(dump('routes', 1))));
    expect(await world.call(netlink, 'close', 'other')).toEqual(done);
    expect(await result).toEqual({ tag: 'err', val: { tag: 'cancelled' } });
    const gone = { tag: 'err', val: { tag: 'not-found' } };
    expect(await world.call(netlink, 'close', 'other')).toEqual(gone);
    expect(await world.call(netlink, 'exchange', 'other', dump('links', 1))).toEqual(gone);
  });
});

describe('a netfilter batch', () => {
  const subsystem = 10;
  const [begin, end] = [0x10, 0x11].map((type) =>
    message(type, flags.REQUEST, 1, Uint8Array.of(0, 0, 0, subsystem)),
  );
  /** NFT_MSG_NEWTABLE in the family inet with a name of one letter (`linux/netfilter/nf_tables.h`). */
  const table = (sequence: number, name: string, flag = 0) =>
    message(
      subsystem << 8,
      flags.REQUEST | flags.ACK | flag,
      sequence,
      Uint8Array.of(1, 0, 0, 0, 6, 0, 1, 0, name.charCodeAt(0), 0, 0, 0),
    );
  const batch = (...tables: readonly Uint8Array[]) =>
    join(begin ?? new Uint8Array(), ...tables, end ?? new Uint8Array());
  /** The errno for each message. */
  const results = async (...tables: readonly Uint8Array[]) =>
    (await exchange('filter', batch(...tables))).map((reply) => [reply.sequence, errorIn(reply).errno]);

  it('is applied as a whole or not at all, and each of its messages is answered', async () => {
    expect(await world.call(netlink, 'open', 'filter', 'netfilter', new Uint32Array())).toEqual(done);
    expect(await results(table(5, 'a', flags.CREATE), table(6, 'b', flags.CREATE))).toEqual([
      [5, 0],
      [6, 0],
    ]);
    const again = table(8, 'a', flags.CREATE | flags.EXCL);
    expect((await results(table(7, 'c', flags.CREATE), again)).find(([sequence]) => sequence === 8)).toEqual([
      8,
      EEXIST,
    ]);
    // The table of the batch that failed is not there: making it anew succeeds.
    expect(await results(table(9, 'c', flags.CREATE | flags.EXCL))).toEqual([[9, 0]]);
  });
});

describe('news', () => {
  it('come of the groups that were joined, and of no others', async () => {
    expect(await open('heard', RTNLGRP_LINK)).toEqual(done);
    world.ip('route add 40.0.0.0/24 dev lo');
    world.ip('link set lo mtu 60000');
    const { items, missed } = await world.arrival('heard');
    expect(missed).toBe(0);
    const messages = items.flatMap(parse);
    expect(new Set(messages.map(({ type }) => type))).toEqual(new Set([types.RTM_NEWLINK]));
    // The same socket, other groups.
    expect(await open('heard', RTNLGRP_IPV4_ROUTE)).toEqual(done);
    world.ip('link set lo mtu 60001');
    world.ip('route add 40.0.1.0/24 dev lo');
    const later = (await world.arrival('heard')).items.flatMap(parse);
    expect(later.map(({ type }) => type)).toEqual([types.RTM_NEWROUTE]);
  });

  it('that the kernel had no room for are told as missed, and those after them are heard', () => {
    const script = fileURLToPath(new URL('./overrun.ts', import.meta.url));
    const run = spawnSync('unshare', ['--net', process.execPath, script], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const { happened, heard, missed, lastAtOnce, heardLater } = JSON.parse(run.stdout);
    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThan(happened);
    expect(missed).toBeGreaterThan(0);
    // Whoever asks for everything at that word has nothing older to hear any more.
    expect(lastAtOnce).toBe('missed');
    expect(heardLater).toBe(1);
  });

  it('of devices come with a header of the host', async () => {
    expect(await world.call(netlink, 'open', 'devices', 'kobject-uevent', Uint32Array.of(1))).toEqual(done);
    world.ip('link add spare type veth peer name spare2');
    const [first] = (await world.arrival('devices')).items.flatMap(parse);
    expect(first?.type).toBe(0x10);
    expect(Buffer.from(first?.body ?? []).toString()).toMatch(/^add@\/devices\/virtual\/net\/spare/);
    const refused = await world.call(netlink, 'exchange', 'devices', dump('links', 1));
    expect(refused).toMatchObject({ tag: 'err', val: { tag: 'invalid' } });
  });
});

describe('a hostile module', () => {
  const invalid = { tag: 'err', val: { tag: 'invalid' } };
  const valid = dump('links', 1);
  const changed = (at: number, value: number) => {
    const bytes = valid.slice();
    bytes[at] = value;
    return bytes;
  };

  it.each([
    ['nothing', new Uint8Array()],
    ['a length of 0', changed(0, 0)],
    ['a length below the header', changed(0, 15)],
    ['a length beyond the end', changed(0, 36)],
    ['a length beyond everything', changed(3, 0xff)],
    ['half a header', valid.subarray(0, 8)],
    ['bytes after the last', join(valid, Uint8Array.of(1))],
    ['a second message that is cut off', join(valid, valid.subarray(0, 12))],
    ["netlink's own type", changed(4, types.NLMSG_DONE)],
    ['no request', changed(6, 0)],
    ['no wish for an answer', message(types.RTM_NEWROUTE, flags.REQUEST, 1, new Uint8Array(12))],
    ['too much', new Uint8Array(1024 * 1024 + 4)],
  ])('is refused %s', async (_, bytes) => {
    expect(await world.call(netlink, 'exchange', 'main', bytes)).toMatchObject(invalid);
  });

  it('is refused families that are not granted, groups that are none, and names that are too long', async () => {
    const denied = await world.call(netlink, 'open', 'x', 'generic', new Uint32Array());
    expect(denied).toEqual({
      tag: 'err',
      val: {
        tag: 'denied',
        val: 'tester may not open a netlink socket of the family `generic`: its grant of eft:host/netlink names `route`, `netfilter`, `kobject-uevent`; add `generic` to `families` of that grant in module.yaml',
      },
    });
    expect(await open('x', 0)).toMatchObject(invalid);
    expect(await open('x', ...Array(65).fill(1))).toMatchObject(invalid);
    expect(await open('x', 0xffff_ffff)).toMatchObject({ tag: 'err', val: { tag: 'kernel' } });
    expect(await open('')).toMatchObject(invalid);
    expect(await open('x'.repeat(1_000_000))).toMatchObject(invalid);
  });

  it('that floods leaves no descriptor behind', async () => {
    await world.closeHandles();
    const before = await world.descriptors();
    expect(before.names).toEqual([]);
    const opened = await Promise.all(Array.from({ length: 100 }, (_, index) => open(`flood-${index}`, 1)));
    expect(opened.filter(({ tag }) => tag === 'ok')).toHaveLength(64);
    expect(opened.at(-1)).toEqual({ tag: 'err', val: { tag: 'too-many' } });
    const floods = Array.from({ length: 64 }, (_, index) =>
      world.begin(netlink, 'exchange', `flood-${index}`, join(...Array(20).fill(dump('routes', 1)))),
    );
    for (const { id } of floods.slice(0, 32)) world.cancel(id);
    const results = await Promise.all(floods.map(({ result }) => result));
    for (const { tag, val } of results.slice(0, 32))
      expect([tag, val]).toEqual(['err', { tag: 'cancelled' }]);
    await world.closeHandles();
    expect((await world.descriptors()).count).toBe(before.count);
  });
});
