/**
 * Who reads and writes which kinds of resource on a node, as a graph: actors (modules, and the parts of the supervisor) on one side, kinds on the other. It is
 * the whole of what modules can tell one another, since the store is the only thing that they share.
 *
 * It comes from manifests, of a checkout or of module files, or from a running node; both give the same graph for the same modules.
 */
import type { InspectResponse } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import type { Kind } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { ownDeclarations } from '../../supervisor/node.ts';
import { eftKinds } from '../../supervisor/store/eft-kinds.ts';
import { isModule, type OutputMode } from '../../supervisor/store/roster.ts';

export type GraphActor = {
  readonly name: string;
  readonly isModule: boolean;
  /** What it may use of the host, such as `eft:host/netlink`. */
  readonly capabilities: readonly string[];
};

export type GraphWriter = {
  readonly actor: string;
  /** Undefined if nobody said so. */
  readonly mode: OutputMode | undefined;
};

export type GraphKind = {
  readonly name: string;
  /** By name. */
  readonly writers: readonly GraphWriter[];
  /** By name, without those of `readsAll`. */
  readonly readers: readonly string[];
  /** Resources of it, on a node. */
  readonly count?: number;
};

export type AuthorityGraph = {
  readonly actors: readonly GraphActor[];
  /** By name; those that nobody writes and nobody reads are left out. */
  readonly kinds: readonly GraphKind[];
  /** Actors that are no modules and read every kind: they are told of in a sentence, because their lines would hide all others. */
  readonly readsAll: readonly string[];
};

/** What one actor declares. */
type Declared = {
  readonly actor: string;
  readonly reads: readonly string[];
  readonly writes: readonly { readonly kind: string; readonly mode: OutputMode }[];
};

/** The graph of a node that would run these modules. */
export function graphOfManifests(manifests: readonly Manifest[]): AuthorityGraph {
  const kinds = eftKinds();
  const declared: readonly Declared[] = [
    ...[...ownDeclarations(kinds)].map(([actor, { inputs, outputs }]) => ({
      actor,
      reads: inputs.map(({ kind }) => kind),
      writes: outputs,
    })),
    ...manifests.map(({ name, inputs, outputs }) => ({
      actor: name,
      reads: inputs.map(({ kind }) => kind),
      writes: outputs,
    })),
  ];
  const names = new Set([
    ...kinds.map(({ name }) => name),
    ...declared.flatMap(({ reads, writes }) => [...reads, ...writes.map(({ kind }) => kind)]),
  ]);
  const capabilities = new Map(
    manifests.map(({ name, grants }) => [name, grants.map((grant) => grant.interface)]),
  );
  return assemble(
    [...names].map((name) => ({
      name,
      writers: declared.flatMap(({ actor, writes }) =>
        writes.filter(({ kind }) => kind === name).map(({ mode }) => ({ actor, mode })),
      ),
      readers: declared.filter(({ reads }) => reads.includes(name)).map(({ actor }) => actor),
    })),
    capabilities,
  );
}

/** The graph of a running node, of what ListKinds and Inspect tell. */
export function graphOfNode(kinds: readonly Kind[], modules: readonly InspectResponse[]): AuthorityGraph {
  const modes = new Map(
    modules.flatMap(({ module, outputs }) =>
      outputs.map(({ kind, mode }) => [`${module?.name ?? ''} ${kind}`, modeOf(mode)] as const),
    ),
  );
  for (const [actor, { outputs }] of ownDeclarations(eftKinds())) {
    for (const { kind, mode } of outputs) modes.set(`${actor} ${kind}`, mode);
  }
  const capabilities = new Map(
    modules.map(({ module, grants }) => [module?.name ?? '', grants.map((grant) => grant.interface)]),
  );
  return assemble(
    kinds.map(({ name, writers, readers, count }) => ({
      name,
      writers: writers.map((actor) => ({ actor, mode: modes.get(`${actor} ${name}`) })),
      readers,
      count,
    })),
    capabilities,
  );
}

/** What has to do with one actor, or one kind. */
export function partOfGraph(
  graph: AuthorityGraph,
  part: { readonly actor: string } | { readonly kind: string },
): AuthorityGraph {
  const kinds = graph.kinds.filter(({ name, writers, readers }) =>
    'kind' in part
      ? name === part.kind
      : writers.some(({ actor }) => actor === part.actor) || readers.includes(part.actor),
  );
  const named = new Set(kinds.flatMap(actorsOf));
  if ('actor' in part) named.add(part.actor);
  return { ...graph, kinds, actors: graph.actors.filter(({ name }) => named.has(name)) };
}

function assemble(
  kinds: readonly GraphKind[],
  capabilities: ReadonlyMap<string, readonly string[]>,
): AuthorityGraph {
  const names = new Set([...kinds.flatMap(actorsOf), ...capabilities.keys()]);
  const readsAll = [...names].filter(
    (actor) => !isModule(actor) && kinds.length > 0 && kinds.every(({ readers }) => readers.includes(actor)),
  );
  const shown = kinds
    .map((kind) => ({
      ...kind,
      writers: kind.writers.toSorted((left, right) => compare(left.actor, right.actor)),
      readers: kind.readers.filter((actor) => !readsAll.includes(actor)).toSorted(compare),
    }))
    .filter(({ writers, readers }) => writers.length + readers.length > 0)
    .toSorted((left, right) => compare(left.name, right.name));
  const acting = new Set([...shown.flatMap(actorsOf), ...capabilities.keys()]);
  return {
    actors: [...acting].toSorted(compare).map((name) => ({
      name,
      isModule: isModule(name),
      capabilities: capabilities.get(name) ?? [],
    })),
    kinds: shown,
    readsAll: readsAll.toSorted(compare),
  };
}

function actorsOf({ writers, readers }: GraphKind): readonly string[] {
  return [...writers.map(({ actor }) => actor), ...readers];
}

function modeOf(mode: string): OutputMode | undefined {
  return mode === 'exclusive' || mode === 'shared' ? mode : undefined;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
