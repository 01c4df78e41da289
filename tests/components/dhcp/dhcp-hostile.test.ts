/** What a hostile or broken server can say: nothing traps, and what comes of it is a sound lease or none. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildClient,
  ClientBench,
  hardwareAddress,
  instantiateClient,
  ipv4,
  type Lease,
} from './client-bench.ts';
import {
  bind,
  everyone,
  leasedAddress,
  leaseOptions,
  reply,
  sentMessages,
  serverAddress,
} from './dialogue.ts';
import {
  ascii,
  bytesOf32,
  type OptionPiece,
  type ServerMessage,
  types,
  writeMessage,
  writePacket,
} from './wire.ts';

const seed = Number(process.env['EFT_SEED'] ?? 20_261_123);
let client: ReturnType<typeof instantiateClient>;

beforeAll(async () => {
  await buildClient();
  client = instantiateClient();
});

function ack(changes: Partial<ServerMessage> = {}): Uint8Array {
  return writeMessage({
    type: types.ack,
    xid: 1,
    address: leasedAddress,
    hardwareAddress,
    options: leaseOptions(),
    ...changes,
  });
}

function read(changes: Partial<ServerMessage>): { readonly lease: Lease; readonly notes: readonly string[] } {
  const result = client.leaseIn(ack(changes));
  if (result.tag === 'err') throw new Error(result.val);
  return { lease: result.val[0], notes: result.val[1] };
}

function withOptions(changes: Readonly<Record<number, readonly number[] | null>>) {
  return read({ options: leaseOptions(changes) });
}

function route(destination: string, prefixLength: number, gateway: string): readonly number[] {
  const significant = Math.ceil(prefixLength / 8);
  return [prefixLength, ...bytesOf32(ipv4(destination)).slice(0, significant), ...bytesOf32(ipv4(gateway))];
}

describe('no lease', () => {
  it.each<[string, Partial<ServerMessage>, string]>([
    ['without a server', { options: leaseOptions({ 54: null }) }, 'it does not say which server it is from'],
    [
      'from two servers',
      { options: leaseOptions({ 54: [10, 0, 0, 1, 10, 0, 0, 1] }) },
      'it does not say which server it is from',
    ],
    ['for no time', { options: leaseOptions({ 51: bytesOf32(0) }) }, 'it lasts 0 s'],
    ['without a time', { options: leaseOptions({ 51: null }) }, 'it lasts 0 s'],
    ['for a blink', { options: leaseOptions({ 51: bytesOf32(3) }) }, 'it lasts 3 s'],
    ['with a netmask of nothing', { options: leaseOptions({ 1: [0, 0, 0, 0] }) }, 'its netmask is none'],
    ['with holes in the netmask', { options: leaseOptions({ 1: [255, 0, 255, 0] }) }, 'its netmask is none'],
    ['with half a netmask', { options: leaseOptions({ 1: [255, 255] }) }, 'its netmask is none'],
    ['for nobody', { address: 0 }, '0.0.0.0 is no address for one machine'],
    ['for a group', { address: ipv4('224.0.0.1') }, '224.0.0.1 is no address for one machine'],
    ['for the machine itself', { address: ipv4('127.0.0.1') }, '127.0.0.1 is no address for one machine'],
    ['for everyone', { address: everyone }, '255.255.255.255 is no address for one machine'],
    ['for the network', { address: ipv4('10.0.0.0') }, '10.0.0.0 is the network or its broadcast address'],
    [
      'for the broadcast address',
      { address: ipv4('10.0.0.255') },
      '10.0.0.255 is the network or its broadcast address',
    ],
    ['without the end option', { hasEnd: false }, 'malformed'],
    ['with an option that is cut off', { raw: [12, 40, 65], hasEnd: false }, 'malformed'],
    ['with an option that hides the end', { raw: [12, 9, 65] }, 'malformed'],
    [
      'with options in `file` that do not end',
      { raw: [52, 1, 1], file: new Array(128).fill(0) },
      'malformed',
    ],
  ])('is seen %s', (_what, changes, reason) => {
    expect(client.leaseIn(ack(changes))).toEqual({ tag: 'err', val: reason });
  });
});

describe('the times of a lease', () => {
  it.each([
    ['none given', null, null, 1800, 3150],
    ['both given', 100, 200, 100, 200],
    ['T1 alone', 100, null, 100, 3150],
    ['T2 alone', null, 2000, 1800, 2000],
    ['T1 after T2', 300, 200, 1800, 3150],
    ['T1 as T2', 300, 300, 1800, 3150],
    ['T2 after the end', 100, 3600, 1800, 3150],
    ['T1 after the usual T2', 3200, null, 1800, 3150],
    ['nothing at all', 0, 0, 1800, 3150],
  ])('with %s', (_what, t1, t2, renewal, rebinding) => {
    const given = { 58: t1 === null ? null : bytesOf32(t1), 59: t2 === null ? null : bytesOf32(t2) };
    const { lease } = withOptions(given);
    expect([lease.renewalSeconds, lease.rebindingSeconds]).toEqual([renewal, rebinding]);
  });
});

describe('what comes with a lease', () => {
  it('is found in `file`, `sname`, and in pieces (RFC 3396)', () => {
    const { lease } = read({
      options: [...leaseOptions({ 15: ascii('exam') }), [52, [3]], [15, ascii('ple')]],
      file: [15, 2, ...ascii('.o'), 255],
      sname: [0, 15, 2, ...ascii('rg'), 26, 2, 5, 120, 255],
    });
    expect(lease.domainName).toBe('example.org');
    expect(lease.mtu).toBe(1400);
  });

  it('takes the netmask from the class of the address if there is none', () => {
    const { lease, notes } = withOptions({ 1: null });
    expect(lease.prefixLength).toBe(8);
    expect(notes).toEqual(['no netmask given: took /8 from the class of the address']);
  });

  it('takes classless routes for the routers (RFC 3442), and clears what is beyond their length', () => {
    const { lease } = withOptions({
      121: [
        ...route('0.0.0.0', 0, '10.0.0.9'),
        ...route('172.16.255.0', 12, '10.0.0.8'),
        ...route('192.168.7.0', 24, '0.0.0.0'),
      ],
    });
    expect(lease.routes).toEqual([
      { destination: 0, prefixLength: 0, gateway: ipv4('10.0.0.9'), isOnLink: false },
      { destination: ipv4('172.16.0.0'), prefixLength: 12, gateway: ipv4('10.0.0.8'), isOnLink: false },
      { destination: ipv4('192.168.7.0'), prefixLength: 24, gateway: 0, isOnLink: false },
    ]);
    expect([...lease.routers]).toEqual([serverAddress]);
  });

  it('keeps a gateway outside the network only if the link is said to lead there', () => {
    const outside = withOptions({ 3: bytesOf32(ipv4('192.0.2.1')) });
    expect(outside.lease.routes).toEqual([]);
    expect(outside.notes).toEqual(['routes by gateways that are not on the link: left out 1']);
    const alone = withOptions({ 1: [255, 255, 255, 255] });
    expect(alone.lease.routes).toMatchObject([{ gateway: serverAddress, isOnLink: true }]);
    const told = withOptions({
      121: [...route('192.0.2.1', 32, '0.0.0.0'), ...route('0.0.0.0', 0, '192.0.2.1')],
    });
    expect(told.lease.routes).toMatchObject([
      { prefixLength: 32, gateway: 0 },
      { prefixLength: 0, isOnLink: true },
    ]);
    expect(told.notes).toEqual([]);
  });

  it('takes the routers if the classless routes are malformed', () => {
    for (const wrong of [[33, 10, 0, 0, 0, 0, 10, 0, 0, 1], [24, 10, 0], []]) {
      const { lease, notes } = withOptions({ 121: wrong });
      expect(lease.routes).toMatchObject([{ prefixLength: 0, gateway: serverAddress }]);
      expect(notes).toEqual(['classless routes that are malformed: left out, and the routers taken']);
    }
  });

  it('takes 128 of a thousand routes', () => {
    const bytes = Array.from({ length: 1000 }, (_, index) =>
      route(`172.${16 + (index >> 8)}.${index & 255}.0`, 24, '10.0.0.1'),
    ).flat();
    const pieces = Array.from({ length: 40 }, (_, index): OptionPiece => {
      return [121, bytes.slice(index * 200, (index + 1) * 200)];
    });
    const { lease, notes } = read({ options: [...leaseOptions(), ...pieces] });
    expect(lease.routes.length).toBe(128);
    expect(notes).toEqual(['routes beyond the first 128: left out 872']);
  });

  it.each([0, 68, 575, 9217, 65_535])('leaves out an MTU of %i bytes', (mtu) => {
    const { lease, notes } = withOptions({ 26: [mtu >> 8, mtu & 255] });
    expect(lease.mtu).toBe(0);
    expect(notes).toEqual([`an MTU of ${mtu} bytes: left out`]);
  });

  it('leaves out addresses that are none, and what is said twice', () => {
    const resolvers = ['10.0.0.1', '0.0.0.0', '127.0.0.1', '255.255.255.255', '10.0.0.1', '10.0.0.2'].flatMap(
      (text) => [...bytesOf32(ipv4(text))],
    );
    expect([...withOptions({ 6: resolvers }).lease.resolvers]).toEqual([ipv4('10.0.0.1'), ipv4('10.0.0.2')]);
    for (const wrong of [[], [10, 0, 0]])
      expect(withOptions({ 6: wrong }).notes).toEqual(['resolvers that are malformed: left out']);
  });

  it.each(['a\nb', 'a b', '-a', 'a-', 'a..b', '$(reboot)', '../etc', 'ä', '', 'x'.repeat(64)])(
    'leaves out the name %j',
    (name) => {
      const { lease } = withOptions({ 12: ascii(name), 15: ascii(name) });
      expect([lease.hostname, lease.domainName]).toEqual(['', '']);
    },
  );

  it('takes names with a zero or a dot at the end', () => {
    const { lease } = withOptions({ 12: [...ascii('node'), 0, 0], 15: ascii('example.org.') });
    expect([lease.hostname, lease.domainName]).toEqual(['node', 'example.org']);
  });

  it('reads search domains, and follows pointers back only (RFC 3397)', () => {
    const eng = [3, ...ascii('eng'), 5, ...ascii('apple'), 3, ...ascii('com'), 0];
    const marketing = [9, ...ascii('marketing'), 0xc0, 4];
    expect(withOptions({ 119: [...eng, ...marketing] }).lease.searchDomains).toEqual([
      'eng.apple.com',
      'marketing.apple.com',
    ]);
    for (const loop of [[0xc0, 0], [1, 97, 0xc0, 2], [0xc0, 200], [0xc0], [63, 97], [1, 97]]) {
      expect(withOptions({ 119: loop }).lease.searchDomains).toEqual([]);
    }
    expect(withOptions({ 119: [3, ...ascii('a.b'), 0, 1, 97, 0] }).lease.searchDomains).toEqual(['a']);
  });
});

describe('packets', () => {
  const good = () => writePacket(serverAddress, everyone, ack());

  function changed(at: number, value: number): Uint8Array {
    const packet = good();
    packet[at] = value;
    return packet;
  }

  /** With the header's checksum put right again. */
  function mended(at: number, value: number): Uint8Array {
    const packet = changed(at, value);
    packet.fill(0, 10, 12);
    let sum = 0;
    for (let index = 0; index < 20; index += 2) sum += ((packet[index] ?? 0) << 8) | (packet[index + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
    packet.set([(~sum >> 8) & 255, ~sum & 255], 10);
    return packet;
  }

  it.each<[string, () => Uint8Array]>([
    ['IPv6', () => mended(0, 0x65)],
    ['a header shorter than a header', () => mended(0, 0x44)],
    ['a header longer than the packet', () => mended(0, 0x4f).subarray(0, 30)],
    ['longer than it is', () => good().subarray(0, -1)],
    ['shorter than UDP', () => mended(3, 4)],
    ['a first fragment', () => mended(6, 0x20)],
    ['a later fragment', () => mended(7, 1)],
    ['TCP', () => mended(9, 6)],
    ['with a wrong header checksum', () => changed(8, 63)],
    ['with a wrong UDP checksum', () => changed(100, 7)],
    ['with a UDP length beyond the packet', () => changed(24, 255)],
    ['with a UDP length of nothing', () => changed(25, 0)],
    ['empty', () => new Uint8Array()],
  ])('are refused: %s', (_what, make) => {
    expect(client.readUdpPacket(good(), false)).toEqual(ack());
    expect(client.readUdpPacket(make(), false)).toBeUndefined();
  });

  it('are taken with a checksum that is pending or missing, and with what Ethernet adds behind', () => {
    expect(client.readUdpPacket(changed(100, 7), true)).toBeDefined();
    const without = good();
    without.fill(0, 26, 28);
    expect(client.readUdpPacket(without, false)).toEqual(ack());
    expect(client.readUdpPacket(Uint8Array.of(...good(), 0, 0, 0), false)).toEqual(ack());
  });

  it('are not heard from other ports', () => {
    const bench = new ClientBench().begin();
    const [discover] = sentMessages(bench);
    if (discover === undefined) throw new Error('nothing');
    const offer = reply(discover, types.offer);
    bench.packet(writePacket(serverAddress, everyone, offer, [1067, 68]));
    bench.packet(writePacket(serverAddress, everyone, offer, [67, 69]));
    expect(bench.state).toBe('SELECTING');
    bench.packet(writePacket(serverAddress, everyone, offer));
    expect(bench.state).toBe('REQUESTING');
  });
});

/** What every lease must be, whatever it was made of. */
function expectSound(lease: Lease): void {
  const mask = lease.prefixLength === 32 ? 0xffffffff : ~(2 ** (32 - lease.prefixLength) - 1) >>> 0;
  const host = (lease.address & ~mask) >>> 0;
  const first = lease.address >>> 24;
  expect(first !== 0 && first !== 127 && first < 224).toBe(true);
  expect(lease.prefixLength).toBeGreaterThanOrEqual(1);
  expect(lease.prefixLength).toBeLessThanOrEqual(32);
  if (lease.prefixLength < 31) expect(host !== 0 && host !== ~mask >>> 0).toBe(true);
  expect(lease.leaseSeconds).toBeGreaterThanOrEqual(4);
  if (lease.leaseSeconds !== 0xffffffff) {
    expect(lease.renewalSeconds).toBeGreaterThan(0);
    expect(lease.renewalSeconds).toBeLessThan(lease.rebindingSeconds);
    expect(lease.rebindingSeconds).toBeLessThan(lease.leaseSeconds);
    expect(lease.renewsAt < lease.rebindsAt && lease.rebindsAt < lease.expiresAt).toBe(true);
  }
  expect(lease.mtu === 0 || (lease.mtu >= 576 && lease.mtu <= 9216)).toBe(true);
  expect(lease.routes.length).toBeLessThanOrEqual(128);
  for (const { gateway, destination, prefixLength } of lease.routes) {
    expect(gateway).not.toBe(lease.address);
    expect(prefixLength).toBeLessThanOrEqual(32);
    if (prefixLength < 32) expect(destination % 2 ** (32 - prefixLength)).toBe(0);
  }
  for (const name of [lease.hostname, lease.domainName, ...lease.searchDomains])
    expect(name).toMatch(/^[A-Za-z0-9.-]*$/);
}

describe('any bytes', () => {
  const options = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom(1, 3, 6, 12, 15, 26, 42, 51, 52, 54, 58, 59, 61, 80, 119, 121), fc.nat(254)),
      fc.oneof(
        fc.array(fc.nat(255), { maxLength: 40 }),
        fc.constantFrom([255, 255, 255, 0], [0, 0, 0, 60], [10, 0, 0, 1], [1], [2], [3], []),
      ),
    ),
    { maxLength: 12 },
  );
  const changes = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 });

  it('as a message give a sound lease or none', () => {
    let sound = 0;
    const message = fc.tuple(options, fc.boolean(), changes, fc.option(fc.nat(600), { freq: 8 }));
    const property = fc.property(message, ([extra, hasBasis, mutations, cut]) => {
      const pieces = extra.filter(([code]) => code !== 0);
      const bytes = ack({ options: [...(hasBasis ? leaseOptions() : []), ...pieces] });
      for (const [at, value] of mutations) bytes[at % bytes.length] = value;
      const result = client.leaseIn(cut === null ? bytes : bytes.subarray(0, cut));
      if (result.tag === 'err') return;
      sound += 1;
      expectSound(result.val[0]);
    });
    fc.assert(property, { seed, numRuns: 3000 });
    expect(sound).toBeGreaterThan(100);
  });

  it('as search domains and names trap nowhere, however long', () => {
    const property = fc.property(
      fc.array(fc.constantFrom(0, 1, 2, 63, 97, 46, 0xc0, 0xc1, 255), { maxLength: 1200 }),
      (bytes) => {
        const pieces = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, index): OptionPiece => {
          return [119, bytes.slice(index * 255, (index + 1) * 255)];
        });
        expectSound(read({ options: [...leaseOptions(), ...pieces] }).lease);
      },
    );
    fc.assert(property, { seed, numRuns: 500 });
  });

  it('as pieces of one byte, or of none, fill no memory', () => {
    for (const piece of [
      [12, 0],
      [12, 1, 97],
      [121, 1, 0],
      [119, 1, 0xc0],
    ]) {
      const raw = Array.from({ length: Math.floor(8000 / piece.length) }, () => piece).flat();
      expect(client.leaseIn(ack({ raw })).tag).toBe('ok');
    }
    expect(client.leaseIn(new Uint8Array(65_535)).tag).toBe('err');
  });

  it('on any socket in any state trap nowhere, and bring no state that the table does not know', () => {
    const step = fc.record({
      kind: fc.constantFrom('packet', 'datagram', 'arp', 'wake', 'answer', 'garbage'),
      type: fc.constantFrom(2, 5, 6),
      mutations: changes,
      bytes: fc.uint8Array({ maxLength: 400 }),
    });
    const property = fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, isBound) => {
      const bench = new ClientBench().begin({ rapidCommit: true });
      let [last] = sentMessages(new ClientBench().begin());
      if (isBound) bind(bench);
      for (const { kind, type, mutations, bytes } of steps) {
        if (last === undefined) throw new Error('nothing sent');
        const message = reply(last, type);
        for (const [at, value] of mutations) if (kind !== 'answer') message[at % message.length] = value;
        const packet = writePacket(serverAddress, everyone, message);
        if (kind === 'packet' || kind === 'answer') bench.packet(packet);
        else if (kind === 'garbage') bench.packet(bytes, true);
        else if (kind === 'datagram') bench.datagram(serverAddress, message);
        else if (kind === 'arp') bench.arp(bytes);
        else if (bench.status.wakeAt !== 2n ** 64n - 1n) bench.wake();
        last = sentMessages(bench).at(-1) ?? last;
        const { lease } = bench;
        if (lease !== undefined) {
          expectSound(lease);
          expect(lease.expiresAt > bench.now).toBe(true);
        }
      }
    });
    fc.assert(property, { seed, numRuns: 150 });
  });
});
