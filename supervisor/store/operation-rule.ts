/**
 * The life of an operation (wit/resources/operation.wit), as the rule of its kind:
 *
 *   pending ──claim──▶ running ──▶ succeeded | failed
 *      └──────claim and finish in one──▶ ┘
 *
 * Only the API and the supervisor make operations, so that no module can give another orders; only the target takes
 * them up. Cancelling is removing: the target sees the phase and lets go.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import type { KindDefinition, ProposedPut } from './kind.ts';
import { describeReference, type RecordValue, type Value } from './resource.ts';
import { sameValue } from './same-value.ts';

export const OPERATION_KIND = 'eft:resources/operation';

/** How long a finished operation can be looked at. */
export const OPERATION_TIME_TO_LIVE_MS = 60 * 60 * 1000;

/** Progress is in thousandths. */
const PROGRESS_DONE = 1000;

const creators: readonly string[] = ['api', 'supervisor'];

type Operation = {
  readonly target: string;
  readonly state: 'pending' | 'running' | 'succeeded' | 'failed';
  readonly claimedBy: string | undefined;
  readonly progress: number | undefined;
};

/** The kind of operations. `type` is the record of wit/resources/operation.wit, or a later version of it. */
export function operationKind(type: RecordType, timeToLiveMs = OPERATION_TIME_TO_LIVE_MS): KindDefinition {
  return {
    name: OPERATION_KIND,
    type,
    rule: judgeOperation,
    lifetime: { hasEnded: (value) => hasEnded(readOperation(value)), timeToLiveMs },
  };
}

/**
 * Refuses a put by `store.operation-creator`, `-begin`, `-target`, `-request`, `-ended`, `-state`, `-claim` or
 * `-progress`, or gives undefined.
 */
export function judgeOperation({ id, previous, next, actor }: ProposedPut): EftError | undefined {
  const reference = describeReference(OPERATION_KIND, id);
  const after = readOperation(next);
  if (previous === undefined) {
    if (!creators.includes(actor)) return EftError.of('store.operation-creator', { actor, reference });
    const begins = after.state === 'pending' && after.claimedBy === undefined && after.progress === undefined;
    return begins ? undefined : EftError.of('store.operation-begin', { actor, reference });
  }
  const before = readOperation(previous);
  if (actor !== before.target) {
    return EftError.of('store.operation-target', { actor, reference, target: before.target });
  }
  if (hasEnded(before))
    return EftError.of('store.operation-ended', { actor, reference, state: before.state });
  for (const field of ['target', 'verb', 'arguments']) {
    if (!sameValue(previous[field], next[field])) {
      return EftError.of('store.operation-request', { actor, reference, field });
    }
  }
  if (after.state === 'pending') {
    return EftError.of('store.operation-state', { actor, reference, state: before.state });
  }
  if (after.claimedBy !== actor) {
    return EftError.of('store.operation-claim', { actor, reference, claimedBy: after.claimedBy ?? 'none' });
  }
  const progress = after.progress ?? -1;
  if (progress < (before.progress ?? -1) || progress > PROGRESS_DONE) {
    return EftError.of('store.operation-progress', {
      actor,
      reference,
      before: before.progress ?? 'none',
      after: after.progress ?? 'none',
      limit: PROGRESS_DONE,
    });
  }
  return undefined;
}

function hasEnded({ state }: Operation): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** The fields that the rule is about. That they are there and of their types was checked when the value came in. */
function readOperation(value: RecordValue): Operation {
  const { target, state, claimedBy, progress } = value;
  if (typeof target !== 'string' || !isState(state)) throw new Error('not the type of an operation');
  if (claimedBy !== undefined && typeof claimedBy !== 'string') throw new Error('not the type of a claim');
  if (progress !== undefined && typeof progress !== 'number') throw new Error('not the type of a progress');
  return { target, state, claimedBy, progress };
}

function isState(state: Value): state is Operation['state'] {
  return state === 'pending' || state === 'running' || state === 'succeeded' || state === 'failed';
}
