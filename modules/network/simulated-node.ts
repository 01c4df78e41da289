/**
 * The network module on a simulated kernel: its resources, its timers, its requests and the messages in between, on one clock that stands
 * still unless a test moves it. Events come in an order that tests can choose: news and answers go separate ways on a real node too.
 */
import type { AddressStatus } from '../../supervisor/capabilities/generated/resources-address-status.ts';
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import type { NetworkStatus } from '../../supervisor/capabilities/generated/resources-network-status.ts';
import type { Component } from '../../supervisor/component/component.ts';
import type { SimulatedKernel, SimulatedSocket } from '../../tests/simulation/network/kernel.ts';
import { decodeMessages } from '../../tests/simulation/network/netlink-bytes.ts';
import { messageTypes } from '../../tests/simulation/network/rtnetlink.ts';

/** Events that a module may need to come to rest; more is an oscillation. */
const eventLimit = 400;

/** Calls that give the id of a request; `write` is one of files, and of the log, which does not look at it. */
const asking =
  /^(write|writeSysctl|setNames|open|openPacket|openUdp|send|sendPacket|sendUdp|close|exchange)$/;

const { RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETRULE } = messageTypes;
const readTypes: ReadonlySet<number> = new Set([RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETRULE]);

type Event = { readonly tag: string; readonly val: unknown };

const kinds = [
  ...['link', 'address', 'route', 'rule'].flatMap((name) => [`${name}-spec`, `${name}-status`]),
  ...[
    'network-config',
    'resolver-status',
    'hostname-status',
    'time-server-status',
    'dhcp-lease',
    'network-status',
  ],
];

export const emptyConfig: NetworkConfig = {
  layer: 'machine-config',
  links: [],
  addresses: [],
  routes: [],
  rules: [],
  dhcp: [],
  resolvers: [],
  searchDomains: [],
  hostName: undefined,
  domainName: undefined,
  hosts: [],
  timeServers: [],
};

export class SimulatedNode {
  readonly store = new Map<string, Map<string, unknown>>(kinds.map((kind) => [kind, new Map()]));
  readonly files = new Map<string, string>();
  readonly sysctls = new Map<string, string>();
  readonly lines: string[] = [];
  readonly sockets = new Set<string>();
  /** Packets and datagrams that the module has sent, for a test to take. */
  readonly sent: { readonly name: string; readonly payload: Uint8Array }[] = [];
  readonly #arrived = new Map<string, Uint8Array[]>();
  names: readonly string[] = [];
  health: unknown;
  nowMs = 1_000;
  exchanges = 0;
  /** Messages that ask the kernel for a change: none of RTM_GET*. */
  changes = 0;
  puts = 0;
  /** Changes what the kernel answers, for hostile bytes. */
  distort: (replies: Uint8Array) => Uint8Array = (replies) => replies;
  /** Says why a packet socket of this name is not opened; undefined: it is. */
  refuseSocket: (name: string) => object | undefined = () => undefined;
  readonly #component: Component;
  readonly kernel: SimulatedKernel;
  #lifecycle: Readonly<Record<string, ((...parameters: unknown[]) => unknown) | undefined>> = {};
  #socket: SimulatedSocket | undefined;
  #news: Uint8Array | undefined;
  #nextRequest = 1n;
  readonly #answers = new Map<bigint, unknown>();
  readonly #queue: Event[] = [];
  readonly #timers = new Map<string, bigint>();

  constructor(component: Component, kernel: SimulatedKernel) {
    this.#component = component;
    this.kernel = kernel;
  }

  config(id: string, config: Partial<NetworkConfig>): this {
    this.#kind('network-config').set(id, { ...emptyConfig, ...config });
    this.#queue.push({ tag: 'changed', val: [{ kind: 'eft:resources/network-config', id }] });
    return this;
  }

  unconfig(id: string): this {
    this.#kind('network-config').delete(id);
    this.#queue.push({ tag: 'changed', val: [{ kind: 'eft:resources/network-config', id }] });
    return this;
  }

  start(reason = 'cold'): this {
    const instance = this.#component.instantiate(this.#imports());
    this.#queue.length = 0;
    this.#timers.clear();
    this.#lifecycle = instance.interface('eft:module/lifecycle@0.1.0');
    this.#lifecycle['start']?.({
      reason,
      saved: undefined,
      handles: this.#socket === undefined ? [] : ['route'],
    });
    this.#queue.push({ tag: 'changed', val: [] });
    return this.settle();
  }

  /** Handles events until there are none; timers wait. */
  settle(): this {
    for (let count = 0; ; count += 1) {
      const event = this.#next();
      if (event === undefined) return this;
      if (count > eventLimit) throw new Error(`no rest after ${count} events`);
      if (this.#refusedEvent === 0) this.#isRefused = true;
      this.#refusedEvent -= 1;
      this.#lifecycle['handle']?.(event);
      if (this.#isRefused) this.#queue.unshift({ tag: 'conflicted', val: [] });
      this.#isRefused = false;
    }
  }

  /** The effects of the next event are refused as a whole, as when the store has changed meanwhile. */
  refuseNext(): this {
    this.#isRefused = true;
    return this;
  }

  /** The same of a later event: 0 is the next. */
  refuseAfter(events: number): this {
    this.#refusedEvent = events;
    return this;
  }

  /** While effects are refused, requests have ids and nothing else comes of anything. */
  #refusable(name: string, call: (...parameters: never[]) => unknown): (...parameters: never[]) => unknown {
    if (/^(now|number|list|get|take)/.test(name)) return call;
    return (...parameters) => {
      if (!this.#isRefused) return call(...parameters);
      return asking.test(name) ? this.#nextRequest++ : undefined;
    };
  }

  /** A packet comes to a socket. */
  arrive(name: string, payload: Uint8Array): this {
    this.#arrived.set(name, [...(this.#arrived.get(name) ?? []), payload]);
    this.#queue.push({ tag: 'arrived', val: name });
    return this;
  }

  #arrivals(name: string): unknown[] {
    const payloads = this.#arrived.get(name) ?? [];
    this.#arrived.delete(name);
    return payloads.map((payload) => ({ source: new Uint8Array(6), payload, checksumPending: false }));
  }

  /** Hands over one event, whatever it is. */
  handle(event: Event): this {
    this.#lifecycle['handle']?.(event);
    return this;
  }

  /** Lets time pass, timer by timer. */
  pass(ms: number): this {
    const end = this.nowMs + ms;
    this.settle();
    for (let count = 0; ; count += 1) {
      const due = [...this.#timers].sort((one, other) => (one[1] < other[1] ? -1 : 1))[0];
      if (due === undefined || Number(due[1]) / 1e6 > end) break;
      if (count > eventLimit) throw new Error(`no rest after ${count} timers`);
      this.#timers.delete(due[0]);
      this.#advance(Math.max(this.nowMs, Math.ceil(Number(due[1]) / 1e6)));
      this.#queue.push({ tag: 'timer', val: due[0] });
      this.settle();
    }
    this.#advance(end);
    return this.settle();
  }

  #advance(toMs: number): void {
    this.kernel.age((toMs - this.nowMs) / 1000);
    this.nowMs = toMs;
  }

  ids(kind: string): readonly string[] {
    return [...this.#kind(kind).keys()].sort();
  }

  value(kind: string, id: string): unknown {
    return this.#kind(kind).get(id);
  }

  status(): NetworkStatus | undefined {
    return this.value('network-status', 'network') as NetworkStatus | undefined;
  }

  /** Why it is not as declared. */
  problems(): readonly string[] {
    return (this.status()?.problems ?? []).map(({ subject, reason }) => `${subject}: ${reason}`);
  }

  owned(kind: string): readonly string[] {
    return this.ids(kind).filter((id) => (this.value(kind, id) as AddressStatus).owned);
  }

  #kind(name: string): Map<string, unknown> {
    const found = this.store.get(name);
    if (found === undefined) throw new Error(`no kind ${name}`);
    return found;
  }

  #next(): Event | undefined {
    if (this.#socket !== undefined && this.#news === undefined) {
      const { messages, missed } = this.#socket.takeNews();
      if (messages.length > 0 || missed) {
        this.#news = messages;
        this.#missed = missed;
        return { tag: 'arrived', val: 'route' };
      }
    }
    return this.#queue.shift();
  }

  #missed = false;
  #isRefused = false;
  #refusedEvent = -1;

  #answer(value: unknown): bigint {
    const request = this.#nextRequest++;
    this.#answers.set(request, value);
    this.#queue.push({ tag: 'answered', val: request });
    return request;
  }

  #take(request: bigint): unknown {
    const answer = this.#answers.get(request);
    this.#answers.delete(request);
    return answer ?? { tag: 'err', val: { tag: 'invalid', val: 'no answer' } };
  }

  #imports(): Parameters<Component['instantiate']>[0] {
    const ok = { tag: 'ok' };
    const take = (request: bigint) => this.#take(request);
    const imports: Record<string, Record<string, (...parameters: never[]) => unknown>> = {
      'eft:host/log@0.1.0': {
        write: (level: string, message: string) => void this.lines.push(`${level}: ${message}`),
      },
      'eft:host/clock@0.1.0': {
        now: () => BigInt(this.nowMs) * 1_000_000n,
        setTimer: (name: string, at: bigint) => void this.#timers.set(name, at),
        clearTimer: (name: string) => void this.#timers.delete(name),
      },
      'eft:host/entropy@0.1.0': { number: () => 4n },
      'eft:host/requests@0.1.0': {},
      'eft:host/health@0.1.0': {
        report: (state: unknown) => {
          this.health = state;
        },
      },
      'eft:host/files@0.1.0': {
        write: (path: string, content: Uint8Array) => {
          this.files.set(path, Buffer.from(content).toString());
          return this.#answer(ok);
        },
        takeDone: take,
      },
      'eft:host/kernel@0.1.0': {
        setNames: (...names: string[]) => {
          this.names = names;
          return this.#answer(ok);
        },
        writeSysctl: (name: string, value: string) => {
          this.sysctls.set(name, value);
          return this.#answer(ok);
        },
        takeDone: take,
      },
      'eft:host/socket@0.1.0': {
        openPacket: (name: string) => {
          const failure = this.refuseSocket(name);
          if (failure !== undefined) return this.#answer({ tag: 'err', val: failure });
          this.sockets.add(name);
          return this.#answer(ok);
        },
        openUdp: (name: string) => {
          this.sockets.add(name);
          return this.#answer(ok);
        },
        sendPacket: (name: string, _hardwareAddress: Uint8Array, payload: Uint8Array) => {
          this.sent.push({ name, payload });
          return this.#answer(ok);
        },
        sendUdp: (name: string, _destination: unknown, payload: Uint8Array) => {
          this.sent.push({ name, payload });
          return this.#answer(ok);
        },
        close: (name: string) => {
          this.sockets.delete(name);
          return this.#answer(ok);
        },
        takeDone: take,
        takePackets: (name: string) => ({ arrived: this.#arrivals(name), missed: 0 }),
        takeDatagrams: () => ({ arrived: [], missed: 0 }),
      },
      'eft:host/netlink@0.1.0': {
        open: (_name: string, _family: string, groups: Uint32Array) => {
          if (this.#socket === undefined) this.#socket = this.kernel.socket([...groups]);
          else this.#socket.join([...groups]);
          return this.#answer(ok);
        },
        exchange: (_name: string, messages: Uint8Array) => {
          this.exchanges += 1;
          this.changes += decodeMessages(messages).filter(({ type }) => !readTypes.has(type)).length;
          const replies = this.#socket?.exchange(messages) ?? new Uint8Array();
          return this.#answer({ tag: 'ok', val: this.distort(replies) });
        },
        takeDone: take,
        takeReplies: take,
        takeNews: () => {
          const messages = this.#news ?? new Uint8Array();
          this.#news = undefined;
          return { messages: this.distort(messages), missed: this.#missed };
        },
      },
      'eft:resources/resource@0.1.0': {},
    };
    for (const kind of kinds) imports[`eft:resources/${kind}@0.1.0`] = this.#resources(this.#kind(kind));
    return Object.fromEntries(
      Object.entries(imports).map(([id, functions]) => [
        id,
        Object.fromEntries(
          Object.entries(functions).map(([name, call]) => [name, this.#refusable(name, call)]),
        ),
      ]),
    );
  }

  #resources(values: Map<string, unknown>): Record<string, (...parameters: never[]) => unknown> {
    const entry = ([id, value]: [string, unknown]) => ({
      metadata: { id, version: 1n, phase: 'running', owner: 'network', finalizers: [] },
      value,
    });
    return {
      list: () => [...values].map(entry),
      get: (id: string) => (values.has(id) ? entry([id, values.get(id)]) : undefined),
      put: (id: string, value: unknown) => {
        this.puts += 1;
        values.set(id, value);
      },
      remove: (id: string) => void values.delete(id),
    };
  }
}
