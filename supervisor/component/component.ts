/**
 * The component host: takes the bytes of a component, compiles its core modules, and makes instances that call, and are
 * called by, functions of the host. No code is generated from strings; what the component brings is core WebAssembly only.
 *
 * `docs/reference/component-host.md` says what is supported and what is refused.
 */
import { EftError } from '../errors/eft-error.ts';
import { CallContext, type CoreValue } from './call-context.ts';
import { decodeComponent } from './decode.ts';
import type {
  CanonicalOptions,
  ComponentDefinition,
  ComponentFunction,
  ComponentItem,
  CoreExport,
  CoreFunction,
  CoreInstance,
  CoreItem,
} from './definition.ts';
import { GuestMemory } from './guest-memory.ts';
import { GuestResourceClass } from './guest-resource.ts';
import { camelCase, compatibleName, parseFunctionName, pascalCase } from './host-name.ts';
import { InstanceState } from './instance-state.ts';
import { type CoreCall, type HostFunction, liftFunction } from './lift-function.ts';
import { lowerFunction, unsigned } from './lower-function.ts';
import type { ResourceType, WorldType } from './types.ts';

/** An interface that the host provides: functions by camelCase name, resource classes by PascalCase name. */
export type HostInterface = Readonly<Record<string, unknown>>;

/**
 * What the host provides: interfaces by full name (`eft:host/log@0.1.0`; a compatible version will do), and functions that the
 * world imports itself by their camelCase name.
 */
export type HostImports = Readonly<Record<string, HostInterface | HostFunction>>;

/** What an instance exports, in the same form. */
export type GuestInterface = Readonly<Record<string, HostFunction>>;

/** A component, decoded and compiled. It can be instantiated any number of times. */
export class Component {
  readonly definition: ComponentDefinition;
  /** The compiled core modules, in the order of the definition. They can be posted to a worker. */
  readonly modules: readonly WebAssembly.Module[];

  private constructor(definition: ComponentDefinition, modules: readonly WebAssembly.Module[]) {
    this.definition = definition;
    this.modules = modules;
  }

  /**
   * Decodes and compiles the component that `bytes` are. `modules` are the compiled core modules of the same bytes, if they are
   * there already. Errors: `component.*`.
   */
  static compile(bytes: Uint8Array, modules?: readonly WebAssembly.Module[]): Component {
    return Component.of(decodeComponent(bytes), modules);
  }

  /** Compiles what is decoded already. */
  static of(definition: ComponentDefinition, modules?: readonly WebAssembly.Module[]): Component {
    return new Component(
      definition,
      modules ?? definition.coreModules.map((module) => compileCore(module.bytes)),
    );
  }

  /** Names and types of what the component imports and exports. */
  get world(): WorldType {
    return this.definition.world;
  }

  /** Makes an instance on `imports`. Errors: `component.import-missing`, `component.core`, and the traps of its start function. */
  instantiate(imports: HostImports): Instance {
    return new Instance(this, imports);
  }
}

function compileCore(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw EftError.of('component.core', { reason }, { cause });
  }
}

/** One instance of a component. */
export class Instance {
  readonly state = new InstanceState();
  /** Interfaces by full name. */
  readonly interfaces: ReadonlyMap<string, GuestInterface>;
  /** Functions and resource classes that the world exports itself. */
  readonly functions: GuestInterface;
  readonly #component: Component;
  readonly #imports: HostImports;
  readonly #cores: WebAssembly.Instance[] = [];
  readonly #memories = new Map<string, GuestMemory>();
  readonly #coreFunctions = new Map<CoreFunction, CoreCall>();
  readonly #classes = new Map<ResourceType, GuestResourceClass>();

  constructor(component: Component, imports: HostImports) {
    this.#component = component;
    this.#imports = imports;
    this.#bindResources();
    this.#instantiateCores();
    const interfaces = new Map<string, GuestInterface>();
    const ownItems = new Map<string, ComponentItem>();
    for (const [name, item] of component.definition.exports) {
      if (item.kind === 'instance') interfaces.set(name, this.#exportItems(`${name} `, item.items));
      else ownItems.set(name, item);
    }
    this.interfaces = interfaces;
    this.functions = this.#exportItems('', ownItems);
  }

  /** The exported interface `name`, in that version or a compatible one. Error: `component.import-missing` in reverse: a TypeError. */
  interface(name: string): GuestInterface {
    const exact = this.interfaces.get(name);
    if (exact !== undefined) return exact;
    for (const [key, value] of this.interfaces) {
      if (compatibleName(key) === compatibleName(name)) return value;
    }
    throw new TypeError(`the component exports no interface ${name}`);
  }

  /**
   * The exports of the core module at `step` of the instantiation: memory, globals and functions, for checkpoints.
   */
  coreExports(step: number): Readonly<Record<string, WebAssembly.ExportValue>> {
    const core = this.#cores[step];
    if (core === undefined) throw new TypeError(`there is no step ${step}`);
    return core.exports;
  }

  #bindResources(): void {
    const { definition } = this.#component;
    for (const { type, destructor } of definition.resources.values()) {
      const guestClass = new GuestResourceClass(type, exportedResourceName(definition, type), {
        destroy: (representation) => {
          if (destructor !== undefined) this.#coreFunction(destructor)(representation);
        },
        dispose: (representation) => {
          if (destructor !== undefined) this.#dispose(destructor, representation);
        },
      });
      this.#classes.set(type, guestClass);
      this.state.resources.set(type, guestClass.binding);
    }
    for (const [name, extern] of definition.world.imports) {
      if (extern.kind !== 'instance') continue;
      for (const [itemName, item] of extern.items) {
        if (item.kind !== 'type' || item.type.kind !== 'resource') continue;
        if (this.state.resources.has(item.type)) continue;
        const key = pascalCase(itemName);
        const hostClass = provided(this.#hostInterface(name), key);
        this.state.resources.set(item.type, {
          kind: 'host',
          isInstance: (value) => typeof hostClass === 'function' && value instanceof hostClass,
        });
      }
    }
  }

  /**
   * Runs the guest's destructor on behalf of the host: a call of its own, so not while another is under way (CanonicalABI.md,
   * `canon resource.drop`). Errors: `trap.enter`, which leaves the instance as it was; `trap.*`, which end it.
   */
  #dispose(destructor: CoreFunction, representation: number): void {
    const { state } = this;
    const core = this.#coreFunction(destructor);
    state.enter('[resource-drop]');
    try {
      core(representation);
      state.leave('[resource-drop]');
    } catch (error) {
      throw state.end('[resource-drop]', error);
    }
  }

  #instantiateCores(): void {
    const { definition, modules } = this.#component;
    this.state.enter('[instantiate]');
    try {
      for (const step of definition.steps) {
        const module = modules[step.module.index];
        if (module === undefined) throw new TypeError('a core module was not compiled');
        this.#cores.push(new WebAssembly.Instance(module, this.#coreImports(step)));
      }
      this.state.leave('[instantiate]');
    } catch (error) {
      if (error instanceof WebAssembly.LinkError) {
        throw EftError.of('component.core', { reason: error.message }, { cause: error });
      }
      throw this.state.end('[instantiate]', error);
    }
  }

  #coreImports(step: Extract<CoreInstance, { kind: 'instantiate' }>): WebAssembly.Imports {
    // Core names are any text, `__proto__` as well: these objects inherit nothing, so that a name is only a name.
    const imports: WebAssembly.Imports = Object.create(null);
    for (const { module, name } of step.module.shape.imports) {
      const source = step.arguments.get(module);
      if (source === undefined) throw new TypeError('decoding let a missing core import pass');
      const items: Record<string, unknown> = imports[module] ?? Object.create(null);
      items[name] =
        source.kind === 'bundle' ? this.#coreItem(source.items.get(name)) : this.#coreExport(source, name);
      imports[module] = items;
    }
    return imports;
  }

  #coreItem(item: CoreItem | undefined): unknown {
    if (item === undefined) throw new TypeError('decoding let a missing core import pass');
    return item.kind === 'function'
      ? this.#coreFunction(item.function)
      : this.#coreExport(item.instance, item.name);
  }

  #coreExport(
    instance: Extract<CoreInstance, { kind: 'instantiate' }>,
    name: string,
  ): WebAssembly.ExportValue | undefined {
    return this.#cores[instance.step]?.exports[name];
  }

  #coreFunction(definition: CoreFunction): CoreCall {
    const known = this.#coreFunctions.get(definition);
    if (known !== undefined) return known;
    const made = this.#makeCoreFunction(definition);
    this.#coreFunctions.set(definition, made);
    return made;
  }

  #makeCoreFunction(definition: CoreFunction): CoreCall {
    const { state } = this;
    if (definition.kind === 'core-export') {
      const found = this.#coreExport(definition.instance, definition.name);
      if (!isCoreCall(found)) throw new TypeError('a core export is no function');
      return found;
    }
    if (definition.kind === 'lower') {
      const { callee, options } = definition;
      if (callee.kind === 'lift')
        throw EftError.of('component.unsupported', { feature: 'a lift that is lowered again' });
      const where = callee.interface === undefined ? callee.name : `${callee.interface} ${callee.name}`;
      return lowerFunction(where, callee.type, this.#context(options), this.#hostFunction(callee));
    }
    const { resource } = definition;
    const ending = (call: (value: number) => CoreValue | undefined): CoreCall => {
      return (value = 0) => {
        try {
          return call(unsigned(value));
        } catch (error) {
          throw state.end(`[${definition.kind}]`, error);
        }
      };
    };
    switch (definition.kind) {
      case 'resource.new':
        return ending((representation) => state.newHandle(resource, representation | 0));
      case 'resource.rep':
        return ending((handle) => state.representation(resource, handle));
      case 'resource.drop':
        return ending((handle) => {
          state.dropHandle(resource, handle);
          return undefined;
        });
    }
  }

  #context(options: CanonicalOptions): CallContext {
    const realloc = options.realloc === undefined ? undefined : this.#coreFunction(options.realloc);
    const memory = options.memory === undefined ? undefined : this.#memory(options.memory);
    return new CallContext(this.state, options.encoding, memory, realloc);
  }

  #memory(definition: CoreExport): GuestMemory {
    const key = `${definition.instance.step} ${definition.name}`;
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const found = this.#coreExport(definition.instance, definition.name);
    if (!(found instanceof WebAssembly.Memory)) throw new TypeError('a core export is no memory');
    const memory = new GuestMemory(found);
    this.#memories.set(key, memory);
    return memory;
  }

  #hostInterface(name: string): HostInterface | undefined {
    const wanted = compatibleName(name);
    const key = Object.hasOwn(this.#imports, name)
      ? name
      : Object.keys(this.#imports).find((candidate) => compatibleName(candidate) === wanted);
    const found = key === undefined ? undefined : this.#imports[key];
    return typeof found === 'object' ? found : undefined;
  }

  /** The host's function for an import; constructors, methods and statics are found on the resource's class. */
  #hostFunction(callee: Extract<ComponentFunction, { kind: 'import' }>): HostFunction {
    if (callee.interface === undefined)
      return requireFunction(provided(this.#imports, camelCase(callee.name)), callee.name);
    const where = `${callee.interface} \`${callee.name}\``;
    const host = this.#hostInterface(callee.interface);
    if (host === undefined) throw EftError.of('component.import-missing', { name: where });
    const parsed = parseFunctionName(callee.name);
    if (parsed.kind === 'function') {
      return requireFunction(provided(host, camelCase(parsed.name)), where).bind(host);
    }
    const hostClass = requireFunction(provided(host, pascalCase(parsed.resource)), where);
    if (parsed.kind === 'constructor') return (...parameters) => Reflect.construct(hostClass, parameters);
    const key = camelCase(parsed.name);
    if (parsed.kind === 'static') return requireFunction(provided(hostClass, key), where).bind(hostClass);
    const method = requireFunction(provided(hostClass.prototype, key), where);
    return (self, ...parameters) => Reflect.apply(method, self, parameters);
  }

  /** The functions and classes of an interface, or of the world itself; `prefix` is for people. */
  #exportItems(prefix: string, items: ReadonlyMap<string, ComponentItem>): GuestInterface {
    const exported: Record<string, HostFunction> = {};
    const classes = new Map<string, GuestResourceClass>();
    for (const [itemName, item] of items) {
      if (item.kind !== 'type' || item.type.kind !== 'resource') continue;
      const guestClass = this.#classes.get(item.type);
      if (guestClass !== undefined) classes.set(itemName, guestClass);
    }
    for (const [itemName, item] of items) {
      if (item.kind !== 'function') continue;
      const call = this.#lift(`${prefix}${itemName}`, item.function);
      const parsed = parseFunctionName(itemName);
      if (parsed.kind === 'function') {
        exported[camelCase(parsed.name)] = call;
        continue;
      }
      const guestClass = classes.get(parsed.resource);
      if (guestClass === undefined) continue;
      if (parsed.kind === 'constructor') guestClass.setConstructor(call);
      else if (parsed.kind === 'method') guestClass.addMethod(camelCase(parsed.name), call);
      else guestClass.addStatic(camelCase(parsed.name), call);
    }
    for (const [itemName, guestClass] of classes) exported[pascalCase(itemName)] = guestClass.build();
    return exported;
  }

  #lift(name: string, definition: ComponentFunction): HostFunction {
    if (definition.kind === 'import') {
      throw EftError.of('component.unsupported', { feature: `the export of its own import \`${name}\`` });
    }
    const { core, options, type } = definition;
    const postReturn = options.postReturn === undefined ? undefined : this.#coreFunction(options.postReturn);
    return liftFunction(name, type, this.#context(options), this.#coreFunction(core), postReturn);
  }
}

// biome-ignore lint/complexity/noBannedTypes: any callable thing of the host, classes included
function isFunction(value: unknown): value is HostFunction & Function {
  return typeof value === 'function';
}

function isCoreCall(value: WebAssembly.ExportValue | undefined): value is CoreCall {
  return typeof value === 'function';
}

/**
 * What the host provides as `key` of `target`. What every object or function has from the language is not provided: a guest that
 * imports `constructor` or `to-string` must not be given `Object`, or the text of the host's code.
 */
function provided(target: unknown, key: string): unknown {
  if (key === 'constructor' || !isInspectable(target)) return undefined;
  let owner: unknown = target;
  while (isInspectable(owner) && !Object.hasOwn(owner, key)) owner = Reflect.getPrototypeOf(owner);
  const isOfTheLanguage = owner === Object.prototype || owner === Function.prototype;
  return isOfTheLanguage ? undefined : Reflect.get(target, key);
}

function isInspectable(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function requireFunction(value: unknown, name: string): HostFunction {
  if (isFunction(value)) return value;
  throw EftError.of('component.import-missing', { name });
}

/** The name under which a component exports a resource that it defines. */
function exportedResourceName(definition: ComponentDefinition, type: ResourceType): string | undefined {
  for (const [exportName, item] of definition.exports) {
    if (item.kind === 'type' && item.type === type) return exportName;
    if (item.kind !== 'instance') continue;
    for (const [name, inner] of item.items) {
      if (inner.kind === 'type' && inner.type === type) return name;
    }
  }
  return undefined;
}
