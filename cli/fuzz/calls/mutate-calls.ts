/** Makes and changes calls, so that their parameters stay of their types. */
import type { Value } from '../../../supervisor/store/resource.ts';
import type { Dictionary } from '../dictionary.ts';
import { directedValues } from '../directed-steps.ts';
import { ValueMutator } from '../mutate-value.ts';
import type { Random } from '../random.ts';
import type { Call, CallInput } from './call-input.ts';
import type { Entry } from './call-surface.ts';

/** Calls of an input: what grows without end only takes time. */
const callsLimit = 12;
/** Inputs that are made of one by what it has compared. */
const directedLimit = 512;

export class CallMutator {
  readonly #entries: readonly Entry[];
  readonly #random: Random;
  readonly #dictionary: Dictionary;
  readonly #values: ValueMutator;

  constructor(entries: readonly Entry[], random: Random, dictionary: Dictionary) {
    this.#entries = entries;
    this.#random = random;
    this.#dictionary = dictionary;
    this.#values = new ValueMutator(random, dictionary);
  }

  /** A call of this function. */
  make({ interface: owner, name, type }: Entry): Call {
    return {
      interface: owner,
      name,
      parameters: type.parameters.map((parameter) => this.#values.make(parameter.type)),
    };
  }

  /** A changed copy; `other` lends parameters. */
  mutate(input: CallInput, other: CallInput): CallInput {
    const random = this.#random;
    let calls = [...input];
    for (let count = random.small(3); count > 0; count -= 1) calls = this.#mutateOnce(calls, other);
    return calls.slice(0, callsLimit);
  }

  /** Copies in which something that was compared has become what it was compared with. */
  directed(input: CallInput): readonly CallInput[] {
    const found = input.flatMap((call, at) =>
      this.#parametersOf(call).flatMap((parameter, index) =>
        directedValues(parameter.type, call.parameters[index], this.#dictionary).map((value) =>
          input.with(at, { ...call, parameters: call.parameters.with(index, value) }),
        ),
      ),
    );
    return found.slice(0, directedLimit);
  }

  #mutateOnce(calls: Call[], other: CallInput): Call[] {
    const random = this.#random;
    const at = random.below(Math.max(1, calls.length));
    const call = calls[at];
    if (call === undefined || random.once(16)) {
      const entry = random.pick(this.#entries);
      return entry === undefined ? calls : calls.toSpliced(at, 0, this.make(entry));
    }
    if (random.once(16)) return calls.toSpliced(at, 1);
    if (random.once(24)) return calls.toSpliced(random.below(calls.length + 1), 0, call);
    if (random.once(16)) {
      const lent = random.pick(other.filter(({ name }) => name === call.name));
      return lent === undefined ? calls : calls.with(at, lent);
    }
    return calls.with(at, { ...call, parameters: this.#mutateOne(call) });
  }

  #mutateOne(call: Call): readonly Value[] {
    const types = this.#parametersOf(call);
    // What is made of bytes has most to say: half of the time one of these, if there is one.
    const bytes = types.flatMap(({ type }, index) =>
      type.kind === 'list' && type.element.kind === 'u8' ? [index] : [],
    );
    const index =
      (this.#random.once(2) ? this.#random.pick(bytes) : undefined) ?? this.#random.below(types.length);
    const type = types[index]?.type;
    if (type === undefined) return call.parameters;
    return call.parameters.with(index, this.#values.mutate(type, call.parameters[index]));
  }

  #parametersOf({ interface: owner, name }: Call): Entry['type']['parameters'] {
    return (
      this.#entries.find((entry) => entry.name === name && entry.interface === owner)?.type.parameters ?? []
    );
  }
}
