/**
 * Starts the API: with the authority of the machine configuration, or in maintenance with one that is of this boot, whose fingerprint is told for whoever is
 * to give the node a configuration. A node that is configured without an authority has no API, and says so.
 */
import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import {
  type ApiConfiguration,
  apiConfigurationOf,
  maintenanceConfiguration,
} from '../api/api-configuration.ts';
import { ApiServer } from '../api/api-server.ts';
import { askVersion } from '../api/ask-version.ts';
import { openAuditFolder } from '../api/audit-folder.ts';
import { AuditLog } from '../api/audit-log.ts';
import { BlobStore } from '../api/blob-store.ts';
import { listenForCalls } from '../api/gateway-process.ts';
import type { Journal } from '../api/journal.ts';
import { KernelLog } from '../api/kernel-log.ts';
import { allMethods } from '../api/methods/all-methods.ts';
import { identify } from '../api/methods/version.ts';
import { apiPort } from '../api/port.ts';
import type { ConfigLifeCycle } from '../config/life-cycle/life-cycle.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import type { SecretVault } from '../config/secret-vault.ts';
import { EftError } from '../errors/eft-error.ts';
import type { HelperProgram } from '../helper-process.ts';
import { CallFigures } from '../metrics/call-figures.ts';
import type { Node } from '../node.ts';
import { fingerprintOf } from '../pki/authority.ts';
import { newMaintenanceAuthority, prepareIssuing } from '../pki/issue.ts';
import type { ModuleSwaps } from '../swap/module-swaps.ts';
import type { Environment } from './environment.ts';
import { handedStateFolder } from './handed-in.ts';
import type { PhaseOutcome } from './phase.ts';
import type { StatePlace } from './read-configuration.ts';
import type { Goal } from './shut-down.ts';

/** Milliseconds for the API to answer, and between two questions. */
const answerLimitMs = 30_000;
const askAgainMs = 200;

export type ApiWorld = {
  readonly node: Node;
  readonly journal: Journal;
  readonly environment: Environment;
  readonly machine: MachineConfig | undefined;
  readonly vault: SecretVault;
  readonly lifeCycle: ConfigLifeCycle;
  readonly swaps: ModuleSwaps;
  /** Why the node has no configuration; empty if it has one. */
  readonly maintenance: () => string;
  readonly state: StatePlace;
  readonly gatewayProgram: HelperProgram;
  readonly go: (goal: Goal) => void;
  readonly tell: (line: string) => void;
  /** CLOCK_REALTIME and the time since PID 1 has started, in nanoseconds. */
  readonly wall: () => bigint;
  readonly uptime: () => bigint;
  readonly random: (count: number) => Uint8Array;
};

/** `none`: the node is not to have one; `failed`: it is, and has not. */
export type StartedApi = ApiServer | 'none' | 'failed';

/** The API, which runs. What keeps it from running is `missing`: the node is up all the same, and a disk or a boot can give it another configuration. */
export async function startApi(world: ApiWorld): Promise<PhaseOutcome<StartedApi>> {
  try {
    const configuration = await configurationOf(world);
    if (configuration !== undefined) return serve(world, configuration);
    return { value: 'none', message: 'the node has no API: there is no `machine.ca` in its configuration' };
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    return { value: 'failed', missing: [`the node has no API: ${error.message}`] };
  }
}

/** Errors: `api.listen`. */
function serve(world: ApiWorld, configuration: ApiConfiguration): PhaseOutcome<ApiServer> {
  const { node, journal, wall, uptime, random, tell, gatewayProgram } = world;
  const after = (delayMs: number, fire: () => void): (() => void) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  };
  const nowMs = (): number => Number(uptime() / 1_000n) / 1_000;
  const wallMs = (): number => Number(wall() / 1_000_000n);
  const audit = openAudit(world, wallMs);
  const calls = new CallFigures();
  const methods = allMethods({
    node,
    journal,
    blobs: new BlobStore({ folder: '/run/eft/blobs', after }),
    kernelLog: new KernelLog(),
    audit,
    calls,
    lifeCycle: world.lifeCycle,
    swaps: world.swaps,
    uptime,
    wall,
    go: world.go,
    after,
    mayRead: (identity, kind) => server.mayRead(identity, kind),
    newId: () => Buffer.from(random(16)).toString('hex'),
    identification: identify(world.environment, {
      osRelease: textOf('/etc/os-release'),
      commandLine: textOf('/proc/cmdline'),
      kernel: release(),
    }),
    maintenance: world.maintenance,
    hostName: hostname,
    uptimeMs: nowMs,
  });
  const server: ApiServer = new ApiServer(configuration, {
    listener: listenForCalls(apiPort),
    program: gatewayProgram,
    methods,
    audit,
    called: () => called(node),
    onCall: (method, outcome, seconds, isStream) => calls.note(method, outcome, seconds, isStream),
    tell,
    wallMs,
    nowMs,
    after,
    random: () => Buffer.from(random(4)).readUInt32LE() / 2 ** 32,
  });
  server.start();
  // While the gateway starts, in a process of its own. If it fails, so does the first certificate, which is told.
  prepareIssuing().catch(() => undefined);
  const watch = node.store.watch([{ kind: hostnameStatus }, { kind: addressStatus }], () => {
    watch.take();
    server.renamed();
  });
  watch.take();
  if (configuration.type === 'configured') return { value: server };
  const fingerprint = fingerprintOf(configuration.authority.certificate);
  return {
    value: server,
    message: `maintenance; the authority of this boot has the SHA-256 fingerprint ${fingerprint}`,
  };
}

/** Lets an API that runs go by another configuration. One without an authority changes nothing: it is refused before (phases/config-life-cycle.ts). */
export function reconfigureApi(
  api: StartedApi,
  machine: MachineConfig | undefined,
  { vault, tell }: Pick<ApiWorld, 'vault' | 'tell'>,
): void {
  if (typeof api !== 'object' || machine === undefined) return;
  try {
    const configuration = apiConfigurationOf(machine, vault);
    if (configuration !== undefined) api.configure(configuration);
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    tell(`the API goes on as it was: ${error.message}`);
  }
}

/** The fingerprint by which a node in maintenance is known, or undefined. */
export function maintenanceFingerprint(api: StartedApi): string | undefined {
  if (typeof api !== 'object' || api.configuration.type !== 'maintenance') return undefined;
  return fingerprintOf(api.configuration.authority.certificate);
}

/** Waits until the API has answered over TLS. That it has not in time is `missing`. */
export async function awaitApi(server: ApiServer, wall: () => bigint): Promise<PhaseOutcome<boolean>> {
  const limit = AbortSignal.timeout(answerLimitMs);
  for (;;) {
    try {
      await askVersion(server.configuration, server.port, Number(wall() / 1_000_000n));
      return { value: true };
    } catch (error) {
      if (limit.aborted) {
        const reason = error instanceof Error ? error.message : String(error);
        return { value: false, missing: [`the API does not answer: ${reason}`] };
      }
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
  }
}

async function configurationOf({ machine, vault }: ApiWorld): Promise<ApiConfiguration | undefined> {
  if (machine !== undefined) return apiConfigurationOf(machine, vault);
  return maintenanceConfiguration(await newMaintenanceAuthority());
}

/** In memory, and on STATE where that is a folder. What cannot be opened is told, and does not keep the API from being there. */
function openAudit({ state, tell, node }: ApiWorld, wallMs: () => number): AuditLog {
  const boot = textOf('/proc/sys/kernel/random/boot_id').trim();
  const begin = (log: AuditLog, notes: readonly string[]): AuditLog => {
    log.begin(boot, called(node).names[0] ?? '', notes);
    return log;
  };
  if (state !== 'folder') return begin(new AuditLog(wallMs), []);
  const onTrouble = (reason: string): void => tell(`the audit log is in memory only: ${reason}`);
  try {
    const { store, kept, notes } = openAuditFolder(handedStateFolder, onTrouble);
    for (const note of notes) tell(`audit log: ${note}`);
    return begin(new AuditLog(wallMs, store, kept), notes);
  } catch (error) {
    onTrouble(error instanceof Error ? error.message : String(error));
    return begin(new AuditLog(wallMs), []);
  }
}

const hostnameStatus = 'eft:resources/hostname-status';
const addressStatus = 'eft:resources/address-status';

/** What the node is called, and which addresses it has; those of one link only are of no use in a certificate. */
function called(node: Node): { readonly names: readonly string[]; readonly addresses: readonly string[] } {
  const name = node.get(hostnameStatus, 'hostname')?.value;
  const names = ['hostName', 'fqdn'].flatMap((field) => {
    const text = name?.[field];
    return typeof text === 'string' && text !== '' ? [text] : [];
  });
  const addresses = node.store
    .list(addressStatus)
    .map(({ value }) => String(value['address']).replace(/\/.*$/, ''))
    .filter((address) => !/^fe[89ab]/i.test(address));
  return {
    names: [...new Set([...names, 'localhost'])],
    addresses: [...new Set(['127.0.0.1', '::1', ...addresses])],
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
