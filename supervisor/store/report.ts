/** What `eft graph` draws: who reads and writes which kinds, and how much there is of everything. Plain data, sorted. */
import type { Usage } from './holdings.ts';
import type { Kind } from './kind.ts';
import type { OutputMode, Roster } from './roster.ts';

export type KindReport = {
  readonly name: string;
  readonly readers: readonly string[];
  readonly writers: readonly { readonly actor: string; readonly mode: OutputMode }[];
  readonly resources: number;
  readonly tearingDown: number;
  readonly bytes: number;
  readonly watches: number;
  /** Gone resources that are still remembered. */
  readonly gone: number;
};

export type OwnerReport = {
  readonly name: string;
  readonly resources: number;
  readonly bytes: number;
  /** How many resources it holds. */
  readonly holds: number;
  /** It was removed, and what it owns is not all gone yet. */
  readonly leaving: boolean;
};

export type StoreReport = {
  readonly revision: number;
  readonly resources: number;
  readonly bytes: number;
  readonly watches: number;
  /** Transactions by outcome, since the start; `contended` of those that conflicted did so by what others have or hold. */
  readonly outcomes: {
    readonly committed: number;
    readonly conflicted: number;
    readonly contended: number;
    readonly refused: number;
  };
  readonly kinds: readonly KindReport[];
  /** Everyone who owns or holds something, or is leaving. */
  readonly owners: readonly OwnerReport[];
};

export type ReportGround = {
  readonly revision: number;
  readonly total: Readonly<Usage>;
  readonly outcomes: StoreReport['outcomes'];
  readonly openWatches: number;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly roster: Roster;
  readonly owners: ReadonlyMap<string, Readonly<Usage>>;
  readonly leaving: ReadonlySet<string>;
  readonly watchesOf: (kind: string) => number;
};

export function writeReport(ground: ReportGround): StoreReport {
  const holds = new Map<string, number>();
  const kinds: KindReport[] = [];
  for (const kind of ground.kinds.values()) {
    let tearingDown = 0;
    for (const { entry } of kind.resources.values()) {
      if (entry.metadata.phase === 'tearing-down') tearingDown++;
      for (const holder of entry.metadata.finalizers) holds.set(holder, (holds.get(holder) ?? 0) + 1);
    }
    kinds.push({
      name: kind.name,
      readers: ground.roster.readersOf(kind.name),
      writers: ground.roster.writersOf(kind.name),
      resources: kind.resources.size,
      tearingDown,
      bytes: kind.bytes,
      watches: ground.watchesOf(kind.name),
      gone: kind.gone.size,
    });
  }
  const names = new Set([...ground.owners.keys(), ...holds.keys(), ...ground.leaving]);
  const owners = [...names].map((name) => ({
    name,
    resources: ground.owners.get(name)?.resources ?? 0,
    bytes: ground.owners.get(name)?.bytes ?? 0,
    holds: holds.get(name) ?? 0,
    leaving: ground.leaving.has(name),
  }));
  return {
    revision: ground.revision,
    resources: ground.total.resources,
    bytes: ground.total.bytes,
    watches: ground.openWatches,
    outcomes: { ...ground.outcomes },
    kinds: kinds.sort(byName),
    owners: owners.sort(byName),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
