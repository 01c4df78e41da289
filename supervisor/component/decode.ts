/**
 * Decodes a component into a `ComponentDefinition`.
 *
 * The walk is the binary's own: section by section, each definition appended to its index space. What the format allows and
 * this host does not need is refused by name. Nested components are allowed in one form only, the one that tools write to
 * give an exported interface its types: no code in it, nothing but imports, types and exports; such a component is
 * evaluated here and leaves nothing behind at run time.
 *
 * Spec: Binary.md.
 */
import { EftError } from '../errors/eft-error.ts';
import { ByteReader } from './byte-reader.ts';
import { type CoreExtern, type CoreSignature, readCoreModule } from './core-module.ts';
import { bytesPerDefinition, type DecodeBudget } from './decode-budget.ts';
import { readCanonical } from './decode-canonical.ts';
import {
  type AnyType,
  declare,
  ExternItems,
  invalid,
  isValueType,
  noSuch,
  readExternName,
  readExternType,
  readType,
  TypeScope,
} from './decode-type.ts';
import { readComponentMagic } from './decode-world.ts';
import type {
  ComponentDefinition,
  ComponentInstance,
  ComponentItem,
  CoreExport,
  CoreFunction,
  CoreInstance,
  CoreItem,
  CoreModule,
  DefinedResource,
} from './definition.ts';
import { fits } from './fitting-type.ts';
import type { ExternType, InstanceType, ResourceType, ValueType } from './types.ts';

/**
 * The most core instances of a component. Tools make less than ten; each has memories, tables and globals of its own, so without
 * a limit a small file could have as much as the machine has.
 */
export const coreInstanceLimit = 64;

const sectionNames = [
  'custom',
  'core module',
  'core instance',
  'core type',
  'component',
  'instance',
  'alias',
  'type',
  'canon',
  'start',
  'import',
  'export',
  'value',
];

/** Decodes `bytes`. Errors: `component.*`, with the byte offset where something is wrong in the encoding itself. */
export function decodeComponent(bytes: Uint8Array): ComponentDefinition {
  const reader = new ByteReader(bytes, 0, bytes.length, 'the component');
  readComponentMagic(reader);
  const scope = new ComponentScope();
  readSections(reader, scope);
  return scope.finish(reader.budget);
}

function readSections(reader: ByteReader, scope: ComponentScope): void {
  while (!reader.atEnd) {
    const offset = reader.position;
    const id = reader.byte();
    const name = sectionNames[id];
    if (name === undefined) throw reader.malformed(`section ${id} is unknown`, offset);
    const section = reader.part(reader.u32(), `a ${name} section`);
    readSection(id, section, scope, offset);
    if (id !== 0 && id !== 1 && id !== 4) section.finish();
  }
}

function readSection(id: number, section: ByteReader, scope: ComponentScope, offset: number): void {
  switch (id) {
    case 0:
      section.name();
      break;
    case 1:
      scope.addCoreModule(section.take(section.end - section.position), section.budget);
      break;
    case 2:
      section.vector(() => readCoreInstance(section, scope));
      break;
    case 3:
      throw section.unsupported('a core type definition', offset);
    case 4:
      scope.components.push(readNestedComponent(section, scope));
      break;
    case 5:
      section.vector(() => readInstance(section, scope));
      break;
    case 6:
      section.vector(() => readAlias(section, scope));
      break;
    case 7:
      section.vector(() => readTypeDefinition(section, scope));
      break;
    case 8:
      section.vector(() => readCanonical(section, scope));
      break;
    case 9:
      throw section.unsupported('a start function', offset);
    case 10:
      section.vector(() => readImport(section, scope));
      break;
    case 11:
      section.vector(() => readExport(section, scope));
      break;
    default:
      throw section.unsupported('a value definition', offset);
  }
}

/** A nested component that only gives types to what it passes on: its exports, to be bound to the arguments it gets. */
type PassThrough = (parameters: ReadonlyMap<string, ComponentItem>) => ComponentInstance;

/** The index spaces of a component, as far as they are filled. */
export class ComponentScope {
  readonly types: TypeScope;
  readonly coreModules: CoreModule[] = [];
  readonly coreInstances: CoreInstance[] = [];
  readonly coreFunctions: CoreFunction[] = [];
  readonly coreMemories: CoreExport[] = [];
  readonly coreTables: CoreExport[] = [];
  readonly coreGlobals: CoreExport[] = [];
  readonly functions: Extract<ComponentItem, { kind: 'function' }>[] = [];
  readonly instances: ComponentInstance[] = [];
  readonly components: PassThrough[] = [];
  readonly imports = new ExternItems();
  readonly exports = new ExternItems<ComponentItem>();
  readonly resources = new Map<ResourceType, DefinedResource>();
  readonly #steps: Extract<CoreInstance, { kind: 'instantiate' }>[] = [];
  readonly #passThroughArguments: ReadonlyMap<string, ComponentItem> | undefined;

  constructor(parent?: TypeScope, passThroughArguments?: ReadonlyMap<string, ComponentItem>) {
    this.types = new TypeScope(parent);
    this.#passThroughArguments = passThroughArguments;
  }

  addCoreModule(bytes: Uint8Array, budget: DecodeBudget): void {
    const shape = readCoreModule(bytes);
    budget.spend(shape.imports.length + shape.exports.size);
    this.coreModules.push({ index: this.coreModules.length, bytes, shape });
  }

  instantiateCore(module: CoreModule, parameters: ReadonlyMap<string, CoreInstance>): void {
    if (this.#steps.length >= coreInstanceLimit)
      throw EftError.of('component.unsupported', {
        feature: `more than ${coreInstanceLimit} core instances`,
      });
    const instance = {
      kind: 'instantiate',
      step: this.#steps.length,
      module,
      arguments: parameters,
    } as const;
    checkCoreImports(module, parameters);
    this.#steps.push(instance);
    this.coreInstances.push(instance);
  }

  /** The item that the argument `name` of a pass-through component is bound to; undefined in a real component. */
  argument(name: string): ComponentItem | undefined {
    if (this.#passThroughArguments === undefined) return undefined;
    const item = this.#passThroughArguments.get(name);
    if (item === undefined) throw invalid(`a nested component is not given \`${name}\``);
    return item;
  }

  addItem(item: ComponentItem): void {
    if (item.kind === 'function') this.functions.push(item);
    else if (item.kind === 'instance') this.instances.push(item);
    else this.types.types.push(item.type);
  }

  finish(budget: DecodeBudget): ComponentDefinition {
    const exports = new Map<string, ExternType>();
    for (const [name, item] of this.exports.byName) exports.set(name, typeOfItem(item, budget));
    return {
      world: { imports: this.imports.byName, exports },
      coreModules: this.coreModules,
      steps: this.#steps,
      resources: this.resources,
      exports: this.exports.byName,
    };
  }
}

/** The definition at `index` of an index space, or a `component.index` error that names the sort. */
export function at<Item>(items: readonly Item[], index: number, sort: string): Item {
  const item = items[index];
  if (item === undefined) throw noSuch(sort, index, items.length);
  return item;
}

function typeOfItem(item: ComponentItem, budget: DecodeBudget): ExternType {
  if (item.kind === 'function') return item.function.type;
  if (item.kind === 'instance') {
    budget.spend(item.items.size);
    const items = new Map<string, ExternType>();
    for (const [name, inner] of item.items) items.set(name, typeOfItem(inner, budget));
    return { kind: 'instance', items };
  }
  return item.type.kind === 'function' ? item.type : { kind: 'type', type: item.type };
}

function readTypeDefinition(reader: ByteReader, scope: ComponentScope): void {
  if (reader.peek() !== 0x3f) {
    readType(reader, scope.types);
    return;
  }
  reader.byte();
  const representation = reader.byte();
  if (representation !== 0x7f) throw reader.unsupported('a resource whose representation is not i32');
  const flag = reader.byte();
  if (flag > 0x01) throw reader.malformed('an optional destructor begins with neither 0x00 nor 0x01');
  const destructor = flag === 0x01 ? at(scope.coreFunctions, reader.u32(), 'core function') : undefined;
  if (destructor !== undefined)
    requireSignature(destructor, { parameters: ['i32'], results: [] }, 'a destructor');
  const type: ResourceType = { kind: 'resource', name: undefined };
  scope.types.types.push(type);
  scope.resources.set(type, { type, destructor });
}

/** Fails unless `core` has the signature that `what` must have. */
export function requireSignature(core: CoreFunction, wanted: CoreSignature, what: string): void {
  const found = `${core.signature.parameters.join(' ')} -> ${core.signature.results.join(' ')}`;
  const expected = `${wanted.parameters.join(' ')} -> ${wanted.results.join(' ')}`;
  if (found !== expected) throw invalid(`${what} has the core type \`${found}\`, not \`${expected}\``);
}

function readCoreInstance(reader: ByteReader, scope: ComponentScope): void {
  const form = reader.byte();
  if (form === 0x00) {
    const module = at(scope.coreModules, reader.u32(), 'core module');
    const parameters = new Map<string, CoreInstance>();
    reader.vector(() => {
      const name = reader.name();
      if (reader.byte() !== 0x12) throw reader.malformed('an argument of a core module is no core instance');
      if (parameters.has(name)) throw invalid(`a core module is given \`${name}\` twice`);
      parameters.set(name, at(scope.coreInstances, reader.u32(), 'core instance'));
    });
    reader.budget.spend(module.shape.imports.length);
    scope.instantiateCore(module, parameters);
  } else if (form === 0x01) {
    const items = new Map<string, CoreItem>();
    reader.vector(() => {
      const name = reader.name();
      if (items.has(name)) throw invalid(`a core instance exports \`${name}\` twice`);
      items.set(name, readCoreItem(reader, scope));
    });
    scope.coreInstances.push({ kind: 'bundle', items });
  } else {
    throw reader.malformed('a core instance is neither instantiated nor a bundle of exports');
  }
}

function readCoreItem(reader: ByteReader, scope: ComponentScope): CoreItem {
  const sort = reader.byte();
  const index = reader.u32();
  switch (sort) {
    case 0x00:
      return { kind: 'function', function: at(scope.coreFunctions, index, 'core function') };
    case 0x01:
      return at(scope.coreTables, index, 'core table');
    case 0x02:
      return at(scope.coreMemories, index, 'core memory');
    case 0x03:
      return at(scope.coreGlobals, index, 'core global');
    default:
      throw reader.unsupported(`a core export of sort 0x${sort.toString(16)}`);
  }
}

/** Every import of a core module must be there, and a function must have the type the module declares. */
function checkCoreImports(module: CoreModule, parameters: ReadonlyMap<string, CoreInstance>): void {
  for (const wanted of module.shape.imports) {
    const where = `\`${wanted.module}\` \`${wanted.name}\``;
    const source = parameters.get(wanted.module);
    if (source === undefined) throw invalid(`a core module imports ${where}, and is not given it`);
    const item = coreItemOf(source, wanted.name);
    if (item === undefined) throw invalid(`a core module imports ${where}, and is not given it`);
    if (item.kind !== wanted.extern.kind) {
      throw invalid(`a core module imports ${where} as a ${wanted.extern.kind}, and is given a ${item.kind}`);
    }
    if (item.kind === 'function' && wanted.extern.kind === 'function') {
      if (wanted.extern.signature === undefined)
        throw invalid(`${where} has a type that is not made of numbers`);
      requireSignature(item.function, wanted.extern.signature, where);
    }
  }
}

/** What a core instance exports under `name`, or undefined. */
export function coreItemOf(instance: CoreInstance, name: string): CoreItem | undefined {
  if (instance.kind === 'bundle') return instance.items.get(name);
  const extern: CoreExtern | undefined = instance.module.shape.exports.get(name);
  if (extern === undefined) return undefined;
  if (extern.kind !== 'function') return { kind: extern.kind, instance, name };
  if (extern.signature === undefined) throw invalid(`\`${name}\` has a type that is not made of numbers`);
  return { kind: 'function', function: { kind: 'core-export', instance, name, signature: extern.signature } };
}

function readAlias(reader: ByteReader, scope: ComponentScope): void {
  const offset = reader.position;
  const sort = reader.byte();
  const coreSort = sort === 0x00 ? reader.byte() : undefined;
  const target = reader.byte();
  if (target === 0x01 && coreSort !== undefined) {
    readCoreAlias(reader, scope, coreSort);
  } else if (target === 0x00 && coreSort === undefined) {
    const instance = at(scope.instances, reader.u32(), 'instance');
    const name = reader.name();
    const item = instance.items.get(name);
    const kinds: Partial<Record<number, ComponentItem['kind']>> = { 1: 'function', 3: 'type', 5: 'instance' };
    if (item === undefined || item.kind !== kinds[sort])
      throw invalid(`an instance does not export \`${name}\` as aliased`);
    scope.addItem(item);
  } else if (target === 0x02 && sort === 0x03) {
    const outer = scope.types.outer(reader.u32());
    scope.types.types.push(outer.type(reader.u32()));
  } else {
    throw reader.unsupported('an alias of this form', offset);
  }
}

function readCoreAlias(reader: ByteReader, scope: ComponentScope, coreSort: number): void {
  const instance = at(scope.coreInstances, reader.u32(), 'core instance');
  const name = reader.name();
  const item = coreItemOf(instance, name);
  const kinds: Partial<Record<number, CoreItem['kind']>> = {
    0: 'function',
    1: 'table',
    2: 'memory',
    3: 'global',
  };
  if (item === undefined || item.kind !== kinds[coreSort]) {
    throw invalid(`a core instance does not export \`${name}\` as aliased`);
  }
  if (item.kind === 'function') scope.coreFunctions.push(item.function);
  else if (item.kind === 'memory') scope.coreMemories.push(item);
  else if (item.kind === 'table') scope.coreTables.push(item);
  else scope.coreGlobals.push(item);
}

function readImport(reader: ByteReader, scope: ComponentScope): void {
  const name = readExternName(reader);
  const extern = readExternType(reader, scope.types);
  scope.imports.add(name, extern, 'imported');
  const bound = scope.argument(name);
  if (bound !== undefined) {
    if (!fits(extern, typeOfItem(bound, reader.budget)))
      throw invalid(`a nested component is given \`${name}\` as something else`);
    scope.addItem(bound);
    return;
  }
  if (extern.kind === 'type' && isUnbound(extern.type, scope))
    throw reader.unsupported(`a resource outside any interface, \`${name}\``);
  if (extern.kind === 'instance') {
    reader.budget.spend(extern.items.size);
    scope.instances.push(importedInstance(name, extern));
  } else if (extern.kind === 'type') declare(scope.types, extern);
  else
    scope.functions.push({
      kind: 'function',
      function: { kind: 'import', interface: undefined, name, type: extern },
    });
}

/** Whether `type` is a resource that neither an interface nor the component itself brings: nothing tells the host's class for it. */
function isUnbound(type: ValueType | ResourceType, scope: ComponentScope): boolean {
  return type.kind === 'resource' && type.name === undefined && !scope.resources.has(type);
}

function importedInstance(name: string, type: InstanceType): ComponentInstance {
  const items = new Map<string, ComponentItem>();
  for (const [itemName, extern] of type.items) {
    if (extern.kind === 'type') items.set(itemName, extern);
    else if (extern.kind === 'function') {
      items.set(itemName, {
        kind: 'function',
        function: { kind: 'import', interface: name, name: itemName, type: extern },
      });
    } else
      throw EftError.of('component.unsupported', { feature: `an instance inside the import \`${name}\`` });
  }
  return { kind: 'instance', items };
}

function readItem(reader: ByteReader, scope: ComponentScope): ComponentItem {
  const sort = reader.byte();
  if (sort === 0x00) throw reader.unsupported('an exported core definition');
  const index = reader.u32();
  switch (sort) {
    case 0x01:
      return at(scope.functions, index, 'function');
    case 0x03:
      return typeItem(scope.types.type(index));
    case 0x05:
      return at(scope.instances, index, 'instance');
    default:
      throw reader.unsupported('an export or argument that is a component or a value');
  }
}

function typeItem(type: AnyType): ComponentItem {
  if (isValueType(type) || type.kind === 'resource' || type.kind === 'function')
    return { kind: 'type', type };
  throw EftError.of('component.unsupported', { feature: 'an exported interface or world type' });
}

function readInstance(reader: ByteReader, scope: ComponentScope): void {
  const form = reader.byte();
  if (form === 0x00) {
    const component = at(scope.components, reader.u32(), 'component');
    const parameters = new Map<string, ComponentItem>();
    reader.vector(() => parameters.set(reader.name(), readItem(reader, scope)));
    scope.instances.push(component(parameters));
  } else if (form === 0x01) {
    const items = new ExternItems<ComponentItem>();
    reader.vector(() => items.add(readExternName(reader), readItem(reader, scope), 'exported'));
    scope.instances.push(flatInstance(items.byName));
  } else {
    throw reader.malformed('an instance is neither instantiated nor a bundle of exports');
  }
}

/** An instance of items that are no instances: one level is what interfaces have, and two double with each definition. */
function flatInstance(items: ReadonlyMap<string, ComponentItem>): ComponentInstance {
  for (const [name, item] of items) {
    if (item.kind === 'instance')
      throw EftError.of('component.unsupported', { feature: `an instance inside an instance, \`${name}\`` });
  }
  return { kind: 'instance', items };
}

function readExport(reader: ByteReader, scope: ComponentScope): void {
  const name = readExternName(reader);
  const item = readItem(reader, scope);
  const flag = reader.byte();
  if (flag > 0x01) throw reader.malformed('an optional type begins with neither 0x00 nor 0x01');
  if (flag === 0x01 && !fits(readExternType(reader, scope.types), typeOfItem(item, reader.budget)))
    throw invalid(`\`${name}\` is exported as something else than it is`);
  scope.exports.add(name, item, 'exported');
  scope.addItem(item);
}

/** Sections that a pass-through component may have: custom, alias, type, import, export. */
const passThroughSections = new Set([0, 6, 7, 10, 11]);

function readNestedComponent(section: ByteReader, outer: ComponentScope): PassThrough {
  const { bytes, position, end, budget } = section;
  readComponentMagic(section);
  while (!section.atEnd) {
    const offset = section.position;
    const id = section.byte();
    if (!passThroughSections.has(id)) {
      throw section.unsupported(
        'a nested component that does more than give types to what it passes on',
        offset,
      );
    }
    section.take(section.u32());
  }
  return (parameters) => {
    const scope = new ComponentScope(outer.types, parameters);
    budget.spend(Math.ceil((end - position) / bytesPerDefinition));
    const reader = new ByteReader(bytes, position, end, 'a nested component', budget);
    readComponentMagic(reader);
    readSections(reader, scope);
    if (scope.resources.size > 0) throw invalid('a nested component defines a resource');
    return flatInstance(scope.exports.byName);
  };
}
