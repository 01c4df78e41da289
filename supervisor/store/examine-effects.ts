/**
 * The first check of a transaction: whether each effect is right in itself, whatever the store holds. Then an actor
 * that does what it may not do learns of it at once, and not only when nothing else is in the way.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Kind } from './kind.ts';
import { ID_BYTES, type StoreLimits } from './limits.ts';
import { describeReference, type Effect } from './resource.ts';
import type { Member } from './roster.ts';
import { type Admitted, admitValue } from './value.ts';

/** An effect that is right in itself: a known kind that the actor may do this to, and a value of its type. */
export type Step =
  | {
      readonly effect: 'put';
      readonly kind: Kind;
      readonly id: string;
      readonly version: bigint | undefined;
      readonly admitted: Admitted;
      readonly writerType: RecordType;
    }
  | {
      readonly effect: 'remove';
      readonly kind: Kind;
      readonly id: string;
      readonly version: bigint | undefined;
    }
  | { readonly effect: 'hold' | 'release'; readonly kind: Kind; readonly id: string };

/**
 * Throws `store.too-many-effects`, `-not-output`, `-not-declared`, `-not-held`, `-id`, `-value`, `-value-field`,
 * `-value-too-large` or `-commit-too-large`.
 */
export function examineEffects(
  actor: string,
  effects: readonly Effect[],
  member: Member | undefined,
  kinds: ReadonlyMap<string, Kind>,
  limits: StoreLimits,
): readonly Step[] {
  const { effectsPerCommit, bytesPerCommit, resourceBytes } = limits;
  if (effects.length > effectsPerCommit) {
    throw EftError.of('store.too-many-effects', { actor, count: effects.length, limit: effectsPerCommit });
  }
  let bytes = 0;
  return effects.map((effect) => {
    const { id } = effect;
    const kind = kinds.get(effect.kind);
    const output = member?.outputs.get(effect.kind);
    if (effect.effect === 'hold' || effect.effect === 'release') {
      if (kind === undefined || (output === undefined && !member?.inputs.has(effect.kind))) {
        throw EftError.of('store.not-declared', { actor, kind: effect.kind });
      }
      if (!kind.canBeHeld) throw EftError.of('store.not-held', { actor, kind: kind.name });
      checkId(actor, kind.name, id);
      return { effect: effect.effect, kind, id };
    }
    if (kind === undefined || output === undefined) {
      throw EftError.of('store.not-output', { actor, kind: effect.kind });
    }
    checkId(actor, kind.name, id);
    const { version } = effect;
    if (effect.effect === 'remove') return { effect: 'remove', kind, id, version };
    const reference = describeReference(kind.name, id);
    const admitted = admitValue(effect.value, output.type, { actor, reference, limitBytes: resourceBytes });
    bytes += admitted.bytes;
    if (bytes > bytesPerCommit) throw EftError.of('store.commit-too-large', { actor, limit: bytesPerCommit });
    return { effect: 'put', kind, id, version, admitted, writerType: output.type };
  });
}

function checkId(actor: string, kind: string, id: string): void {
  if (id !== '' && id.isWellFormed() && Buffer.byteLength(id) <= ID_BYTES) return;
  throw EftError.of('store.id', { actor, kind, id: JSON.stringify(id.slice(0, ID_BYTES)), limit: ID_BYTES });
}
