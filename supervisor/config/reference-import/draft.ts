/** The configuration that an import puts together, and what it says about each line that it has seen. */
import type { DocumentNode } from '../../document/document.ts';

/** `later`: Eft does not have it yet. `none`: there is nothing in Eft that it could mean. */
export type Verdict = 'taken' | 'renamed' | 'later' | 'none';

/** What became of one field. It never holds the value: the file that is read is full of secrets. */
export type ImportLine = {
  readonly line: number;
  readonly path: string;
  readonly verdict: Verdict;
  /** Where it went, or why it went nowhere. */
  readonly note: string;
};

export type Plain = string | number | boolean | null | Plain[] | { [field: string]: Plain };
type PlainMap = { [field: string]: Plain };

export class Draft {
  readonly machine: PlainMap = {};
  readonly lines: ImportLine[] = [];

  /** Writes down what became of `node`. */
  tell(node: DocumentNode, verdict: Verdict, note: string, path: string = node.where.path): void {
    this.lines.push({ line: node.where.place.line ?? 0, path, verdict, note });
  }

  /** Puts a value at a path below `machine`, and makes what is missing on the way. */
  put(path: readonly (string | number)[], value: Plain): void {
    let here: Plain = this.machine;
    for (const [index, step] of path.entries()) {
      const isLast = index === path.length - 1;
      const empty: Plain = typeof path[index + 1] === 'number' ? [] : {};
      if (Array.isArray(here) && typeof step === 'number') {
        if (isLast) here[step] = value;
        else here[step] ??= empty;
        here = here[step] ?? null;
      } else if (isMap(here) && typeof step === 'string') {
        if (isLast) here[step] = value;
        else here[step] ??= empty;
        here = here[step] ?? null;
      }
    }
  }

  /** Adds to the end of a list below `machine`. */
  append(path: readonly string[], value: Plain): void {
    this.put([...path, this.length(path)], value);
  }

  /** The path of the interface `name`, which is made if it is not there. */
  interface(name: string): readonly (string | number)[] {
    const path = ['network', 'interfaces'];
    const network = this.machine['network'];
    const interfaces = isMap(network) ? network['interfaces'] : undefined;
    const found = Array.isArray(interfaces)
      ? interfaces.findIndex((entry) => isMap(entry) && entry['interface'] === name)
      : -1;
    if (found >= 0) return [...path, found];
    const index = this.length(path);
    this.put([...path, index, 'interface'], name);
    return [...path, index];
  }

  /** Entries of the list at a path below `machine`; 0 if there is none. */
  length(path: readonly (string | number)[]): number {
    const value = this.read(path);
    return Array.isArray(value) ? value.length : 0;
  }

  /** What is at a path below `machine`, or undefined. */
  read(path: readonly (string | number)[]): Plain | undefined {
    let here: Plain | undefined = this.machine;
    for (const step of path) {
      if (Array.isArray(here) && typeof step === 'number') here = here[step];
      else if (isMap(here) && typeof step === 'string') here = here[step];
      else return undefined;
    }
    return here;
  }
}

function isMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A node as plain data. What no document of ours can hold becomes null. */
export function plainOf(node: DocumentNode): Plain {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries([...node.fields].map(([field, { value }]) => [field, plainOf(value)]));
    case 'list':
      return node.items.map(plainOf);
    case 'other':
      return null;
    default:
      return node.value;
  }
}

/** The text of a node; undefined if it is none. */
export function textOf(node: DocumentNode | undefined): string | undefined {
  if (node?.kind === 'text') return node.value;
  return node?.kind === 'integer' ? String(node.value) : undefined;
}
