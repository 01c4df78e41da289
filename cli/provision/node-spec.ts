/**
 * What a namespace node is made of, as it is handed from one program of `eft up` to the next, and what they tell each other. Both ends are
 * programs of this very version.
 */

/** A node, before it runs. */
export type NodeSpec = {
  /** The host name until the node knows better, and the name of its folder. */
  readonly name: string;
  /** Absolute path of the image file. */
  readonly image: string;
  /** A folder with the files of the image, where the kernel does not mount it. Absolute. */
  readonly unpacked: string | undefined;
  /** Where the node's own files are on the host: its log, its state. Absolute. */
  readonly folder: string;
  /** The control group that is the node's root, below a cgroup2 mount; undefined if the host has none that can be used. */
  readonly controlGroup: string | undefined;
  /** The machine configuration, if one is handed in when the node boots first. */
  readonly configuration: string | undefined;
  /** What the node has in place of a kernel command line. */
  readonly parameters: readonly string[];
  /** The folder that is the node's STATE, absolute; undefined if it has none. */
  readonly state: string | undefined;
};

/** Files in a node's folder. */
export const nodeFiles = {
  spec: 'spec.json',
  /** What the node's machine is handed. */
  machine: 'machine.json',
  /** What the node keeps, if the user has named no other place for it. */
  state: 'state',
  /** The disk that a virtual machine has its configuration from. */
  configDisk: 'config.fat',
  /** What PID 1 writes to its console. */
  console: 'console.log',
  /** Where the image is mounted, in the node's own mount namespace only. */
  root: 'root',
} as const;

/** From the launcher to whoever started it. */
export type FromLauncher =
  /** The namespaces are there, with the launcher inside: the network can be attached to them. */
  | { readonly type: 'entered' }
  /** PID 1 runs; `pid` is what the host calls it. */
  | { readonly type: 'started'; readonly pid: number }
  /** PID 1 has ended. */
  | { readonly type: 'ended'; readonly how: NodeEnd };

/**
 * What the launcher is told beside the specification. Only the first boot is handed the configuration: later ones go by what the node has accepted,
 * which may be another one by then, or nothing.
 */
export type WhichBoot = 'first' | 'again';

/** To the launcher: the network is attached. */
export type ToLauncher = { readonly type: 'go' };

/** How a node ended: by reboot(2) of its own will, or otherwise. */
export type NodeEnd =
  | { readonly end: 'power-off' | 'restart' }
  | { readonly end: 'failed'; readonly reason: string };

/**
 * What the end of the PID 1 of a namespace means: the kernel ends it by a signal that says what reboot(2) was called with
 * (reboot(2), "Behavior inside PID namespaces").
 */
export function nodeEnd(status: number | null, signal: NodeJS.Signals | null): NodeEnd {
  if (signal === 'SIGINT') return { end: 'power-off' };
  if (signal === 'SIGHUP') return { end: 'restart' };
  const reason =
    signal === null ? `PID 1 exited with status ${status ?? 'unknown'}` : `PID 1 was ended by ${signal}`;
  return { end: 'failed', reason };
}
