/**
 * PID 1: the boot, phase by phase, and after it the two ways down, in order or not.
 *
 * The danger: nothing may throw out of here. What is not caught in a phase ends in `crash`, which says why and starts the machine again.
 */
import { existsSync } from 'node:fs';
import { Journal } from './api/journal.ts';
import type { Cell } from './cells/cell.ts';
import type { SentError } from './cells/cell-messages.ts';
import type { CellProgram } from './cells/cell-program.ts';
import { CheckpointBudget } from './cells/checkpoint-budget.ts';
import type { LogLine } from './cells/module-events.ts';
import { recordFailures } from './cells/record-failures.ts';
import { RecordFolder } from './cells/record-folder.ts';
import { prepareEngine } from './cells/thread-transport.ts';
import { AnswerPool } from './cells/waiting-answers.ts';
import { askDisks, changeInFolder, changeOnDisk } from './config/disks/ask-disks.ts';
import type { StateChange } from './config/life-cycle/state-changes.ts';
import { sysctlsOf } from './config/node-settings.ts';
import type { SecretFinder } from './config/secret-finder.ts';
import type { HelperProgram } from './helper-process.ts';
import { clocks, readClock } from './native/clock.ts';
import { randomBytes } from './native/random.ts';
import { threadRanMs } from './native/thread-clock.ts';
import { Node, type NodeWorld } from './node.ts';
import { applyConfiguration } from './phases/apply-configuration.ts';
import { awaitReady } from './phases/await-ready.ts';
import { makeLifeCycle } from './phases/config-life-cycle.ts';
import { type Console, kernelLevel, moduleLine, openConsole, phaseLine, visible } from './phases/console.ts';
import { makeControlGroups } from './phases/control-groups.ts';
import { crash } from './phases/crash.ts';
import { declareNetwork } from './phases/declare-network.ts';
import { type Environment, readEnvironment } from './phases/environment.ts';
import { fetchConfiguration } from './phases/fetch-configuration.ts';
import { mountFileSystems } from './phases/file-systems.ts';
import { handedStateFolder } from './phases/handed-in.ts';
import { countAttempt, readInstalled, settleInstalled } from './phases/installed-modules.ts';
import { keepOnState } from './phases/keep-configuration.ts';
import { type PhaseOutcome, PhaseRunner } from './phases/phase.ts';
import { listenForPowerButton } from './phases/power-button.ts';
import { changeFor, readBounded, readConfiguration } from './phases/read-configuration.ts';
import { reapOrphans } from './phases/reap-orphans.ts';
import {
  disksLimitMs,
  endProcesses,
  type Goal,
  leave,
  modulesLimitMs,
  processesLimitMs,
  shutDown,
} from './phases/shut-down.ts';
import {
  awaitApi,
  maintenanceFingerprint,
  reconfigureApi,
  type StartedApi,
  startApi,
} from './phases/start-api.ts';
import { type ImageLayout, imageFileOf, readTrust, startModules } from './phases/start-modules.ts';
import { summaryLines } from './phases/summary.ts';
import { applySysctls, type SysctlMemory } from './phases/sysctls.ts';
import { startWatchdog } from './phases/watchdog.ts';
import { ModuleKeeper } from './swap/module-keeper.ts';
import { ModuleSwaps } from './swap/module-swaps.ts';

/** What a node is made of besides its modules: where the parts are depends on whether this is the image's program or a checkout. */
export type Parts = Pick<NodeWorld, 'open' | 'carriers'> & {
  readonly layout: ImageLayout;
  /** The program of the thread that reads the machine configuration. */
  readonly configProgram: CellProgram | URL;
  /** What runs the throwaway processes that read configuration disks, and that fetch a configuration. */
  readonly diskProgram: HelperProgram;
  readonly fetchProgram: HelperProgram;
  /** What runs the gateway of the API. */
  readonly gatewayProgram: HelperProgram;
  /** The folder for records of failures, which is there. */
  readonly records: string;
  /** Lets go of what the carriers hold. */
  readonly close: () => Promise<void>;
};

/** Boots the node, and runs it until it is told to go down. Resolves when the boot is over. */
export async function init(parameters: readonly string[], makeParts: () => Parts): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const environment = readEnvironment(parameters);
  // Of the kernel's PID 1; whoever makes a namespace may have another one.
  process.umask(0o022);
  const secondsSinceStart = (): number => Number(process.hrtime.bigint() - startedAt) / 1e9;
  // Before /dev is mounted there is no kernel log to write to; what the phases say until then waits.
  const early: string[] = [];
  const waiting: Console = { write: (line) => early.push(line) };
  let console = waiting;
  const fail = (error: unknown): never => {
    // Standard output is the console that the kernel, or `eft up`, has opened for PID 1.
    if (console === waiting) console = openConsole(false, secondsSinceStart);
    for (const line of early.splice(0)) console.write(line);
    return crash(error, environment, console);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  prepareEngine();
  reapOrphans(() => undefined);

  let node: Node | undefined;
  let journal: Journal | undefined;
  const phases = new PhaseRunner(bootTime, (report) => {
    const line = phaseLine(report);
    if (line !== undefined) console.write(line);
    node?.put('supervisor', 'eft:resources/boot-phase', report.name, report.value);
    journal?.notePhase(report);
  });

  await phases.run('file-systems', () => mountFileSystems(environment));
  console = openConsole(environment === 'machine', secondsSinceStart);
  for (const line of early.splice(0)) console.write(line);
  if (environment === 'machine') await phases.run('watchdog', () => startWatchdog());
  const parts = makeParts();
  const configuration = await phases.run('configuration', () =>
    readConfiguration(environment, parts.configProgram, {
      read: readBounded,
      hasFolder: existsSync,
      readDisks: () => askDisks(parts.diskProgram),
    }),
  );
  const { networks, address, vault } = configuration;
  let { machine, found } = configuration;
  let { maintenance } = configuration;
  const changeState = (change: StateChange): Promise<string | undefined> =>
    configuration.state === 'folder'
      ? changeInFolder(parts.diskProgram, change, handedStateFolder)
      : changeOnDisk(parts.diskProgram, change);
  const keep = async (change: StateChange | undefined): Promise<void> => {
    if (change === undefined || configuration.state === 'none') return;
    await phases.run('keep-config', () => keepOnState(change, changeState));
  };
  await keep(configuration.change);
  const configured = machine === undefined ? [] : sysctlsOf(machine);
  const sysctlMemory: SysctlMemory = new Map();
  await phases.run('sysctls', () => applySysctls(environment, configured, undefined, sysctlMemory));
  await phases.run('control-groups', () => makeControlGroups(environment));

  let isBooting = true;
  const kept = new Journal(wallTime, vault.finder());
  const world = worldOf(parts, console, vault.finder(), kept);
  const booted = new Node({ ...world, isBooting: () => isBooting });
  node = booted;
  journal = kept;
  console = kept.overhear(console);
  for (const report of phases.reports) {
    booted.put('supervisor', 'eft:resources/boot-phase', report.name, report.value);
    kept.notePhase(report);
  }
  let api: StartedApi = 'none';
  const go = onGoal((goal) => {
    kept.events.add({ subject: 'power', name: goal, level: 'info', message: `going down to ${goal}` });
    if (typeof api === 'object') api.stop();
    goDown(goal, booted, parts, environment, console);
  });
  if (environment === 'machine') {
    await phases.run('power-button', () => listenForPowerButton(() => go('power-off')));
  }

  const installed = readInstalled(configuration.modules);
  const keeper = new ModuleKeeper(installed.value, {
    change: configuration.state === 'none' ? undefined : changeState,
    tell: (line) => console.write(`modules: ${visible(line)}`, 'warning'),
  });
  const layout: ImageLayout = { ...parts.layout, installed: () => keeper.generation.modules };
  if (configuration.modules !== undefined) {
    await phases.run('installed', async () => withMissing(await countAttempt(keeper, wallMs()), installed));
  }
  const settings = () => machine?.machine.modules ?? {};
  const policy = () => readTrust(layout, machine).value;
  const trust = await phases.run('trust', () => readTrust(layout, machine));
  await phases.run('network', () => declareNetwork(booted, networks));
  await phases.run('modules', () => startModules(booted, trust, layout, settings()));
  if (address !== undefined) {
    const { fetchProgram, configProgram } = parts;
    const onFailure = (reason: string): void =>
      console.write(`fetch-config: ${visible(reason)}; trying again`, 'warning');
    const fetched = await phases.run('fetch-config', () =>
      fetchConfiguration(booted, address, { fetchProgram, configProgram, vault, onFailure }),
    );
    if ('machine' in fetched) {
      await phases.run('apply-config', () =>
        applyConfiguration(booted, fetched.machine, layout, environment, sysctlMemory),
      );
      await keep(changeFor(fetched.accepted));
      machine = fetched.machine;
      found = fetched.accepted;
    } else maintenance = fetched.maintenance;
  }
  const tellApi = (line: string): void => console.write(`api: ${visible(line)}`, 'warning');
  const lifeCycle = makeLifeCycle({
    node: booted,
    layout,
    environment,
    sysctlMemory,
    program: parts.configProgram,
    vault,
    changeState: configuration.state === 'none' ? undefined : changeState,
    kept:
      machine === undefined || found === undefined
        ? undefined
        : { bytes: found.bytes, machine, secrets: vault.copy() },
    onSettled: (settled) => {
      if (settled !== undefined) maintenance = undefined;
      machine = settled;
      reconfigureApi(api, settled, { vault, tell: tellApi });
    },
    restart: () => go('restart'),
    nowMs: () => Number(process.hrtime.bigint() / 1_000_000n),
    random: drawRandom,
    tell: (message, level) => {
      console.write(`config: ${visible(message)}`, level === 'info' ? 'notice' : 'warning');
      kept.events.add({ subject: 'config', name: '', message, level });
    },
  });
  api = await phases.run('api', () =>
    startApi({
      node: booted,
      journal: kept,
      environment,
      machine,
      vault,
      lifeCycle,
      swaps: new ModuleSwaps({
        node: booted,
        keeper,
        policy,
        settings,
        imageFile: (module) => imageFileOf(layout, module),
        wallMs,
      }),
      maintenance: () => maintenance ?? '',
      state: configuration.state,
      gatewayProgram: parts.gatewayProgram,
      go,
      tell: tellApi,
      wall: wallTime,
      uptime: () => process.hrtime.bigint() - startedAt,
      random: drawRandom,
    }),
  );
  const { isReady, without } = await phases.run('ready', () => awaitReady(booted));
  if (keeper.generation.modules.size > 0) {
    await phases.run('settle-installed', () =>
      settleInstalled({
        node: booted,
        keeper,
        policy: policy(),
        layout,
        settings: settings(),
        wallMs: wallMs(),
      }),
    );
  }
  const isAnswering = await apiAnswers(phases, api);
  isBooting = false;
  for (const line of summaryLines(booted, maintenance, maintenanceFingerprint(api))) console.write(line);
  const lacking = without.length === 0 ? '' : ` without ${without.join(', ')}`;
  console.write(
    `${isReady && isAnswering ? 'READY' : 'NOT READY'}${lacking} after ${secondsSinceStart().toFixed(3)} s`,
  );
}

/** Whether the API is as it is to be: it has answered, or the node is to have none. */
async function apiAnswers(phases: PhaseRunner, api: StartedApi): Promise<boolean> {
  if (api === 'none' || api === 'failed') return api === 'none';
  return phases.run('api-answers', () => awaitApi(api, wallTime));
}

/** The world of the node's cells: the kernel's clocks and random numbers, and what the parts bring. */
function worldOf(
  { open, carriers, records }: Parts,
  console: Console,
  secrets: SecretFinder,
  journal: Journal,
): NodeWorld {
  const overheard = journal.overhear(console);
  const events = journal.listen({
    onState: () => undefined,
    onLog: (module: string, line: LogLine): void =>
      console.write(moduleLine(module, line), kernelLevel(line)),
    onFailure: (cell, error, flight) => {
      overheard.write(failureLine(cell, error), 'error');
      void record(cell, error, flight);
    },
  });
  const folder = new RecordFolder(records, { secrets });
  const record = recordFailures({ folder, wall: wallTime, onLog: events.onLog });
  return {
    open,
    carriers,
    answers: new AnswerPool(),
    time: () => ({ now: bootTime(), wall: wallTime(), isSynchronized: false }),
    ranMs: threadRanMs,
    after: (delayMs, fire) => {
      const timer = setTimeout(fire, delayMs);
      return () => clearTimeout(timer);
    },
    random: drawRandom,
    checkpoints: new CheckpointBudget(),
    events,
  };
}

function failureLine({ name, phase }: Cell, { code, message }: SentError): string {
  return `module ${name} has failed (${code}): ${visible(message)}; it is ${phase}`;
}

function wallTime(): bigint {
  return readClock(clocks.CLOCK_REALTIME);
}

function wallMs(): number {
  return Number(wallTime() / 1_000_000n);
}

/** An outcome with what another one was missing too. */
function withMissing<Value>(
  outcome: PhaseOutcome<Value>,
  { missing = [] }: PhaseOutcome<unknown>,
): PhaseOutcome<Value> {
  return { ...outcome, missing: [...missing, ...(outcome.missing ?? [])] };
}

function bootTime(): bigint {
  return readClock(clocks.CLOCK_BOOTTIME);
}

/** From the kernel's generator, which is seeded before PID 1 needs it or waits until it is. */
function drawRandom(count: number): Uint8Array {
  for (;;) {
    const bytes = randomBytes(count);
    if (bytes !== undefined) return bytes;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

/**
 * Who may tell PID 1 to go down by a signal: the kernel (SIGINT for the keys Ctrl-Alt-Del), and whoever made the namespace. Gives a
 * function by which the power button tells it. The first one counts.
 */
function onGoal(go: (goal: Goal) => void): (goal: Goal) => void {
  let isGoing = false;
  const once = (goal: Goal): void => {
    if (isGoing) return;
    isGoing = true;
    go(goal);
  };
  const goals = { SIGINT: 'restart', SIGTERM: 'power-off', SIGPWR: 'power-off' } as const;
  for (const [signal, goal] of Object.entries(goals)) {
    process.on(signal, () => once(goal));
  }
  return once;
}

function goDown(goal: Goal, node: Node, parts: Parts, environment: Environment, console: Console): void {
  console.write(`going down to ${goal}`);
  const steps = [
    { name: 'modules', limitMs: modulesLimitMs, work: () => node.roster.stopAll() },
    { name: 'processes', limitMs: processesLimitMs, work: () => endProcesses() },
    { name: 'disks', limitMs: disksLimitMs, work: () => parts.close() },
  ];
  shutDown(steps, console).then(
    () => leave(goal),
    (error: unknown) => crash(error, environment, console),
  );
}
