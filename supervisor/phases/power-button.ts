/**
 * The power button: pressed by a hand, or by whoever runs the virtual machine (QEMU's `system_powerdown`, the `shutdown` of a cloud). The kernel tells
 * it by generic netlink, on the multicast group of ACPI events (drivers/acpi/event.c), which needs neither an input device nor a file system.
 *
 * Whoever presses it means: go down in order, and stay down. A machine without ACPI has no such group, and then no such button.
 */
import { isKernelError } from '../native/errno.ts';
import { close, type FileDescriptor } from '../native/file-descriptor.ts';
import { subscribe } from '../native/poll.ts';
import { bind, createSocket, netlinkProtocols, receive, send, socketTypes } from '../native/socket.ts';
import { socketFamilies } from '../native/socket-address.ts';
import { joinNetlinkGroup } from '../native/socket-option.ts';
import { headerBytes } from '../network/netlink-framing.ts';
import type { PhaseOutcome } from './phase.ts';

/** `linux/genetlink.h` */
const controller = {
  GENL_ID_CTRL: 0x10,
  CTRL_CMD_GETFAMILY: 3,
  CTRL_ATTR_FAMILY_NAME: 2,
  CTRL_ATTR_MCAST_GROUPS: 7,
  CTRL_ATTR_MCAST_GRP_NAME: 1,
  CTRL_ATTR_MCAST_GRP_ID: 2,
} as const;
const NLM_F_REQUEST = 1;
/** Bytes of a `struct genlmsghdr`: command u8, version u8, reserved u16. */
const genericHeaderBytes = 4;
/** Bytes of a `struct nlattr`: length u16, type u16 whose two highest bits are flags. */
const attributeHeaderBytes = 4;
const attributeTypeMask = 0x3fff;

/** drivers/acpi/event.c: family, group, and the attribute that holds the event, which begins with the device's class in 20 bytes. */
const acpi = {
  family: 'acpi_event',
  group: 'acpi_mc_group',
  ACPI_GENL_ATTR_EVENT: 1,
  classBytes: 20,
} as const;
/** ACPI_BUTTON_CLASS and ACPI_BUTTON_SUBCLASS_POWER of drivers/acpi/button.c. */
const powerButtonClass = 'button/power';

const messageBytes = 8_192;
/** Events that are taken before anything else gets its turn. */
const eventsAtOnce = 64;

type Attribute = { readonly type: number; readonly bytes: Uint8Array };

/** Calls `onPress` whenever the button is pressed, from now on. */
export function listenForPowerButton(onPress: () => void): PhaseOutcome<FileDescriptor | undefined> {
  const socket = createSocket(
    socketFamilies.AF_NETLINK,
    socketTypes.SOCK_RAW,
    netlinkProtocols.NETLINK_GENERIC,
  );
  bind(socket, { family: 'netlink', portId: 0, groups: 0 });
  const buffer = new Uint8Array(messageBytes);
  send(socket, familyRequest(acpi.family), { family: 'netlink', portId: 0, groups: 0 });
  // The kernel answers before send(2) returns.
  const answer = receive(socket, buffer);
  const group = answer === undefined ? undefined : groupOf(buffer.subarray(0, answer.length), acpi.group);
  if (group === undefined) {
    close(socket);
    return { value: undefined, missing: ['no ACPI: whoever presses the power button is not heard'] };
  }
  joinNetlinkGroup(socket, group);
  subscribe(socket, ['readable'], () => {
    for (let count = 0; count < eventsAtOnce; count += 1) {
      const length = receiveEvent(socket, buffer);
      if (length === undefined) return;
      if (isPowerButton(buffer.subarray(0, length))) onPress();
    }
  });
  return { value: socket, message: 'is listened for' };
}

/** Bytes of the next event, or undefined if there is none. Events that were lost (ENOBUFS) are lost: the button can be pressed again. */
function receiveEvent(socket: FileDescriptor, buffer: Uint8Array): number | undefined {
  try {
    return receive(socket, buffer)?.length;
  } catch (error) {
    if (!isKernelError(error, 'ENOBUFS')) throw error;
    return 0;
  }
}

/** Asks the controller of generic netlink for a family by its name. */
export function familyRequest(name: string): Uint8Array {
  const value = Buffer.from(`${name}\0`);
  const attributeBytes = attributeHeaderBytes + value.length;
  const bytes = Buffer.alloc(headerBytes + genericHeaderBytes + Math.ceil(attributeBytes / 4) * 4);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(controller.GENL_ID_CTRL, 4);
  bytes.writeUInt16LE(NLM_F_REQUEST, 6);
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt8(controller.CTRL_CMD_GETFAMILY, headerBytes);
  bytes.writeUInt8(1, headerBytes + 1);
  bytes.writeUInt16LE(attributeBytes, headerBytes + genericHeaderBytes);
  bytes.writeUInt16LE(controller.CTRL_ATTR_FAMILY_NAME, headerBytes + genericHeaderBytes + 2);
  value.copy(bytes, headerBytes + genericHeaderBytes + attributeHeaderBytes);
  return bytes;
}

/** The number of a multicast group, from the controller's answer; undefined if it says that there is no such family. */
export function groupOf(answer: Uint8Array, name: string): number | undefined {
  const { CTRL_ATTR_MCAST_GROUPS, CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID } = controller;
  if (typeOf(answer) !== controller.GENL_ID_CTRL) return undefined;
  const groups = attributesOf(answer).filter(({ type }) => type === CTRL_ATTR_MCAST_GROUPS);
  for (const { bytes } of groups.flatMap((attribute) => readAttributes(attribute.bytes))) {
    const fields = readAttributes(bytes);
    const named = fields.find(({ type }) => type === CTRL_ATTR_MCAST_GRP_NAME);
    const id = fields.find(({ type }) => type === CTRL_ATTR_MCAST_GRP_ID);
    if (named === undefined || textOf(named.bytes) !== name || id?.bytes.length !== 4) continue;
    return Buffer.from(id.bytes).readUInt32LE(0);
  }
  return undefined;
}

/** Whether an event of ACPI is that somebody has pressed the power button. */
export function isPowerButton(event: Uint8Array): boolean {
  return attributesOf(event).some(
    ({ type, bytes }) =>
      type === acpi.ACPI_GENL_ATTR_EVENT && textOf(bytes.subarray(0, acpi.classBytes)) === powerButtonClass,
  );
}

function typeOf(message: Uint8Array): number | undefined {
  return message.length < headerBytes ? undefined : Buffer.from(message).readUInt16LE(4);
}

function attributesOf(message: Uint8Array): readonly Attribute[] {
  return readAttributes(message.subarray(headerBytes + genericHeaderBytes));
}

/** Never beyond the end, whatever lengths are said. */
function readAttributes(bytes: Uint8Array): readonly Attribute[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes: Attribute[] = [];
  for (let at = 0; at + attributeHeaderBytes <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < attributeHeaderBytes || at + length > bytes.length) break;
    const type = view.getUint16(at + 2, true) & attributeTypeMask;
    attributes.push({ type, bytes: bytes.subarray(at + attributeHeaderBytes, at + length) });
    at += Math.ceil(length / 4) * 4;
  }
  return attributes;
}

/** Up to the first zero byte. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('latin1');
}
