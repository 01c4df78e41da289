/**
 * From WIT texts to resolved types. The real parser (wit-parser, inside jco) has no interface to its syntax tree, but it writes the
 * resolved type of a world into a core module; that is decoded here. Doc comments and places come from the
 * texts themselves (doc-comments.ts).
 */
import { ByteReader } from '../../supervisor/component/byte-reader.ts';
import { decodeWorld } from '../../supervisor/component/decode-world.ts';
import type { WorldType } from '../../supervisor/component/types.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { ComponentToolError, emptyCoreModule, runComponentTool } from './component-tools.ts';
import { outlineWit, packageOf, type WitFile, type WitItem, type WitOutline } from './doc-comments.ts';
import { findMention, findSyntaxError } from './wit-problem.ts';

/** The most labels of a `flags` type (Binary.md, `defvaltype`). */
const flagsLabelLimit = 32;

export type ResolvedWorld = {
  /** `eft:health/health@0.1.0`. */
  readonly name: string;
  readonly world: WorldType;
  /** Doc comments and places of all items in the texts. */
  readonly outline: WitOutline;
  /** All texts as one, as the component tools want them. */
  readonly wit: string;
  /** The resolved type in binary: what `decodeWorld` reads. */
  readonly encoded: Uint8Array;
};

/**
 * Resolves `world` (`health`) of the package that `own` files belong to, against that package and `libraries`.
 * Errors: `wit.*`, with a place.
 */
export async function resolveWorld(
  world: string,
  own: readonly WitFile[],
  libraries: readonly WitFile[],
): Promise<ResolvedWorld> {
  const files = [...libraries, ...own];
  const outline = outlineWit(files);
  refuseLongFlags(outline);
  const wit = joinWit(own, libraries);
  const encoded = await embedType(world, wit, files);
  const decoded = decodeWorld(encoded);
  return { name: decoded.name, world: decoded.world, outline, wit, encoded };
}

/**
 * All packages as one text: the package of `own` at the top, every other one in braces. Line breaks stay, so that excerpts do.
 * Errors: `wit.package-missing`, `wit.package-mixed`.
 */
export function joinWit(own: readonly WitFile[], libraries: readonly WitFile[]): string {
  const packages = new Map<string, string[]>();
  for (const file of libraries) {
    const name = requirePackage(file);
    const texts = packages.get(name) ?? [];
    packages.set(name, [...texts, withoutHeader(file.text)]);
  }
  let main: string | undefined;
  const body: string[] = [];
  for (const file of own) {
    const name = requirePackage(file);
    main ??= name;
    if (name !== main) {
      const place = { file: file.path, line: 1 };
      throw EftError.of('wit.package-mixed', { package: name, main }, { place });
    }
    body.push(withoutHeader(file.text));
  }
  const header = main === undefined ? '' : `package ${main};\n`;
  const nested = [...packages]
    .filter(([name]) => name !== main)
    .map(([name, texts]) => `package ${name} {\n${texts.join('\n')}\n}\n`);
  return `${header}${body.join('\n')}\n${nested.join('\n')}`;
}

function requirePackage(file: WitFile): string {
  const name = packageOf(file);
  if (name === undefined)
    throw EftError.of('wit.package-missing', {}, { place: { file: file.path, line: 1 } });
  return name;
}

/** Blanks the `package …;` line; a doc comment before it would belong to nothing and goes as well. */
function withoutHeader(text: string): string {
  const match = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*package\s[^;{]*;/.exec(text);
  if (match === null) return text;
  return match[0].replace(/[^\n]/g, '') + text.slice(match[0].length);
}

function refuseLongFlags(outline: WitOutline): void {
  const labels = new Map<WitItem, number>();
  for (const item of outline.values()) {
    if (item.kind !== 'member') continue;
    const owner = outline.get(item.key.slice(0, item.key.lastIndexOf('.')));
    if (owner?.kind === 'flags') labels.set(owner, (labels.get(owner) ?? 0) + 1);
  }
  for (const [flags, count] of labels) {
    if (count <= flagsLabelLimit) continue;
    const limit = flagsLabelLimit;
    throw EftError.of('wit.flags-too-many', { name: flags.name, count, limit }, { place: flags.place });
  }
}

async function embedType(world: string, wit: string, files: readonly WitFile[]): Promise<Uint8Array> {
  try {
    const core = await runComponentTool({ operation: 'embed', core: emptyCoreModule, wit, world });
    return customSection(core, 'component-type');
  } catch (error) {
    if (!(error instanceof ComponentToolError)) throw error;
    throw await explain(error.message, world, files);
  }
}

/** The content of the custom section whose name begins with `name`. */
function customSection(core: Uint8Array, name: string): Uint8Array {
  const reader = new ByteReader(core, 8, core.length, 'the core module');
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.u32(), `section ${id}`);
    if (id === 0 && section.name().startsWith(name)) return section.take(section.end - section.position);
  }
  throw new Error(`the embedded core module has no ${name} section`);
}

async function explain(problem: string, world: string, files: readonly WitFile[]): Promise<EftError> {
  if (/^World `.*` not found/.test(problem)) {
    return EftError.of('wit.world-missing', { world }, { place: { file: files.at(-1)?.path ?? '' } });
  }
  for (const file of files.toReversed()) {
    const found = await findSyntaxError(file);
    if (found === undefined) continue;
    return EftError.of('wit.syntax', { problem: found.problem }, { place: found.place });
  }
  const place = findMention(problem, files);
  return EftError.of('wit.invalid', { problem: problem.replaceAll(/\s*\n\s*/g, ' ') }, { place });
}
