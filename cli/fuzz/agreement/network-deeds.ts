/** What happens to a simulated network, drawn at random: configurations, what somebody else asks the kernel for, cards and cables, and what fails. */
import fc from 'fast-check';
import type { RecordValue, Value } from '../../../supervisor/store/resource.ts';
import { type Operation, operations } from '../../../tests/simulation/network/operations.ts';
import type { ResourceChange } from '../fuzz-input.ts';
import type { Random } from '../random.ts';
import { randomNetworkConfiguration } from './network-configuration.ts';

export type NetworkDisturbance =
  /** Somebody else asks the kernel for something, by rtnetlink. `isLost`: the news of it does not get through. */
  | { readonly do: 'ask'; readonly bytes: Uint8Array; readonly isLost: boolean }
  | { readonly do: 'card'; readonly name: string; readonly isLost: boolean }
  | { readonly do: 'pull'; readonly link: number; readonly isLost: boolean }
  | { readonly do: 'cable'; readonly link: number; readonly isIn: boolean; readonly isLost: boolean }
  /** The request that many from now fails; `isDone`: it has been carried out all the same. */
  | { readonly do: 'fail'; readonly after: number; readonly tag: string; readonly isDone: boolean }
  /** The kernel refuses the change that many from now. */
  | { readonly do: 'deny'; readonly after: number; readonly errno: number }
  /** Of the dumps that many from now only so many of four messages come. */
  | { readonly do: 'tear'; readonly after: number; readonly keeps: number };

const configKind = 'eft:resources/network-config';
const sources = ['default', 'machine', 'platform'] as const;
/** EPERM, ENOENT, ESRCH, EEXIST, ENODEV, EINVAL, EBUSY, ENOMEM, ENETUNREACH (errno-base.h, errno.h). */
const errnos = [1, 2, 3, 17, 19, 22, 16, 12, 101] as const;
const failures = ['deadline', 'cancelled', 'too-many', 'not-found'] as const;
/** The links that there are mostly, by index. */
const links = [2, 3, 4, 5, 6] as const;

/** What a disturbance of a scenario says; undefined if it is none of these. */
export function readDisturbance(what: Value): NetworkDisturbance | undefined {
  return isDisturbance(what) ? what : undefined;
}

function isDisturbance(what: unknown): what is NetworkDisturbance {
  return typeof what === 'object' && what !== null && 'do' in what && typeof what.do === 'string';
}

/**
 * Whoever puts the module's mark on a thing gives it to the module, which removes it (docs/decisions/008); and of the mark of a link that is down the kernel
 * does not say that it has changed (`netdev_state_change` in net/core/dev.c).
 */
function changesMarks({ what }: Operation): boolean {
  return /"group":/.test(what) || what.includes('"protocol":101');
}

export function randomDisturbance(random: Random): Value {
  const isLost = random.once(4);
  switch (random.below(12)) {
    case 0:
      return { do: 'card', name: random.choose(['eth0', 'eth1', 'eth2']), isLost };
    case 1:
      return { do: 'pull', link: random.choose(links), isLost };
    case 2:
      return { do: 'cable', link: random.choose([2, 3]), isIn: random.once(2), isLost };
    case 3:
    case 4:
      return { do: 'fail', after: random.below(6), tag: random.choose(failures), isDone: random.once(2) };
    case 5:
    case 6:
      return { do: 'deny', after: random.below(6), errno: random.choose(errnos) };
    case 7:
      return { do: 'tear', after: random.below(3), keeps: random.below(4) };
    default: {
      const [asked = []] = fc.sample(operations(4), { seed: random.bits() | 0, numRuns: 1 });
      const found = asked.find((operation) => !changesMarks(operation));
      return { do: 'ask', bytes: found?.bytes ?? new Uint8Array(), isLost };
    }
  }
}

/** One source says something else, or nothing any more. */
export function randomNetworkChanges(
  random: Random,
  declared: ReadonlyMap<string, RecordValue>,
): readonly ResourceChange[] {
  const id = random.choose(sources);
  const before = declared.get(`${configKind} ${id}`);
  if (before !== undefined && random.once(5))
    return [{ kind: configKind, id, value: undefined, isTearingDown: false }];
  const drawn = randomNetworkConfiguration(random);
  if (before === undefined || random.once(2))
    return [{ kind: configKind, id, value: { ...drawn }, isTearingDown: false }];
  // One part of it.
  const part = random.choose(['links', 'addresses', 'routes', 'rules', 'hostName'] as const);
  return [{ kind: configKind, id, value: { ...before, [part]: drawn[part] }, isTearingDown: false }];
}
