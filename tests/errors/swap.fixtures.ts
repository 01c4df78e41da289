import type { CellModule } from '../../supervisor/cells/cell.ts';
import type { SwapJournal } from '../../supervisor/swap/swap-journal.ts';
import { type SwapOptions, type SwapStep, swapModules } from '../../supervisor/swap/swap-modules.ts';
import { type TallyVersion, tallyModule } from '../swap/tally-module.ts';
import { TallyNode } from '../swap/tally-node.ts';
import type { Fixture } from './fixture.ts';

const journal: SwapJournal = {
  prepare: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};
const full = (): Promise<void> => Promise.reject(new Error('no space left on device'));

/** Swaps to the versions `to` on a node that runs version 1.0.0. */
async function swap(
  to: readonly TallyVersion[],
  options: Partial<SwapOptions> = {},
  disturb: (tally: TallyNode, step: SwapStep) => void = () => undefined,
): Promise<unknown> {
  const tally = new TallyNode(await tallyModule());
  await tally.pass(10);
  const modules: CellModule[] = [];
  for (const version of to) modules.push(await tallyModule(version));
  const onStep = (step: SwapStep): void => disturb(tally, step);
  const given = { journal, wellMs: 10, limitMs: 100, onStep, ...options };
  return tally.passUntil(swapModules(tally.node.roster, modules, given));
}

const next = { version: '1.1.0', format: 2 } as const;

export const fixtures: readonly Fixture[] = [
  {
    code: 'swap.twice',
    title: 'the same module twice in one swap',
    provoke: () => swap([next, next]),
    text: `error[swap.twice]: module tally is to be replaced twice in one swap
  name each module once`,
  },
  {
    code: 'swap.state-format',
    title: 'a new version that cannot read what the running one saves',
    provoke: () => swap([{ ...next, manifest: { savedState: { writes: 3, reads: [3] } } }]),
    text: `error[swap.state-format]: tally 1.1.0 does not read format 1, in which the running 1.0.0 saves its state
  list the format under \`savedState.reads\` in module.yaml and have \`start\` read it, or swap to a version in between first`,
  },
  {
    code: 'swap.not-loaded',
    title: 'the thread of the new version ends before anything is touched',
    provoke: () =>
      swap([next], {}, (tally, step) => {
        if (step === 'prepare') tally.threads.at(-1)?.events.onEnd('it exited');
      }),
    text: `error[swap.not-loaded]: tally 1.1.0 could not be loaded beside the running version: the thread or process of module tally ended by itself: it exited
  nothing was touched; mend what the reason names and build the module again`,
  },
  {
    code: 'swap.not-prepared',
    title: 'a full disk before anything is touched',
    provoke: () => swap([next], { journal: { ...journal, prepare: full } }),
    text: `error[swap.not-prepared]: the swap could not be written down, so nothing was touched: no space left on device
  look at the disk of STATE: \`eft dmesg\` tells what the kernel says of it`,
  },
  {
    code: 'swap.does-not-fit',
    title: 'a new version that wants a kind for itself which another module writes',
    provoke: () => {
      const kind = 'eft:resources/node-status';
      const manifest = { outputs: [{ kind, mode: 'exclusive', reason: 'for the test' } as const] };
      return swap([{ ...next, manifest }], {}, ({ node: { store } }, step) => {
        const outputs = [{ kind, type: store.typeOf(kind), mode: 'shared' } as const];
        if (step === 'prepare') store.join('other', { inputs: [], outputs });
      });
    },
    text: `error[swap.does-not-fit]: what the new versions declare does not fit the other modules: tally wants to write eft:resources/node-status (exclusive), but other writes it already (shared)
  change inputs and outputs in module.yaml, or replace the other module in the same swap`,
  },
  {
    code: 'swap.start-failed',
    title: 'a new version that traps as it starts',
    provoke: () => swap([{ ...next, temper: 'trap-at-start' }]),
    text: `error[swap.start-failed]: tally 1.1.0 did not start: the module trapped in \`eft:module/lifecycle@0.1.0 start\`: unreachable
  the version before goes on; mend what the reason names and build the module again`,
  },
  {
    code: 'swap.trial-failed',
    title: 'a new version that traps at its fourth event',
    provoke: () => swap([{ ...next, temper: 'trap-later' }]),
    text: `error[swap.trial-failed]: tally 1.1.0 started and failed later, events that it had handled: 3; the module trapped in \`eft:module/lifecycle@0.1.0 handle\`: unreachable
  the version before goes on; \`eft support\` has the flight record, and \`eft replay\` runs it again`,
  },
  {
    code: 'swap.never-healthy',
    title: 'a new version that says that it is not well',
    provoke: () => swap([{ ...next, temper: 'sick' }]),
    text: `error[swap.never-healthy]: tally 1.1.0 was not well within 100 ms: it is degraded: the temper says so
  the version before goes on; look with \`eft logs\` at what the new one said`,
  },
  {
    code: 'swap.not-kept',
    title: 'a full disk at the moment of the commit',
    provoke: () => swap([next], { journal: { ...journal, commit: full } }),
    text: `error[swap.not-kept]: the new versions were well, and keeping them for the next boot failed: no space left on device
  the versions before go on, so that a reboot changes nothing; look at the disk of STATE with \`eft dmesg\``,
  },
  {
    code: 'swap.gone',
    title: 'a module that is disabled by the configuration as it is on trial',
    provoke: () =>
      swap([next], {}, (tally, step) => {
        if (step === 'probation') void tally.node.roster.remove('tally');
      }),
    text: `error[swap.gone]: module tally was stopped or removed while it was being replaced
  look at who changed the machine configuration at the same time, and try again`,
  },
  {
    code: 'swap.cancelled',
    title: 'an operator who presses Ctrl-C',
    provoke: () => {
      const abort = new AbortController();
      return swap([next], { signal: abort.signal }, (_, step) => {
        if (step === 'probation') abort.abort();
      });
    },
    text: `error[swap.cancelled]: the swap was called off before it was kept
  the versions before go on; start the swap again when you want it`,
  },
];
