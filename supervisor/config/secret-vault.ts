/**
 * Where the secrets of a configuration are, while everything else holds handles. A vault shows nothing when it is printed, cloned or made
 * into JSON: its contents are private in the language's sense.
 */
import type { SecretHandle } from './reading.ts';
import { type SecretFinder, secretFinder } from './secret-finder.ts';

/** Secrets of earlier configurations that are still looked for: a record may be written later than they were in use. */
const formerLimit = 64;

export class SecretVault {
  readonly #texts = new Map<string, string>();
  readonly #former = new Set<string>();

  /** Takes over secrets by the names in their handles. */
  fill(secrets: ReadonlyMap<string, string>): void {
    for (const [name, text] of secrets) {
      const before = this.#texts.get(name);
      if (before !== undefined && before !== text) this.#remember(before);
      this.#texts.set(name, text);
    }
  }

  /** Takes over all that another vault has. */
  take(other: SecretVault): void {
    this.fill(other.#texts);
  }

  /** A vault with what this one has now. */
  copy(): SecretVault {
    const copied = new SecretVault();
    copied.take(this);
    return copied;
  }

  /** The secret, for the one who has to use it, or undefined if it is not of this vault. */
  reveal({ secret }: SecretHandle): string | undefined {
    return this.#texts.get(secret);
  }

  /** Finds what the vault holds whenever it is used, and what it has held before, without showing it. */
  finder(): SecretFinder {
    return secretFinder(() => [...this.#texts.values(), ...this.#former]);
  }

  #remember(text: string): void {
    this.#former.delete(text);
    this.#former.add(text);
    const [oldest] = this.#former;
    if (this.#former.size > formerLimit && oldest !== undefined) this.#former.delete(oldest);
  }
}
