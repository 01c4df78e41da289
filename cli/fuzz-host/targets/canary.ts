/**
 * A reader with a fault that any fuzzer in good order finds: four bytes behind a checked length, a fault that only a number leads to. If it
 * is not found, nothing that was not found elsewhere means anything.
 */
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import { frameOutgoing } from '../../../supervisor/network/netlink-framing.ts';
import { must, type ReaderTarget, unlessRefused } from '../reader-target.ts';

export const canaryName = 'canary';
/** A type of message that no seed has. */
const poison = 0x4e31;

export const canaryTarget: ReaderTarget = {
  name: canaryName,
  summary: 'must always fail: a netlink message of the type 0x4e31 counts as one that must not be',
  seeds: () => {
    const message = new Uint8Array(16);
    const view = new DataView(message.buffer);
    view.setUint32(0, 16, true);
    view.setUint16(4, 0x12, true);
    view.setUint16(6, 5, true);
    return [message];
  },
  words: [],
  read: (bytes) => {
    const framing = unlessRefused(() => {
      const found = frameOutgoing('route', bytes);
      if ('problem' in found) throw EftError.of('cell.message', { module: 'canary', reason: found.problem });
      return found;
    });
    if (framing === undefined) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const { start } of framing.messages)
      must(view.getUint16(start + 4, true) !== poison, 'no message has the type 0x4e31');
  },
};
