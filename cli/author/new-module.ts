/** Makes the folder of a new module: the module in `template/` under another name. It builds, and its tests pass, as it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { moduleName } from '../../supervisor/manifest/names.ts';

const template = join(import.meta.dirname, 'template');
/** The template's name, wherever it stands as a word; no other word in it is this one. */
const templateName = /\bsample\b/g;

/**
 * Words of the WIT language (WIT.md, "Keywords"), which a package cannot be called without more ado, and the name of the template's kind, which would
 * be that of the world too.
 */
const reserved: ReadonlySet<string> = new Set(
  (
    'as async bool borrow char constructor enum export f32 f64 flags from func future import include interface list option own package record ' +
    'resource result s16 s32 s64 s8 static stream string summary tuple type u16 u32 u64 u8 use variant with world'
  ).split(' '),
);

/**
 * Writes the module `name` into `folder`, and gives the paths of its files from there. Errors: `author.name`, `author.exists`, `file.unwritable`.
 */
export function newModule(name: string, folder: string): readonly string[] {
  if (!moduleName.pattern.test(name) || name.length > moduleName.limit) {
    throw EftError.of('author.name', { name, reason: `a name has ${moduleName.form}` });
  }
  if (reserved.has(name)) {
    throw EftError.of('author.name', { name, reason: 'that is a word of the language of interfaces' });
  }
  if (/-[0-9]/.test(name)) {
    throw EftError.of('author.name', {
      name,
      reason: 'each word of the name of a package begins with a letter',
    });
  }
  if (existsSync(folder)) throw EftError.of('author.exists', { name }, { place: { file: folder } });
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file).slice(template.length + 1))
    .filter((path) => !path.includes('bindings'))
    .sort();
  return files.map((path) => {
    const target = path.replace(templateName, name);
    writeFile(join(folder, target), readFileSync(join(template, path), 'utf8').replace(templateName, name));
    return target;
  });
}

function writeFile(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw EftError.of('file.unwritable', { reason }, { place: { file }, cause: error });
  }
}
