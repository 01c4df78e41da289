/**
 * A component, decoded: what to instantiate in which order, and what each export stands for. Every index has become a
 * reference, so that instantiating is a walk over a few lists.
 */
import type { CoreModuleShape, CoreSignature } from './core-module.ts';
import type { FunctionType, ResourceType, ValueType, WorldType } from './types.ts';

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

/** The canonical options of a lift or lower (Binary.md, `canonopt`). */
export type CanonicalOptions = {
  readonly encoding: StringEncoding;
  readonly memory: CoreExport | undefined;
  readonly realloc: CoreFunction | undefined;
  readonly postReturn: CoreFunction | undefined;
};

export type CoreModule = {
  /** Its place among the core modules of the component, which is its place among the compiled ones. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly shape: CoreModuleShape;
};

/** One step of instantiation: a core module with what it imports from. */
export type CoreInstance =
  | {
      readonly kind: 'instantiate';
      /** The step's place among the steps. */
      readonly step: number;
      readonly module: CoreModule;
      readonly arguments: ReadonlyMap<string, CoreInstance>;
    }
  | { readonly kind: 'bundle'; readonly items: ReadonlyMap<string, CoreItem> };

/** Something that a core instance exports under a name. */
export type CoreExport = {
  readonly kind: 'memory' | 'table' | 'global';
  readonly instance: Extract<CoreInstance, { kind: 'instantiate' }>;
  readonly name: string;
};

export type CoreFunction =
  | {
      readonly kind: 'core-export';
      readonly instance: Extract<CoreInstance, { kind: 'instantiate' }>;
      readonly name: string;
      readonly signature: CoreSignature;
    }
  | {
      readonly kind: 'lower';
      readonly callee: ComponentFunction;
      readonly options: CanonicalOptions;
      readonly signature: CoreSignature;
    }
  | {
      readonly kind: 'resource.new' | 'resource.drop' | 'resource.rep';
      readonly resource: ResourceType;
      readonly signature: CoreSignature;
    };

export type CoreItem = { readonly kind: 'function'; readonly function: CoreFunction } | CoreExport;

export type ComponentFunction =
  | {
      readonly kind: 'import';
      /** The imported interface, or undefined for a function imported by the world itself. */
      readonly interface: string | undefined;
      readonly name: string;
      readonly type: FunctionType;
    }
  | {
      readonly kind: 'lift';
      readonly core: CoreFunction;
      readonly options: CanonicalOptions;
      readonly type: FunctionType;
    };

export type ComponentItem =
  | { readonly kind: 'function'; readonly function: ComponentFunction }
  | { readonly kind: 'type'; readonly type: ValueType | ResourceType | FunctionType }
  | ComponentInstance;

export type ComponentInstance = {
  readonly kind: 'instance';
  readonly items: ReadonlyMap<string, ComponentItem>;
};

/** A resource type that the component defines itself. */
export type DefinedResource = { readonly type: ResourceType; readonly destructor: CoreFunction | undefined };

export type ComponentDefinition = {
  /** The types of what it imports and exports. */
  readonly world: WorldType;
  readonly coreModules: readonly CoreModule[];
  readonly steps: readonly Extract<CoreInstance, { kind: 'instantiate' }>[];
  readonly resources: ReadonlyMap<ResourceType, DefinedResource>;
  readonly exports: ReadonlyMap<string, ComponentItem>;
};
