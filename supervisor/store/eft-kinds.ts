/**
 * The kinds of `eft:resources`, in the version that this supervisor was built with: what the store knows before any module has
 * joined, and the types by which the supervisor itself writes.
 */
import { kindsWorld } from '../capabilities/generated/kinds-world.ts';
import { decodeWorld } from '../component/decode-world.ts';
import type { RecordType } from '../component/types.ts';
import { type KindDefinition, kindFromInterface } from './kind.ts';
import { OPERATION_KIND, operationKind } from './operation-rule.ts';

/** An interface that all kinds share, and that is none. */
const shared = 'eft:resources/resource';

/** Every kind, with its rule if it has one. */
export function eftKinds(): readonly KindDefinition[] {
  const { world } = decodeWorld(Buffer.from(kindsWorld, 'base64'));
  return [...world.imports].flatMap(([name, item]) => {
    if (item.kind !== 'instance' || name.startsWith(`${shared}@`)) return [];
    const kind = kindFromInterface(name, item);
    return [kind.name === OPERATION_KIND ? { ...kind, ...operationKind(kind.type) } : kind];
  });
}

/** The type of a kind. Throws a TypeError for one that is not of `eft:resources`: only the supervisor's own code asks. */
export function eftKindType(kinds: readonly KindDefinition[], name: string): RecordType {
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new TypeError(`${name} is no kind of eft:resources`);
  return kind.type;
}
