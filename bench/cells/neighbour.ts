/** All attacks, one after the other, each often enough for the quiet cell's 99th percentiles before and during it to mean something. */
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { say } from '../figures.ts';
import { quantile } from '../quantile.ts';
import { type Attack, attacks } from './attacks.ts';
import type { BenchWorld } from './bench-world.ts';
import { type AttackRun, runAttack } from './run-attack.ts';

/** Events before and during an attack that are enough, and runs that are enough in any case. */
const enoughEvents = 1_000;
const enoughRuns = 6;

/** Latencies are in milliseconds. */
export type AttackResult = {
  readonly attack: Attack;
  /** The first run, for charts. */
  readonly run: AttackRun;
  readonly p99BeforeMs: number;
  readonly p99DuringMs: number;
  readonly eventsDuring: number;
};

export async function measureNeighbour(
  world: BenchWorld,
  quiet: CellModule,
  hostile: CellModule,
): Promise<readonly AttackResult[]> {
  const results: AttackResult[] = [];
  for (const [index, attack] of attacks.entries()) {
    say(`attack ${index + 1} of ${attacks.length}: ${attack.title}`);
    results.push(await measureAttack(world, quiet, hostile, attack));
  }
  return results;
}

async function measureAttack(
  world: BenchWorld,
  quiet: CellModule,
  hostile: CellModule,
  attack: Attack,
): Promise<AttackResult> {
  const first = await runAttack(world, quiet, hostile, attack);
  const before: number[] = [];
  const during: number[] = [];
  let run = first;
  for (let runs = 1; ; runs += 1) {
    for (const { atMs, latencyMs } of run.samples) {
      if (atMs < 0) before.push(latencyMs);
      else if (atMs < run.overMs) during.push(latencyMs);
    }
    if (Math.min(before.length, during.length) >= enoughEvents || runs === enoughRuns) break;
    run = await runAttack(world, quiet, hostile, attack);
  }
  return {
    attack,
    run: first,
    p99BeforeMs: quantile(before, 0.99),
    p99DuringMs: quantile(during, 0.99),
    eventsDuring: during.length,
  };
}
