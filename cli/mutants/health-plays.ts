/** Ways into the health module drawn at random: modules of few names that come, change and go, and restarts with what is in the store. */
import type { FuzzInput, ResourceChange } from '../fuzz/fuzz-input.ts';
import { Random } from '../fuzz/random.ts';
import type { Target } from '../fuzz/target.ts';
import { PlayedHost } from './played-host.ts';

const statusKind = 'eft:resources/module-status';
const names = ['disk', 'network', 'time'] as const;
const states = [
  'starting',
  'healthy',
  'healthy',
  'degraded',
  'backing-off',
  'quarantined',
  'stopped',
] as const;
/** Changes of one play. */
const changesLimit = 24;

/** So many plays. */
export function healthPlays(target: Target, count: number, seed: number): readonly FuzzInput[] {
  return Array.from({ length: count }, (_, index) => play(target, new Random(seed, index))).flat();
}

function play(target: Target, random: Random): readonly FuzzInput[] {
  const inputs: FuzzInput[] = [];
  const boot = { reason: 'cold', saved: undefined, handles: [] } as const;
  let host = new PlayedHost(target, { boot, present: [] });
  for (let left = 4 + random.below(changesLimit); left > 0; left -= 1) {
    const way = random.below(12);
    if (way === 0) host.step({ deed: random.once(2) ? 'swap' : 'conflict' });
    else if (way === 1) {
      inputs.push(host.input);
      const present = host.resources.filter(() => !random.once(4));
      host = new PlayedHost(target, { boot: { ...boot, reason: 'restart' }, present });
    } else host.change(...Array.from({ length: random.small(3) }, () => status(random)));
  }
  return [...inputs, host.input];
}

function status(random: Random): ResourceChange {
  const id = random.choose(names);
  const message = random.choose(['', '', 'no route', 'it is full']);
  const value = { state: random.choose(states), version: '0.1.0', restarts: random.below(3), message };
  return { kind: statusKind, id, value: random.once(5) ? undefined : value, isTearingDown: false };
}
