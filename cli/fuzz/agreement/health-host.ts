/** The host of the health module: it asks nothing of a host, and what it says of the node follows from what the modules say, by a second reckoning here. */
import type { RecordValue, Value } from '../../../supervisor/store/resource.ts';
import type { ResourceChange } from '../fuzz-input.ts';
import type { Random } from '../random.ts';
import type { SimulatedHost, StoreView } from './simulated-host.ts';

const moduleKind = 'eft:resources/module-status';
const nodeKind = 'eft:resources/node-status';
const modules = ['network', 'health', 'time'] as const;
const states = [
  'starting',
  'degraded',
  'healthy',
  'healthy',
  'backing-off',
  'quarantined',
  'stopped',
] as const;

export class HealthHost implements SimulatedHost {
  readonly changes = 0;
  /** Whether the store has ever had a node that was ready: what came to nothing does not count. */
  #wasReady = false;

  answer(): Value {
    return { tag: 'ok', val: undefined };
  }

  news(): undefined {
    return undefined;
  }

  pass(): void {
    // It has no clock.
  }

  disturb(): void {
    // There is nothing to disturb but what is declared.
  }

  calm(): void {
    // Nothing fails.
  }

  committed(store: StoreView): void {
    if (store(nodeKind).get('node')?.['ready'] === true) this.#wasReady = true;
  }

  differences(store: StoreView): readonly string[] {
    const said = store(nodeKind).get('node');
    if (said === undefined) return ['there is no node-status'];
    const statuses = [...store(moduleKind)];
    const missing = statuses
      .filter(([, status]) => status['state'] !== 'healthy')
      .map(([id]) => `module/${id}`);
    const isReady = missing.length === 0 && statuses.length > 0;
    const unmet = namesOf(said['unmet']);
    const stage = isReady || this.#wasReady ? 'running' : 'booting';
    const differences: string[] = [];
    if (said['ready'] !== isReady)
      differences.push(`the node is ${isReady ? '' : 'not '}ready, and the other is said`);
    if (said['stage'] !== stage) differences.push(`the node is ${stage}, and the other is said`);
    if (statuses.length > 0 && unmet.join() !== missing.sort().join())
      differences.push('it says that something else is missing than what is');
    if ((unmet.length === 0) !== isReady)
      differences.push('what is missing is empty, and the node is not ready, or the other way round');
    return differences;
  }

  changesPerHour(): number {
    return 0;
  }
}

function namesOf(unmet: unknown): readonly string[] {
  if (!Array.isArray(unmet)) return [];
  return unmet.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'name' in one ? String(one.name) : '',
  );
}

/** A module says something else of itself, or is there no more. */
export function randomHealthChanges(
  random: Random,
  declared: ReadonlyMap<string, RecordValue>,
): readonly ResourceChange[] {
  const id = random.choose(modules);
  if (declared.has(`${moduleKind} ${id}`) && random.once(4))
    return [{ kind: moduleKind, id, value: undefined, isTearingDown: false }];
  const message = random.once(3) ? 'something is wrong' : '';
  const value = { state: random.choose(states), version: '0.1.0', restarts: random.below(3), message };
  return [{ kind: moduleKind, id, value, isTearingDown: false }];
}
