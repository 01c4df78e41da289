/**
 * A host that can do what a module asks it for, without a machine: what is asked of it has the consequences that it would have on a node. A module that
 * has one is fuzzed against it too: when all that was disturbed is over, what the module says must be what the host has.
 */
import type { HealthState, OpenRequest } from '../../../supervisor/cells/module-events.ts';
import type { RecordValue, Value } from '../../../supervisor/store/resource.ts';
import type { ResourceChange } from '../fuzz-input.ts';
import type { Random } from '../random.ts';
import { HealthHost, randomHealthChanges } from './health-host.ts';
import { randomDisturbance, randomNetworkChanges } from './network-deeds.ts';
import { NetworkHost } from './network-host.ts';

/** What has come by a handle and was not told yet; `source`: see module-types.ts. */
export type News = { readonly source: string; readonly items: readonly Value[]; readonly missed: number };

/** What is in the store, by kind: values by id. */
export type StoreView = (kind: string) => ReadonlyMap<string, RecordValue>;

export type SimulatedHost = {
  /** Does what is asked for, and gives the answer. Throws `PassedOver`. */
  answer(request: OpenRequest): Value;
  news(): News | undefined;
  /** Milliseconds pass. */
  pass(ms: number): void;
  /** Carries out a disturbance of a scenario; what it does not understand it lets be. Throws `PassedOver`. */
  disturb(what: Value): void;
  /** What was put last has come to be in the store. */
  committed?(store: StoreView): void;
  /** Nothing fails any more from now on. */
  calm(): void;
  /** What the module, its health included, says or has done that is not so, a sentence for each. It was given the time for everything. */
  differences(store: StoreView, health: HealthState): readonly string[];
  /** How many changes the module has asked for so far. */
  readonly changes: number;
  /** How many changes it may ask for in an hour in which nothing happens. */
  changesPerHour(store: StoreView): number;
};

/** The scenario leads to what the simulation does not follow: nothing can be said of it. */
export class PassedOver extends Error {}

export type Simulation = {
  readonly make: () => SimulatedHost;
  /** What somebody declares next: `declared` has what is declared now. */
  readonly randomChanges: (
    random: Random,
    declared: ReadonlyMap<string, RecordValue>,
  ) => readonly ResourceChange[];
  readonly randomDisturbance: (random: Random) => Value;
};

/** The simulated host of a module, if it has one. */
export function simulationOf(module: string): Simulation | undefined {
  return simulations.get(module);
}

const simulations: ReadonlyMap<string, Simulation> = new Map([
  ['network', { make: () => new NetworkHost(), randomChanges: randomNetworkChanges, randomDisturbance }],
  [
    'health',
    { make: () => new HealthHost(), randomChanges: randomHealthChanges, randomDisturbance: () => ({}) },
  ],
]);
