/** Whether an image is what its descriptor says: the check before an install, and that of `eft image verify`. */
import { createHash } from 'node:crypto';
import { EftError } from '../supervisor/errors/eft-error.ts';
import type { PassedCheck } from '../supervisor/trust/module-file.ts';
import type { ImageDescriptor } from './descriptor.ts';
import { findDamage } from './verity.ts';

/**
 * Holds all bytes of an image against its descriptor, which must have been opened. `onPassed` hears of each check.
 * Errors: `image.damaged`, which says what was changed as closely as the hash tree tells.
 */
export function verifyImage(
  image: Uint8Array,
  descriptor: ImageDescriptor,
  file: string,
  onPassed: (check: PassedCheck) => void = () => undefined,
): void {
  const refuse = (reason: string): EftError => EftError.of('image.damaged', { reason }, { place: { file } });
  if (image.length !== descriptor.bytes) {
    throw refuse(`it has ${image.length} bytes, not ${descriptor.bytes}`);
  }
  onPassed({ check: 'size', found: `${image.length} bytes` });
  const damage = findDamage(image, descriptor.verity);
  if (damage !== undefined) throw refuse(damage);
  onPassed({ check: 'hash tree', found: `root hash ${descriptor.verity.rootHash}` });
  const digest = createHash('sha256').update(image).digest('hex');
  if (digest !== descriptor.sha256) throw refuse(`its SHA-256 is ${digest}`);
  onPassed({ check: 'digest', found: `sha256 ${digest}` });
}
