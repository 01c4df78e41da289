/**
 * QEMU's control protocol (QMP, docs/interop/qmp-spec.rst of QEMU): one JSON object a line, both ways. It presses the power button of the machine,
 * and says why the machine stopped.
 *
 * The channel is a descriptor that QEMU inherits, so there is no path that somebody else could open, and none to clean up.
 */
import type { Duplex } from 'node:stream';

/** The number of the inherited descriptor in QEMU. */
export const controlDescriptor = 3;
/** Characters of a line; longer ones are left out. */
const lineLimit = 64 * 1024;

/** QEMU's parameters for the channel. */
export const controlParameters: readonly string[] = [
  ...['-chardev', `socket,id=control,fd=${controlDescriptor}`],
  ...['-mon', 'chardev=control,mode=control'],
];

/** Why a machine stopped, as the event SHUTDOWN says (ShutdownCause of QEMU's qapi/run-state.json). */
export type ShutdownCause = {
  /** Whether the guest wished it, or QEMU's user. */
  readonly isByGuest: boolean;
  /** `guest-shutdown`, `guest-reset`, `guest-panic`, `host-signal`, … */
  readonly reason: string;
};

export type VmControl = {
  /** Presses the power button for a moment (ACPI): the guest goes down in order, if it listens. */
  readonly pressPowerButton: () => void;
  /** What the last event SHUTDOWN said, if there was one. */
  readonly shutdownCause: () => ShutdownCause | undefined;
};

/** Speaks over `channel` from now on. */
export function openVmControl(channel: Duplex): VmControl {
  let cause: ShutdownCause | undefined;
  let rest = '';
  // QEMU may be gone at any time; its end says so.
  channel.on('error', () => undefined);
  channel.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = (lines.pop() ?? '').slice(-lineLimit);
    for (const line of lines) cause = shutdownCauseOf(line) ?? cause;
  });
  const execute = (command: string): void => void channel.write(`${JSON.stringify({ execute: command })}\n`);
  // Nothing else is answered before the capabilities are agreed on.
  execute('qmp_capabilities');
  return {
    pressPowerButton: () => execute('system_powerdown'),
    shutdownCause: () => cause,
  };
}

/** The cause, if this line is the event. */
function shutdownCauseOf(line: string): ShutdownCause | undefined {
  const message = parse(line);
  if (field(message, 'event') !== 'SHUTDOWN') return undefined;
  const data = field(message, 'data');
  const reason = field(data, 'reason');
  return {
    isByGuest: field(data, 'guest') === true,
    reason: typeof reason === 'string' ? reason : 'unknown',
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
