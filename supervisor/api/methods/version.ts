/** MachineService.Version. */

import type { Node } from '../../node.ts';
import type { Environment } from '../../phases/environment.ts';
import type { Method } from '../method.ts';
import { readNothing } from './request-fields.ts';

/** What a node says of itself to whoever may ask, with a certificate or, in maintenance, without. */
export type Identification = {
  /** Of Eft. */
  readonly version: string;
  readonly environment: Environment;
  /** Of the kernel that runs. */
  readonly kernel: string;
  /** The root hash of the image, in hexadecimal, or empty. */
  readonly image: string;
};

export type VersionGround = {
  readonly node: Node;
  readonly identification: Identification;
  /** Why the node has no configuration; empty if it has one. */
  readonly maintenance: () => string;
  /** What the kernel says that the node is called. */
  readonly hostName: () => string;
  /** Milliseconds since PID 1 has started. */
  readonly uptimeMs: () => number;
};

export function getVersion(ground: VersionGround): Method<Record<string, never>> {
  return {
    name: 'eft.v1.MachineService/Version',
    verb: 'read',
    changes: false,
    read: readNothing,
    subject: () => [{}],
    run: async function* () {
      const { identification, maintenance, uptimeMs } = ground;
      yield {
        ...identification,
        node: nodeName(ground),
        maintenance: maintenance(),
        uptimeMs: BigInt(Math.max(0, Math.round(uptimeMs()))),
      };
    },
  };
}

/** What the node is called: by its configuration or lease, or else by the kernel. */
export function nodeName({ node, hostName }: Pick<VersionGround, 'node' | 'hostName'>): string {
  const name = node.get('eft:resources/hostname-status', 'hostname')?.value['hostName'];
  return typeof name === 'string' && name !== '' ? name : hostName();
}

const rootHashPattern = /\bverity 1 [^"]*? sha256 ([0-9a-f]{64})\b/;

/** Reads what a node is. `osRelease` is os-release(5), `commandLine` the kernel's. */
export function identify(
  environment: Environment,
  { osRelease, commandLine, kernel }: Record<'osRelease' | 'commandLine' | 'kernel', string>,
): Identification {
  const version = /^VERSION_ID="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? '';
  // In a namespace it is the host's kernel, started from the host's disk.
  const image = environment === 'machine' ? (rootHashPattern.exec(commandLine)?.[1] ?? '') : '';
  return { version, environment, kernel, image };
}
