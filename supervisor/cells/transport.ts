/**
 * The way to the inside of a cell. It hides whether that is a worker thread, which is the rule, or a process
 * (`isolation: process`), which survives nothing that the thread would not, but does not take PID 1 along if the engine itself dies
 * or is broken into.
 */
import type { EftError } from '../errors/eft-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { FromCell, ToCell } from './cell-messages.ts';

export type TransportEvents = {
  readonly onMessage: (message: FromCell) => void;
  /** The other side has sent what it may not: it is not listened to any more, and to be ended. */
  readonly onBroken: (error: EftError) => void;
  /**
   * The other side is gone, by `terminate` or by itself; called once. `heapLimitMb` is given if it went because its JavaScript
   * heap was full.
   */
  readonly onEnd: (reason: string, heapLimitMb?: number) => void;
};

export interface Transport {
  send(message: ToCell): void;
  /** Ends the other side, whatever it is doing; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** Opens a transport to a new, empty cell for the module of this manifest. */
export type OpenTransport = (manifest: Manifest, events: TransportEvents) => Transport;

/** Opens each cell with the isolation that its manifest asks for. */
export function transportByIsolation(
  transports: Readonly<Record<Manifest['isolation'], OpenTransport>>,
): OpenTransport {
  return (manifest, events) => transports[manifest.isolation](manifest, events);
}

/**
 * Opens a transport. One that cannot be opened, for want of memory say, is one that is lost at once: `onEnd` is called when whoever opens it is
 * done with that.
 */
export function openOrLose(open: OpenTransport, manifest: Manifest, events: TransportEvents): Transport {
  try {
    return open(manifest, events);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    queueMicrotask(() => events.onEnd(`it could not be started: ${reason}`));
    return { send: () => undefined, terminate: () => Promise.resolve() };
  }
}
