/**
 * What one module can see and do, and how it fares: of its manifest, or of a node that runs it. Both say the same of the same module, but for what only one of
 * them knows: the manifest why a kind is read or written, the node how the machine configuration has narrowed the grants, and what has happened since.
 */
import { stringify } from 'yaml';
import type { ModuleUsage } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import type { InspectResponse } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { readYaml } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Grant, readGrant } from '../../supervisor/manifest/grants.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';
import type { ModuleSource } from './module-sources.ts';

/** Bytes of a page of WebAssembly (WebAssembly Core Specification 2.0, 4.2.8). */
const pageSize = 65_536;

export type ReadKind = { readonly kind: string; readonly reason?: string };
export type WrittenKind = ReadKind & { readonly mode: string };

/** `grant` is undefined if this `eft` is too old to understand it: then only its text is there. */
export type GrantedAuthority = {
  readonly interface: string;
  readonly reason: string;
  readonly scope: string;
  readonly grant: Grant | undefined;
};

export type ModuleCounters = {
  readonly phase: string;
  readonly message: string;
  readonly restarts: number;
  readonly queued: number;
  /** If the node has told its usage. */
  readonly memoryBytes?: number;
  readonly events?: bigint;
  readonly cpuNs?: bigint;
  /** By function, such as `eft:host/netlink.send`. */
  readonly denied: Readonly<Record<string, bigint>>;
};

export type ModuleAuthority = {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly world: string;
  readonly securityVersion: number;
  readonly inputs: readonly ReadKind[];
  readonly outputs: readonly WrittenKind[];
  readonly grants: readonly GrantedAuthority[];
  readonly limits: {
    readonly memoryBytes: number;
    readonly eventMs: number;
    readonly queued: number;
  };
  readonly isolation: string;
  readonly digest?: string;
  readonly signers?: readonly string[];
  /** The functions that it imports, by interface without version, where the module file was read. */
  readonly functions?: Readonly<Record<string, readonly string[]>>;
  readonly counters?: ModuleCounters;
};

export function authorityOfSource({ manifest, surface, digest, signers }: ModuleSource): ModuleAuthority {
  const { name, version, description, world, securityVersion, inputs, outputs, grants, limits, isolation } =
    manifest;
  return {
    name,
    version,
    description,
    world,
    securityVersion,
    inputs,
    outputs,
    grants: grants.map((grant) => {
      const { interface: granted, reason, ...scope } = grant;
      return { interface: granted, reason, scope: scopeText(scope), grant };
    }),
    limits: {
      memoryBytes: limits.memoryPages * pageSize,
      eventMs: limits.eventMilliseconds,
      queued: limits.queuedEvents,
    },
    isolation,
    ...(digest === undefined ? {} : { digest }),
    ...(signers === undefined ? {} : { signers }),
    ...(surface === undefined
      ? {}
      : {
          functions: Object.fromEntries(
            [...surface.imports]
              .filter(([, functions]) => functions.length > 0)
              .map(([imported, functions]) => [withoutVersion(imported), functions]),
          ),
        }),
  };
}

export function authorityOfNode(inspected: InspectResponse, usage: ModuleUsage | undefined): ModuleAuthority {
  const { module, world, securityVersion, inputs, outputs, grants, isolation, digest, signers, denied } =
    inspected;
  return {
    name: module?.name ?? '',
    version: module?.version ?? '',
    world,
    securityVersion,
    inputs: inputs.map((kind) => ({ kind })),
    outputs: outputs.map(({ kind, mode }) => ({ kind, mode })),
    grants: grants.map(({ interface: granted, reason, scope }) => ({
      interface: granted,
      reason,
      scope,
      grant: readScope(granted, reason, scope),
    })),
    limits: {
      memoryBytes: Number(inspected.memoryLimitBytes),
      eventMs: inspected.eventLimitMs,
      queued: inspected.queueLimit,
    },
    isolation,
    digest,
    signers,
    counters: {
      phase: module?.phase ?? '',
      message: module?.message ?? '',
      restarts: module?.restarts ?? 0,
      queued: module?.queue ?? 0,
      denied,
      ...(usage === undefined
        ? {}
        : { memoryBytes: Number(usage.memoryBytes), events: usage.events, cpuNs: usage.cpuNs }),
    },
  };
}

/** A scope as a node tells it, read as strictly as a manifest; undefined if this `eft` does not know such a grant. */
function readScope(granted: string, reason: string, scope: string): Grant | undefined {
  const head = `interface: ${JSON.stringify(granted)}\nreason: ${JSON.stringify(reason)}\n`;
  try {
    return readGrant(readYaml(head + scope, 'grant', 'the answer of the node'));
  } catch (error) {
    if (error instanceof EftError) return undefined;
    throw error;
  }
}

function scopeText(scope: object): string {
  return Object.keys(scope).length === 0 ? '' : stringify(scope);
}
