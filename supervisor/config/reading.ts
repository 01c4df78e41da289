/**
 * What comes up while a document is read against the schema: every fault there is, and the secrets.
 *
 * Faults are collected and not thrown, because a person who corrects a configuration wants to see all of them at once.
 */
import { EftError } from '../errors/eft-error.ts';

/** Faults of one document that are told; who has made more of them reads the first ones first anyway. */
export const maximumFaults = 100;

/** Stands for a secret wherever the configuration goes. It names the field, `machine.token`, and says nothing of what is in it. */
export type SecretHandle = { readonly secret: string };

export class Reading {
  readonly #faults: EftError[] = [];
  readonly #secrets = new Map<string, string>();

  /** In the order in which they were found. */
  get faults(): readonly EftError[] {
    return this.#faults;
  }

  /** The secrets by the name in their handle. */
  get secrets(): ReadonlyMap<string, string> {
    return this.#secrets;
  }

  /** Takes a fault down. */
  add(fault: EftError): void {
    if (this.#faults.length < maximumFaults) this.#faults.push(fault);
  }

  /** What `read` gives, or undefined and its fault taken down. */
  attempt<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof EftError)) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** Keeps a secret, and gives its handle. `path` names the field, and no other has it. */
  keep(path: string, text: string): SecretHandle {
    this.#secrets.set(path, text);
    return { secret: path };
  }
}
