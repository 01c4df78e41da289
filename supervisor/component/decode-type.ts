/**
 * Decodes type definitions of a component: value types, function types, instance and component types.
 *
 * A scope is a type index space with a parent, as `alias outer` needs it. Types are objects compared by reference: an
 * alias or a `use` gives the same object, so that "the same resource" means the same object.
 *
 * Spec: Binary.md, "Type Definitions" and "Import and Export Definitions".
 */
import { EftError } from '../errors/eft-error.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ComponentItem } from './definition.ts';
import { isExternName, isLabel, UniqueNames } from './extern-name.ts';
import { isNamedRightly } from './fitting-type.ts';
import { fixedBytesLimit, hostBytesOf } from './lifted-size.ts';
import type {
  Case,
  ExternType,
  Field,
  FunctionType,
  InstanceType,
  Parameter,
  PrimitiveKind,
  ResourceType,
  ValueType,
  WorldType,
} from './types.ts';

/** A component type: what a world is in binary. */
export type ComponentType = { readonly kind: 'component'; readonly world: WorldType };

/** Whatever a type index can stand for. */
export type AnyType = ValueType | ResourceType | FunctionType | InstanceType | ComponentType;

/** The most labels that a `flags` type may have (Binary.md, `defvaltype`). */
export const flagsLimit = 32;

/** How deeply types may nest: a bound on recursion, far above what people write. */
export const typeDepthLimit = 100;

/** Items of an instance scope that aliases can reach. */
export type InstanceItems = ReadonlyMap<string, ExternType>;

/** Items by name, in the order they are declared, no two of which mean the same. */
export class ExternItems<Item extends ExternType | ComponentItem = ExternType> {
  readonly byName = new Map<string, Item>();
  readonly #names = new UniqueNames();

  /** Adds `item`; `how` is the participle for errors: `imported`. */
  add(name: string, item: Item, how: string): void {
    if (!this.#names.addExtern(name, item.kind === 'type' && item.type.kind === 'resource'))
      throw invalid(`\`${name}\`, or a name that means the same, is ${how} twice`);
    if (item.kind === 'function' && !this.#isNamedRightly(name, item))
      throw invalid(`\`${name}\` is ${how}, and its type is not one that its name allows`);
    this.byName.set(name, item);
  }

  #isNamedRightly(name: string, item: FunctionType | Extract<ComponentItem, { kind: 'function' }>): boolean {
    return isNamedRightly(name, 'function' in item ? item.function.type : item, (owner) => {
      const there: ExternType | ComponentItem | undefined = this.byName.get(owner);
      return there?.kind === 'type' && there.type.kind === 'resource' ? there.type : undefined;
    });
  }
}

/** A type index space, and the instances that `alias export` can name in it. */
export class TypeScope {
  readonly types: AnyType[] = [];
  readonly instances: InstanceItems[] = [];
  /** Core types, which are counted but not looked at. */
  coreTypeCount = 0;
  readonly #parent: TypeScope | undefined;
  readonly depth: number;

  constructor(parent?: TypeScope) {
    this.#parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  type(index: number): AnyType {
    const type = this.types[index];
    if (type === undefined) throw noSuch('type', index, this.types.length);
    return type;
  }

  outer(count: number): TypeScope {
    if (count === 0) return this;
    if (this.#parent === undefined) throw invalid('an outer alias reaches beyond the component');
    return this.#parent.outer(count - 1);
  }

  valueType(index: number): ValueType {
    const type = this.type(index);
    if (!isValueType(type)) throw invalid(`type ${index} is used as a value type and is none`);
    return type;
  }

  resource(index: number): ResourceType {
    const type = this.type(index);
    if (type.kind !== 'resource') throw invalid(`type ${index} is used as a resource type and is none`);
    return type;
  }

  functionType(index: number): FunctionType {
    const type = this.type(index);
    if (type.kind !== 'function') throw invalid(`type ${index} is used as a function type and is none`);
    return type;
  }
}

export function isValueType(type: AnyType): type is ValueType {
  return (
    type.kind !== 'function' &&
    type.kind !== 'instance' &&
    type.kind !== 'component' &&
    type.kind !== 'resource'
  );
}

export function noSuch(sort: string, index: number, count: number): EftError {
  return EftError.of('component.index', { sort, index, count });
}

export function invalid(reason: string): EftError {
  return EftError.of('component.type', { reason });
}

const primitiveCodes: ReadonlyMap<number, PrimitiveKind> = new Map([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
]);

const unsupportedTypes: ReadonlyMap<number, string> = new Map([
  [0x67, 'a list of fixed length'],
  [0x66, 'a stream'],
  [0x65, 'a future'],
  [0x64, 'an error-context'],
  [0x63, 'a map'],
]);

/** Reads one type definition and adds it to `scope`. */
export function readType(reader: ByteReader, scope: TypeScope): void {
  const offset = reader.position;
  const code = reader.peek();
  const primitive = primitiveCodes.get(code);
  if (primitive !== undefined) {
    reader.byte();
    scope.types.push({ kind: primitive, name: undefined });
    return;
  }
  reader.byte();
  const unsupported = unsupportedTypes.get(code);
  if (unsupported !== undefined) throw reader.unsupported(unsupported, offset);
  const type = readDefinedType(code, reader, scope, offset);
  if (isValueType(type)) checkExtent(type);
  scope.types.push(type);
}

const depths = new WeakMap<ValueType, number>();

/** Fails if types nest too deep in `type`, as layouts and codecs are made by recursion, or if a value is too large. */
function checkExtent(type: ValueType): void {
  let depth = 0;
  for (const part of partsOf(type)) depth = Math.max(depth, depths.get(part) ?? 0);
  if (depth >= typeDepthLimit) throw invalid(`types nest more than ${typeDepthLimit} deep`);
  depths.set(type, depth + 1);
  const bytes = hostBytesOf(type);
  if (bytes > fixedBytesLimit)
    throw invalid(`a ${type.kind} takes ${bytes} bytes of the host; ${fixedBytesLimit} may be`);
}

/** The types that `type` is made of. */
function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return type.cases.map((item) => item.type).filter((part) => part !== undefined);
    case 'option':
      return [type.some];
    case 'result':
      return [type.ok, type.err].filter((part) => part !== undefined);
    default:
      return [];
  }
}

function readDefinedType(code: number, reader: ByteReader, scope: TypeScope, offset: number): AnyType {
  switch (code) {
    case 0x72:
      return { kind: 'record', fields: readFields(reader, scope, 'record'), name: undefined };
    case 0x71: {
      const cases = nonEmpty(
        reader.vector(() => readCase(reader, scope)),
        'variant',
      );
      requireUnique(
        cases.map((item) => item.name),
        'variant',
      );
      return { kind: 'variant', cases, name: undefined };
    }
    case 0x70:
      return { kind: 'list', element: readValueType(reader, scope), name: undefined };
    case 0x6f: {
      const elements = nonEmpty(
        reader.vector(() => readValueType(reader, scope)),
        'tuple',
      );
      return { kind: 'tuple', elements, name: undefined };
    }
    case 0x6e: {
      const labels = readLabels(reader, 'flags');
      if (labels.length > flagsLimit)
        throw invalid(`a flags type has ${labels.length} labels; ${flagsLimit} may be`);
      return { kind: 'flags', labels, name: undefined };
    }
    case 0x6d:
      return { kind: 'enum', labels: readLabels(reader, 'enum'), name: undefined };
    case 0x6b:
      return { kind: 'option', some: readValueType(reader, scope), name: undefined };
    case 0x6a: {
      const ok = readOptional(reader, () => readValueType(reader, scope));
      const err = readOptional(reader, () => readValueType(reader, scope));
      return { kind: 'result', ok, err, name: undefined };
    }
    case 0x69:
      return { kind: 'own', resource: scope.resource(reader.u32()), name: undefined };
    case 0x68:
      return { kind: 'borrow', resource: scope.resource(reader.u32()), name: undefined };
    case 0x40:
      return readFunctionType(reader, scope);
    case 0x43:
      throw reader.unsupported('an async function', offset);
    case 0x42:
      return readInstanceType(reader, scope);
    case 0x41:
      return { kind: 'component', world: readComponentType(reader, scope) };
    default:
      throw reader.malformed(`0x${code.toString(16)} begins no type definition`, offset);
  }
}

function readFields(reader: ByteReader, scope: TypeScope, what: string): Field[] {
  const fields = nonEmpty(
    reader.vector(() => ({ name: reader.name(), type: readValueType(reader, scope) })),
    what,
  );
  requireUnique(
    fields.map((field) => field.name),
    what,
  );
  return fields;
}

function readCase(reader: ByteReader, scope: TypeScope): Case {
  const name = reader.name();
  const type = readOptional(reader, () => readValueType(reader, scope));
  if (reader.byte() !== 0) throw reader.malformed('a case does not end in 0x00', reader.position - 1);
  return { name, type };
}

function readLabels(reader: ByteReader, what: string): string[] {
  const labels = nonEmpty(
    reader.vector(() => reader.name()),
    what,
  );
  requireUnique(labels, what);
  return labels;
}

function readOptional<Item>(reader: ByteReader, read: () => Item): Item | undefined {
  const flag = reader.byte();
  if (flag === 0x00) return undefined;
  if (flag === 0x01) return read();
  throw reader.malformed('an optional part begins with neither 0x00 nor 0x01', reader.position - 1);
}

function readValueType(reader: ByteReader, scope: TypeScope): ValueType {
  const offset = reader.position;
  const code = reader.s33();
  if (code >= 0) return scope.valueType(code);
  const primitive = primitiveCodes.get(code + 0x80);
  if (primitive !== undefined) return { kind: primitive, name: undefined };
  const unsupported = unsupportedTypes.get(code + 0x80);
  if (unsupported !== undefined) throw reader.unsupported(unsupported, offset);
  throw reader.malformed('a value type is neither an index nor a primitive', offset);
}

function readFunctionType(reader: ByteReader, scope: TypeScope): FunctionType {
  const parameters: Parameter[] = reader.vector(() => ({
    name: reader.name(),
    type: readValueType(reader, scope),
  }));
  requireUnique(
    parameters.map((parameter) => parameter.name),
    'parameter list',
  );
  const form = reader.byte();
  if (form === 0x00) {
    const result = readValueType(reader, scope);
    if (containsBorrow(result)) throw invalid('a function returns a borrow');
    return { kind: 'function', parameters, result };
  }
  if (form === 0x01 && reader.byte() === 0x00) return { kind: 'function', parameters, result: undefined };
  throw reader.malformed('a result list is neither one type nor empty', reader.position - 1);
}

const borrowsInside = new WeakMap<ValueType, boolean>();

function containsBorrow(type: ValueType): boolean {
  const known = borrowsInside.get(type);
  if (known !== undefined) return known;
  const contains = type.kind === 'borrow' || partsOf(type).some(containsBorrow);
  borrowsInside.set(type, contains);
  return contains;
}

/** An extern name in either of its two plain encodings. */
export function readExternName(reader: ByteReader): string {
  const offset = reader.position;
  const form = reader.byte();
  if (form === 0x02) throw reader.unsupported('an import or export name with attributes', offset);
  if (form > 0x02) throw reader.malformed('an import or export name has an unknown form', offset);
  const name = reader.name();
  if (!isExternName(name))
    throw invalid(`${shownName(name)} is neither a plain name nor the name of an interface`);
  return name;
}

/** A stranger's name, fit for an error: in quotes, short, without control characters. */
export function shownName(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What an `externtype` says: a type to be made an extern of, by whoever declares it. */
export function readExternType(reader: ByteReader, scope: TypeScope): ExternType {
  const offset = reader.position;
  const sort = reader.byte();
  switch (sort) {
    case 0x01:
      return scope.functionType(reader.u32());
    case 0x03: {
      const bound = reader.byte();
      if (bound === 0x01) return { kind: 'type', type: { kind: 'resource', name: undefined } };
      if (bound !== 0x00) throw reader.malformed('a type bound is neither `eq` nor `sub resource`', offset);
      const index = reader.u32();
      const type = scope.type(index);
      if (type.kind === 'resource' || isValueType(type)) return { kind: 'type', type };
      throw reader.unsupported('an exported type that is neither a value type nor a resource', offset);
    }
    case 0x05: {
      const index = reader.u32();
      const type = scope.type(index);
      if (type.kind !== 'instance') throw invalid(`type ${index} is used as an instance type and is none`);
      return type;
    }
    case 0x00:
      throw reader.unsupported('an imported or exported core module', offset);
    case 0x02:
      throw reader.unsupported('a value definition', offset);
    case 0x04:
      throw reader.unsupported('an imported or exported component', offset);
    default:
      throw reader.malformed(`0x${sort.toString(16)} is no sort of import or export`, offset);
  }
}

/** Brings a declared extern into the index spaces of `scope`. */
export function declare(scope: TypeScope, extern: ExternType): void {
  if (extern.kind === 'type') scope.types.push(extern.type);
  if (extern.kind === 'instance') scope.instances.push(extern.items);
}

/** Gives a type the name under which it is first exported or imported. */
function giveName(owner: string, name: string, extern: ExternType): void {
  if (extern.kind === 'type' && extern.type.name === undefined) extern.type.name = { owner, name };
  if (extern.kind !== 'instance') return;
  for (const [itemName, item] of extern.items) {
    if (item.kind === 'type' && item.type.name?.owner === '')
      item.type.name = { owner: name, name: itemName };
  }
}

function readInstanceType(reader: ByteReader, parent: TypeScope): InstanceType {
  const scope = innerScope(parent);
  const items = new ExternItems();
  const count = reader.count();
  for (let index = 0; index < count; index += 1)
    readInstanceDeclaration(reader.byte(), reader, scope, items, '');
  return { kind: 'instance', items: items.byName };
}

function readComponentType(reader: ByteReader, parent: TypeScope): WorldType {
  const scope = innerScope(parent);
  const imports = new ExternItems();
  const exports = new ExternItems();
  const count = reader.count();
  for (let index = 0; index < count; index += 1) {
    const form = reader.byte();
    if (form === 0x03) readNamedExtern(reader, scope, imports, '$world');
    else readInstanceDeclaration(form, reader, scope, exports, '$world');
  }
  return { imports: imports.byName, exports: exports.byName };
}

function innerScope(parent: TypeScope): TypeScope {
  const scope = new TypeScope(parent);
  if (scope.depth > typeDepthLimit) throw invalid(`types nest more than ${typeDepthLimit} deep`);
  return scope;
}

/** One declaration of an instance type. `owner` names its types; '' stands for the interface, named when it is imported. */
function readInstanceDeclaration(
  form: number,
  reader: ByteReader,
  scope: TypeScope,
  items: ExternItems,
  owner: string,
): void {
  switch (form) {
    case 0x00:
      throw reader.unsupported('a core type in a component type', reader.position - 1);
    case 0x01:
      readType(reader, scope);
      break;
    case 0x02:
      readTypeAlias(reader, scope);
      break;
    case 0x04:
      readNamedExtern(reader, scope, items, owner);
      break;
    default:
      throw reader.malformed(`0x${form.toString(16)} begins no declaration`, reader.position - 1);
  }
}

function readNamedExtern(reader: ByteReader, scope: TypeScope, items: ExternItems, owner: string): void {
  const name = readExternName(reader);
  const extern = readExternType(reader, scope);
  if (extern.kind === 'instance') reader.budget.spend(extern.items.size);
  items.add(name, extern, 'declared');
  giveName(owner, name, extern);
  declare(scope, extern);
}

/** An alias inside a type: of a type exported by an instance, or of a type of an outer scope. */
function readTypeAlias(reader: ByteReader, scope: TypeScope): void {
  const offset = reader.position;
  const sort = reader.byte();
  if (sort !== 0x03)
    throw reader.unsupported('an alias of something else than a type in a component type', offset);
  const target = reader.byte();
  if (target === 0x00) {
    const index = reader.u32();
    const name = reader.name();
    const items = scope.instances[index];
    if (items === undefined) throw noSuch('instance', index, scope.instances.length);
    const item = items.get(name);
    if (item?.kind !== 'type') throw invalid(`instance ${index} exports no type \`${name}\``);
    scope.types.push(item.type);
    return;
  }
  if (target === 0x02) {
    const outer = scope.outer(reader.u32());
    scope.types.push(outer.type(reader.u32()));
    return;
  }
  throw reader.malformed('an alias has an unknown target', offset);
}

function nonEmpty<Item>(items: Item[], what: string): Item[] {
  if (items.length === 0) throw invalid(`a ${what} is empty`);
  return items;
}

/**
 * Names must be labels (Explainer.md, `label`) and mean different things ("strongly-unique"). Without this, two fields could
 * have one name in the host's JavaScript, or a name that means something there, such as `__proto__`.
 */
function requireUnique(names: readonly string[], what: string): void {
  const seen = new UniqueNames();
  for (const name of names) {
    if (!isLabel(name)) throw invalid(`a ${what} has an item named ${shownName(name)}, which is no label`);
    if (!seen.addLabel(name)) throw invalid(`a ${what} has two items named \`${name}\``);
  }
}
