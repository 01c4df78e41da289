/** All attacks, one after the other, some runs of each: the quiet cell's 99th percentiles before and during it. */
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { say } from '../figures.ts';
import { quantile } from '../quantile.ts';
import { type Attack, attacks } from './attacks.ts';
import type { BenchWorld } from './bench-world.ts';
import { type AttackRun, runAttack, windowMs } from './run-attack.ts';

/** Runs of each attack. Each is compared with the moment before it, so that what else the machine does weighs on both. */
export const defaultRuns = 5;

/** Latencies are in milliseconds. */
export type AttackResult = {
  readonly attack: Attack;
  /** The first run, for charts. */
  readonly run: AttackRun;
  /** The 99th percentile during the attack against before: the median of the runs. */
  readonly ratio: number;
  /** Over the events of all runs. */
  readonly p99BeforeMs: number;
  readonly p99DuringMs: number;
  readonly eventsDuring: number;
};

export async function measureNeighbour(
  world: BenchWorld,
  quiet: CellModule,
  hostile: CellModule,
  runs: number,
): Promise<readonly AttackResult[]> {
  const results: AttackResult[] = [];
  for (const [index, attack] of attacks.entries()) {
    say(`attack ${index + 1} of ${attacks.length}: ${attack.title}`);
    results.push(await measureAttack(world, quiet, hostile, attack, runs));
  }
  return results;
}

async function measureAttack(
  world: BenchWorld,
  quiet: CellModule,
  hostile: CellModule,
  attack: Attack,
  runs: number,
): Promise<AttackResult> {
  const before: number[] = [];
  const during: number[] = [];
  const ratios: number[] = [];
  const first = await runAttack(world, quiet, hostile, attack, windowMs);
  for (let run = first; ; run = await runAttack(world, quiet, hostile, attack, 0)) {
    const latencies = (fromMs: number, toMs: number) =>
      run.samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ latencyMs }) => latencyMs);
    const calm = latencies(Number.NEGATIVE_INFINITY, 0);
    const troubled = latencies(0, run.overMs);
    before.push(...calm);
    during.push(...troubled);
    ratios.push(quantile(troubled, 0.99) / quantile(calm, 0.99));
    if (ratios.length === runs) break;
  }
  return {
    attack,
    run: first,
    ratio: quantile(ratios, 0.5),
    p99BeforeMs: quantile(before, 0.99),
    p99DuringMs: quantile(during, 0.99),
    eventsDuring: during.length,
  };
}
