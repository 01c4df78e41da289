/** One attack beside a quiet cell that handles events all the while: how long each of those took, and what became of the attacker. */
import type { Cell, CellModule, CellWorld } from '../../supervisor/cells/cell.ts';
import type { FlightRecord } from '../../supervisor/cells/flight-recorder.ts';
import type { Attack } from './attacks.ts';
import { type BenchWorld, msSince, pause } from './bench-world.ts';
import { EventSource } from './event-source.ts';
import { Probe } from './probe.ts';

/** Milliseconds between two events of the quiet cell. */
const periodMs = 2;
/** Milliseconds that are measured before the attack, and from its beginning on. */
export const beforeMs = 1_000;
export const windowMs = 2_500;
/** The longest that an attack may take to be contained, in milliseconds. */
const patienceMs = 20_000;

/** One event of the quiet cell. Milliseconds; `atMs` is when it was sent, from the beginning of the attack. */
export type EventSample = { readonly atMs: number; readonly latencyMs: number };

/** A time in which the attacker was alive, in milliseconds from the beginning. `endMs` is undefined if it was at the end. */
export type Life = { readonly beginMs: number; readonly endMs: number | undefined };

export type AttackRun = {
  readonly samples: readonly EventSample[];
  /** When nothing of the attacker was left for good, or the window's end. */
  readonly overMs: number;
  readonly lives: readonly Life[];
  /** When the attack was first cut off or held back, and by what. */
  readonly containedMs: number;
  readonly containedBy: string;
  /** Of the attacker's first failure, if it failed. */
  readonly record: FlightRecord | undefined;
};

/** Runs until nothing of the attacker is left, or the window is over, and `atLeastMs` from its beginning. */
export async function runAttack(
  world: BenchWorld,
  quietModule: CellModule,
  hostileModule: CellModule,
  attack: Attack,
  atLeastMs: number,
): Promise<AttackRun> {
  const quiet = await world.startNow(quietModule);
  const sent: bigint[] = [];
  const latencies: { readonly sentAt: bigint; readonly latencyMs: number }[] = [];
  world.join('supervisor');
  const probe = new Probe(world.store, (count) => {
    while (latencies.length < count && latencies.length < sent.length) {
      const sentAt = sent[latencies.length] ?? 0n;
      latencies.push({ sentAt, latencyMs: msSince(sentAt) });
    }
  });
  const attacker = new Attacker(world, hostileModule, attack);
  await attacker.prepare();
  const source = new EventSource(periodMs, (sentAt) => {
    sent.push(sentAt);
    probe.ask();
    attacker.look();
  });
  while (sent.length === 0) await pause(1);
  await pause(beforeMs);
  attacker.begin();
  await pause(atLeastMs);
  while (attacker.overMs === undefined && attacker.ms < windowMs) await pause(5);
  while (attacker.containedBy === undefined && attacker.ms < patienceMs) await pause(5);
  await source.stop();
  while (latencies.length < sent.length) await pause(1);
  const { failures, starts } = quiet.counters;
  if (failures > 0 || starts > 1) throw new Error(`the quiet cell failed during ${attack.title}`);
  const { containedMs, containedBy, lives, overMs, beganAt, record } = attacker;
  if (containedBy === undefined) throw new Error(`${attack.title} was not contained`);
  probe.close();
  await world.close();
  const samples = latencies.map(({ sentAt, latencyMs }) => ({
    atMs: Number(sentAt - beganAt) / 1e6,
    latencyMs,
  }));
  return {
    samples,
    overMs: Math.max(overMs ?? windowMs, containedMs),
    lives,
    containedMs,
    containedBy,
    record,
  };
}

class Attacker {
  readonly lives: Life[] = [];
  containedMs = 0;
  containedBy: string | undefined;
  overMs: number | undefined;
  record: FlightRecord | undefined;
  beganAt = 0n;
  readonly #world: BenchWorld;
  readonly #attack: Attack;
  readonly #cell: Cell;

  constructor(world: BenchWorld, module: CellModule, attack: Attack) {
    const events: CellWorld['events'] = {
      onState: ({ phase }) => this.#onState(phase),
      onLog: () => undefined,
      onFailure: (_, { code }, record) => {
        this.record ??= record;
        this.#contained(attack.endings?.[code] ?? code);
      },
    };
    this.#world = world;
    this.#attack = attack;
    this.#cell = world.add(module, { events, carriers: new Map([['eft:host/files', attack.carrier]]) });
  }

  /** Milliseconds since the attack began. */
  get ms(): number {
    return msSince(this.beganAt);
  }

  /** The attacker runs and does nothing yet, unless its attack is its start. */
  async prepare(): Promise<void> {
    this.#world.putModuleStatus('order', 'healthy', this.#isStart ? this.#attack.order : 'nothing');
    if (this.#isStart) return;
    this.#cell.start();
    await this.#world.until(() => this.#cell.phase === 'idle' && this.#cell.counters.events > 0);
    this.lives.length = 0;
  }

  begin(): void {
    this.beganAt = process.hrtime.bigint();
    if (this.#isStart) {
      this.#cell.start();
      return;
    }
    this.lives.push({ beginMs: 0, endMs: undefined });
    this.#world.putModuleStatus('order', 'healthy', this.#attack.order);
  }

  /** Notes whether what is left alive is held back by now. */
  look(): void {
    const { held } = this.#attack;
    if (this.beganAt === 0n || held === undefined) return;
    if (held.since(this.#cell)) this.#contained(held.by);
  }

  get #isStart(): boolean {
    return this.#attack.order.startsWith('start ');
  }

  #contained(by: string): void {
    if (this.containedBy !== undefined) return;
    this.containedMs = this.ms;
    this.containedBy = by;
  }

  #onState(phase: Cell['phase']): void {
    if (this.beganAt === 0n) return;
    if (phase === 'starting') this.lives.push({ beginMs: this.ms, endMs: undefined });
    if (phase !== 'backing-off' && phase !== 'quarantined') return;
    const life = this.lives.at(-1);
    if (life?.endMs === undefined && life !== undefined)
      this.lives[this.lives.length - 1] = { ...life, endMs: this.ms };
    if (phase === 'quarantined') this.overMs ??= this.ms;
  }
}
