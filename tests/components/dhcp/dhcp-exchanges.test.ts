/** The state machine of RFC 2131, walked through exchange by exchange. Section numbers are of that RFC. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildClient, ClientBench, hardwareAddress, ipv4, never, second, upLink } from './client-bench.ts';
import {
  bind,
  everyone,
  hear,
  leasedAddress,
  leaseOptions,
  otherServer,
  reply,
  sentMessage,
  sentMessages,
  serverAddress,
} from './dialogue.ts';
import { arpPacket, bytesOf32, numberIn, types, writePacket } from './wire.ts';

beforeAll(buildClient);

const downLink = { ...upLink, isUp: false };
const stranger = [2, 0, 0, 0, 0, 9];

function bound(options = leaseOptions()): ClientBench {
  const bench = new ClientBench().begin();
  bind(bench, options);
  return bench;
}

function renewing(): ClientBench {
  const bench = bound();
  while (bench.state === 'BOUND') bench.wake();
  expect(bench.state).toBe('RENEWING');
  return bench;
}

function rebinding(): ClientBench {
  const bench = renewing();
  while (bench.state === 'RENEWING') bench.wake();
  expect(bench.state).toBe('REBINDING');
  return bench;
}

describe('an address for the first time (3.1)', () => {
  it('asks, takes the offer, probes once, uses the address and announces it twice', () => {
    const bench = new ClientBench().begin();
    const discover = sentMessage(bench);
    expect(discover).toMatchObject({
      type: types.discover,
      secs: 0,
      isBroadcast: false,
      clientAddress: 0,
      hardwareAddress,
    });
    expect(discover.options.get(61)).toEqual(Uint8Array.of(1, ...hardwareAddress));
    expect(new TextDecoder().decode(discover.options.get(12))).toBe('node-1');
    expect(discover.options.get(57)).toEqual(Uint8Array.of(5, 220));
    const wanted = [...(discover.options.get(55) ?? [])];
    expect(wanted.indexOf(121)).toBeLessThan(wanted.indexOf(3));
    expect(wanted).toEqual(expect.arrayContaining([1, 3, 6, 12, 15, 26, 42, 119, 121]));

    hear(bench, reply(discover, types.offer));
    const request = sentMessage(bench);
    expect(request).toMatchObject({
      type: types.request,
      xid: discover.xid,
      secs: discover.secs,
      clientAddress: 0,
    });
    expect(numberIn(request, 50)).toBe(leasedAddress);
    expect(numberIn(request, 54)).toBe(serverAddress);
    const requestedAt = bench.now;

    bench.now += second;
    hear(bench, reply(request, types.ack));
    expect(bench.state).toBe('CHECKING');
    expect(bench.lease).toBeUndefined();
    const probe = bench.take().find(({ tag }) => tag === 'send-arp');
    expect(probe?.val).toMatchObject({
      payload: arpPacket(1, { hardware: [...hardwareAddress], address: 0 }, leasedAddress),
    });

    bench.wake();
    expect(bench.state).toBe('BOUND');
    expect(bench.now).toBe(requestedAt + second + 50_000_000n);
    const announced = arpPacket(1, { hardware: [...hardwareAddress], address: leasedAddress }, leasedAddress);
    const tags = bench.take();
    expect(tags.map(({ tag }) => tag)).toEqual(['lease-bound', 'send-arp', 'packet-socket', 'wake-at']);
    expect(tags[1]?.val).toMatchObject({ payload: announced });
    expect(bench.lease).toMatchObject({
      address: leasedAddress,
      prefixLength: 24,
      serverId: serverAddress,
      routes: [{ destination: 0, prefixLength: 0, gateway: serverAddress, isOnLink: false }],
      leaseSeconds: 3600,
      renewalSeconds: 1800,
      rebindingSeconds: 3150,
      obtainedAt: requestedAt,
      expiresAt: requestedAt + 3600n * second,
    });
    bench.wake();
    expect(bench.take().map(({ tag }) => tag)).toEqual(['send-arp', 'wake-at']);
    expect(
      bench
        .wake()
        .take()
        .map(({ tag }) => tag),
    ).toEqual(['arp-socket', 'wake-at']);
    expect(bench.status).toMatchObject({
      needsPacketSocket: false,
      needsArpSocket: false,
      needsUdpSocket: false,
    });
  });

  it('uses the address at once if the window is 0, and probes beside', () => {
    const bench = new ClientBench().begin({ probeWindowMilliseconds: 0 });
    hear(bench, reply(sentMessage(bench), types.offer));
    hear(bench, reply(sentMessage(bench), types.ack));
    expect(bench.state).toBe('BOUND');
    expect(bench.status.needsArpSocket).toBe(true);
  });

  it('asks again after 4, 8, 16, 32, 64, 64 seconds, each a second more or less, and in the end for replies to all (4.1)', () => {
    const bench = new ClientBench(7n).begin();
    const first = bench.now;
    let before = bench.now;
    const discovers = sentMessages(bench).map((message) => ({ ...message, wait: 0n, at: 0n }));
    for (let count = 0; count < 7; count += 1) {
      bench.wake();
      discovers.push({ ...sentMessage(bench), wait: bench.now - before, at: bench.now - first });
      before = bench.now;
    }
    const usual = [0n, 4n, 8n, 16n, 32n, 64n, 64n, 64n];
    for (const [index, { wait, secs, at }] of discovers.entries()) {
      const difference = wait - (usual[index] ?? 0n) * second;
      expect(difference >= -second && difference <= second).toBe(true);
      expect(secs).toBe(Number(at / second));
    }
    expect(discovers.map(({ isBroadcast }) => isBroadcast)).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(new Set(discovers.map(({ xid }) => xid)).size).toBe(discovers.length);
  });

  it('requests four times in a minute, then begins anew', () => {
    const bench = new ClientBench().begin();
    hear(bench, reply(sentMessage(bench), types.offer));
    const requests = [sentMessage(bench)];
    const since = bench.now;
    while (bench.state === 'REQUESTING') {
      bench.wake();
      requests.push(...sentMessages(bench));
    }
    expect(requests.map(({ type }) => type)).toEqual([3, 3, 3, 3, types.discover]);
    expect(new Set(requests.slice(0, 4).map(({ xid }) => xid)).size).toBe(1);
    const seconds = Number((bench.now - since) / second);
    expect(seconds).toBeGreaterThanOrEqual(56);
    expect(seconds).toBeLessThanOrEqual(64);
  });

  it('asks for the address it is told to ask for, and says the names it is told to say', () => {
    const bench = new ClientBench().begin({
      requestedAddress: leasedAddress,
      hostname: 'not a name',
      clientIdKind: 'duid',
      duid: '00:03:00:01:aa:bb:cc:dd:ee:ff',
    });
    const discover = sentMessage(bench);
    expect(numberIn(discover, 50)).toBe(leasedAddress);
    expect(discover.codes).not.toContain(12);
    // RFC 4361 section 6.1: type 255, IAID, DUID.
    expect([...(discover.options.get(61) ?? [])]).toEqual([
      255, 0, 0x12, 0x34, 0x56, 0, 3, 0, 1, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    ]);
    expect(sentMessage(new ClientBench().begin({ clientIdKind: 'none' })).codes).not.toContain(61);
    const wrong = new ClientBench().begin({ clientIdKind: 'duid', duid: 'zz' });
    expect(wrong.actions).toContainEqual({
      tag: 'log',
      val: { level: 'warn', message: 'the DUID is none: the hardware address serves as client id' },
    });
    expect(sentMessage(wrong).options.get(61)?.[0]).toBe(1);
  });

  it('takes a lease in two messages if the server does so (RFC 4039), and not if it did not ask for it', () => {
    const options = [...leaseOptions(), [80, []] as const];
    const bench = new ClientBench().begin({ rapidCommit: true });
    const discover = sentMessage(bench);
    expect(discover.codes).toContain(80);
    hear(bench, reply(discover, types.ack));
    expect(bench.state).toBe('SELECTING');
    hear(bench, reply(discover, types.ack, { options }));
    expect(bench.state).toBe('CHECKING');
    const modest = new ClientBench().begin();
    hear(modest, reply(sentMessage(modest), types.ack, { options }));
    expect(modest.state).toBe('SELECTING');
  });
});

describe('servers that disagree', () => {
  const other = { options: leaseOptions({ 54: bytesOf32(otherServer) }), address: ipv4('10.0.0.77') };

  it('takes the first offer that will do, and then hears only that server', () => {
    const bench = new ClientBench().begin();
    const discover = sentMessage(bench);
    hear(bench, reply(discover, types.offer, { ...other, options: leaseOptions({ 51: null }) }));
    expect(bench.state).toBe('SELECTING');
    hear(bench, reply(discover, types.offer));
    hear(bench, reply(discover, types.offer, other));
    const request = sentMessage(bench);
    expect(numberIn(request, 54)).toBe(serverAddress);
    hear(bench, reply(request, types.ack, other));
    hear(bench, reply(request, types.nak, { options: [[54, bytesOf32(otherServer)]] }));
    hear(bench, reply(request, types.nak, { options: [] }));
    hear(bench, reply(request, types.ack, { address: ipv4('10.0.0.51') }));
    expect(bench.state).toBe('REQUESTING');
    hear(bench, reply(request, types.ack));
    expect(bench.state).toBe('CHECKING');
  });

  it.each([
    ['another transaction', { xid: 1 }],
    ['another machine', { hardwareAddress: Uint8Array.of(2, 0, 0, 0, 0, 1) }],
    ['another client id (RFC 6842)', { options: [...leaseOptions(), [61, [1, 2, 3]] as const] }],
  ])('does not take a reply to %s', (_what, changes) => {
    const bench = new ClientBench().begin();
    hear(bench, reply(sentMessage(bench), types.offer, changes));
    expect(bench.state).toBe('SELECTING');
  });

  it('begins anew at once after a NAK, and ever slower after more of them', () => {
    const bench = new ClientBench().begin();
    const waits: bigint[] = [];
    for (let count = 0; count < 9; count += 1) {
      hear(bench, reply(sentMessage(bench), types.offer));
      hear(bench, reply(sentMessage(bench), types.nak));
      const since = bench.now;
      if (bench.state === 'INIT') bench.wake();
      waits.push((bench.now - since) / second);
    }
    expect(waits).toEqual([0n, 1n, 2n, 4n, 8n, 16n, 32n, 64n, 64n]);
  });
});

describe('an address that another machine has (RFC 5227)', () => {
  function checking(): ClientBench {
    const bench = new ClientBench().begin();
    hear(bench, reply(sentMessage(bench), types.offer));
    hear(bench, reply(sentMessage(bench), types.ack));
    bench.take();
    return bench;
  }

  it.each([
    ['answers the probe', arpPacket(2, { hardware: stranger, address: leasedAddress }, 0)],
    ['asks for something else', arpPacket(1, { hardware: stranger, address: leasedAddress }, serverAddress)],
    ['probes for it too', arpPacket(1, { hardware: stranger, address: 0 }, leasedAddress)],
  ])('is declined when its holder %s, and asked for no more for ten seconds', (_what, packet) => {
    const bench = checking();
    bench.arp(packet);
    expect(bench.state).toBe('INIT');
    const decline = sentMessage(bench);
    expect(decline).toMatchObject({ type: types.decline, clientAddress: 0 });
    expect(numberIn(decline, 50)).toBe(leasedAddress);
    expect(numberIn(decline, 54)).toBe(serverAddress);
    expect(decline.codes).not.toContain(55);
    const since = bench.now;
    bench.wake();
    expect(bench.now - since).toBeGreaterThanOrEqual(10n * second);
    expect(sentMessage(bench).type).toBe(types.discover);
  });

  it.each([
    [
      'ours, come back',
      arpPacket(1, { hardware: [...hardwareAddress], address: leasedAddress }, leasedAddress),
    ],
    ['about another address', arpPacket(2, { hardware: stranger, address: serverAddress }, leasedAddress)],
    ['cut off', arpPacket(2, { hardware: stranger, address: leasedAddress }, 0).subarray(0, 27)],
  ])('is not seen in a packet that is %s', (_what, packet) => {
    expect(checking().arp(packet).state).toBe('CHECKING');
  });

  it('is given up when its holder shows up soon after, and kept against those who come later', () => {
    const claim = arpPacket(1, { hardware: stranger, address: leasedAddress }, leasedAddress);
    const bench = bound();
    bench.arp(claim);
    expect(bench.state).toBe('INIT');
    expect(bench.take().map(({ tag }) => tag)).toEqual([
      'packet-socket',
      'send-packet',
      'lease-lost',
      'arp-socket',
      'wake-at',
    ]);
    const old = bound().wake().wake();
    expect(old.arp(claim).state).toBe('BOUND');
  });
});

describe('renewing (4.4.5)', () => {
  it('asks its server alone at T1, from the address, and goes on when that agrees', () => {
    const bench = renewing();
    const actions = bench.take();
    expect(actions).toContainEqual({ tag: 'udp-socket', val: { isOn: true, address: leasedAddress } });
    const before = bench.lease;
    bench.now += 60n * second;
    bench.timer();
    bench.now += 840n * second;
    bench.timer();
    const request = sentMessages(bench).at(-1);
    if (request === undefined || before === undefined) throw new Error('nothing');
    expect(request).toMatchObject({ type: types.request, unicast: true, clientAddress: leasedAddress });
    expect(request.codes).not.toContain(50);
    expect(request.codes).not.toContain(54);
    const at = bench.now;
    bench.datagram(
      serverAddress,
      reply(request, types.ack, { options: leaseOptions({ 54: bytesOf32(otherServer) }) }),
    );
    expect(bench.state).toBe('RENEWING');
    bench.datagram(serverAddress, reply(request, types.ack));
    expect(bench.state).toBe('BOUND');
    expect(bench.lease?.expiresAt).toBe(at + 3600n * second);
    expect(bench.take()).toMatchObject([
      { tag: 'lease-changed', val: { isMore: false } },
      { tag: 'udp-socket', val: { isOn: false } },
      { tag: 'wake-at' },
    ]);
  });

  it('says so when more than the times has changed', () => {
    const bench = renewing();
    bench.datagram(
      serverAddress,
      reply(sentMessage(bench), types.ack, { options: leaseOptions({ 26: [5, 120] }) }),
    );
    expect(bench.take()[0]).toMatchObject({
      tag: 'lease-changed',
      val: { isMore: true, lease: { mtu: 1400 } },
    });
  });

  it('asks after half of what is left, but a minute apart, then all servers at T2, and stops using the address at the end', () => {
    const bench = renewing();
    const { lease } = bench;
    if (lease === undefined) throw new Error('no lease');
    let before = bench.now;
    const gaps: bigint[] = [];
    sentMessage(bench);
    while (bench.state === 'RENEWING') {
      const left = lease.rebindsAt - bench.now;
      bench.wake();
      if (bench.state === 'RENEWING') {
        expect(bench.now - before).toBe(left / 2n > 60n * second ? left / 2n : 60n * second);
        gaps.push(bench.now - before);
        sentMessage(bench);
      }
      before = bench.now;
    }
    expect(gaps.length).toBeGreaterThan(3);
    expect(bench.now).toBe(lease.rebindsAt);
    expect(sentMessage(bench)).toMatchObject({ unicast: false, clientAddress: leasedAddress });
    while (bench.state === 'REBINDING') bench.wake();
    expect(bench.now).toBe(lease.expiresAt);
    expect(bench.lease).toBeUndefined();
    expect(bench.take()).toContainEqual({ tag: 'lease-lost', val: { lease, reason: 'it has expired' } });
    expect(bench.state).toBe('SELECTING');
  });

  it('lets another server take over while rebinding, by a packet or a datagram', () => {
    const bench = rebinding();
    const request = sentMessages(bench).at(-1);
    if (request === undefined) throw new Error('nothing');
    hear(bench, reply(request, types.ack, { options: leaseOptions({ 54: bytesOf32(otherServer) }) }));
    expect(bench.state).toBe('BOUND');
    expect(bench.lease?.serverId).toBe(otherServer);
  });

  it('stops using the address on a NAK: in renewing of its server, in rebinding of any', () => {
    const bench = renewing();
    const request = sentMessage(bench);
    bench.datagram(otherServer, reply(request, types.nak, { options: [[54, bytesOf32(otherServer)]] }));
    expect(bench.state).toBe('RENEWING');
    bench.datagram(
      serverAddress,
      reply(request, types.nak, {
        options: [
          [54, bytesOf32(serverAddress)],
          [56, [104, 105, 10]],
        ],
      }),
    );
    expect(bench.take()).toMatchObject([
      { tag: 'lease-lost', val: { reason: 'the server 10.0.0.1 refuses it: hi?' } },
      {},
      {},
      {},
      {},
    ]);
    expect(bench.state).toBe('SELECTING');
    const other = rebinding();
    const last = sentMessages(other).at(-1);
    if (last === undefined) throw new Error('nothing');
    hear(other, reply(last, types.nak, { options: [[54, bytesOf32(otherServer)]] }));
    expect(other.lease).toBeUndefined();
  });

  it('takes no answer that comes after the lease has ended', () => {
    const bench = rebinding();
    const request = sentMessages(bench).at(-1);
    const { lease } = bench;
    if (request === undefined || lease === undefined) throw new Error('nothing');
    bench.now = lease.expiresAt;
    hear(bench, reply(request, types.ack));
    expect(bench.state).toBe('SELECTING');
    expect(bench.lease).toBeUndefined();
  });

  it('never renews a lease without end', () => {
    const bench = bound(leaseOptions({ 51: [255, 255, 255, 255], 58: bytesOf32(10) }));
    expect(bench.wake().wake().status.wakeAt).toBe(never);
    expect(bench.lease).toMatchObject({ renewsAt: never, rebindsAt: never, expiresAt: never });
  });
});

describe('a link that goes down', () => {
  it('keeps the lease, asks about it when the link is back, and does not probe again', () => {
    const bench = bound();
    bench.setLink(downLink);
    expect(bench.state).toBe('INIT-REBOOT');
    expect(bench.lease?.address).toBe(leasedAddress);
    bench.now += 100n * second;
    bench.setLink(upLink);
    const request = sentMessage(bench);
    expect(request).toMatchObject({ type: types.request, clientAddress: 0 });
    expect(numberIn(request, 50)).toBe(leasedAddress);
    expect(request.codes).not.toContain(54);
    hear(bench, reply(request, types.ack));
    expect(bench.state).toBe('BOUND');
    expect(bench.take()).toMatchObject([{ tag: 'lease-changed', val: { isMore: false } }, {}, {}]);
  });

  it('goes on with the lease when nobody answers, until it ends (3.2)', () => {
    const bench = bound();
    bench.setLink(downLink);
    bench.now += 100n * second;
    bench.setLink(upLink);
    while (bench.state === 'REBOOTING') bench.wake();
    expect(bench.state).toBe('BOUND');
    expect(bench.take().map(({ tag }) => tag)).not.toContain('lease-bound');
    const down = bound().setLink(downLink);
    down.wake();
    expect(down.lease).toBeUndefined();
    expect(down.state).toBe('INIT');
    expect(down.status.wakeAt).toBe(never);
  });

  it('loses it to a NAK of whatever network the link is on now', () => {
    const bench = bound();
    bench.setLink(downLink);
    bench.now += 100n * second;
    bench.setLink(upLink);
    hear(bench, reply(sentMessage(bench), types.nak, { options: [[54, bytesOf32(otherServer)]] }));
    expect(bench.lease).toBeUndefined();
    expect(sentMessage(bench).codes).not.toContain(50);
  });

  it('sends at most once a second, however often it goes up and down', () => {
    const bench = new ClientBench().begin();
    let sent = sentMessages(bench).length;
    for (let count = 0; count < 100; count += 1) {
      bench.now += second / 20n;
      bench.setLink(count % 2 === 0 ? downLink : upLink);
      bench.timer();
      sent += sentMessages(bench).length;
    }
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThanOrEqual(6);
  });

  it('begins anew with another hardware address, and waits with one that is none', () => {
    const bench = bound();
    bench.setLink({ ...upLink, hardwareAddress: new Uint8Array(20) });
    expect(bench.take()[0]).toMatchObject({ tag: 'lease-lost' });
    expect(bench.state).toBe('INIT');
    expect(bench.status.wakeAt).toBe(never);
    bench.setLink({ ...upLink, hardwareAddress: Uint8Array.of(...stranger) });
    expect(sentMessage(bench).hardwareAddress).toEqual(Uint8Array.of(...stranger));
  });
});

describe('a lease from before', () => {
  function remembered(isInUse: boolean, age: bigint): { bench: ClientBench; before: ClientBench } {
    const before = bound();
    const { lease } = before;
    if (lease === undefined) throw new Error('no lease');
    const bench = new ClientBench(5n);
    bench.now = lease.obtainedAt + age;
    bench.begin({ remembered: { message: lease.message, obtainedAt: lease.obtainedAt, isInUse } });
    return { bench, before };
  }

  it('goes on where it was if the address is on the link', () => {
    const { bench, before } = remembered(true, 60n * second);
    expect(bench.state).toBe('BOUND');
    const actions = bench.take();
    expect(actions.map(({ tag }) => tag)).toEqual(['lease-bound', 'wake-at']);
    expect(bench.lease?.expiresAt).toBe(before.lease?.expiresAt);
  });

  it('renews at once if it is late, and asks anew if it has ended', () => {
    expect(remembered(true, 3000n * second).bench.state).toBe('RENEWING');
    const { bench } = remembered(true, 3600n * second);
    expect(bench.state).toBe('REBOOTING');
    expect(bench.lease).toBeUndefined();
  });

  it('is asked for again after a reboot (3.2), probed, and used', () => {
    const { bench } = remembered(false, 0n);
    expect(bench.state).toBe('REBOOTING');
    const request = sentMessage(bench);
    hear(bench, reply(request, types.ack, { address: ipv4('10.0.0.51') }));
    expect(bench.state).toBe('REBOOTING');
    hear(bench, reply(request, types.ack));
    expect(bench.state).toBe('CHECKING');
    expect(bench.wake().state).toBe('BOUND');
  });

  it('gives way to a new one when no server knows it', () => {
    const { bench } = remembered(false, 0n);
    const since = bench.now;
    while (bench.state === 'REBOOTING') bench.wake();
    expect(bench.now - since).toBeLessThanOrEqual(14n * second);
    const discover = sentMessages(bench).at(-1);
    expect(discover?.type).toBe(types.discover);
    expect(discover && numberIn(discover, 50)).toBe(leasedAddress);
  });

  it('counts as none if it is nonsense, or of another machine', () => {
    const nonsense = { message: Uint8Array.of(1, 2, 3), obtainedAt: 0n, isInUse: true };
    expect(new ClientBench().begin({ remembered: nonsense }).state).toBe('SELECTING');
    const message = bound().lease?.message ?? new Uint8Array();
    const link = { ...upLink, hardwareAddress: Uint8Array.of(...stranger) };
    const remembered = { message, obtainedAt: 0n, isInUse: true };
    expect(new ClientBench().begin({ remembered }, link).state).toBe('SELECTING');
  });
});

describe('the end', () => {
  it('gives the lease back (4.4.6)', () => {
    const bench = bound().release();
    expect(bench.state).toBe('STOPPED');
    const actions = [...bench.actions].filter(({ tag }) => tag !== 'log');
    expect(actions.map(({ tag }) => tag)).toEqual([
      'udp-socket',
      'send-datagram',
      'lease-lost',
      'arp-socket',
      'udp-socket',
      'wake-at',
    ]);
    const release = sentMessage(bench);
    expect(release).toMatchObject({ type: types.release, unicast: true, clientAddress: leasedAddress });
    expect(release.codes).toEqual([53, 61, 54]);
    expect(bench.timer().take()).toEqual([]);
  });

  it('stops without a word, and hears nothing any more', () => {
    const bench = bound().stop();
    expect(sentMessages(bench)).toEqual([]);
    bench.setLink(upLink).packet(writePacket(serverAddress, everyone, new Uint8Array(300)));
    expect(bench.take()).toEqual([]);
    expect(bench.status).toMatchObject({ state: 'STOPPED', lease: undefined, wakeAt: never });
  });
});
