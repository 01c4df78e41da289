/** `eft:host/socket` against the kernel and Python, over a veth pair between two network namespaces. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SocketArrival } from '../../supervisor/capabilities/socket.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import { NetworkWorld } from './network-world.ts';

const socket = 'eft:host/socket';
const done = { tag: 'ok', val: undefined };
const [here4, there4, any4] = [Uint8Array.of(10, 0, 0, 1), Uint8Array.of(10, 0, 0, 2), new Uint8Array(4)];
const there6 = Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
const grant: Grant = {
  interface: socket,
  packet: [
    { etherType: 'ipv4', udpPorts: [68], links: ['he*'] },
    { etherType: 'arp', links: ['here'] },
  ],
  udp: [
    { ports: [68], links: ['*'] },
    { ports: [546], links: ['here'] },
  ],
  reason: 'for the test',
};

type Link = { readonly ifindex: number; readonly address: string };
let world: NetworkWorld;
let link: Link;
let peer: Link;

beforeAll(async () => {
  world = await NetworkWorld.open();
  [link] = world.ip('link show here') as [Link];
  [peer] = world.ipThere('link show there') as [Link];
});
beforeEach(async () => {
  world.grant(grant);
  await world.closeHandles();
});
afterEach(() => world.endPrograms());
afterAll(() => world.close());

const hardware = (text: string) => Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** What has come, until there are `count`. */
async function arrivals(name: string, count: number): Promise<SocketArrival[]> {
  const found: SocketArrival[] = [];
  while (found.length < count) {
    const { items, missed } = await world.arrival(name);
    expect(missed).toBe(0);
    found.push(...(items as SocketArrival[]));
  }
  return found;
}

/** A UDP packet with its IPv4 header (RFC 791, RFC 768), without the checksum of UDP. */
function ipv4Packet(from: number, to: number, payload: string): Uint8Array {
  const length = 28 + payload.length;
  const packet = new Uint8Array(length);
  const view = new DataView(packet.buffer);
  packet.set([0x45, 0, length >> 8, length & 0xff, 0, 0, 0, 0, 64, 17]);
  packet.set(here4, 12);
  packet.set(there4, 16);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += view.getUint16(at);
  sum = (sum & 0xffff) + (sum >> 16);
  view.setUint16(10, ~sum & 0xffff);
  view.setUint16(20, from);
  view.setUint16(22, to);
  view.setUint16(24, 8 + payload.length);
  packet.set(bytesOf(payload), 28);
  return packet;
}

describe('a packet socket', () => {
  const open = (index: number, etherType = 0x0800) =>
    world.call(socket, 'open-packet', 'packets', index, etherType);

  it('receives UDP to the granted port, from the sender that it was, and nothing else', async () => {
    expect(await open(link.ifindex)).toEqual(done);
    await world.python(`
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('10.0.0.2', 67))
t = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
t.setblocking(False)
print('ready')
try: t.connect(('10.0.0.1', 68))
except BlockingIOError: pass
for port in (67, 69, 680, 68, 53, 68): s.sendto(b'to %d' % port, ('10.0.0.1', port))
input()
`);
    const packets = (await arrivals('packets', 2)).map((item) => {
      if (item.kind !== 'packet') throw new Error('a packet was expected');
      return item.packet;
    });
    expect(packets.map(({ payload }) => textOf(payload.subarray(28)))).toEqual(['to 68', 'to 68']);
    for (const { source, checksumPending } of packets) {
      expect(source).toEqual(hardware(peer.address));
      // A veth pair leaves checksums to hardware that is not there.
      expect(checksumPending).toBe(true);
    }
    await world.endPrograms();
    // What this machine sends from another socket is not heard.
    await world.call(socket, 'open-udp', 'own', { address: any4, port: 68, link: link.ifindex });
    await world.call(socket, 'send-udp', 'own', { address: there4, port: 68, link: 0 }, bytesOf('x'));
    expect(await world.take('packets')).toBeUndefined();
  });

  it('sends to a hardware address, and only UDP from the granted port', async () => {
    await open(link.ifindex);
    const python = await world.python(`
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('10.0.0.2', 67))
print('ready')
data, address = s.recvfrom(100)
print(data.decode(), address[0], address[1])
`);
    const to = hardware(peer.address);
    expect(await world.call(socket, 'send-packet', 'packets', to, ipv4Packet(68, 67, 'hello'))).toEqual(done);
    expect(await python.line()).toBe('hello 10.0.0.1 68');
    for (const packet of [
      ipv4Packet(53, 67, 'x'),
      Uint8Array.of(1),
      new Uint8Array(60),
      ipv4Packet(68, 67, '').subarray(0, 21),
    ]) {
      const refused = await world.call(socket, 'send-packet', 'packets', to, packet);
      expect(refused).toMatchObject({ tag: 'err', val: { tag: 'denied' } });
    }
    const huge = await world.call(
      socket,
      'send-packet',
      'packets',
      to,
      ipv4Packet(68, 67, 'x'.repeat(9_000)),
    );
    expect(huge).toMatchObject({ tag: 'err', val: { tag: 'kernel', val: [90, expect.any(String)] } });
    for (const address of [new Uint8Array(), new Uint8Array(9)]) {
      const refused = await world.call(socket, 'send-packet', 'packets', address, ipv4Packet(68, 67, 'x'));
      expect(refused).toMatchObject({ tag: 'err', val: { tag: 'invalid' } });
    }
  });

  it('of ARP hears who asks', async () => {
    expect(await open(link.ifindex, 0x0806)).toEqual(done);
    await world.python(`
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('there', 0x0806))
print('ready')
own = s.getsockname()[4]
s.send(b'\\xff' * 6 + own + b'\\x08\\x06' + b'\\x00\\x01\\x08\\x00\\x06\\x04\\x00\\x01' + own + bytes([10,0,0,9]) + bytes(6) + bytes([10,0,0,8]))
`);
    const [item] = await arrivals('packets', 1);
    if (item?.kind !== 'packet') throw new Error('a packet was expected');
    expect([...item.packet.payload.subarray(0, 8)]).toEqual([0, 1, 8, 0, 6, 4, 0, 1]);
    expect([...item.packet.payload.subarray(24, 28)]).toEqual([10, 0, 0, 8]);
  });

  it('is refused links and protocols that are not granted, and links that are not there', async () => {
    expect(await open(1)).toEqual({
      tag: 'err',
      val: {
        tag: 'denied',
        val: "tester may not open a packet socket for the EtherType ipv4 on the link lo: its grant of eft:host/socket covers ipv4 (UDP 68) on he*, arp on here; add an entry with `etherType: ipv4` and `links: ['lo']` to `packet` of that grant in module.yaml",
      },
    });
    expect(await open(link.ifindex, 0x86dd)).toMatchObject({ tag: 'err', val: { tag: 'denied' } });
    expect(await open(link.ifindex, 3)).toMatchObject({ tag: 'err', val: { tag: 'denied' } });
    expect(await open(4_000)).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    expect(await open(0)).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    expect((await world.descriptors()).names).toEqual([]);
  });

  it('tells how many were lost in a flood', async () => {
    await open(link.ifindex);
    const flood = (count: number) =>
      `import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor i in range(${count}): s.sendto(b'x', ('10.0.0.1', 68))`;
    // More than the kernel's buffer holds, while nobody reads.
    await world.runBlocked('nsenter', [world.namespaceThere, '/usr/bin/python3', '-c', flood(3_000)], '');
    // What the kernel dropped it tells with a packet that comes when there is room again.
    const first = await world.arrival('packets');
    await world.runBlocked('nsenter', [world.namespaceThere, '/usr/bin/python3', '-c', flood(1)], '');
    let count = first.items.length;
    let missed = first.missed;
    while (count + missed < 3_001) {
      const arrival = await world.arrival('packets');
      count += arrival.items.length;
      missed += arrival.missed;
    }
    expect(count + missed).toBe(3_001);
    expect(missed).toBeGreaterThan(0);
  });

  it('whose link goes away is opened anew on the next', async () => {
    world.ip('link add hello type veth peer name hello2');
    world.ip('link set hello up');
    const [first] = world.ip('link show hello') as [Link];
    expect(await open(first.ifindex)).toEqual(done);
    world.ip('link del hello');
    const sent = await world.call(
      socket,
      'send-packet',
      'packets',
      hardware(peer.address),
      ipv4Packet(68, 67, 'x'),
    );
    expect(sent).toMatchObject({ tag: 'err', val: { tag: 'kernel' } });
    expect(await open(first.ifindex)).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    expect(await open(link.ifindex)).toEqual(done);
  });
});

describe('a UDP socket', () => {
  const open = (address: Uint8Array, port: number, index: number, name = 'udp') =>
    world.call(socket, 'open-udp', name, { address, port, link: index });

  it('sends and receives on its port, over IPv4 and over IPv6', async () => {
    await world.python(`
import socket, select
four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
four.bind(('10.0.0.2', 67))
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
six.bind(('fd00::2', 547))
print('ready')
while True:
  for s in select.select([four, six], [], [])[0]:
    data, address = s.recvfrom(70000)
    s.sendto(b'%d bytes from %s' % (len(data), address[0].encode()), address)
`);
    expect(await open(any4, 68, link.ifindex)).toEqual(done);
    expect(await open(new Uint8Array(16), 546, link.ifindex, 'udp6')).toEqual(done);
    const to4 = { address: there4, port: 67, link: 0 };
    const to6 = { address: there6, port: 547, link: link.ifindex };
    expect(await world.call(socket, 'send-udp', 'udp', to4, new Uint8Array(20_000))).toEqual(done);
    expect(await world.call(socket, 'send-udp', 'udp6', to6, new Uint8Array())).toEqual(done);
    expect(await arrivals('udp', 1)).toEqual([
      {
        kind: 'datagram',
        datagram: {
          source: { address: there4, port: 67, link: link.ifindex },
          payload: bytesOf('20000 bytes from 10.0.0.1'),
        },
      },
    ]);
    expect(await arrivals('udp6', 1)).toEqual([
      {
        kind: 'datagram',
        datagram: {
          source: { address: there6, port: 547, link: link.ifindex },
          payload: bytesOf('0 bytes from fd00::1'),
        },
      },
    ]);
    // The same again is kept: what comes is heard by the one socket.
    const { count } = await world.descriptors();
    expect(await open(any4, 68, link.ifindex)).toEqual(done);
    expect((await world.descriptors()).count).toBe(count);
    // Another is a replacement, of the port of the first as well.
    expect(await open(here4, 68, 0)).toEqual(done);
    expect((await world.descriptors()).count).toBe(count);
    await world.endPrograms();
  });

  it('sends many in the order of the calls', async () => {
    const python = await world.python(`
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4000000)
s.bind(('10.0.0.2', 67))
print('ready')
print(all(s.recv(2000)[:4] == i.to_bytes(4, 'big') for i in range(60)))
`);
    await open(any4, 68, 0);
    const to = { address: there4, port: 67, link: 0 };
    const sent = Array.from({ length: 60 }, (_, index) =>
      world.call(socket, 'send-udp', 'udp', to, Uint8Array.of(0, 0, 0, index, ...new Uint8Array(1_400))),
    );
    expect(await Promise.all(sent)).toEqual(Array(60).fill(done));
    expect(await python.line()).toBe('True');
  });

  it('is refused ports and links that are not granted, and addresses that are none', async () => {
    const denied = { tag: 'err', val: { tag: 'denied' } };
    const invalid = { tag: 'err', val: { tag: 'invalid' } };
    expect(await open(any4, 67, link.ifindex)).toMatchObject(denied);
    expect(await open(any4, 546, 1)).toMatchObject(denied);
    expect(await open(any4, 546, 0)).toMatchObject(denied);
    expect(await open(any4, 68, 4_000)).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    for (const length of [0, 3, 5, 15, 17, 100_000])
      expect(await open(new Uint8Array(length), 68, 0)).toMatchObject(invalid);
    expect(await open(any4, 0, 0)).toMatchObject(invalid);
    expect(await open(Uint8Array.of(192, 0, 2, 1), 68, 0)).toMatchObject({
      tag: 'err',
      val: { tag: 'kernel', val: [99, expect.any(String)] },
    });
    expect(await open(any4, 68, 0)).toEqual(done);
    const to = { address: there4, port: 67, link: 0 };
    const send = (destination: object, length: number) =>
      world.call(socket, 'send-udp', 'udp', destination, new Uint8Array(length));
    expect(await send(to, 65_508)).toMatchObject(invalid);
    expect(await send({ ...to, address: there6 }, 1)).toMatchObject(invalid);
    expect(await send({ ...to, port: 0 }, 1)).toMatchObject(invalid);
    expect(await send({ ...to, link: link.ifindex }, 1)).toMatchObject(invalid);
    const packet = await world.call(socket, 'send-packet', 'udp', hardware(peer.address), new Uint8Array(1));
    expect(packet).toEqual({ tag: 'err', val: { tag: 'not-found' } });
  });

  it('leaves no descriptor behind, however often it is opened and refused', async () => {
    const { count } = await world.descriptors();
    for (let round = 0; round < 50; round += 1) {
      await open(any4, 68, round % 2 === 0 ? link.ifindex : 0);
      await open(any4, 67, 0);
      await world.call(socket, 'open-packet', 'packets', link.ifindex, round % 2 === 0 ? 0x0800 : 0x0806);
      await world.call(socket, 'open-packet', 'udp', 1, 0x0800);
      await open(any4, 68, 0, 'x'.repeat(65));
    }
    expect([...(await world.descriptors()).names].sort()).toEqual(['packets', 'udp']);
    expect(await world.call(socket, 'close', 'udp')).toEqual(done);
    expect(await world.call(socket, 'close', 'packets')).toEqual(done);
    expect(await world.call(socket, 'close', 'packets')).toEqual({ tag: 'err', val: { tag: 'not-found' } });
    // A packet socket is let go of in its own time.
    await expect.poll(async () => (await world.descriptors()).count).toBe(count);
  });
});
