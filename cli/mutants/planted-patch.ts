/**
 * A bug that was planted: a patch of the sources of one module, with lines at its head, of which the first says what the bug is, and the
 * second its class. A third, `Held out: yes`, says that it was written down before anything was hunted for it. It is applied to a copy.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModule } from '../toolchain/build-module.ts';
import { checkout, type KeptModuleName, keptModules } from './kept-module.ts';

const folder = join(checkout, 'tests/fuzz/planted');

export type PlantedBug = {
  /** `07-lease-time-overflow`. */
  readonly name: string;
  readonly module: KeptModuleName;
  readonly what: string;
  /** `integer overflow`. */
  readonly class: string;
  /** Written without a look at the first inputs of the hunt, and before any hunt for it. */
  readonly isHeldOut: boolean;
  readonly file: string;
  /** The lines that it changes, as they are without it. */
  readonly lines: readonly { readonly path: string; readonly first: number; readonly last: number }[];
};

/** All of them, in the order of their numbers. */
export function plantedBugs(): readonly PlantedBug[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.patch'));
  return names.toSorted().map((name) => readBug(name.slice(0, -'.patch'.length)));
}

function readBug(name: string): PlantedBug {
  const file = join(folder, `${name}.patch`);
  const text = readFileSync(file, 'utf8');
  const head = /^(.+)\nClass: (.+)\n(Held out: yes\n)?\n/.exec(text);
  const modules = new Set([...text.matchAll(/^\+\+\+ b\/modules\/([^/]+)\//gm)].map(([, module]) => module));
  const module = keptModules.find((kept) => modules.has(kept));
  const [, what, kind, heldOut] = head ?? [];
  if (what === undefined || kind === undefined || module === undefined || modules.size !== 1)
    throw new TypeError(`${file} is no patch of one module with what it is and its class at its head`);
  const isHeldOut = heldOut !== undefined;
  return { name, module, what, class: kind, isHeldOut, file, lines: changedLines(text) };
}

/** Of the parts of a unified diff: without what stands around. */
function changedLines(text: string): PlantedBug['lines'] {
  const found: PlantedBug['lines'][number][] = [];
  let path = '';
  let line = 0;
  for (const row of text.split('\n')) {
    const file = /^--- a\/modules\/[^/]+\/(.+)$/.exec(row);
    const part = /^@@ -(\d+)/.exec(row);
    if (file !== null) path = file[1] ?? '';
    else if (part !== null) line = Number(part[1]);
    else if (row.startsWith('-') || row.startsWith(' ')) line += 1;
    if (/^[-+](?!--|\+\+)/.test(row)) found.push({ path, first: line - 1, last: line });
  }
  return found;
}

/** The module file of the module with the bug in it; without optimization, which takes long and changes nothing of what it does. Errors: `build.*`. */
export function buildPlanted(bug: PlantedBug): Promise<Uint8Array> {
  return buildCopy(bug.module, bug.file);
}

/** The same of the module as it is: what is done differently by it is not a bug's doing. */
export function buildUnplanted(module: KeptModuleName): Promise<Uint8Array> {
  return buildCopy(module, undefined);
}

async function buildCopy(module: KeptModuleName, patch: string | undefined): Promise<Uint8Array> {
  const copy = mkdtempSync(join(tmpdir(), 'eft-planted-'));
  try {
    cpSync(join(checkout, 'modules', module), join(copy, 'modules', module), { recursive: true });
    if (patch !== undefined) execFileSync('git', ['apply', '--whitespace=nowarn', patch], { cwd: copy });
    const built = await buildModule(join(copy, 'modules', module), { compile: { optimizes: false } });
    return built.module;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
