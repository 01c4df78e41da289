/**
 * One generated AssemblyScript file while it is being written: its text, what it imports, and the functions of the
 * canonical ABI that it turned out to need.
 */

/** Lines of text, indented by two spaces a level. */
export function indent(text: string, levels = 1): string {
  return text.replaceAll(/^(?=.)/gm, '  '.repeat(levels));
}

/** A doc comment of `docs`, with a line break after it; the empty string when there is nothing to say. */
export function docComment(docs: string): string {
  if (docs === '') return '';
  const lines = docs.replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

export class SourceFile {
  /** The path from the folder of the bindings, without `.ts`: `host-log`. */
  readonly path: string;
  readonly #names = new Set<string>();
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #parts: string[] = [];
  readonly #helpers = new Map<string, string>();
  #areaSize = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Takes a name of the file's own, so that imports keep away from it. A taken name gets a `_`. */
  declare(name: string): string {
    let free = name;
    while (this.#names.has(free)) free += '_';
    this.#names.add(free);
    return free;
  }

  /** The name under which this file knows `name` of `module` (`./host-log`, `eft`, `../lifecycle`). */
  use(module: string, name: string): string {
    if (module === `./${this.path}`) return name;
    const names = this.#imports.get(module) ?? new Map<string, string>();
    this.#imports.set(module, names);
    const known = names.get(name);
    if (known !== undefined) return known;
    const qualifier = module.replaceAll(/[^A-Za-z0-9]*([A-Za-z0-9]+)/g, (_, word: string) => {
      return word.charAt(0).toUpperCase() + word.slice(1);
    });
    const local = this.#names.has(name) ? this.declare(`${qualifier}${name}`) : this.declare(name);
    names.set(name, local);
    return local;
  }

  /** Adds a part to the file. */
  add(text: string): void {
    this.#parts.push(text.trimEnd());
  }

  /** The name of a helper function, written by `write` when it is first asked for. */
  helper(name: string, write: () => string): string {
    if (!this.#helpers.has(name)) {
      // Set before it is written: a helper may ask for others that lead back to it.
      this.#helpers.set(name, '');
      this.#helpers.set(name, write().trimEnd());
    }
    return name;
  }

  /** Sees to it that the constant `_area` is the address of at least `size` bytes, aligned to 8. */
  reserveArea(size: number): void {
    this.#areaSize = Math.max(this.#areaSize, size);
  }

  /** The whole text, beginning with `header`. */
  render(header: string): string {
    const imports = [...this.#imports]
      .filter(([, names]) => names.size > 0)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([module, names]) => {
        const list = [...names]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, local]) => (name === local ? name : `${name} as ${local}`));
        const line = `import { ${list.join(', ')} } from '${module}';`;
        return line.length <= 110
          ? line
          : `import {\n${list.map((name) => `  ${name},\n`).join('')}} from '${module}';`;
      })
      .join('\n');
    const helpers = [...this.#helpers.values()];
    const area =
      this.#areaSize === 0
        ? []
        : [
            `/** Where parameters and results lie that do not fit into core values. */\nconst _area: usize = memory.data(${this.#areaSize}, 8);`,
          ];
    const tail = [...area, ...helpers];
    const abi = tail.length === 0 ? [] : ['// The canonical ABI: how these types lie in memory.', ...tail];
    return `${[header.trimEnd(), imports, ...this.#parts, ...abi].filter((part) => part !== '').join('\n\n')}\n`;
  }
}
