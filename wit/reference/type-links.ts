/** Types as WIT text, and as Markdown in which every named type is a link to its entry. */
import { withoutVersion } from '../../supervisor/component/compatible-type.ts';
import type { FunctionName } from '../../supervisor/component/host-name.ts';
import type { FunctionType, ResourceType, TypeName, ValueType } from '../../supervisor/component/types.ts';

/** Writes the name of a named type. */
export type WriteName = (name: TypeName) => string;

/** `eft:host/files#entry` for a named type. */
export function itemOfName({ owner, name }: TypeName): string {
  return `${withoutVersion(owner)}#${name}`;
}

/** `type` in one line: by its name if it has one. */
export function typeText(type: ValueType, writeName: WriteName): string {
  return type.name === undefined ? structureText(type, writeName) : writeName(type.name);
}

/** `type` in one line, its own name aside. Records and the like always have names in WIT. */
export function structureText(type: ValueType, writeName: WriteName): string {
  const text = (part: ValueType | undefined) => (part === undefined ? '_' : typeText(part, writeName));
  switch (type.kind) {
    case 'list':
      return `list<${text(type.element)}>`;
    case 'option':
      return `option<${text(type.some)}>`;
    case 'tuple':
      return `tuple<${type.elements.map(text).join(', ')}>`;
    case 'result':
      if (type.err !== undefined) return `result<${text(type.ok)}, ${text(type.err)}>`;
      return type.ok === undefined ? 'result' : `result<${text(type.ok)}>`;
    case 'own':
      return resourceText(type.resource, writeName);
    case 'borrow':
      return `borrow<${resourceText(type.resource, writeName)}>`;
    default:
      return type.kind;
  }
}

function resourceText({ name }: ResourceType, writeName: WriteName): string {
  return name === undefined ? 'resource' : writeName(name);
}

/**
 * `(request: request) -> result<list<u8>, failure>`. A method's `self` and a constructor's result are left out, as in WIT.
 */
export function signatureText({ parameters, result }: FunctionType, kind: FunctionName['kind']): string {
  const writeName: WriteName = ({ name }) => name;
  const given = kind === 'method' ? parameters.slice(1) : parameters;
  const list = given.map(({ name, type }) => `${name}: ${typeText(type, writeName)}`).join(', ');
  const isSilent = result === undefined || (kind === 'constructor' && result.kind === 'own');
  return isSilent ? `(${list})` : `(${list}) -> ${typeText(result, writeName)}`;
}

/** The named types that a function mentions, each once, in order. */
export function namesIn({ parameters, result }: FunctionType): readonly TypeName[] {
  const names = new Map<string, TypeName>();
  const collect: WriteName = (name) => {
    names.set(itemOfName(name), name);
    return name.name;
  };
  for (const { type } of parameters) typeText(type, collect);
  if (result !== undefined) typeText(result, collect);
  return [...names.values()];
}

/** `type` as Markdown, named types as links. */
export function typeMarkdown(type: ValueType): string {
  return markdownOf(typeText(type, nameLink));
}

/** The structure of `type` as Markdown, for `type a = b`. */
export function structureMarkdown(type: ValueType): string {
  return markdownOf(structureText(type, nameLink));
}

/** A link to the entry of a named type. */
export function nameLink(name: TypeName): string {
  return `[${name.name}](#${anchorOf(itemOfName(name))})`;
}

/** A bracket before a letter would begin an HTML tag. */
function markdownOf(text: string): string {
  return text.replaceAll('<', '\\<');
}

/** The anchor that GitHub and other renderers give a heading: lower case, punctuation dropped, spaces as hyphens. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
