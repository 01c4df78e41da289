import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { openVmControl } from './vm-control.ts';

/** A channel to a QEMU that a test plays. */
function channel() {
  const written: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return { stream, written };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('agrees on capabilities before it presses the button', () => {
  const { stream, written } = channel();
  openVmControl(stream).pressPowerButton();
  expect(written).toEqual(['{"execute":"qmp_capabilities"}\n', '{"execute":"system_powerdown"}\n']);
});

it('learns from events, in whatever pieces they come, why the machine stopped', async () => {
  const { stream } = channel();
  const control = openVmControl(stream);
  stream.push('{"QMP": {}}\r\n{"return": {}}\r\n{"event": "SHUTDOWN", "data": {"guest": tr');
  await turn();
  expect(control.shutdownCause()).toBeUndefined();
  stream.push('ue, "reason": "guest-reset"}}\r\n{"event": "STOP"}\r\nno json\r\n');
  await turn();
  expect(control.shutdownCause()).toEqual({ isByGuest: true, reason: 'guest-reset' });
});
