/**
 * Two network namespaces with a veth pair between them: in one the agent, which plays the supervisor, in the other whoever the test starts.
 * They go with their processes. `ip` runs by `nsenter` (`ip netns exec` would mount over /sys).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Arrival } from '../../supervisor/cells/module-events.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import type { FromAgent, Result, ToAgent } from './agent-messages.ts';

const agentPath = fileURLToPath(new URL('./agent.ts', import.meta.url));

/** A program that runs; `line` is the next line that it says. */
export type PythonProgram = { readonly line: () => Promise<string> };

export class NetworkWorld {
  readonly #agent: ChildProcess;
  readonly #peer: ChildProcess;
  readonly #answers = new Map<number, (result: Result) => void>();
  readonly #expected: ((message: FromAgent) => void)[] = [];
  readonly #news = new Map<string, (() => void)[]>();
  readonly #arrived = new Set<string>();
  readonly #programs: ChildProcess[] = [];
  #id = 0;

  private constructor(agent: ChildProcess, peer: ChildProcess) {
    this.#agent = agent;
    this.#peer = peer;
    agent.on('message', (message: FromAgent) => this.#hear(message));
  }

  /** Links: `here` with its address in the agent's namespace, `there` in the other. */
  static async open(): Promise<NetworkWorld> {
    const peer = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
    const agent = spawn('unshare', ['--net', '--uts', process.execPath, agentPath], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    const world = new NetworkWorld(agent, peer);
    await world.#next();
    // The agent speaks when it is inside; the other one may still be on its way.
    while (
      execFileSync('readlink', [`/proc/${peer.pid}/ns/net`]).equals(
        execFileSync('readlink', ['/proc/self/ns/net']),
      )
    )
      await new Promise((resolve) => setImmediate(resolve));
    world.ip('link add here type veth peer name there netns', String(peer.pid));
    world.ip('addr add 10.0.0.1/24 dev here');
    world.ip('addr add fd00::1/64 dev here nodad');
    world.ip('link set lo up');
    world.ip('link set here up');
    world.ipThere('addr add 10.0.0.2/24 dev there');
    world.ipThere('addr add fd00::2/64 dev there nodad');
    world.ipThere('link set there up');
    return world;
  }

  /** Ends all Python programs. */
  async endPrograms(): Promise<void> {
    for (const child of this.#programs.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const end = once(child, 'exit');
      child.kill('SIGKILL');
      await end;
    }
  }

  async close(): Promise<void> {
    await this.endPrograms();
    const ends = [once(this.#agent, 'exit'), once(this.#peer, 'exit')];
    this.#agent.kill('SIGKILL');
    this.#peer.kill('SIGKILL');
    await Promise.all(ends);
  }

  /** What `ip -j` says in the agent's namespace. */
  ip(words: string, ...more: readonly string[]): unknown {
    return this.#ip(this.#agent, words, more);
  }

  ipThere(words: string, ...more: readonly string[]): unknown {
    return this.#ip(this.#peer, words, more);
  }

  /** Runs commands of `ip -batch` in the agent's namespace. */
  batch(lines: readonly string[]): void {
    execFileSync('nsenter', [`--net=/proc/${this.#agent.pid}/ns/net`, 'ip', '-batch', '-'], {
      input: lines.join('\n'),
    });
  }

  /** Says to `nsenter` where the other namespace is. */
  get namespaceThere(): string {
    return `--net=/proc/${this.#peer.pid}/ns/net`;
  }

  /** Starts a Python program in the other namespace; it says `ready` before it goes on. */
  async python(program: string): Promise<PythonProgram> {
    const child = spawn('nsenter', [this.namespaceThere, '/usr/bin/python3', '-uc', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#programs.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error('the program ended before it said anything');
      return next.value;
    };
    await line();
    return { line };
  }

  grant(...grants: readonly Grant[]): void {
    this.#send({ type: 'grants', grants });
  }

  /** Opens a request; its id and its result. */
  begin(
    name: string,
    call: string,
    ...parameters: readonly unknown[]
  ): { id: number; result: Promise<Result> } {
    this.#id += 1;
    const id = this.#id;
    const result = new Promise<Result>((resolve) => this.#answers.set(id, resolve));
    this.#send({ type: 'call', id, interface: name, call, parameters });
    return { id, result };
  }

  call(name: string, call: string, ...parameters: readonly unknown[]): Promise<Result> {
    return this.begin(name, call, ...parameters).result;
  }

  cancel(id: number): void {
    this.#send({ type: 'cancel', id });
  }

  /** Runs a program while the agent's thread stands still. */
  async runBlocked(program: string, parameters: readonly string[], input: string): Promise<void> {
    this.#send({ type: 'run', program, parameters, input });
    await this.#next();
  }

  async closeHandles(): Promise<void> {
    this.#send({ type: 'close' });
    await this.#next();
  }

  async descriptors(): Promise<{ readonly count: number; readonly names: readonly string[] }> {
    this.#send({ type: 'descriptors' });
    const message = await this.#next();
    if (message.type !== 'descriptors') throw new Error(`the agent said ${message.type}`);
    return message;
  }

  /** What waits in the inbox of a handle now. */
  async take(name: string): Promise<Arrival | undefined> {
    this.#arrived.delete(name);
    this.#send({ type: 'take', name });
    const message = await this.#next();
    if (message.type !== 'taken') throw new Error(`the agent said ${message.type}`);
    return message.arrival;
  }

  /** What is in the inbox of a handle as soon as there is something. */
  async arrival(name: string): Promise<Arrival> {
    for (;;) {
      const arrival = await this.take(name);
      if (arrival !== undefined) return arrival;
      if (this.#arrived.has(name)) continue;
      await new Promise<void>((resolve) => {
        this.#news.set(name, [...(this.#news.get(name) ?? []), resolve]);
      });
    }
  }

  #ip(inside: ChildProcess, words: string, more: readonly string[]): unknown {
    const command = [`--net=/proc/${inside.pid}/ns/net`, 'ip', '-j', '-d', ...words.split(' '), ...more];
    const output = execFileSync('nsenter', command, { encoding: 'utf8' });
    return output.trim() === '' ? [] : JSON.parse(output);
  }

  #send(message: ToAgent): void {
    this.#agent.send(message);
  }

  #next(): Promise<FromAgent> {
    return new Promise((resolve) => this.#expected.push(resolve));
  }

  #hear(message: FromAgent): void {
    if (message.type === 'answer') {
      this.#answers.get(message.id)?.(message.result);
      this.#answers.delete(message.id);
    } else if (message.type === 'news') {
      this.#arrived.add(message.name);
      for (const resolve of this.#news.get(message.name) ?? []) resolve();
      this.#news.delete(message.name);
    } else {
      this.#expected.shift()?.(message);
    }
  }
}
