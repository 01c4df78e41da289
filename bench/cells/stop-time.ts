/** How long it takes until a cell that was told to stop is gone, thread and all, when it is up to no good. */
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { say } from '../figures.ts';
import { type BenchWorld, msSince, pause } from './bench-world.ts';

export const stops = 1_000;

/** Orders to the hostile module (tests/components/hostile); each state is stopped as often as the others. */
const badStates = [
  'loop',
  'fill',
  'copy',
  'clock loop',
  'log loop',
  'get loop',
  'grow loop',
  'event flood',
  'hog quietly',
  'start loop',
] as const;
export type BadState = (typeof badStates)[number];

/** The longest that a cell is left in its bad state before it is stopped, in milliseconds. */
const longestMs = 10;

/** Milliseconds until the thread was gone, by the state that it was in. */
export type StopTimes = ReadonlyMap<BadState, readonly number[]>;

/** `hostile` has so much time for an event that nothing but the stop ends it. */
export async function measureStops(world: BenchWorld, hostile: CellModule): Promise<StopTimes> {
  const times = new Map<BadState, number[]>(badStates.map((state) => [state, []]));
  world.add(hostile);
  for (let round = 0; round < stops / badStates.length; round += 1) {
    say(`stopping cells, ${round * badStates.length} of ${stops}`);
    for (const [state, samples] of times) {
      const cell = world.add(hostile);
      world.putModuleStatus('order', 'healthy', state);
      cell.start();
      while (cell.phase === 'starting' && !state.startsWith('start ')) await pause(1);
      // Stops come at any moment, a fill's first one included.
      await pause(state.startsWith('start ') ? 60 : (round * 7) % longestMs);
      if (cell.counters.failures > 0) throw new Error(`${state} ended by itself: ${cell.lastError?.message}`);
      const begin = process.hrtime.bigint();
      await cell.stop();
      samples.push(msSince(begin));
    }
  }
  await world.close();
  return times;
}
