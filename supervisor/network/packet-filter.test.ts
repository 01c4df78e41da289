import { describe, expect, it } from 'vitest';
import { filterProgram, outgoingFault } from './packet-filter.ts';

const ipv4 = { etherType: 0x0800, udpPorts: [68, 500] };
const ipv6 = { etherType: 0x86dd, udpPorts: [546] };

/** An IPv4 packet with these fields, and the port from which it comes. */
function packet4(fields: Readonly<Record<number, number>>, port: number, headerLength = 20): Uint8Array {
  const packet = new Uint8Array(headerLength + 8);
  packet[0] = 0x40 + headerLength / 4;
  packet[9] = 17;
  for (const [at, value] of Object.entries(fields)) packet[Number(at)] = value;
  packet.set([port >> 8, port & 0xff], headerLength);
  return packet;
}

describe('what goes out', () => {
  it('is UDP from a granted port', () => {
    expect(outgoingFault(ipv4, packet4({}, 68))).toBeUndefined();
    expect(outgoingFault(ipv4, packet4({}, 500, 60))).toBeUndefined();
    expect(outgoingFault(ipv4, packet4({ 6: 0x40 }, 68))).toBeUndefined();
    expect(outgoingFault(ipv4, packet4({}, 67))).toBe('it is UDP from port 67');
  });

  it.each([
    ['TCP', packet4({ 9: 6 }, 68)],
    ['IPv6 in a frame of IPv4', packet4({ 0: 0x65 }, 68)],
    ['a header that is too short', packet4({ 0: 0x44 }, 68)],
    ['a piece with more to follow', packet4({ 6: 0x20 }, 68)],
    ['a later piece', packet4({ 7: 1 }, 68)],
    ['cut off before the port', packet4({}, 68).subarray(0, 21)],
    ['nothing', new Uint8Array()],
  ])('is not %s', (_, packet) => {
    expect(outgoingFault(ipv4, packet)).toBe('it is no UDP in one piece');
  });

  it('over IPv6 follows directly after its header', () => {
    const packet = new Uint8Array(48);
    packet.set([0x60], 0);
    packet.set([17], 6);
    packet.set([546 >> 8, 546 & 0xff], 40);
    expect(outgoingFault(ipv6, packet)).toBeUndefined();
    // An extension header (0: hop by hop).
    packet.set([0], 6);
    expect(outgoingFault(ipv6, packet)).toBe('it is no UDP in one piece');
  });

  it('is anything if all is granted', () => {
    expect(outgoingFault({ etherType: 0x0806, udpPorts: 'all' }, new Uint8Array(1))).toBeUndefined();
  });
});

describe('the program for the kernel', () => {
  it('fits its jumps into a byte however many ports there are', () => {
    const udpPorts = Array.from({ length: 256 }, (_, index) => index + 1);
    const program = filterProgram({ link: 3, etherType: 0x0800, udpPorts });
    for (const [index, { jt, jf }] of program.entries()) {
      expect(Math.max(jt, jf)).toBeLessThanOrEqual(255);
      expect(index + Math.max(jt, jf) + 1).toBeLessThanOrEqual(program.length);
    }
    expect(program.at(-1)).toEqual({ code: 0x06, k: 0, jt: 0, jf: 0 });
  });
});
