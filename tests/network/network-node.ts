/**
 * A node with the real modules `health` and `network` in real cells, in the network namespace of a host of the test bed and in UTS and
 * mount namespaces of its own: `/run` is empty but for `eft/etc`, and the machine's own names and files are out of reach.
 *
 *     await using node = await NetworkNode.open(host);
 *     await node.configure('machine', { dhcp: [...] });
 *     await node.until(() => node.network()?.converged === true, 'the network is as declared');
 *     expect(await node.differences()).toEqual([]);
 *
 * Resources are mirrored here, so that what a test waits for is asked here, whenever something has changed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModuleFolder } from '../../cli/toolchain/module-folder.ts';
import type { AddressStatus } from '../../supervisor/capabilities/generated/resources-address-status.ts';
import type { DhcpLease } from '../../supervisor/capabilities/generated/resources-dhcp-lease.ts';
import type { LinkStatus } from '../../supervisor/capabilities/generated/resources-link-status.ts';
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import type { NetworkStatus } from '../../supervisor/capabilities/generated/resources-network-status.ts';
import type { RouteStatus } from '../../supervisor/capabilities/generated/resources-route-status.ts';
import type { RuleStatus } from '../../supervisor/capabilities/generated/resources-rule-status.ts';
import type { CellPhase } from '../../supervisor/cells/cell.ts';
import { defaultNetwork } from '../../supervisor/phases/declare-network.ts';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import { builtModuleComponent } from '../components/build.ts';
import { differencesFromKernel } from './kernel-comparison.ts';
import type { FromNetworkNode, NetworkCounts, Reply, ToNetworkNode } from './network-node-messages.ts';
import type { Host } from './test-bed.ts';

const program = fileURLToPath(new URL('./network-node-process.ts', import.meta.url));
const modulesFolder = fileURLToPath(new URL('../../modules/', import.meta.url));
const modules = ['health', 'network'] as const;
const kindPrefix = 'eft:resources/';

/** The longest that any condition of a test may take to come true. */
const patienceMs = 40_000;

/** What each kind that the network module writes holds. */
export type StatusValues = {
  readonly 'link-status': LinkStatus;
  readonly 'address-status': AddressStatus;
  readonly 'route-status': RouteStatus;
  readonly 'rule-status': RuleStatus;
  readonly 'dhcp-lease': DhcpLease;
  readonly 'network-status': NetworkStatus;
};

export type NodeFailure = Extract<FromNetworkNode, { type: 'failure' }>;

type OrderOf<Order> = Order extends { id: number } ? Omit<Order, 'id'> : never;

/** A configuration of nothing, as the highest layer. */
export const emptyNetwork: NetworkConfig = { ...defaultNetwork, layer: 'machine-config', dhcp: [] };

export class NetworkNode {
  readonly host: Host;
  /** Lines of the module's log, as `level message`. */
  readonly lines: string[] = [];
  readonly failures: NodeFailure[] = [];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #resources = new Map<string, Map<string, unknown>>();
  readonly #phases = new Map<string, CellPhase>();
  readonly #replies = new Map<number, (reply: Reply) => void>();
  readonly #waiting = new Set<() => void>();
  #id = 0;

  private constructor(host: Host, child: ChildProcess, folder: string) {
    this.host = host;
    this.#child = child;
    this.#folder = folder;
    child.on('message', (message: FromNetworkNode) => this.#hear(message));
  }

  /** Starts a node in the namespace of `host`, with its modules. Without `default` no card asks for an address by itself. */
  static async open(
    host: Host,
    sources: Readonly<Record<string, Partial<NetworkConfig>>> = {},
  ): Promise<NetworkNode> {
    const folder = await mkdtemp(join(tmpdir(), 'eft-network-node-'));
    const files = await Promise.all(modules.map((name) => moduleFile(name, folder)));
    const inside = `mount -t tmpfs -o size=16m eft /run && mkdir -p /run/eft/etc && exec "$0" "$@"`;
    const child = spawn(
      'nsenter',
      [
        `--net=/proc/${host.pid}/ns/net`,
        ...['unshare', '--uts', '--mount', '--propagation', 'private', 'sh', '-c', inside],
        ...[process.execPath, program, folder],
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
    );
    const node = new NetworkNode(host, child, folder);
    try {
      await node.until(() => node.#isReady, 'the node to begin');
      for (const [id, config] of Object.entries(sources)) await node.configure(id, config);
      await node.#order({ order: 'start', files });
    } catch (error) {
      await node[Symbol.asyncDispose]();
      throw error;
    }
    return node;
  }

  #isReady = false;

  /** Puts a source of the configuration; fields that are not given are empty. */
  async configure(id: string, config: Partial<NetworkConfig>): Promise<void> {
    const value = { ...emptyNetwork, ...config };
    await this.#order({ order: 'put', kind: `${kindPrefix}network-config`, resource: id, value });
  }

  /** Puts sources all at once, and gives the milliseconds from then until the network is as declared, with `routes` routes, as the node measures them. */
  async apply(sources: Readonly<Record<string, Partial<NetworkConfig>>>, routes: number): Promise<number> {
    const resources = Object.entries(sources).map(([resource, config]) => ({
      resource,
      value: { ...emptyNetwork, ...config },
    }));
    const reply = await this.#order({
      order: 'apply',
      kind: `${kindPrefix}network-config`,
      resources,
      routes,
    });
    if (reply.done !== 'applied') throw new Error(`the node answered ${reply.done}`);
    return reply.ms;
  }

  async unconfigure(id: string): Promise<void> {
    await this.#order({ order: 'remove', kind: `${kindPrefix}network-config`, resource: id });
  }

  /** Ends the thread of the network module's cell, and waits until the supervisor has noticed. */
  async kill(): Promise<void> {
    await this.until(() => this.phase() !== 'backing-off', 'an instance to kill');
    const before = this.failures.length;
    await this.#order({ order: 'kill', module: 'network' });
    await this.until(() => this.failures.length > before, 'the failure to be told');
  }

  async stop(): Promise<void> {
    await this.#order({ order: 'stop', module: 'network' });
  }

  async start(): Promise<void> {
    await this.#order({ order: 'begin', module: 'network' });
  }

  /** Stops the node's process as it is: nobody reads what the kernel says. */
  suspend(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Replaces the network module by one of another version, made of the same code, and gives the milliseconds in which nobody handled events. */
  async swap(version: string): Promise<number> {
    const reply = await this.#order({
      order: 'swap',
      file: await moduleFile('network', this.#folder, version),
    });
    if (reply.done !== 'swapped') throw new Error(`the node answered ${reply.done}`);
    return reply.pauseMs;
  }

  /** Writes the record of all since the last checkpoint, and gives its path. */
  async record(): Promise<string> {
    const file = join(this.#folder, `${this.#id}.eftrecord`);
    await this.#order({ order: 'record', module: 'network', file });
    return file;
  }

  async counts(): Promise<NetworkCounts> {
    const reply = await this.#order({ order: 'count' });
    if (reply.done !== 'counts') throw new Error(`the node answered ${reply.done}`);
    return reply.counts;
  }

  /** What a kind has, by id. What the module writes has been held against the types that these are made from. */
  all<Kind extends keyof StatusValues>(kind: Kind): ReadonlyMap<string, StatusValues[Kind]> {
    const found = this.#resources.get(`${kindPrefix}${kind}`) ?? new Map<string, unknown>();
    return found as ReadonlyMap<string, StatusValues[Kind]>;
  }

  network(): NetworkStatus | undefined {
    return this.all('network-status').get('network');
  }

  lease(link = 'eth0'): DhcpLease | undefined {
    return this.all('dhcp-lease').get(link);
  }

  /** The value of any resource. */
  value(kind: string, id: string): unknown {
    return this.#resources.get(`${kindPrefix}${kind}`)?.get(id);
  }

  phase(module = 'network'): CellPhase | undefined {
    return this.#phases.get(module);
  }

  /** Waits until `holds`, looking whenever something is told. Rejects after a while, and says how things are then. */
  async until(holds: () => boolean, what: string, limitMs = patienceMs): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (holds()) end();
        else if (this.#child.exitCode !== null) end(new Error(`the node ended; waited for ${what}`));
      };
      const timer = setTimeout(
        () => end(new Error(`waited ${limitMs} ms for ${what}\n${this.#account()}`)),
        limitMs,
      );
      this.#waiting.add(look);
    });
  }

  converged(limitMs = patienceMs): Promise<void> {
    return this.until(() => this.network()?.converged === true, 'the network to be as declared', limitMs);
  }

  /** Waits for a lease in use, and gives its address. */
  async leased(link = 'eth0'): Promise<string> {
    await this.until(() => this.lease(link)?.lease !== undefined, `a lease on ${link}`);
    await this.converged();
    return this.lease(link)?.lease?.address ?? '';
  }

  /** How the resources differ from what `ip -j` says, a line each. */
  async differences(): Promise<readonly string[]> {
    const look = () => differencesFromKernel(this.host, (kind) => this.all(kind));
    // The kernel announces a change a moment after it has made it: what differs must differ for longer than that, on a busy machine too.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if ((await look()).length === 0) return [];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return look();
  }

  /** A file that the node has written below `/run/eft/etc`. */
  file(name: string): Promise<string> {
    return readFile(`/proc/${this.#child.pid}/root/run/eft/etc/${name}`, 'utf8');
  }

  /** The host name as the kernel has it for this node. */
  async hostName(): Promise<string> {
    const printed = await this.host.run('nsenter', `--uts=/proc/${this.#child.pid}/ns/uts`, 'hostname');
    return printed.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #account(): string {
    const network = this.network();
    const problems = network?.problems.map(({ subject, reason }) => `${subject}: ${reason}`) ?? [];
    const leases = [...this.all('dhcp-lease')].map(
      ([link, { state, message }]) => `${link} ${state} ${message}`,
    );
    const failures = this.failures.map(({ code, message }) => `${code}: ${message}`);
    const state = `module ${this.phase()}, converged ${network?.converged}`;
    return [state, ...problems, ...leases, ...failures, ...this.lines.slice(-15)].join('\n');
  }

  async #order(order: OrderOf<ToNetworkNode>): Promise<Reply> {
    this.#id += 1;
    const id = this.#id;
    const reply = await new Promise<Reply>((resolve) => {
      this.#replies.set(id, resolve);
      this.#child.send({ ...order, id });
    });
    if (reply.done === 'failed') throw new Error(`the node refused to ${order.order}: ${reply.reason}`);
    return reply;
  }

  #hear(message: FromNetworkNode): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'reply':
        this.#replies.get(message.id)?.(message.reply);
        this.#replies.delete(message.id);
        break;
      case 'resource': {
        const all = this.#resources.get(message.kind) ?? new Map<string, unknown>();
        this.#resources.set(message.kind, all);
        if (message.value === undefined) all.delete(message.resource);
        else all.set(message.resource, message.value);
        break;
      }
      case 'phase':
        this.#phases.set(message.module, message.phase);
        break;
      case 'log':
        this.lines.push(`${message.module}: ${message.line.level} ${message.line.message}`);
        break;
      case 'failure':
        this.failures.push(message);
        break;
    }
    for (const look of this.#waiting) look();
  }
}

/** Builds what a node runs, if it has changed: in a hook, for it takes longer than a test may. */
export async function buildModules(): Promise<void> {
  for (const name of modules) await builtModuleComponent(name);
}

async function moduleFile(name: string, folder: string, version?: string): Promise<string> {
  const { manifest } = readModuleFolder(join(modulesFolder, name));
  const file = join(folder, `${name}-${version ?? 'as-it-is'}.wasm`);
  const versioned = { ...manifest, version: version ?? manifest.version };
  await writeFile(file, attachManifest(await builtModuleComponent(name), versioned));
  return file;
}
