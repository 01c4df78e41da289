/** The DHCP client of the network module under the tests: one instance of the component, its types, and a clock and numbers that the test holds. */
import { Component } from '../../../supervisor/component/component.ts';
import { builtComponent } from '../build.ts';

export type Route = {
  readonly destination: number;
  readonly prefixLength: number;
  readonly gateway: number;
  readonly isOnLink: boolean;
};

export type Lease = {
  readonly address: number;
  readonly prefixLength: number;
  readonly routes: readonly Route[];
  readonly routers: Uint32Array;
  readonly resolvers: Uint32Array;
  readonly ntpServers: Uint32Array;
  readonly domainName: string;
  readonly searchDomains: readonly string[];
  readonly hostname: string;
  readonly mtu: number;
  readonly serverId: number;
  readonly leaseSeconds: number;
  readonly renewalSeconds: number;
  readonly rebindingSeconds: number;
  readonly obtainedAt: bigint;
  readonly renewsAt: bigint;
  readonly rebindsAt: bigint;
  readonly expiresAt: bigint;
  readonly message: Uint8Array;
};

type Frame = { readonly hardwareAddress: Uint8Array; readonly payload: Uint8Array };

export type Action =
  | { readonly tag: 'send-packet'; readonly val: Frame }
  | { readonly tag: 'send-arp'; readonly val: Frame }
  | {
      readonly tag: 'send-datagram';
      readonly val: { readonly address: number; readonly payload: Uint8Array };
    }
  | { readonly tag: 'packet-socket' | 'arp-socket'; readonly val: boolean }
  | { readonly tag: 'udp-socket'; readonly val: { readonly isOn: boolean; readonly address: number } }
  | { readonly tag: 'wake-at'; readonly val: bigint }
  | { readonly tag: 'lease-bound'; readonly val: Lease }
  | { readonly tag: 'lease-changed'; readonly val: { readonly lease: Lease; readonly isMore: boolean } }
  | { readonly tag: 'lease-lost'; readonly val: { readonly lease: Lease; readonly reason: string } }
  | { readonly tag: 'log'; readonly val: { readonly level: string; readonly message: string } };

export type LinkFacts = {
  readonly index: number;
  readonly hardwareAddress: Uint8Array;
  readonly mtu: number;
  readonly isUp: boolean;
};

export type ClientOptions = {
  readonly clientIdKind: 'none' | 'hardware' | 'duid';
  readonly duid: string;
  readonly hostname: string;
  readonly requestedAddress: number;
  readonly rapidCommit: boolean;
  readonly probeWindowMilliseconds: number;
  readonly remembered:
    | { readonly message: Uint8Array; readonly obtainedAt: bigint; readonly isInUse: boolean }
    | undefined;
};

export type Status = {
  readonly state: string;
  readonly lease: Lease | undefined;
  readonly needsPacketSocket: boolean;
  readonly needsArpSocket: boolean;
  readonly needsUdpSocket: boolean;
  readonly wakeAt: bigint;
};

type ClientInterface = {
  begin(options: ClientOptions, link: LinkFacts, now: bigint, random: bigint): readonly Action[];
  setLink(link: LinkFacts, now: bigint, random: bigint): readonly Action[];
  onPacket(payload: Uint8Array, isPending: boolean, now: bigint, random: bigint): readonly Action[];
  onDatagram(
    source: number,
    port: number,
    payload: Uint8Array,
    now: bigint,
    random: bigint,
  ): readonly Action[];
  onArp(payload: Uint8Array, now: bigint, random: bigint): readonly Action[];
  onTimer(now: bigint, random: bigint): readonly Action[];
  release(now: bigint, random: bigint): readonly Action[];
  stop(now: bigint, random: bigint): readonly Action[];
  look(): Status;
  transitions(): readonly { from: string; on: number; to: string; does: number }[];
  leaseIn(
    message: Uint8Array,
  ): { tag: 'ok'; val: readonly [Lease, readonly string[]] } | { tag: 'err'; val: string };
  readUdpPacket(packet: Uint8Array, isPending: boolean): Uint8Array | undefined;
  isHostname(name: string): boolean;
};

export const never = 2n ** 64n - 1n;
export const second = 1_000_000_000n;
export const hardwareAddress = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);
export const upLink: LinkFacts = { index: 2, hardwareAddress, mtu: 1500, isUp: true };
export const usualOptions: ClientOptions = {
  clientIdKind: 'hardware',
  duid: '',
  hostname: 'node-1',
  requestedAddress: 0,
  rapidCommit: false,
  probeWindowMilliseconds: 50,
  remembered: undefined,
};

let component: Component | undefined;

/** Builds what the benches are made of: once, before any. */
export async function buildClient(): Promise<void> {
  component ??= Component.compile(await builtComponent('dhcp'));
}

/** A fresh instance. The component host has checked every value against the types of the WIT, which are those above. */
export function instantiateClient(): ClientInterface {
  if (component === undefined) throw new Error('call buildClient first');
  return component.instantiate({}).interface('eft:dhcp/client@0.1.0') as unknown as ClientInterface;
}

/** 10.0.0.1 as the number 0x0a000001. */
export function ipv4(text: string): number {
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** One client with what it has said. Numbers are drawn from a seed, time passes only as the test says. */
export class ClientBench {
  readonly client = instantiateClient();
  now = 1_000n * second;
  /** All actions since the last `take`. */
  readonly actions: Action[] = [];
  #random: bigint;

  constructor(seed = 1n) {
    this.#random = seed;
  }

  random(): bigint {
    this.#random = (this.#random * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & never;
    return this.#random;
  }

  begin(options: Partial<ClientOptions> = {}, link: LinkFacts = upLink): this {
    return this.#add(this.client.begin({ ...usualOptions, ...options }, link, this.now, this.random()));
  }

  setLink(link: LinkFacts): this {
    return this.#add(this.client.setLink(link, this.now, this.random()));
  }

  packet(payload: Uint8Array, isPending = false): this {
    return this.#add(this.client.onPacket(payload, isPending, this.now, this.random()));
  }

  datagram(source: number, payload: Uint8Array): this {
    return this.#add(this.client.onDatagram(source, 67, payload, this.now, this.random()));
  }

  arp(payload: Uint8Array): this {
    return this.#add(this.client.onArp(payload, this.now, this.random()));
  }

  release(): this {
    return this.#add(this.client.release(this.now, this.random()));
  }

  stop(): this {
    return this.#add(this.client.stop(this.now, this.random()));
  }

  timer(): this {
    return this.#add(this.client.onTimer(this.now, this.random()));
  }

  /** Time goes on to the instant the client has asked to be woken at. */
  wake(): this {
    const { wakeAt } = this.status;
    if (wakeAt === never) throw new Error('the client sleeps for ever');
    if (wakeAt > this.now) this.now = wakeAt;
    return this.timer();
  }

  get status(): Status {
    return this.client.look();
  }

  get state(): string {
    return this.client.look().state;
  }

  get lease(): Lease | undefined {
    return this.client.look().lease;
  }

  /** What was said since the last time, without the log. */
  take(): readonly Action[] {
    return this.actions.splice(0).filter(({ tag }) => tag !== 'log');
  }

  #add(actions: readonly Action[]): this {
    this.actions.push(...actions);
    return this;
  }
}
