/**
 * What WIT texts say about each item, and where: a rough outline of the text, made without understanding types. The
 * resolved types come from the component-type section (resolve.ts), which holds no comments and no places.
 *
 * Keys: `eft:host` and `eft:host/log@0.1.0` for packages and interfaces (and worlds); `…#level` for an item,
 * `…#level.debug` for a field, case or label, `…#thing.get` and `…#thing.constructor` for functions of a resource.
 */
import type { Place } from '../../supervisor/errors/eft-error.ts';
import { tokenizeWit, type WitToken } from './wit-tokens.ts';

/** One WIT file. `path` is only used to say where something is. */
export type WitFile = { readonly path: string; readonly text: string };

export type WitItemKind =
  | 'package'
  | 'interface'
  | 'world'
  | 'import'
  | 'export'
  | 'type'
  | 'record'
  | 'variant'
  | 'enum'
  | 'flags'
  | 'resource'
  | 'function'
  | 'member';

/** An item as the text has it. `docs` is the doc comment, lines joined by `\n`, or the empty string. */
export type WitItem = {
  readonly key: string;
  readonly kind: WitItemKind;
  readonly name: string;
  readonly docs: string;
  readonly place: Required<Pick<Place, 'file' | 'line' | 'column'>>;
};

/** The items of WIT texts by key, in the order of the texts. */
export type WitOutline = ReadonlyMap<string, WitItem>;

/** The outline of all `files` together. Texts that are no WIT give a partial outline; the parser says what is wrong. */
export function outlineWit(files: readonly WitFile[]): WitOutline {
  const items = new Map<string, WitItem>();
  for (const file of files) {
    for (const item of new FileOutline(file).read()) items.set(item.key, item);
  }
  return items;
}

/** The package that a file belongs to, `eft:host@0.1.0`, or undefined when it does not say. */
export function packageOf(file: WitFile): string | undefined {
  const tokens = tokenizeWit(file.text);
  if (tokens[0]?.text !== 'package') return undefined;
  const end = tokens.findIndex((token) => token.text === ';' || token.text === '{');
  if (end < 0 || tokens[end]?.text === '{') return undefined;
  return joined(tokens.slice(1, end));
}

function joined(tokens: readonly WitToken[]): string {
  return tokens.map((token) => token.text).join('');
}

const membered: ReadonlySet<string> = new Set(['record', 'variant', 'enum', 'flags']);

class FileOutline {
  readonly #file: WitFile;
  readonly #tokens: readonly WitToken[];
  readonly #items: WitItem[] = [];
  #position = 0;
  #package = '';

  constructor(file: WitFile) {
    this.#file = file;
    this.#tokens = tokenizeWit(file.text);
  }

  read(): readonly WitItem[] {
    while (this.#peek() !== undefined) this.#topLevel();
    return this.#items;
  }

  #peek(): WitToken | undefined {
    return this.#tokens[this.#position];
  }

  #next(): WitToken | undefined {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    return token;
  }

  /** Goes past everything up to and with the next of `ends` outside of brackets. */
  #skipTo(...ends: readonly string[]): void {
    let depth = 0;
    for (let token = this.#next(); token !== undefined; token = this.#next()) {
      if (depth === 0 && ends.includes(token.text)) return;
      if ('{(<'.includes(token.text)) depth += 1;
      if ('})'.includes(token.text)) depth -= 1;
      // `->` closes nothing.
      if (token.text === '>' && this.#tokens[this.#position - 2]?.text !== '-') depth -= 1;
    }
  }

  /** Goes past `@since(…)` and the like; their doc comment belongs to the item after them. */
  #skipGates(): string {
    let docs = '';
    while (this.#peek()?.text === '@') {
      docs ||= this.#next()?.docs ?? '';
      this.#next();
      if (this.#peek()?.text === '(') {
        this.#next();
        this.#skipTo(')');
      }
    }
    return docs;
  }

  #add(kind: WitItemKind, key: string, name: WitToken, docs: string): void {
    const place = { file: this.#file.path, line: name.line, column: name.column };
    this.#items.push({ key, kind, name: name.text, docs, place });
  }

  /** `eft:host/log@0.1.0` for `log` in the package at hand. */
  #qualified(name: string): string {
    const [path = '', version] = this.#package.split('@');
    return version === undefined ? `${path}/${name}` : `${path}/${name}@${version}`;
  }

  #topLevel(): void {
    const gateDocs = this.#skipGates();
    const word = this.#next();
    if (word === undefined || word.text === '}' || word.text === ';') return;
    const docs = gateDocs || word.docs;
    if (word.text === 'package') this.#packageHeader(docs);
    else if (word.text === 'interface' || word.text === 'world') this.#container(word.text, docs);
    else this.#skipTo(';');
  }

  #container(kind: 'interface' | 'world', docs: string): void {
    const name = this.#next();
    if (name === undefined) return;
    const key = this.#qualified(name.text);
    this.#add(kind, key, name, docs);
    if (this.#next()?.text === '{') this.#body(key);
  }

  #packageHeader(docs: string): void {
    const start = this.#position;
    while (this.#peek() !== undefined && this.#peek()?.text !== ';' && this.#peek()?.text !== '{')
      this.#next();
    const first = this.#tokens[start];
    if (first === undefined) return;
    this.#package = joined(this.#tokens.slice(start, this.#position));
    this.#add('package', this.#package.split('@')[0] ?? '', first, docs);
    this.#next();
  }

  /** The items between the braces of an interface, a world or a resource. */
  #body(owner: string, prefix = ''): void {
    for (;;) {
      const gateDocs = this.#skipGates();
      const word = this.#next();
      if (word === undefined || word.text === '}') return;
      this.#item(word, gateDocs || word.docs, owner, prefix);
    }
  }

  #item(word: WitToken, docs: string, owner: string, prefix: string): void {
    const isConstructor = prefix !== '' && word.text === 'constructor';
    const isNamedFunction = this.#peek()?.text === ':';
    if (isConstructor || isNamedFunction) {
      this.#add('function', `${owner}#${prefix}${word.text}`, word, docs);
      this.#skipTo(';');
    } else if (membered.has(word.text)) {
      this.#membered(word.text, docs, owner);
    } else if (word.text === 'resource') {
      this.#resource(docs, owner);
    } else if (word.text === 'import' || word.text === 'export') {
      this.#external(word.text, docs, owner);
    } else {
      const name = word.text === 'type' ? this.#next() : undefined;
      if (name !== undefined) this.#add('type', `${owner}#${name.text}`, name, docs);
      this.#skipTo(';');
    }
  }

  #membered(kind: string, docs: string, owner: string): void {
    const name = this.#next();
    if (name === undefined) return;
    const key = `${owner}#${name.text}`;
    this.#add(kindOf(kind), key, name, docs);
    if (this.#next()?.text !== '{') return;
    while (this.#peek() !== undefined && this.#peek()?.text !== '}') {
      const member = this.#next();
      if (member === undefined) return;
      this.#add('member', `${key}.${member.text}`, member, member.docs);
      this.#skipMember();
    }
    this.#next();
  }

  /** Goes past the rest of a member: up to its comma, or to before the brace that ends the list. */
  #skipMember(): void {
    let depth = 0;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (depth === 0 && token.text === '}') return;
      this.#next();
      if (depth === 0 && token.text === ',') return;
      if (token.text === '<' || token.text === '(') depth += 1;
      if (token.text === '>' || token.text === ')') depth -= 1;
    }
  }

  #resource(docs: string, owner: string): void {
    const name = this.#next();
    if (name === undefined) return;
    this.#add('resource', `${owner}#${name.text}`, name, docs);
    if (this.#next()?.text === '{') this.#body(owner, `${name.text}.`);
  }

  /** `import`, `export` in a world: of an interface by name, of a function, or of an interface written in place. */
  #external(kind: 'import' | 'export', docs: string, owner: string): void {
    const start = this.#position;
    const name = this.#next();
    if (name === undefined) return;
    const isInPlace =
      this.#peek()?.text === ':' &&
      this.#tokens[this.#position + 1]?.text === 'interface' &&
      this.#tokens[this.#position + 2]?.text === '{';
    if (isInPlace) {
      this.#add(kind, `${owner}#${name.text}`, name, docs);
      this.#position += 3;
      this.#body(name.text);
      return;
    }
    this.#skipTo(';');
    const isPath = this.#tokens[start + 1]?.text !== ':' || this.#tokens[start + 3]?.text === '/';
    const end = this.#position - 1;
    const full = isPath ? joined(this.#tokens.slice(start, end)) : name.text;
    this.#add(isPath ? kind : 'function', `${owner}#${full}`, name, docs);
  }
}

function kindOf(word: string): WitItemKind {
  switch (word) {
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return word;
    default:
      return 'type';
  }
}
