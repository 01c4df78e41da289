/** One digest over all sources that something is made of: whoever has made it of the same sources need not make it again. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is in those folders and gets into nothing. */
const isBesideTheMatter = (path: string): boolean =>
  /(?:\.test\.ts|\.md)$/.test(path) || path.includes('/node_modules/');

/** SHA-256, in hexadecimal digits, over `texts` and the names and contents of all files in `paths`, which are folders or files below `root`. */
export function sourceDigest(root: string, paths: readonly string[], texts: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (content: string | Uint8Array): void => {
    hash.update(`${Buffer.byteLength(content)}:`).update(content);
  };
  for (const text of texts) add(text);
  for (const path of paths.flatMap((one) => filesOf(root, one))) {
    add(path);
    add(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** The files in a folder and those below, sorted; or the file itself. */
function filesOf(root: string, path: string): readonly string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, ''))
    .filter((file) => !isBesideTheMatter(`/${file}`))
    .sort();
}
