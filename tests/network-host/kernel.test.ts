/** `eft:host/kernel` against the kernel, in network and UTS namespaces of their own. */
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkWorld } from './network-world.ts';

const kernel = 'eft:host/kernel';
const done = { tag: 'ok', val: undefined };
const invalid = { tag: 'err', val: { tag: 'invalid' } };
const denied = { tag: 'err', val: { tag: 'denied' } };

let world: NetworkWorld;
beforeAll(async () => {
  world = await NetworkWorld.open();
  world.grant({
    interface: kernel,
    sysctls: [
      { name: 'net/ipv4/conf/*/rp_filter', access: 'read-write' },
      { name: 'net/ipv4/ip_forward', access: 'read' },
      { name: 'net/ipv4/*', access: 'read' },
      { name: 'kernel/ostype', access: 'read-write' },
      { name: 'net/ipv4/ip_local_reserved_ports', access: 'read-write' },
    ],
    names: 'read-write',
    reason: 'for the test',
  });
});
afterAll(() => world.close());

const read = (name: string) => world.call(kernel, 'read-sysctl', name);
const write = (name: string, value: string) => world.call(kernel, 'write-sysctl', name, value);
const filter = 'net/ipv4/conf/here/rp_filter';

describe('sysctls', () => {
  it('are written and read in the network namespace of the supervisor', async () => {
    expect(await write(filter, '2')).toEqual(done);
    expect(await read(filter)).toEqual({ tag: 'ok', val: '2' });
    expect(await write(filter, '0')).toEqual(done);
    expect(await read(filter)).toEqual({ tag: 'ok', val: '0' });
    expect(await read('net/ipv4/ip_forward')).toEqual({ tag: 'ok', val: '0' });
  });

  it('take long values whole', async () => {
    const ports = Array.from({ length: 600 }, (_, index) => 10_000 + index * 2).join(',');
    expect(await write('net/ipv4/ip_local_reserved_ports', ports)).toEqual(done);
    expect(await read('net/ipv4/ip_local_reserved_ports')).toEqual({ tag: 'ok', val: ports });
    expect(await write('net/ipv4/ip_local_reserved_ports', '')).toEqual(done);
    expect(await read('net/ipv4/ip_local_reserved_ports')).toEqual({ tag: 'ok', val: '' });
  });

  it('are changed in the order of the calls', async () => {
    const values = Array.from({ length: 30 }, (_, index) => String(index % 3));
    const answers = await Promise.all(values.flatMap((value) => [write(filter, value), read(filter)]));
    const seen = answers.filter((_, index) => index % 2 === 1);
    expect(seen).toEqual(values.map((val) => ({ tag: 'ok', val })));
  });

  it('are refused where the grant ends, with what to add', async () => {
    expect(await write('net/ipv4/ip_forward', '1')).toMatchObject(denied);
    expect(await read('kernel/panic')).toMatchObject({
      tag: 'err',
      val: {
        tag: 'denied',
        val: expect.stringContaining(
          'add an entry with `name: kernel/panic` and `access: read` to `sysctls`',
        ),
      },
    });
    // `*` is one part, and no part of a part.
    expect(await read('net/ipv4/conf/here/x/rp_filter')).toMatchObject(denied);
    expect(await read('net/ipv4/conf/rp_filter')).toMatchObject(denied);
  });

  it.each([
    'net/ipv4/conf/../rp_filter',
    '/net/ipv4/ip_forward',
    'net/ipv4/',
    'net/ipv4//ip_forward',
    'net/ipv4/.',
    '..',
    '',
    `net/ipv4/${'x'.repeat(100_000)}`,
    'net/ipv4/ip_forward\0',
    'net/ipv4/\ud800',
  ])('are not %j', async (name) => {
    expect(await read(name)).toMatchObject(invalid);
  });

  it('that are not there, are directories, or cannot be written, say so', async () => {
    expect(await read('net/ipv4/conf/nolink/rp_filter')).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    expect(await read('net/ipv4/conf')).toMatchObject({
      tag: 'err',
      val: { tag: 'kernel', val: [21, expect.any(String)] },
    });
    expect(await write('kernel/ostype', 'x')).toMatchObject({ tag: 'err', val: { tag: 'kernel' } });
    expect(await write(filter, 'many')).toMatchObject({
      tag: 'err',
      val: { tag: 'kernel', val: [22, expect.any(String)] },
    });
    for (const value of ['1\n2', '1\0', '1'.repeat(4_097)])
      expect(await write(filter, value)).toMatchObject(invalid);
  });

  it('leave no descriptor behind', async () => {
    const { count } = await world.descriptors();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? read(filter) : write(filter, 'x'))),
    );
    await read('net/ipv4/conf');
    expect((await world.descriptors()).count).toBe(count);
  });
});

describe('the names of the machine', () => {
  it('are set and read in the UTS namespace of the supervisor', async () => {
    const outside = hostname();
    expect(await world.call(kernel, 'set-names', 'node-1', 'example.org')).toEqual(done);
    const names = { hostName: 'node-1', domainName: 'example.org' };
    expect(await world.call(kernel, 'read-names')).toEqual({ tag: 'ok', val: names });
    expect(await world.call(kernel, 'set-names', 'x'.repeat(64), '')).toEqual(done);
    const others = { hostName: 'x'.repeat(64), domainName: '' };
    expect(await world.call(kernel, 'read-names')).toEqual({ tag: 'ok', val: others });
    expect(hostname()).toBe(outside);
  });

  it('are refused when they are none', async () => {
    for (const [host, domain] of [
      ['', ''],
      ['x'.repeat(65), ''],
      ['a\0b', ''],
      ['a', 'x'.repeat(65)],
      ['a', '(none)'],
      ['\ud800', ''],
    ])
      expect(await world.call(kernel, 'set-names', host, domain)).toMatchObject(invalid);
  });

  it('are refused where the grant ends', async () => {
    world.grant({ interface: kernel, names: 'read', reason: 'for the test' });
    expect(await world.call(kernel, 'read-names')).toMatchObject({ tag: 'ok' });
    expect(await world.call(kernel, 'set-names', 'a', 'b')).toMatchObject(denied);
    world.grant();
    expect(await world.call(kernel, 'read-names')).toMatchObject(denied);
    expect(await read('net/ipv4/ip_forward')).toMatchObject(denied);
  });
});
