/** The processes that are measured, and who calls them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connectNode, type NodeClient } from '../../cli/api/client.ts';
import { newOperator } from '../../cli/pki/operator.ts';
import { type Authority, certificatePem, keyPem } from '../../supervisor/pki/authority.ts';
import type { ContextParts, FromFlood, FromNode, ServerStart, ToFlood, ToNode } from './messages.ts';

const program = (name: string): string => new URL(`./${name}`, import.meta.url).pathname;

export class Server {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #gateway: number;
  readonly #authority: Authority;

  private constructor(child: ChildProcess, authority: Authority, port: number, gateway: number) {
    this.#child = child;
    this.#authority = authority;
    this.port = port;
    this.#gateway = gateway;
  }

  static async start(source: 'node-process.ts' | 'bare-server.ts', authority: Authority): Promise<Server> {
    const start: ServerStart = {
      authority: certificatePem(authority.certificate),
      authorityKey: keyPem(authority.key),
    };
    const child = fork(program(source), [JSON.stringify(start)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const message = await nextMessage(child);
    if (message.type !== 'ready') throw new Error(`${source} said ${message.type}`);
    return new Server(child, authority, message.port, message.gateway);
  }

  /** Somebody with a certificate of their own, on a connection of their own. */
  async connect(name: string): Promise<NodeClient> {
    const address = `127.0.0.1:${this.port}`;
    const context = { name, nodes: [{ name: 'node', address }], ...(await this.credentials(name)) };
    return connectNode({
      name: 'node',
      host: '127.0.0.1',
      port: this.port,
      trust: { by: 'authority', context },
    });
  }

  credentials(name: string): Promise<ContextParts> {
    return newOperator({
      authority: this.#authority,
      name,
      roles: ['os:reader'],
      days: 1,
      nowMs: Date.now(),
    });
  }

  /** Proportional set size of all its processes, in bytes. */
  pssBytes(): number {
    const pids = new Set([this.#child.pid ?? 0, this.#gateway]);
    return [...pids].reduce((sum, pid) => sum + pssOf(pid), 0);
  }

  order(order: ToNode['order']): void {
    const message: ToNode = { order };
    this.#child.send(message);
  }

  async report(): Promise<Extract<FromNode, { type: 'events' }>['events']> {
    this.order('report');
    const message = await nextMessage(this.#child);
    if (message.type !== 'events') throw new Error(`the node said ${message.type}`);
    return message.events;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

export class Flood {
  readonly #child = fork(program('flood.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  begin(context: ContextParts, port: number): void {
    const message: ToFlood = { order: 'begin', context, address: `127.0.0.1:${port}` };
    this.#child.send(message);
  }

  async end(): Promise<FromFlood> {
    const message: ToFlood = { order: 'end' };
    this.#child.send(message);
    const [ended] = await once(this.#child, 'message');
    this.#child.kill();
    return ended;
  }
}

async function nextMessage(child: ChildProcess): Promise<FromNode> {
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`a server of the bench has ended with ${status}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

function pssOf(pid: number): number {
  const [, kib = '0'] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
