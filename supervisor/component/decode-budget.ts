/**
 * What decoding one component may cost.
 *
 * The danger is a small file that means much: an interface of ten thousand functions imported ten thousand times under
 * ten thousand names. So what is decoded again, or copied, is counted again. Spec: none; engines have limits of their own.
 */
import { EftError } from '../errors/eft-error.ts';

/**
 * The most definitions in a component, or in one of its core modules: every item of every list of the binary, once for each time
 * that it is used as a whole. A module of thirty functions has about two thousand.
 */
export const definitionLimit = 100_000;

/** Bytes of a nested component, decoded for each instance of it, that count as one definition. */
export const bytesPerDefinition = 16;

export class DecodeBudget {
  #left = definitionLimit;

  /** Counts `count` definitions. Error: `component.too-large`. */
  spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw EftError.of('component.too-large', { limit: definitionLimit });
  }
}
