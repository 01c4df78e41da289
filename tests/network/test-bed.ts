/**
 * A small network for tests with real DHCP servers and clients: two or more network namespaces joined by one bridge, programs in them
 * from Debian, and everything gone at the end.
 *
 *     await using bed = await TestBed.open();
 *     const server = await bed.addHost('10.77.0.1/24');      // a namespace with the link `eth0`, up, with an address
 *     const client = await bed.addHost();                    // the same without an address
 *     const dhcp = await server.startDnsmasq({ from: '10.77.0.10', to: '10.77.0.20', leaseSeconds: 120 });
 *     await client.run('busybox', 'udhcpc', …);
 *     await dhcp.restart({ from: '10.77.0.50', to: '10.77.0.60', leaseSeconds: 120 });   // other leases, or the same
 *     await dhcp.stop(); client.setLink('down'); await client.ip('addr');
 *
 * A host that holds an address answers ARP for it: that is a conflict for whoever is offered it. Hostile servers are `startProgram`
 * of a program that speaks for itself in the namespace.
 *
 * Needs root, iproute2, dnsmasq-base and busybox. Namespaces are those of processes that wait on a pipe which this process holds,
 * and servers are killed when it dies (prctl(2), PR_SET_PDEATHSIG): no process and no namespace stays, however it ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 20;
const execute = promisify(execFile);

/**
 * What a DHCP server gives out. Addresses as dotted text; `router`, `classlessRoutes` (RFC 3442, `10.9.0.0/16,10.77.0.7`), and T1 and T2 (options 58 and
 * 59) if given. dnsmasq makes a lease of less than two minutes one of two minutes.
 */
export type Leases = {
  readonly from: string;
  readonly to: string;
  readonly leaseSeconds: number;
  readonly router?: string;
  readonly classlessRoutes?: string;
  readonly renewalSeconds?: number;
  readonly rebindingSeconds?: number;
};

export type DhcpServer = {
  /** Stops it and starts it again; its memory of leases stays. */
  restart(leases: Leases): Promise<void>;
  stop(): Promise<void>;
  /** What it has printed so far. */
  output(): string;
};

export class TestBed {
  readonly #folder: string;
  readonly #bridge: number;
  readonly #children: ChildProcess[];
  #hosts = 0;

  private constructor(folder: string, bridge: number, children: ChildProcess[]) {
    this.#folder = folder;
    this.#bridge = bridge;
    this.#children = children;
  }

  /** An empty bed: a bridge in a namespace of its own. */
  static async open(): Promise<TestBed> {
    const children: ChildProcess[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'eft-network-'));
    const bridge = await startNamespace(children);
    const bed = new TestBed(folder, bridge, children);
    try {
      await inNamespace(bridge, 'ip', 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0');
      await inNamespace(bridge, 'ip', 'link', 'set', 'br0', 'up');
    } catch (error) {
      await bed[Symbol.asyncDispose]();
      throw error;
    }
    return bed;
  }

  /** A new namespace whose `eth0` is on the bridge and up; `address` with its prefix length, if it is to have one. */
  async addHost(address?: string): Promise<Host> {
    const pid = await startNamespace(this.#children);
    const port = `port${this.#hosts++}`;
    const pair = ['link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)];
    await inNamespace(this.#bridge, 'ip', ...pair);
    await inNamespace(this.#bridge, 'ip', 'link', 'set', port, 'master', 'br0', 'up');
    await inNamespace(pid, 'ip', 'link', 'set', 'lo', 'up');
    await inNamespace(pid, 'ip', 'link', 'set', 'eth0', 'up');
    if (address !== undefined) await inNamespace(pid, 'ip', 'addr', 'add', address, 'dev', 'eth0');
    return new Host(pid, join(this.#folder, port), this.#children);
  }

  /** Ends every program and namespace, and removes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.toReversed().map((child) => end(child)));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export class Host {
  /** A process in the namespace: `/proc/PID/ns/net` is the namespace. */
  readonly pid: number;
  readonly #files: string;
  readonly #children: ChildProcess[];

  constructor(pid: number, files: string, children: ChildProcess[]) {
    this.pid = pid;
    this.#files = files;
    this.#children = children;
  }

  /** Runs a program here and gives what it prints. Rejects if it fails. */
  run(program: string, ...parameters: readonly string[]): Promise<string> {
    return inNamespace(this.pid, program, ...parameters);
  }

  /** What `ip -j` says to the words, parsed. */
  async ip(...words: readonly string[]): Promise<unknown> {
    return JSON.parse((await this.run('ip', '-j', ...words)) || '[]');
  }

  async setLink(state: 'up' | 'down'): Promise<void> {
    await this.run('ip', 'link', 'set', 'eth0', state);
  }

  /** Starts a program here that is ended with the bed. */
  startProgram(program: string, ...parameters: readonly string[]): ChildProcess {
    const visit = ['nsenter', `--net=/proc/${this.pid}/ns/net`, program, ...parameters];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...visit], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.push(child);
    return child;
  }

  /** Debian's dnsmasq as an authoritative DHCP server without DNS. It refuses requests outside its range with a NAK. */
  startDnsmasq(leases: Leases): Promise<DhcpServer> {
    return this.#startServer(
      leases,
      'DHCP, sockets bound',
      async ({ from, to, leaseSeconds, ...options }) => [
        'dnsmasq',
        ...[
          '--keep-in-foreground',
          '--conf-file=/dev/null',
          '--log-facility=-',
          '--log-dhcp',
          '--port=0',
          '--user=root',
        ],
        ...['--interface=eth0', '--bind-interfaces', '--dhcp-authoritative', '--no-ping', '--pid-file'],
        `--dhcp-leasefile=${this.#files}.leases`,
        `--dhcp-range=${from},${to},${leaseSeconds}`,
        ...(options.router === undefined ? [] : [`--dhcp-option=3,${options.router}`]),
        ...(options.classlessRoutes === undefined ? [] : [`--dhcp-option=121,${options.classlessRoutes}`]),
        ...(options.renewalSeconds === undefined ? [] : [`--dhcp-option=58,${options.renewalSeconds}`]),
        ...(options.rebindingSeconds === undefined ? [] : [`--dhcp-option=59,${options.rebindingSeconds}`]),
      ],
    );
  }

  /** Busybox's udhcpd: an independent second implementation. */
  startUdhcpd(leases: Leases): Promise<DhcpServer> {
    return this.#startServer(leases, 'started', async ({ from, to, leaseSeconds, ...options }) => {
      const lines = [
        `start ${from}`,
        `end ${to}`,
        'interface eth0',
        `lease_file ${this.#files}.udhcpd-leases`,
        `pidfile ${this.#files}.udhcpd-pid`,
        `option lease ${leaseSeconds}`,
        'option subnet 255.255.255.0',
        ...(options.router === undefined ? [] : [`option router ${options.router}`]),
        ...(options.classlessRoutes === undefined
          ? []
          : [`option staticroutes ${options.classlessRoutes.replace(',', ' ')}`]),
        ...(options.renewalSeconds === undefined ? [] : [`option 58 ${hexOf32(options.renewalSeconds)}`]),
        ...(options.rebindingSeconds === undefined ? [] : [`option 59 ${hexOf32(options.rebindingSeconds)}`]),
        'min_lease 4',
      ];
      await writeFile(`${this.#files}.udhcpd-leases`, '', { flag: 'a' });
      await writeFile(`${this.#files}.udhcpd`, `${lines.join('\n')}\n`);
      // Like dnsmasq here it does not ask by ARP before it offers an address: what is in use is for the client to find out.
      return ['busybox', 'udhcpd', '-f', '-a', '0', `${this.#files}.udhcpd`];
    });
  }

  async #startServer(
    first: Leases,
    ready: string,
    command: (leases: Leases) => Promise<readonly string[]>,
  ): Promise<DhcpServer> {
    let printed = '';
    let child: ChildProcess | undefined;
    // Asked to end, it writes down what it has leased.
    const stop = async () => {
      if (child !== undefined) await end(child, 'SIGTERM');
    };
    const start = async (leases: Leases) => {
      const [program = '', ...parameters] = await command(leases);
      const begin = printed.length;
      child = this.startProgram(program, ...parameters);
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (printed += bytes));
      await until(() => {
        if (child?.exitCode !== null) throw new Error(`${program} ended: ${printed}`);
        return printed.slice(begin).includes(ready);
      }, `${program} to be ready: ${printed}`);
    };
    await start(first);
    return {
      restart: async (leases) => {
        await stop();
        await start(leases);
      },
      stop,
      output: () => printed,
    };
  }
}

function hexOf32(value: number): string {
  return value.toString(16).padStart(8, '0');
}

async function inNamespace(pid: number, ...command: readonly string[]): Promise<string> {
  const { stdout } = await execute('nsenter', [`--net=/proc/${pid}/ns/net`, ...command]);
  return stdout;
}

/** A process that holds a new network namespace: `cat` ends when the pipe from this process does. */
async function startNamespace(children: ChildProcess[]): Promise<number> {
  const child = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('unshare (util-linux) does not start');
  const isHere = async () => (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === 'cat';
  await until(isHere, 'a new network namespace');
  return pid;
}

async function until(isDone: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < START_TIMEOUT_MS; await sleep(POLL_MS))
    if (await isDone()) return;
  throw new Error(`waited ${START_TIMEOUT_MS} ms for ${what}`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
