import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSocketAddress, encodeSocketAddress, type SocketAddress } from './socket-address.ts';

const port = fc.nat(0xffff);
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.stringMatching(/^[a-zA-Zéß/._-]{1,50}$/);

const addresses: fc.Arbitrary<SocketAddress> = fc.oneof(
  fc.record({ family: fc.constant('netlink' as const), portId: word, groups: word }),
  fc.record({ family: fc.constant('inet' as const), address: bytes(4), port }),
  fc.record({ family: fc.constant('inet6' as const), address: bytes(16), port, scopeId: word }),
  fc.record({
    family: fc.constant('packet' as const),
    protocol: port,
    interfaceIndex: fc.nat(),
    hardwareAddress: fc.uint8Array({ maxLength: 8 }),
    packetType: fc.constant(0),
  }),
  fc.record({ family: fc.constant('unix' as const), path: name }),
  fc.record({ family: fc.constant('unix-abstract' as const), name }),
  fc.constant({ family: 'unix-unnamed' as const }),
);

describe('a socket address', () => {
  it('of every family is read back as it was written', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(decodeSocketAddress(encodeSocketAddress(address))).toEqual(address);
      }),
    );
  });

  it('has port and IP address in network order', () => {
    const address = Uint8Array.of(192, 0, 2, 1);
    expect([...encodeSocketAddress({ family: 'inet', address, port: 0x1234 }).subarray(0, 8)]).toEqual([
      2, 0, 0x12, 0x34, 192, 0, 2, 1,
    ]);
  });

  it('of a hardware address longer than the struct is read at its full length, as the kernel gives it', () => {
    const wire = new Uint8Array(32).fill(7);
    wire.set([17, 0], 0);
    wire[11] = 20;
    const decoded = decodeSocketAddress(wire);
    expect(decoded?.family === 'packet' ? decoded.hardwareAddress : undefined).toEqual(
      new Uint8Array(20).fill(7),
    );
  });

  it('that does not fit is refused', () => {
    const wrong: SocketAddress[] = [
      { family: 'inet', address: new Uint8Array(3), port: 1 },
      { family: 'inet', address: new Uint8Array(4), port: 65536 },
      { family: 'inet6', address: new Uint8Array(4), port: 1, scopeId: 0 },
      { family: 'packet', protocol: 1, interfaceIndex: 1, hardwareAddress: new Uint8Array(9) },
      { family: 'unix', path: 'x'.repeat(108) },
      { family: 'unix', path: '' },
      { family: 'unix-abstract', name: 'x'.repeat(108) },
    ];
    for (const address of wrong) expect(() => encodeSocketAddress(address)).toThrow(RangeError);
  });

  it('of a family that is not ours, or that is not there, is none', () => {
    expect(decodeSocketAddress(Uint8Array.of(99, 0, 1, 2))).toBeUndefined();
    expect(decodeSocketAddress(new Uint8Array())).toBeUndefined();
  });
});
