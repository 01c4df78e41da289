/** What all parts of the AssemblyScript generator share: the world, a file for each interface, and names for types. */
import type { ResourceType, ValueType } from '../../../supervisor/component/types.ts';
import type { WitOutline } from '../doc-comments.ts';
import type { Home, Interface, WorldInterfaces } from '../interfaces.ts';
import { interfaceFileNames, pascalCase } from '../names.ts';
import { typeName } from './identifiers.ts';
import { SourceFile } from './source-file.ts';

export class Bindings {
  readonly world: WorldInterfaces;
  readonly outline: WitOutline;
  /** The numbers of elements of the tuples in use. */
  readonly tupleSizes = new Set<number>();
  readonly #files = new Map<Interface, SourceFile>();
  readonly #implementations = new Map<Interface, string>();
  readonly #kindNames = new Map<ValueType, string>();

  constructor(world: WorldInterfaces, outline: WitOutline) {
    this.world = world;
    this.outline = outline;
    const { interfaces } = world;
    const ids = new Set(interfaces.filter((item) => !item.isWorld).map((item) => item.id));
    const names = interfaceFileNames([...ids]);
    for (const item of interfaces) this.#files.set(item, new SourceFile(this.#fileName(item, names)));
    const exported = interfaces.filter((item) => item.direction === 'export');
    const shortNames = exported.map((item) => implementationName(item));
    for (const item of exported) {
      const short = implementationName(item);
      const isUnique = shortNames.filter((name) => name === short).length === 1;
      this.#implementations.set(item, isUnique ? short : this.file(item).path);
    }
  }

  /** An exported interface that the world imports as well has `-exported` after its name. */
  #fileName(item: Interface, names: ReadonlyMap<string, string>): string {
    if (item.isWorld) return item.direction === 'import' ? 'world' : 'world-exports';
    const name = names.get(item.id) ?? item.id;
    const isImportedToo = this.world.interfaces.some(
      (other) => other.id === item.id && other.direction !== item.direction,
    );
    return item.direction === 'export' && isImportedToo ? `${name}-exported` : name;
  }

  file(of: Interface): SourceFile {
    const file = this.#files.get(of);
    if (file === undefined) throw new Error(`no file for ${of.id}`);
    return file;
  }

  /** The file that the module's author writes for an exported interface, from `assembly/`: `lifecycle`. */
  implementation(of: Interface): string {
    const name = this.#implementations.get(of);
    if (name === undefined) throw new Error(`${of.id} is not exported`);
    return name;
  }

  home(type: ValueType | ResourceType): Home | undefined {
    return this.world.homes.get(type);
  }

  /** Whether the component itself defines this resource. */
  isExported(resource: ResourceType): boolean {
    return this.home(resource)?.interface.direction === 'export';
  }

  /** The name by which `file` knows a named type or resource. */
  nameIn(file: SourceFile, home: Home, type: ValueType | ResourceType): string {
    const name = typeName(home.name);
    if (type.kind === 'resource' && this.isExported(type)) {
      return file.use(`../${this.implementation(home.interface)}`, name);
    }
    return file.use(`./${this.file(home.interface).path}`, name);
  }

  /** The enum that tells the cases of a variant apart: `EventKind`, if the interface has no type of that name itself. */
  kindName(type: ValueType, home: Home): string {
    const known = this.#kindNames.get(type);
    if (known !== undefined) return known;
    const name = `${typeName(home.name)}Kind`;
    const isTaken = home.interface.types.some((other) => typeName(other.name) === name);
    const free = isTaken ? `${name}_` : name;
    this.#kindNames.set(type, free);
    return free;
  }

  /** The AssemblyScript type of `type`, as it is written in `file`. */
  typeIn(file: SourceFile, type: ValueType): string {
    const home = this.home(type);
    if (home !== undefined) return this.nameIn(file, home, type);
    return this.structureIn(file, type);
  }

  /** As `typeIn`, but without the type's own name: the right side of an alias. */
  structureIn(file: SourceFile, type: ValueType): string {
    switch (type.kind) {
      case 'bool':
        return 'bool';
      case 's8':
        return 'i8';
      case 's16':
        return 'i16';
      case 's32':
        return 'i32';
      case 's64':
        return 'i64';
      case 'char':
        return 'u32';
      case 'u8':
      case 'u16':
      case 'u32':
      case 'u64':
      case 'f32':
      case 'f64':
      case 'string':
        return type.kind;
      case 'list':
        return `StaticArray<${this.typeIn(file, type.element)}>`;
      case 'tuple':
        return `${this.tupleIn(file, type.elements.length)}<${type.elements.map((part) => this.typeIn(file, part)).join(', ')}>`;
      case 'option':
        return `${file.use('eft', 'Option')}<${this.typeIn(file, type.some)}>`;
      case 'result':
        return `${file.use('eft', 'Result')}<${this.sideIn(file, type.ok)}, ${this.sideIn(file, type.err)}>`;
      case 'own':
      case 'borrow': {
        const home = this.home(type.resource);
        if (home === undefined) throw new Error('a handle of a resource without a name');
        return this.nameIn(file, home, type.resource);
      }
      default:
        throw new Error(`a ${type.kind} without a name`);
    }
  }

  /** A side of a result: `Unit` where there is nothing. */
  sideIn(file: SourceFile, type: ValueType | undefined): string {
    return type === undefined ? file.use('eft', 'Unit') : this.typeIn(file, type);
  }

  tupleIn(file: SourceFile, size: number): string {
    this.tupleSizes.add(size);
    return file.use('./tuples', `Tuple${size}`);
  }

  /** A word for `type` in the names of helper functions: `ListOfOptionOfString`. */
  wordIn(file: SourceFile, type: ValueType): string {
    const home = this.home(type);
    if (home !== undefined) return this.nameIn(file, home, type);
    switch (type.kind) {
      case 'list':
        return `ListOf${this.wordIn(file, type.element)}`;
      case 'tuple':
        return `TupleOf${type.elements.map((part) => this.wordIn(file, part)).join('And')}End`;
      case 'option':
        return `OptionOf${this.wordIn(file, type.some)}`;
      case 'result': {
        const side = (part: ValueType | undefined) => (part === undefined ? 'Unit' : this.wordIn(file, part));
        return `ResultOf${side(type.ok)}Or${side(type.err)}End`;
      }
      case 'own':
      case 'borrow':
        return `${pascalCase(type.kind)}${this.structureIn(file, type)}`;
      default:
        return pascalCase(type.kind);
    }
  }

  /** The zero of a type, for fields that hold nothing. */
  zeroIn(file: SourceFile, type: ValueType): string {
    return isReference(type)
      ? `changetype<${this.typeIn(file, type)}>(0)`
      : type.kind === 'bool'
        ? 'false'
        : '0';
  }

  /** What the WIT says about an item, lines joined by line breaks. */
  docs(key: string): string {
    return this.outline.get(key)?.docs ?? '';
  }
}

/** The name of the file that implements an exported interface: `lifecycle`. */
function implementationName(item: Interface): string {
  if (item.isWorld) return 'world';
  return /([^/@]+)(?:@|$)/.exec(item.id.slice(item.id.lastIndexOf('/') + 1))?.[1] ?? item.id;
}

/** Whether values of `type` are objects in AssemblyScript. */
export function isReference(type: ValueType): boolean {
  switch (type.kind) {
    case 'string':
    case 'list':
    case 'tuple':
    case 'record':
    case 'variant':
    case 'option':
    case 'result':
    case 'own':
    case 'borrow':
      return true;
    default:
      return false;
  }
}

/** Whether a list of `type` lies in a `StaticArray` just as the canonical ABI has it, so that it is taken over as it is. */
export function isPlain(type: ValueType): boolean {
  switch (type.kind) {
    case 'enum':
      return false;
    case 'flags':
      return type.labels.length > 16;
    default:
      return !isReference(type);
  }
}
