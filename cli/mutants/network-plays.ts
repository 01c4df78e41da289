/**
 * Ways into the network module that nobody has thought of: configurations drawn at random, links that come and go, kernels that refuse, DHCP
 * servers that stop answering, clocks that are late. All of it follows from a seed.
 */
import fc from 'fast-check';
import type { NetworkConfig } from '../../supervisor/capabilities/generated/resources-network-config.ts';
import type { OpenRequest } from '../../supervisor/cells/module-events.ts';
import type { RecordValue, Value } from '../../supervisor/store/resource.ts';
import { bytesOf32 } from '../../tests/components/dhcp/wire.ts';
import {
  decodeMessages,
  encodeMessage,
  joinBytes,
  netlinkFlags,
} from '../../tests/simulation/network/netlink-bytes.ts';
import { operations } from '../../tests/simulation/network/operations.ts';
import type { FuzzInput, ResourceChange } from '../fuzz/fuzz-input.ts';
import { Random } from '../fuzz/random.ts';
import type { Target } from '../fuzz/target.ts';
import { echoes, PlayedWire, refusalOf, type Server, serverAddress } from './played-wire.ts';
import {
  drawWords,
  layeredConfiguration,
  otherConfiguration,
  randomConfiguration,
  type Words,
} from './random-configuration.ts';

const configKind = 'eft:resources/network-config';
const sources = ['default', 'machine', 'platform'] as const;
/** Deeds of one play, and steps after which it ends. */
const deeds = { fewest: 6, more: 16 } as const;
const stepsLimit = 320;
/** Timers that fire one after the other while nobody answers: with doubled waits that is hours. */
const silentTimers = 80;
/** Milliseconds. */
const moments = [0, 1, 30, 400, 5_000, 20_000, 70_000, 400_000, 4_000_000] as const;

/** So many plays; each restarts the module in the middle now and then, which makes two inputs of it. */
export function networkPlays(target: Target, count: number, seed: number): readonly FuzzInput[] {
  return Array.from({ length: count }, (_, index) => new Play(target, new Random(seed, index)).run()).flat();
}

class Play {
  readonly #target: Target;
  readonly #random: Random;
  readonly #inputs: FuzzInput[] = [];
  readonly #words: Words;
  readonly #configs = new Map<string, NetworkConfig>();
  #wire: PlayedWire;
  /** Requests of which one fails, on average; 0: none does. */
  #weather = 0;

  constructor(target: Target, random: Random) {
    this.#target = target;
    this.#random = random;
    this.#words = drawWords(random);
    this.#wire = new PlayedWire(target);
    this.#prepare();
  }

  run(): readonly FuzzInput[] {
    const random = this.#random;
    this.#serve();
    this.#declare();
    // Each play does some of it: where everything may happen, little of the same does.
    const known = [() => this.#declare(), ...this.#deeds().filter(() => random.once(2))];
    for (let left = deeds.fewest + random.below(deeds.more); left > 0; left -= 1) {
      if (this.#wire.host.length >= stepsLimit) break;
      random.pick(known)?.();
    }
    return [...this.#inputs, this.#wire.host.input];
  }

  #prepare(): void {
    this.#wire.instead = (request) => this.#fail(request);
    this.#wire.isChecksumPending = this.#random.once(2);
  }

  /** What may happen, each as often as it stands here. */
  #deeds(): readonly (() => void)[] {
    const random = this.#random;
    const pass = (): void => {
      this.#wire.pass(random.choose(moments));
    };
    return [
      () => this.#declare(),
      () => this.#declare(),
      pass,
      pass,
      () => this.#beLate(),
      () => {
        this.#serve();
        pass();
      },
      () => this.#beSilent(),
      () => this.#plug(),
      () => this.#meddle(),
      () => {
        this.#weather = random.choose([0, 0, 1, 2, 8]);
      },
      () => {
        this.#wire.host.step(random.once(2) ? { deed: 'conflict' } : { deed: 'swap' });
        this.#wire.rest();
      },
      () => this.#restart(),
      () => {
        this.#wire.isOpposed = !this.#wire.isOpposed;
      },
    ];
  }

  /** One source or two say something else, or nothing any more. */
  #declare(): void {
    const random = this.#random;
    const changes = Array.from({ length: random.small(2) }, (): ResourceChange => {
      const id = random.choose(sources);
      const before = this.#configs.get(id);
      if (before !== undefined && random.once(6)) {
        this.#configs.delete(id);
        return { kind: configKind, id, value: undefined, isTearingDown: false };
      }
      const config = this.#drawConfiguration(before);
      this.#configs.set(id, config);
      return { kind: configKind, id, value: recordOf(config), isTearingDown: false };
    });
    this.#wire.change(...changes);
    if (random.once(2)) this.#wire.pass(random.choose(moments));
  }

  /** Something new, or what the source has said before but for a part, or more of what another one says. */
  #drawConfiguration(before: NetworkConfig | undefined): NetworkConfig {
    const random = this.#random;
    if (before !== undefined && !random.once(3)) return otherConfiguration(before, this.#words);
    const other = random.once(2) ? random.pick([...this.#configs.values()]) : undefined;
    return other === undefined ? randomConfiguration(this.#words) : layeredConfiguration(other, this.#words);
  }

  /** A timer fires long after it was due: others would have been by then. */
  #beLate(): void {
    const { host } = this.#wire;
    if (host.timers.length === 0) return;
    const timer = this.#random.below(host.timers.length);
    host.step({ deed: 'timer', timer }, [], this.#random.choose(moments));
    this.#wire.rest();
  }

  /** Nobody answers any more, and timer by timer the time goes by. */
  #beSilent(): void {
    this.#wire.servers = [];
    const { host } = this.#wire;
    for (let count = this.#random.below(silentTimers); count > 0 && host.timers.length > 0; count -= 1)
      host.step({ deed: 'timer', timer: 0 }).settle();
    this.#wire.rest();
  }

  /** Other servers, or the same with something else to give. */
  #serve(): void {
    const random = this.#random;
    this.#wire.servers = Array.from({ length: random.below(3) }, () => randomServer(random));
  }

  /** Cables and cards come and go. */
  #plug(): void {
    const random = this.#random;
    const { kernel, cards } = this.#wire;
    const card = random.pick(cards) ?? 2;
    const way = random.below(8);
    const change = (): void => {
      if (way === 0) kernel.addCard(random.choose(['eth0', 'eth2']));
      else if (way === 1) kernel.removeLink(card);
      else kernel.setPlugged(card, random.once(2));
    };
    try {
      if (random.once(4)) kernel.losingNews(change);
      else change();
    } catch (error) {
      // It has gone before, or there is one of this name.
      if (!(error instanceof Error)) throw error;
    }
    this.#wire.rest();
    if (random.once(2)) this.#wire.pass(random.choose(moments));
  }

  /** Somebody else asks the kernel for something. */
  #meddle(): void {
    const seed = this.#random.bits() | 0;
    const [asked = []] = fc.sample(operations(1 + this.#random.below(3)), { seed, numRuns: 1 });
    for (const { bytes } of asked) this.#wire.meddle(bytes);
  }

  /** The module is started anew, with what there is; what is declared may be another thing by then. */
  #restart(): void {
    const { host, kernel, servers } = this.#wire;
    this.#inputs.push(host.input);
    const boot = { reason: 'restart', saved: undefined, handles: [...host.handles] } as const;
    const kept = host.resources.filter(({ kind }) => kind !== configKind);
    if (this.#random.once(2)) this.#configs.delete(this.#random.choose(sources));
    const declared = [...this.#configs].map(
      ([id, config]): ResourceChange => ({
        kind: configKind,
        id,
        value: recordOf(config),
        isTearingDown: false,
      }),
    );
    this.#wire = new PlayedWire(this.#target, { boot, present: [...declared, ...kept] }, kernel);
    this.#wire.servers = servers;
    this.#prepare();
    this.#wire.change(...declared);
  }

  #fail(request: OpenRequest): Value | undefined {
    const random = this.#random;
    if (this.#weather === 0 || !random.once(this.#weather)) return undefined;
    const [, messages] = request.parameters;
    if (request.call === 'exchange' && messages instanceof Uint8Array && !random.once(4))
      return this.#refuse(messages);
    const failure = random.choose<Value>([
      { tag: 'kernel', val: [16, 'it is busy'] },
      { tag: 'not-found' },
      { tag: 'deadline' },
      { tag: 'cancelled' },
      { tag: 'too-many' },
    ]);
    return { tag: 'err', val: failure };
  }

  /** The kernel does some of what it is asked for, and refuses the rest. */
  #refuse(messages: Uint8Array): Value | undefined {
    const random = this.#random;
    const asked = decodeMessages(messages);
    if (asked.every(({ flags }) => (flags & netlinkFlags.NLM_F_DUMP) === netlinkFlags.NLM_F_DUMP))
      return undefined;
    const answers = asked.map((message) =>
      random.once(2)
        ? this.#wire.exchange(encodeMessage(message))
        : refusalOf(message, random.choose(echoes), random.choose(errnos)),
    );
    return { tag: 'ok', val: joinBytes(answers) };
  }
}

/** EPERM, ENOENT, ESRCH, EEXIST, ENODEV, EINVAL, EBUSY, EOPNOTSUPP, ENETUNREACH (errno-base.h, errno.h). */
const errnos = [1, 2, 3, 17, 19, 22, 16, 95, 101] as const;

function randomServer(random: Random): Server {
  const address = random.choose([serverAddress, 0x0a000002, 0xc0000201]);
  const silentTo = random.choose([undefined, undefined, undefined, 'discover', 'request'] as const);
  return {
    address,
    leased: random.choose([0x0a000011, 0x0a000012, 0xc0000205]),
    grant: {
      seconds: random.choose([4, 60, 600, 3_600, 86_400, 0xffff_ffff]),
      refuses: random.once(5),
      options: options.filter(() => random.once(4)),
    },
    ...(silentTo !== undefined && { silentTo }),
  };
}

const options: NonNullable<Server['grant']['options']> = [
  [6, bytesOf32(0x0a000003)],
  [12, [...Buffer.from('leased.example')]],
  [15, [...Buffer.from('example.org')]],
  [26, [5, 120]],
  [42, bytesOf32(0x0a000003)],
  [58, bytesOf32(20)],
  [59, bytesOf32(40)],
  [119, [3, 97, 98, 99, 0]],
  [121, [24, 10, 9, 8, ...bytesOf32(serverAddress), 0, ...bytesOf32(serverAddress)]],
];

function recordOf(config: NetworkConfig): RecordValue {
  return { ...config };
}
