/**
 * The image's trust policy with the operator's own keys. They come to those of the image and never change them: who can write the
 * configuration can let more modules run, but cannot make an image key sign for more, nor ask for fewer signatures.
 *
 * A key is rotated by listing the new one beside the old, signing with the new one, and revoking the old one. Revoking holds for what is swapped in and
 * for what was: the files of the image were taken over with the image, which is signed as a whole, and a node whose image key is revoked must still boot.
 */
import { EftError } from '../errors/eft-error.ts';
import { type TrustPolicy, thresholdOf } from '../trust/trust-policy.ts';
import type { MachineConfig } from './machine-schema.ts';

/** Errors: `config.trust-key`, `config.trust-threshold`. */
export function withOperatorTrust(image: TrustPolicy, { machine }: MachineConfig): TrustPolicy {
  const { keys, thresholds, revoked } = machine.trust;
  for (const { key } of keys) {
    if (image.keys.has(key.kid)) throw EftError.of('config.trust-key', { kid: key.kid });
  }
  for (const { module, signatures } of thresholds) {
    const needed = thresholdOf(image, module);
    if (signatures < needed)
      throw EftError.of('config.trust-threshold', { module, given: signatures, needed });
  }
  const named = new Set(thresholds.map(({ module }) => module));
  // What `*` asks for must not undercut a name that the image asks more for, so the image's own names stay beside it.
  const kept = image.thresholds.filter(({ module }) => !named.has(module));
  return {
    keys: new Map([...image.keys, ...keys.map((entry) => [entry.key.kid, entry] as const)]),
    thresholds: [...thresholds, ...kept],
    revoked: new Set(revoked),
  };
}

/** The policy for files of the image itself, which no key is revoked for. */
export function forImage({ keys, thresholds }: TrustPolicy): TrustPolicy {
  return { keys, thresholds };
}
