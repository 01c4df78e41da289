/**
 * Bad updates, one a way to be bad, as an operator or somebody in their place would hand them to a node: each is refused or taken back with an error of its
 * own that says what was tried, and the node is as one that never saw it. What is refused before it runs, and what can be played on the test's clock, is held
 * against a second node to the last number; what only a real thread can do is done with real threads, and what the process holds is counted.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareEngine, threadTransport } from '../../supervisor/cells/thread-transport.ts';
import { modulesFile } from '../../supervisor/config/sources/state.ts';
import { EftError, type ErrorCode } from '../../supervisor/errors/eft-error.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { threadRanMs } from '../../supervisor/native/thread-clock.ts';
import { Node } from '../../supervisor/node.ts';
import { verifyCandidate } from '../../supervisor/swap/admit-module.ts';
import { decodeGeneration, historyLimit, noModules } from '../../supervisor/swap/installed-modules.ts';
import { ModuleKeeper } from '../../supervisor/swap/module-keeper.ts';
import { ModuleSwaps, type SwapProgress } from '../../supervisor/swap/module-swaps.ts';
import type { SwapStep } from '../../supervisor/swap/swap-modules.ts';
import { encodeCoseSign, signPayload } from '../../supervisor/trust/cose-sign.ts';
import { signatureSection, writeCustomSection } from '../../supervisor/trust/module-sections.ts';
import { readTrustPolicy, type TrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { policyYaml } from '../errors/small-module.ts';
import { countHoldings, type Holdings } from '../soak/holdings.ts';
import {
  type BedOptions,
  opened,
  otherKey,
  PlayedState,
  plainPolicy,
  replacement,
  rootKey,
  SwapBed,
  signed,
  strangeKey,
} from './swap-bed.ts';
import { type TallyVersion, type Temper, tallyFile } from './tally-module.ts';
import { TallyWorld, tallyOn } from './tally-world.ts';

const next = { version: '1.1.0', format: 2 } as const;

type Attack = {
  readonly title: string;
  readonly file: () => Promise<Uint8Array>;
  readonly accepted?: readonly string[];
  /** What the node is like, where that matters. */
  readonly node?: () => Promise<BedOptions>;
  readonly code: ErrorCode;
  /** What the error says of the attack. */
  readonly text: string;
  /** The last step that is told of before the swap is over. */
  readonly reached: SwapStep;
};

/** The next version with more than one thing wrong is not what is looked at: each of these is right but for one. */
const refused: readonly Attack[] = [
  {
    title: 'unsigned',
    file: () => signed(next, []),
    code: 'module.not-signed',
    text: 'the module is not signed',
    reached: 'verify',
  },
  {
    title: 'signed with a key that nobody gave a scope',
    file: () => signed(next, [strangeKey]),
    code: 'trust.unknown-key',
    text: `the file is signed by the key ${strangeKey.public.kid}, which the trust policy does not know`,
    reached: 'verify',
  },
  {
    title: 'signed with a key that leaked, and was revoked, beside one that counts',
    file: () => signed(next, [rootKey, strangeKey]),
    node: async () => ({
      policy: { ...policyOf([{ key: strangeKey }]), revoked: new Set([strangeKey.public.kid]) },
    }),
    code: 'trust.revoked-key',
    text: `the file is signed by the key ${strangeKey.public.kid}, which the machine configuration has revoked`,
    reached: 'verify',
  },
  {
    title: 'signed with a key whose scope has another name',
    file: () => signed(next, [otherKey]),
    code: 'trust.module-scope',
    text: 'no key that signed tally may sign modules of this name',
    reached: 'verify',
  },
  {
    title: 'signed with a key whose scope has other capabilities',
    file: () => signed(next, [otherKey]),
    node: async () => ({ policy: policyOf([{ key: otherKey, capabilities: ['eft:host/clock'] }]) }),
    code: 'trust.capability-scope',
    text: 'no key that signed tally may sign for all it is able to do',
    reached: 'verify',
  },
  {
    title: 'signed by fewer keys than must',
    file: () => signed(next, [otherKey]),
    node: async () => ({
      policy: policyOf([{ key: otherKey }], { tally: 2 }),
      image: await signed({}, [rootKey, otherKey]),
    }),
    code: 'trust.threshold',
    text: 'tally needs signatures of 2 keys with the right scope, and has 1 of them',
    reached: 'verify',
  },
  {
    title: 'signed twice with the same key, where two keys must',
    file: async () => signedTwice(next),
    node: async () => ({
      policy: policyOf([{ key: otherKey }], { tally: 2 }),
      image: await signed({}, [rootKey, otherKey]),
    }),
    code: 'signature.duplicate-signer',
    text: `the key ${rootKey.public.kid} has signed twice`,
    reached: 'verify',
  },
  {
    title: 'an older version',
    file: () => signed({ version: '0.9.9' }),
    code: 'admit.older-version',
    text: 'tally 0.9.9 is older than the running 1.0.0',
    reached: 'verify',
  },
  {
    title: 'a newer version with an older security version',
    file: () => signed(next),
    node: async () => ({ image: await signed({ manifest: { securityVersion: 4 } }) }),
    code: 'module.security-version',
    text: 'tally has the security version 1, and this node accepts 4 or higher',
    reached: 'verify',
  },
  {
    title: 'the running version with other bytes',
    file: () => signed({ temper: 'sick' }),
    code: 'admit.same-version',
    text: 'tally 1.0.0 is there already, with other bytes',
    reached: 'verify',
  },
  {
    title: 'the running version with other bytes, and another build in its name',
    file: () => signed({ version: '1.0.0+other', temper: 'sick' }),
    code: 'admit.same-version',
    text: 'tally 1.0.0+other is there already, with other bytes',
    reached: 'verify',
  },
  {
    title: 'the running file',
    file: () => signed(),
    code: 'admit.same-file',
    text: 'tally 1.0.0 runs already, from this very file',
    reached: 'verify',
  },
  {
    title: 'another module',
    file: () => signed({ ...next, manifest: { name: 'toll' } }),
    code: 'admit.name',
    text: 'the file is module toll, and was to replace tally',
    reached: 'verify',
  },
  {
    title: 'a flipped bit',
    file: async () => flipped(await signed(next), 4_000),
    code: 'signature.invalid',
    text: `does not match the file: file or signature was changed`,
    reached: 'verify',
  },
  {
    title: 'more capabilities',
    file: async () => signed({ ...next, manifest: { grants: await widerGrants() } }),
    code: 'admit.capabilities',
    text: 'tally 1.1.0 asks for more than 1.0.0 has, and that was not accepted: eft:host/files, eft:host/socket',
    reached: 'compare',
  },
  {
    title: 'more capabilities than those that are accepted',
    file: async () => signed({ ...next, manifest: { grants: await widerGrants() } }),
    accepted: ['eft:host/socket'],
    code: 'admit.capabilities',
    text: 'tally 1.1.0 asks for more than 1.0.0 has, and that was not accepted: eft:host/files',
    reached: 'compare',
  },
  {
    title: 'more time and memory',
    file: () =>
      signed({
        ...next,
        manifest: { limits: { memoryPages: 64, eventMilliseconds: 60_000, queuedEvents: 64 } },
      }),
    code: 'admit.capabilities',
    text: 'tally 1.1.0 asks for more than 1.0.0 has, and that was not accepted: limits',
    reached: 'compare',
  },
  {
    title: 'a capability accepted beforehand, for a version to come',
    file: () => signed(next),
    accepted: ['eft:host/block'],
    code: 'admit.not-asked-for',
    text: 'accepted for tally was eft:host/block, which 1.1.0 does not ask for',
    reached: 'compare',
  },
  {
    title: 'a state that it cannot read',
    file: () => signed({ ...next, manifest: { savedState: { writes: 3, reads: [3] } } }),
    code: 'swap.state-format',
    text: 'tally 1.1.0 does not read format 1, in which the running 1.0.0 saves its state',
    reached: 'compare',
  },
];

/** These are what they say they are, and run: it is what they do that is bad. */
const tried: readonly (Omit<Attack, 'file'> & { readonly temper: Temper })[] = [
  {
    title: 'a trap at its start',
    temper: 'trap-at-start',
    code: 'swap.start-failed',
    text: 'did not start: the module trapped in `eft:module/lifecycle@0.1.0 start`',
    reached: 'go-back',
  },
  {
    title: 'no wish to start',
    temper: 'refuse',
    code: 'swap.start-failed',
    text: 'did not start: module tally refused to start: the temper says so',
    reached: 'go-back',
  },
  {
    title: 'a trap at its first event',
    temper: 'trap-at-event',
    code: 'swap.trial-failed',
    text: 'events that it had handled: 0; the module trapped in `eft:module/lifecycle@0.1.0 handle`',
    reached: 'go-back',
  },
  {
    title: 'a trap when all seemed well',
    temper: 'trap-later',
    code: 'swap.trial-failed',
    text: 'events that it had handled: 3; the module trapped in `eft:module/lifecycle@0.1.0 handle`',
    reached: 'go-back',
  },
  {
    title: 'never a word about its health',
    temper: 'never-well',
    code: 'swap.never-healthy',
    text: 'was not well within 200 ms: it is starting',
    reached: 'go-back',
  },
  {
    title: 'something that it lacks',
    temper: 'sick',
    code: 'swap.never-healthy',
    text: 'was not well within 200 ms: it is degraded: the temper says so',
    reached: 'go-back',
  },
];

function policyOf(
  keys: Parameters<typeof policyYaml>[0],
  thresholds: Parameters<typeof policyYaml>[1] = {},
): TrustPolicy {
  return readTrustPolicy(policyYaml([{ key: rootKey }, ...keys], thresholds), 'trust.yaml');
}

/** A file that says twice that the root key signed it, which the tools refuse to make. */
async function signedTwice(version: TallyVersion): Promise<Uint8Array> {
  const { file } = await tallyFile(version);
  const signature = signPayload(file, 'eft:module', rootKey);
  const section = writeCustomSection(signatureSection, encodeCoseSign([signature, signature]));
  return new Uint8Array([...file, ...section]);
}

function flipped(file: Uint8Array, bit: number): Uint8Array {
  const copy = file.slice();
  const index = Math.floor(bit / 8);
  copy[index] = (copy[index] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

/** Another port, and a folder that it may write to now. */
async function widerGrants(): Promise<Manifest['grants']> {
  const { manifest } = await tallyFile();
  return manifest.grants.map((grant) => {
    if (grant.interface === 'eft:host/socket')
      return { ...grant, udp: [...(grant.udp ?? []), { ports: [53], links: ['*'] }] };
    if (grant.interface !== 'eft:host/files') return grant;
    const directories = grant.directories.map((one) => ({ ...one, access: 'read-write' as const }));
    return { ...grant, directories };
  });
}

/** What the operator saw of a swap that must not go through. */
type Outcome = { readonly error: EftError; readonly told: readonly SwapProgress[] };

async function attempt(
  swaps: ModuleSwaps,
  file: Uint8Array,
  { accepted = [], name = 'tally' }: Pick<Attack, 'accepted'> & { readonly name?: string } = {},
  wait: (work: Promise<void>) => Promise<void> = (work) => work,
): Promise<Outcome> {
  const told: SwapProgress[] = [];
  const { signal } = new AbortController();
  const call = { identity: 'admin', signal, onProgress: (one: SwapProgress) => void told.push(one) };
  try {
    await wait(swaps.swap([replacement(file, accepted, name)], false, call));
  } catch (error) {
    if (error instanceof EftError) return { error, told };
    throw error;
  }
  throw new Error('the node took it');
}

/** The messages of all attacks, with what differs by chance alone taken out. */
const said = new Map<string, string>();

/** Holds that `spoilt` is as `quiet`, which has not been asked for anything. */
async function expectNoTrace(spoilt: SwapBed, quiet: SwapBed, isExact: boolean): Promise<void> {
  await quiet.tally.pass(spoilt.tally.nowMs - quiet.tally.nowMs);
  for (const { tally } of [spoilt, quiet]) {
    await tally.pass(60);
    await tally.pass(20, false);
  }
  const plain = ({ tally: { tally, resources, cell, threads, closed } }: SwapBed) => {
    const text = JSON.stringify({ tally, resources, handles: cell.handles, requests: cell.openRequests });
    const open = threads.filter(({ isOpen }) => isOpen).length;
    // A version that ran had asked too; how often is not among what the old one is told.
    const found = isExact
      ? text
      : text.replace(/("name":"answers","reason":|"answers":)"\d+"/g, (_, name: string) => name);
    return { found, open, closed, version: cell.module.manifest.version, digest: cell.module.digest };
  };
  expect(plain(spoilt)).toEqual(plain(quiet));
  expect(Number(spoilt.tally.tally.answers)).toBeGreaterThan(60);
  expect(spoilt.tally.tally.wrong).toBe('0 0 0 0 0 0');
  // Beside what has happened, STATE says what it said, and the next boot starts what runs.
  expect({ ...spoilt.keeper.generation, history: [] }).toEqual(quiet.keeper.generation);
  const { files } = spoilt.state;
  expect([...files.keys()].filter((name) => name !== modulesFile)).toEqual([]);
  const kept = files.get(modulesFile);
  if (kept !== undefined) expect({ ...decodeGeneration(kept), history: [] }).toEqual(noModules);
  expect(spoilt.told).toEqual([]);
}

describe('an update that is refused before it runs:', () => {
  for (const attack of refused)
    it(`${attack.title}`, async () => {
      const options = (await attack.node?.()) ?? {};
      using spoilt = await SwapBed.boot(options);
      using quiet = await SwapBed.boot(options);
      await Promise.all([spoilt.tally.pass(30), quiet.tally.pass(30)]);
      const wait = (work: Promise<void>) => spoilt.tally.passUntil(work);
      const { error, told } = await attempt(spoilt.swaps, await attack.file(), attack, wait);
      said.set(attack.title, error.message);
      expect(error).toMatchObject({ code: attack.code, message: expect.stringContaining(attack.text) });
      expect(told.at(-1)?.step).toBe(attack.reached);
      expect(spoilt.tally.threads).toHaveLength(quiet.tally.threads.length);
      await expectNoTrace(spoilt, quiet, true);
    });

  it('any flipped bit', async () => {
    const file = await signed(next);
    const ground = { policy: plainPolicy, settings: {}, running: undefined, counter: undefined };
    const bits = file.length * 8;
    // All of the signatures and the manifest before them would be a minute: a prime step goes through all parts of the file.
    for (let bit = 5; bit < bits; bit += 7_919)
      expect(() => verifyCandidate('tally', flipped(file, bit), ground)).toThrow(EftError);
    expect(verifyCandidate('tally', file, ground).opened.manifest.version).toBe('1.1.0');
  });
});

describe('an update in the name of a version that was kept once', () => {
  const kept = { version: '1.1.0', format: 2 } as const;
  const others = [
    { ...kept, temper: 'sick' },
    { ...kept, version: '1.1.0+again' },
  ] as const;
  const code = 'admit.same-version';

  it('is refused when it was rolled back, and the file of then is taken', async () => {
    using bed = await SwapBed.boot();
    await bed.swap([replacement(await signed(kept))]);
    await bed.rollBack();
    for (const other of others)
      await expect(bed.swap([replacement(await signed(other))])).rejects.toMatchObject({ code });
    await bed.swap([replacement(await signed(kept))]);
    expect(bed.version).toBe('1.1.0');
  });

  it('is refused when nothing runs under the name any more, and the file of then is taken', async () => {
    using bed = await SwapBed.boot();
    const manifest = { name: 'toll' };
    const toll = async (version: TallyVersion) => {
      const { told } = await attempt(bed.swaps, await signed({ ...version, id: '1', manifest }), {
        accepted: [],
        name: 'toll',
      });
      const asked = told.flatMap(({ changes = [] }) => changes).filter(({ isMore }) => isMore);
      const accepted = asked.map(({ capability }) => capability);
      return bed.swap([replacement(await signed({ ...version, id: '1', manifest }), accepted, 'toll')]);
    };
    await toll(kept);
    await bed.tally.node.roster.remove('toll');
    for (const other of others) await expect(toll(other)).rejects.toMatchObject({ code });
    await toll(kept);
    expect(bed.tally.node.roster.cells.get('toll')?.module.manifest.version).toBe('1.1.0');
  });
});

it('updates that are refused, however many, do not have the history forget what runs', async () => {
  using bed = await SwapBed.boot();
  await bed.swap([replacement(await signed({ version: '1.1.0', format: 2 }))]);
  const greedy = await signed({ version: '1.2.0', manifest: { grants: await widerGrants() } });
  for (let time = 0; time < historyLimit + 4; time += 1) await attempt(bed.swaps, greedy);
  const history = bed.swaps.history('tally');
  expect(history).toHaveLength(historyLimit);
  expect(history.filter(({ outcome }) => outcome === 'running')).toMatchObject([
    { version: '1.1.0', how: 'swap', identity: 'admin' },
  ]);
});

describe('an update that is taken back:', () => {
  for (const { temper, ...attack } of tried)
    it(`${attack.title}`, async () => {
      using spoilt = await SwapBed.boot();
      using quiet = await SwapBed.boot();
      await Promise.all([spoilt.tally.pass(30), quiet.tally.pass(30)]);
      const wait = (work: Promise<void>) => spoilt.tally.passUntil(work);
      const { error, told } = await attempt(spoilt.swaps, await signed({ ...next, temper }), {}, wait);
      said.set(attack.title, error.message);
      expect(error).toMatchObject({ code: attack.code, message: expect.stringContaining(attack.text) });
      expect(error.message).toMatch(/^tally 1\.1\.0 /);
      expect(told.at(-1)?.step).toBe(attack.reached);
      const [entry, running] = spoilt.swaps.history('tally');
      const { message } = error;
      expect(entry).toMatchObject({ version: '1.1.0', outcome: 'went-back', identity: 'admin', message });
      expect(running).toMatchObject({ version: '1.0.0', outcome: 'running', how: 'image' });
      await expectNoTrace(spoilt, quiet, false);
      // And so it is after a reboot.
      using after = await SwapBed.boot({ state: new PlayedState(spoilt.state.files) });
      expect([after.version, after.missing]).toEqual(['1.0.0', []]);
    });
});

/** Ends the newest thread that there is, unless it is the only one. */
function killNewest({ tally: { threads } }: SwapBed): void {
  const thread = threads.findLast(({ isOpen }) => isOpen);
  if (thread === undefined || thread === threads[0]) throw new Error('there is nothing but the old version');
  thread.isOpen = false;
  thread.events.onEnd('it was killed');
}

describe('an update that is killed', () => {
  const moments = [
    ['prepare', 'swap.not-loaded'],
    ['quiesce', 'swap.start-failed'],
    ['save', 'swap.start-failed'],
    ['hand-over', 'swap.start-failed'],
    ['probation', 'swap.start-failed'],
    ['commit', 'swap.trial-failed'],
    // PID 1 waits for the disk, and is told that the disk has failed, or not.
    ['the write to the disk', 'swap.trial-failed'],
    ['the write to the disk, which fails', 'swap.not-kept'],
  ] as const;
  for (const [moment, code] of moments)
    it(`at ${moment} is not there any more, and the next boot starts what runs`, async () => {
      using spoilt = await SwapBed.boot();
      using quiet = await SwapBed.boot();
      await Promise.all([spoilt.tally.pass(30), quiet.tally.pass(30)]);
      const told: SwapProgress[] = [];
      const onProgress = (one: SwapProgress): void => {
        told.push(one);
        if (one.step === moment) killNewest(spoilt);
      };
      const { rename } = spoilt.state;
      Object.assign(spoilt.state, {
        rename: (from: string, to: string) => {
          rename(from, to);
          if (!moment.startsWith('the write') || from === `${modulesFile}.new`) return;
          killNewest(spoilt);
          if (moment.endsWith('fails')) throw new Error('input/output error');
        },
      });
      const call = { identity: 'admin', signal: new AbortController().signal, onProgress };
      const swapping = spoilt.swaps.swap([replacement(await signed(next))], false, call);
      await expect(spoilt.tally.passUntil(swapping)).rejects.toMatchObject({ code });
      expect(told.at(-1)?.step).toBe(moment === 'prepare' ? 'prepare' : 'go-back');
      const [entry, running] = spoilt.swaps.history('tally');
      expect(entry).toMatchObject({ version: '1.1.0', outcome: 'went-back' });
      expect(running).toMatchObject({ version: '1.0.0', outcome: 'running' });
      await expectNoTrace(spoilt, quiet, false);
      using after = await SwapBed.boot({ state: new PlayedState(spoilt.state.files) });
      expect([after.version, after.missing]).toEqual(['1.0.0', []]);
    });
});

/** A node on the machine's clock, with threads that hang when they hang. */
class ThreadedNode {
  readonly failures: string[] = [];
  readonly node: Node;
  readonly swaps: ModuleSwaps;
  readonly #armed = new Set<NodeJS.Timeout>();
  readonly #world: TallyWorld;

  constructor() {
    const after = (delayMs: number, fire: () => void): (() => void) => {
      const timer = setTimeout(() => {
        this.#armed.delete(timer);
        fire();
      }, delayMs);
      this.#armed.add(timer);
      return () => {
        clearTimeout(timer);
        this.#armed.delete(timer);
      };
    };
    this.#world = new TallyWorld(after);
    this.node = new Node({
      open: threadTransport(),
      time: () => ({
        now: process.hrtime.bigint(),
        wall: BigInt(Date.now()) * 1_000_000n,
        isSynchronized: true,
      }),
      ranMs: threadRanMs,
      after,
      random: (count) => new Uint8Array(count),
      carriers: this.#world.carriers,
      events: {
        onState: () => undefined,
        onLog: () => undefined,
        onFailure: (_, { message }) => this.failures.push(message),
      },
      isBooting: () => true,
    });
    this.swaps = new ModuleSwaps({
      node: this.node,
      keeper: new ModuleKeeper(noModules, { change: undefined, tell: (line) => this.failures.push(line) }),
      policy: () => plainPolicy,
      settings: () => ({}),
      imageFile: () => undefined,
      wallMs: () => Date.now(),
      trial: { wellMs: 50, limitMs: 1_500 },
    });
  }

  /** The module has its sockets, and asks for numbers. */
  begun(): Promise<void> {
    return until(() => this.#world.reading === 3 && this.node.roster.cells.get('tally')?.openRequests === 3);
  }

  /** What the process holds when the module has counted all that it was told, and does nothing but what it always does. */
  async holdings(): Promise<Omit<Holdings['counts'], 'timers'>> {
    const { sent } = this.#world;
    this.#world.talk(3);
    const cell = this.node.roster.cells.get('tally');
    await until(() => tallyOn(this.node).heard === String(sent.numbers) && cell?.phase === 'idle');
    await until(() => tallyOn(this.node).letters === String(sent.letters) && this.#world.reading === 3);
    expect(tallyOn(this.node).wrong).toBe('0 0 0 0 0 0');
    // Ticks and reads come and go by themselves: of timers there is no number that always holds.
    const { timers: _, ...counts } = countHoldings(this.node.store, { armedTimers: 0, carried: 3 });
    return counts;
  }

  async stop(): Promise<void> {
    await this.node.roster.stopAll();
    for (const timer of this.#armed) clearTimeout(timer);
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not so after 20 s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('an update in a thread of its own that is taken back:', () => {
  const limits = { memoryPages: 64, eventMilliseconds: 200, queuedEvents: 64 };
  const attacks: readonly (Omit<Attack, 'file' | 'reached'> & { readonly temper: Temper })[] = [
    {
      title: 'a hang',
      temper: 'hang',
      code: 'swap.trial-failed',
      text: 'events that it had handled: 0; module tally took more than 200 ms over',
    },
    {
      title: 'a hunger for memory',
      temper: 'hog',
      code: 'swap.start-failed',
      text: 'did not start: the module trapped in `eft:module/lifecycle@0.1.0 start`: unreachable; all the memory that it may have is taken',
    },
  ];
  let threaded: ThreadedNode;
  let before: Awaited<ReturnType<ThreadedNode['holdings']>>;

  beforeAll(async () => {
    prepareEngine();
    threaded = new ThreadedNode();
    threaded.node.start(opened(await signed()));
    await threaded.begun();
    // The first swap has the engine start what it needs for a second thread.
    await attempt(threaded.swaps, await signed({ ...next, temper: 'refuse' }));
    before = await threaded.holdings();
  }, 60_000);
  afterAll(() => threaded.stop());

  for (const { temper, ...attack } of attacks)
    it(`${attack.title}`, async () => {
      const file = await signed({ ...next, temper, manifest: { limits } });
      const { error, told } = await attempt(threaded.swaps, file);
      said.set(attack.title, error.message);
      expect(error).toMatchObject({ code: attack.code, message: expect.stringContaining(attack.text) });
      expect(told.at(-1)?.step).toBe('go-back');
      await until(() => threaded.node.roster.cells.get('tally')?.phase === 'idle');
      expect(await threaded.holdings()).toEqual(before);
      expect(threaded.node.roster.cells.get('tally')?.module.manifest.version).toBe('1.0.0');
    }, 30_000);
});

it('all of them are told apart by what is said', () => {
  expect(said.size).toBe(refused.length + tried.length + 2);
  expect([...new Set(said.values())]).toHaveLength(said.size);
});
