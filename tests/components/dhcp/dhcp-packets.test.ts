/** The client's packets as tcpdump reads them: it knows IPv4, UDP, DHCP and ARP from elsewhere than we do, and checks the checksums. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Action, buildClient, ClientBench, hardwareAddress } from './client-bench.ts';
import { hear, leasedAddress, reply, sentMessages } from './dialogue.ts';
import { arpPacket, types } from './wire.ts';

beforeAll(buildClient);

/** A capture file of Ethernet frames (pcap: global header, then a header and the frame for each). */
function capture(frames: readonly Uint8Array[]): Uint8Array {
  const header = Uint8Array.from([
    0xd4,
    0xc3,
    0xb2,
    0xa1,
    2,
    0,
    4,
    0,
    ...new Array(8).fill(0),
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
  ]);
  const parts = frames.map((frame) => {
    const record = new Uint8Array(16 + frame.length);
    new DataView(record.buffer).setUint32(8, frame.length, true);
    new DataView(record.buffer).setUint32(12, frame.length, true);
    record.set(frame, 16);
    return record;
  });
  return Uint8Array.from([header, ...parts].flatMap((part) => [...part]));
}

function ethernet(action: Action): readonly Uint8Array[] {
  if (action.tag !== 'send-packet' && action.tag !== 'send-arp') return [];
  const etherType = action.tag === 'send-arp' ? [8, 6] : [8, 0];
  return [
    Uint8Array.of(...action.val.hardwareAddress, ...hardwareAddress, ...etherType, ...action.val.payload),
  ];
}

function readByTcpdump(frames: readonly Uint8Array[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'eft-dhcp-'));
  try {
    writeFileSync(join(folder, 'frames.pcap'), capture(frames));
    return execFileSync('tcpdump', ['-r', join(folder, 'frames.pcap'), '-n', '-vvv', '-t', '-e'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('tcpdump reads DISCOVER, REQUEST, probe, announcement, DECLINE and the request of a rebinding as what they are', () => {
  const bench = new ClientBench().begin({ rapidCommit: true });
  const frames: Uint8Array[] = [];
  const collect = () => {
    frames.push(...bench.actions.flatMap(ethernet));
    return sentMessages(bench).at(-1);
  };
  const discover = collect();
  if (discover === undefined) throw new Error('no DISCOVER');
  hear(bench, reply(discover, types.offer));
  const request = collect();
  if (request === undefined) throw new Error('no REQUEST');
  hear(bench, reply(request, types.ack));
  collect();
  bench.wake();
  collect();
  while (bench.state !== 'REBINDING') {
    bench.wake();
    if (bench.state === 'REBINDING') break;
    bench.take();
  }
  collect();
  // And once more up to a conflict.
  const other = new ClientBench(3n).begin();
  const [first] = sentMessages(other);
  if (first === undefined) throw new Error('no DISCOVER');
  hear(other, reply(first, types.offer));
  const [second] = sentMessages(other);
  if (second === undefined) throw new Error('no REQUEST');
  hear(other, reply(second, types.ack));
  other.take();
  other.arp(arpPacket(2, { hardware: [2, 0, 0, 0, 0, 9], address: leasedAddress }, 0));
  frames.push(...other.actions.flatMap(ethernet));

  const text = readByTcpdump(frames);
  const packets = text.split(/\n(?=\S)/);
  expect(packets.length).toBe(frames.length);
  expect(packets.length).toBe(6);
  expect(text).not.toMatch(/bad|invalid|truncated|malformed|\[\|/i);
  const [asked, wanted, probe, announcement, rebinding, declined] = packets;
  for (const packet of [asked, wanted, rebinding, declined]) expect(packet).toContain('[udp sum ok]');
  expect(asked).toMatch(/0\.0\.0\.0\.68 > 255\.255\.255\.255\.67/);
  expect(asked).toMatch(/Client-Ethernet-Address 52:54:00:12:34:56/);
  expect(asked).toMatch(/DHCP-Message \(53\), length 1: Discover/);
  expect(asked).toMatch(/Client-ID \(61\), length 7: ether 52:54:00:12:34:56/);
  expect(asked).toMatch(/\(80\), length 0/);
  expect(asked).toMatch(/MSZ \(57\), length 2: 1500/);
  expect(asked).toMatch(/Hostname \(12\), length 6: "node-1"/);
  expect(asked).toMatch(/Parameter-Request \(55\), length 11:/);
  expect(wanted).toMatch(/DHCP-Message \(53\), length 1: Request/);
  expect(wanted).toMatch(/Requested-IP \(50\), length 4: 10\.0\.0\.50/);
  expect(wanted).toMatch(/Server-ID \(54\), length 4: 10\.0\.0\.1/);
  expect(probe).toMatch(/Request who-has 10\.0\.0\.50.* tell 0\.0\.0\.0/);
  expect(announcement).toMatch(/Request who-has 10\.0\.0\.50.* tell 10\.0\.0\.50|Announcement 10\.0\.0\.50/);
  expect(rebinding).toMatch(/10\.0\.0\.50\.68 > 255\.255\.255\.255\.67/);
  expect(rebinding).toMatch(/Client-IP 10\.0\.0\.50/);
  expect(rebinding).toMatch(/DHCP-Message \(53\), length 1: Request/);
  expect(declined).toMatch(/DHCP-Message \(53\), length 1: Decline/);
});
