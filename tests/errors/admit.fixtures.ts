import { modulesFileLimit } from '../../supervisor/config/sources/state.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { verifyCandidate } from '../../supervisor/swap/admit-module.ts';
import { checkSize } from '../../supervisor/swap/module-swaps.ts';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { type BedOptions, plainPolicy, replacement, SwapBed, signed } from '../swap/swap-bed.ts';
import type { TallyVersion } from '../swap/tally-module.ts';
import type { Fixture } from './fixture.ts';

async function onNode(work: (bed: SwapBed) => Promise<unknown>, options: BedOptions = {}): Promise<unknown> {
  using bed = await SwapBed.boot(options);
  return await work(bed);
}

/** Swaps on a node that runs version 1.0.0 of its image. */
function swap(version: TallyVersion, accepted: readonly string[] = [], name = 'tally'): Promise<unknown> {
  return onNode(async (bed) => bed.swap([replacement(await signed(version), accepted, name)]));
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'admit.name',
    title: 'a file of another module',
    provoke: () => swap({ version: '1.1.0' }, [], 'health'),
    text: `error[admit.name]: the file is module tally, and was to replace health
  swap it under its own name, or look whether it is the right file`,
  },
  {
    code: 'admit.older-version',
    title: 'a version that is older than what runs',
    provoke: () => swap({ version: '0.9.0' }),
    text: `error[admit.older-version]: tally 0.9.0 is older than the running 1.0.0
  to have the version before again, use \`eft module rollback\`; an older one is not swapped in`,
  },
  {
    code: 'admit.same-version',
    title: 'the same version with other bytes',
    provoke: async () => {
      // What a build is made of changes its digest, and that of neither is the point: both are played.
      const running = { manifest: readModule(await signed(), 'tally').manifest, digest: 'a'.repeat(64) };
      const candidate = await signed({ temper: 'sick' });
      try {
        return verifyCandidate('tally', candidate, {
          policy: plainPolicy,
          settings: {},
          running,
          counter: undefined,
        });
      } catch (error) {
        if (!(error instanceof EftError)) throw error;
        const { digest } = readModule(candidate, 'tally');
        const same = { module: 'tally', version: '1.0.0', known: 'a'.repeat(16), digest: 'b'.repeat(16) };
        // The error is the one that is thrown, but for the digest of this build.
        const told = EftError.of('admit.same-version', same);
        throw error.message.replace(digest.slice(0, 16), same.digest) === told.message ? told : error;
      }
    },
    text: `error[admit.same-version]: tally 1.0.0 is there already, with other bytes: aaaaaaaaaaaaaaaa, and this file has bbbbbbbbbbbbbbbb
  one version is one file: give the new one a higher version in module.yaml, build and sign it again`,
  },
  {
    code: 'admit.same-file',
    title: 'the file that runs',
    provoke: () => swap({}),
    text: `error[admit.same-file]: tally 1.0.0 runs already, from this very file
  nothing is to be done`,
  },
  {
    code: 'admit.capabilities',
    title: 'a version that asks for more than was accepted',
    provoke: () =>
      swap({
        version: '1.1.0',
        manifest: { limits: { memoryPages: 128, eventMilliseconds: 1000, queuedEvents: 64 } },
      }),
    text: `error[admit.capabilities]: tally 1.1.0 asks for more than 1.0.0 has, and that was not accepted: limits
  if you agree, name exactly these after \`--accept-capabilities\`, with commas between; what each is for stands in the comparison above`,
  },
  {
    code: 'admit.not-asked-for',
    title: 'more is accepted than is asked for',
    provoke: () => swap({ version: '1.1.0' }, ['eft:host/log']),
    text: `error[admit.not-asked-for]: accepted for tally was eft:host/log, which 1.1.0 does not ask for, or the running version has already; new is nothing
  name exactly what is new after \`--accept-capabilities\``,
  },
  {
    code: 'admit.disabled',
    title: 'a module that the configuration disables',
    provoke: () =>
      onNode(async (bed) => {
        const policy = bed.policy;
        const settings = { tally: { disabled: true, grants: [] } };
        return verifyCandidate('tally', await signed(), {
          policy,
          settings,
          running: undefined,
          counter: undefined,
        });
      }),
    text: `error[admit.disabled]: module tally is disabled by the machine configuration
  enable it with \`eft config edit\` under machine.modules first`,
  },
  {
    code: 'admit.too-large',
    title: 'a file that is larger than all that can be installed',
    provoke: () => checkSize('tally', modulesFileLimit),
    text: `error[admit.too-large]: the file of tally has 6422528 bytes; 6291456 are allowed, for all installed modules together too
  build it without what it does not need, or roll another installed module back first`,
  },
  {
    code: 'admit.busy',
    title: 'two swaps at once',
    provoke: () =>
      onNode(async (bed) => {
        const next = await signed({ version: '1.1.0', format: 2 });
        const first = bed.swap([replacement(next)]);
        const second = bed.swap([replacement(next)]);
        await Promise.allSettled([first, second]);
        return await second;
      }),
    text: `error[admit.busy]: another swap is under way
  try again when it is over; \`eft events -w\` shows how it goes`,
  },
  {
    code: 'admit.nothing-before',
    title: 'a rollback where nothing was ever swapped',
    provoke: () => onNode((bed) => bed.rollBack()),
    text: `error[admit.nothing-before]: there is no version of tally before the running 1.0.0 that the node has kept
  swap to a version of your own with \`eft module swap\`; \`eft module history\` shows what there was`,
  },
  {
    code: 'admit.replacements',
    title: 'a swap of nothing',
    provoke: () => onNode((bed) => bed.swap([])),
    text: `error[admit.replacements]: a swap replaces 1 to 8 modules, and this one names 0
  split it, if they need not change together`,
  },
];
