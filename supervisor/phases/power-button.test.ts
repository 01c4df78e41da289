import fc from 'fast-check';
import { expect, it } from 'vitest';
import { close } from '../native/file-descriptor.ts';
import { bind, createSocket, netlinkProtocols, receive, send, socketTypes } from '../native/socket.ts';
import { socketFamilies } from '../native/socket-address.ts';
import { familyRequest, groupOf, isPowerButton } from './power-button.ts';

/** An event as drivers/acpi/event.c sends it. */
function acpiEvent(deviceClass: string): Buffer {
  const bytes = Buffer.alloc(16 + 4 + 4 + 44);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(0x1d, 4);
  bytes.writeUInt8(1, 16);
  bytes.writeUInt16LE(4 + 44, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.write(deviceClass, 24, 'latin1');
  return bytes;
}

it('knows a press of the power button from other events of ACPI', () => {
  expect(isPowerButton(acpiEvent('button/power'))).toBe(true);
  expect(isPowerButton(acpiEvent('button/sleep'))).toBe(false);
  expect(isPowerButton(acpiEvent('button/powerful'))).toBe(false);
});

it('believes no length that an event says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 128 }), (bytes) => {
      isPowerButton(bytes);
      groupOf(bytes, 'acpi_mc_group');
    }),
  );
});

it('learns the number of a group from the kernel, and that there is no such family', () => {
  const socket = createSocket(
    socketFamilies.AF_NETLINK,
    socketTypes.SOCK_RAW,
    netlinkProtocols.NETLINK_GENERIC,
  );
  const kernel = { family: 'netlink', portId: 0, groups: 0 } as const;
  bind(socket, kernel);
  const ask = (family: string): Uint8Array => {
    const buffer = new Uint8Array(8_192);
    send(socket, familyRequest(family), kernel);
    return buffer.subarray(0, receive(socket, buffer)?.length ?? 0);
  };
  // Every kernel has the controller itself, and its group for news of families.
  expect(groupOf(ask('nlctrl'), 'notify')).toBe(0x10);
  expect(groupOf(ask('nlctrl'), 'no-such')).toBeUndefined();
  expect(groupOf(ask('no-such-family'), 'notify')).toBeUndefined();
  close(socket);
});
