/** Locals that instrumentation adds to a function: operands are kept in them while they are looked at. */
import type { CoreType } from '../../supervisor/component/core-module.ts';
import * as code from './core-assembler.ts';

/** The added locals of one function, of each type as many as are asked for at once. */
export class AddedLocals {
  readonly #first: number;
  readonly #known = new Map<string, number>();
  readonly #types: number[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  get(type: CoreType | 'v128', number: number): number {
    const key = `${type} ${number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#first + this.#types.length;
    this.#types.push(code.valueTypeCodes[type]);
    this.#known.set(key, index);
    return index;
  }

  groups(): readonly Uint8Array[] {
    return this.#types.map((type) => Uint8Array.of(1, type));
  }
}
