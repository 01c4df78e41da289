/**
 * Where the secrets of a configuration are, while everything else holds handles. A vault shows nothing when it is printed, cloned or made
 * into JSON: its contents are private in the language's sense.
 */
import type { SecretHandle } from './reading.ts';
import { type SecretFinder, secretFinder } from './secret-finder.ts';

export class SecretVault {
  readonly #texts = new Map<string, string>();

  /** Takes over secrets by the names in their handles. */
  fill(secrets: ReadonlyMap<string, string>): void {
    for (const [name, text] of secrets) this.#texts.set(name, text);
  }

  /** The secret, for the one who has to use it, or undefined if it is not of this vault. */
  reveal({ secret }: SecretHandle): string | undefined {
    return this.#texts.get(secret);
  }

  /** Finds what the vault holds whenever it is used, without showing it. */
  finder(): SecretFinder {
    return secretFinder(() => this.#texts.values());
  }
}
