/**
 * Who may read and write which kinds: the declared inputs and outputs of every actor, which are the only authority
 * there is over the store (DESIGN.md, rule 5). Actors are modules, and `supervisor`, `config` and `api`.
 */
import type { RecordType } from '../component/types.ts';
import { EftError } from '../errors/eft-error.ts';
import { ACTOR_BYTES } from './limits.ts';

/** Actors that are no modules. No module may be called like one of them: whoever reads manifests must see to it. */
export const RESERVED_ACTORS: readonly string[] = ['supervisor', 'config', 'api'];

/** `exclusive`: the actor is the only one to write the kind. `shared`: each resource has one owner, its creator. */
export type OutputMode = 'exclusive' | 'shared';

/** What an actor reads and writes, each kind with the version of its type that the actor was built with. */
export type Declaration = {
  readonly inputs: readonly { readonly kind: string; readonly type: RecordType }[];
  readonly outputs: readonly {
    readonly kind: string;
    readonly type: RecordType;
    readonly mode: OutputMode;
  }[];
};

/** Whether an actor is a module, and not one of those that the supervisor is made of. */
export function isModule(actor: string): boolean {
  return !RESERVED_ACTORS.includes(actor);
}

export type Member = {
  /** The revision at which it joined, when it was no member before: no mirror of it can be older. */
  readonly since: number;
  readonly inputs: ReadonlyMap<string, RecordType>;
  readonly outputs: ReadonlyMap<string, { readonly type: RecordType; readonly mode: OutputMode }>;
};

export class Roster {
  readonly #members = new Map<string, Member>();

  /** Modules that have joined. */
  get modules(): number {
    let count = 0;
    for (const actor of this.#members.keys()) count += Number(isModule(actor));
    return count;
  }

  /** `joining` are to join too, at the same time. Throws `store.actor-name` or `store.output-taken`. */
  check(actor: string, declaration: Declaration, joining: ReadonlyMap<string, Declaration>): void {
    if (actor === '' || !actor.isWellFormed() || Buffer.byteLength(actor) > ACTOR_BYTES) {
      throw EftError.of('store.actor-name', {
        actor: JSON.stringify(actor.slice(0, ACTOR_BYTES)),
        limit: ACTOR_BYTES,
      });
    }
    for (const { kind, mode } of declaration.outputs) {
      for (const [other, theirs] of this.#modesOf(kind, joining)) {
        if (other === actor) continue;
        if (mode === 'exclusive' || theirs === 'exclusive') {
          throw EftError.of('store.output-taken', { actor, mode, kind, other, otherMode: theirs });
        }
      }
    }
  }

  /** Who writes a kind, once those `joining` have joined. */
  *#modesOf(kind: string, joining: ReadonlyMap<string, Declaration>): Iterable<[string, OutputMode]> {
    for (const [actor, { outputs }] of this.#members) {
      const mode = outputs.get(kind)?.mode;
      if (mode !== undefined && !joining.has(actor)) yield [actor, mode];
    }
    for (const [actor, { outputs }] of joining) {
      const mode = outputs.find((output) => output.kind === kind)?.mode;
      if (mode !== undefined) yield [actor, mode];
    }
  }

  /** Adds an actor, or gives it a new declaration. Checked before. */
  set(actor: string, member: Member): void {
    this.#members.set(actor, member);
  }

  delete(actor: string): void {
    this.#members.delete(actor);
  }

  get(actor: string): Member | undefined {
    return this.#members.get(actor);
  }

  readersOf(kind: string): readonly string[] {
    return [...this.#members].flatMap(([actor, { inputs }]) => (inputs.has(kind) ? [actor] : [])).sort();
  }

  writersOf(kind: string): readonly { readonly actor: string; readonly mode: OutputMode }[] {
    const writers = [...this.#members].flatMap(([actor, { outputs }]) => {
      const mode = outputs.get(kind)?.mode;
      return mode === undefined ? [] : [{ actor, mode }];
    });
    return writers.sort((a, b) => (a.actor < b.actor ? -1 : 1));
  }
}
