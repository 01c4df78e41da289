/**
 * The key that signs what is built in this checkout, unless somebody brings one of their own. It is made once, for this checkout alone; nobody
 * else's node believes it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from '../supervisor/native/random.ts';
import {
  formatPrivateKeyFile,
  type PrivateKey,
  privateKeyFromSeed,
  readPrivateKeyFile,
} from '../supervisor/trust/key-file.ts';

export const developmentKeyFile = join(
  fileURLToPath(new URL('..', import.meta.url)),
  'build/keys/development.key',
);

/** Bytes of an ed25519 seed. */
const seedBytes = 32;

/** The key, made if it is not there. Only its owner may read the file. */
export function developmentKey(file: string = developmentKeyFile): PrivateKey {
  try {
    return readPrivateKeyFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT') throw error;
  }
  const seed = randomBytes(seedBytes);
  if (seed === undefined) throw new Error('the kernel has no random numbers yet');
  const key = privateKeyFromSeed(seed);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatPrivateKeyFile(key, 'development key of this checkout'), { mode: 0o600 });
  return key;
}
