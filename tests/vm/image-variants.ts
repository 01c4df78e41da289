/** Images that are the checkout's but for one thing, for tests of what a node does about it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../image/run-tool.ts';
import { makeSquashfs } from '../../image/tree.ts';
import { appendHashTree, type VerityParameters } from '../../image/verity.ts';

export type VariantImage = { readonly file: string; readonly verity: VerityParameters };

/** zstd's: these images are made to be booted once. */
const compressionLevel = 1;

/** Makes variants of one image below `folder`. */
export class ImageVariants {
  readonly #folder: string;
  readonly #tree: string;

  constructor(image: string, folder: string) {
    this.#folder = folder;
    this.#tree = join(folder, 'root');
    mkdirSync(folder, { recursive: true });
    runTool(folder, 'unsquashfs', ['-no-progress', '-quiet', '-dest', this.#tree, image]);
  }

  /** The image with files, by their path below the root, that are other ones, or, undefined, not there. */
  make(name: string, files: Readonly<Record<string, Uint8Array | undefined>>): VariantImage {
    const before = Object.keys(files).map((path) => [path, this.#read(path)] as const);
    for (const [path, bytes] of Object.entries(files)) this.#write(path, bytes);
    const squashfs = makeSquashfs(this.#tree, join(this.#folder, `${name}.squashfs`), compressionLevel);
    for (const [path, bytes] of before) this.#write(path, bytes);
    const salt = createHash('sha256').update(squashfs).digest();
    const { bytes, parameters } = appendHashTree(squashfs, salt);
    const file = join(this.#folder, `${name}.img`);
    writeFileSync(file, bytes);
    return { file, verity: parameters };
  }

  #read(path: string): Uint8Array | undefined {
    try {
      return readFileSync(join(this.#tree, path));
    } catch {
      return undefined;
    }
  }

  #write(path: string, bytes: Uint8Array | undefined): void {
    const target = join(this.#tree, path);
    if (bytes === undefined) rmSync(target, { force: true });
    else writeFileSync(target, bytes);
  }
}
