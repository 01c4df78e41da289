/**
 * The names of imports and exports: which there are, and when two of them are the same to the host.
 *
 * The danger lies in what a name becomes: a key of a JavaScript object and a word on a terminal. A name that is no label could be
 * `__proto__` or move the cursor, and two names could be spelled alike: `a-1` and `a1` are both `a1` (host-name.ts).
 *
 * Spec: Explainer.md, "Import and Export Definitions" (`externname`) and "Name Uniqueness".
 */
import { camelCase, parseFunctionName, pascalCase } from './host-name.ts';

/** UTF-16 code units of the name of an import, an export or an item of an interface. */
export const externNameLimit = 512;

const label = '(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*';
const words = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
// https://semver.org, version 2.0.0.
const number = '(?:0|[1-9][0-9]*)';
const preRelease = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const version = `${number}\\.${number}\\.${number}(?:-${preRelease}(?:\\.${preRelease})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`;

const labelForm = new RegExp(`^${label}$`);
const plainForm = new RegExp(
  `^(?:(?:\\[constructor\\])?${label}|\\[(?:method|static)\\]${label}\\.${label})$`,
);
const interfaceForm = new RegExp(`^${words}:${words}/${label}(?:@${version})?$`);

/** Whether `name` is a label: the name of a field, a case, a flag or a parameter. */
export function isLabel(name: string): boolean {
  return name.length <= externNameLimit && labelForm.test(name);
}

/** Whether `name` is a plain name or the name of an interface. */
export function isExternName(name: string): boolean {
  return name.length <= externNameLimit && (plainForm.test(name) || interfaceForm.test(name));
}

/** Names in one scope, no two of which mean the same. */
export class UniqueNames {
  readonly #canonical = new Set<string>();
  readonly #spelled = new Set<string>();

  /** Adds the name of an import, an export or an item; false if one that means the same is there. */
  addExtern(name: string, isResource: boolean): boolean {
    return this.#add(canonicalName(name), isResource ? pascalCase(name) : spelledName(name));
  }

  /** Adds a label; false if one that means the same is there. */
  addLabel(name: string): boolean {
    return this.#add(name.toLowerCase(), camelCase(name));
  }

  #add(canonical: string, spelled: string): boolean {
    const before = this.#canonical.size + this.#spelled.size;
    this.#canonical.add(canonical);
    this.#spelled.add(spelled);
    return this.#canonical.size + this.#spelled.size === before + 2;
  }
}

/** "Name Uniqueness": without case and annotation; the method `l.l` is `l`, which is its resource. */
function canonicalName(name: string): string {
  const folded = name.toLowerCase();
  const parsed = parseFunctionName(folded);
  if (parsed.kind !== 'method' && parsed.kind !== 'static') return folded;
  return parsed.name === parsed.resource ? parsed.name : `${parsed.resource}.${parsed.name}`;
}

/** Where the host's JavaScript has the item: `File.new`, `File.read`, `open`. */
function spelledName(name: string): string {
  const parsed = parseFunctionName(name);
  if (parsed.kind === 'function') return camelCase(parsed.name);
  const owner = pascalCase(parsed.resource);
  return parsed.kind === 'constructor' ? `new ${owner}` : `${owner}.${camelCase(parsed.name)}`;
}
