/**
 * The types of the component model as this project uses them: what the binary decoder gives, and what the
 * canonical ABI, the bindings generator and the interface checks work on.
 *
 * Spec: WebAssembly/component-model, design/mvp/Explainer.md (type definitions) and Binary.md.
 */

export type PrimitiveKind =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string';

/** The name under which an interface (or a world) defines a type: `eft:host/log@0.1.0` and `level`. */
export type TypeName = { readonly owner: string; readonly name: string };

/**
 * A resource type. Identity is by reference: two resource types are the same only if they are the same object.
 * `imported` resources live in the host; `defined` ones in the component that exports them.
 */
export type ResourceType = {
  readonly kind: 'resource';
  name: TypeName | undefined;
};

export type PrimitiveType = { readonly kind: PrimitiveKind; name: TypeName | undefined };
export type ListType = { readonly kind: 'list'; readonly element: ValueType; name: TypeName | undefined };
export type TupleType = {
  readonly kind: 'tuple';
  readonly elements: readonly ValueType[];
  name: TypeName | undefined;
};
export type Field = { readonly name: string; readonly type: ValueType };
export type RecordType = {
  readonly kind: 'record';
  readonly fields: readonly Field[];
  name: TypeName | undefined;
};
export type Case = { readonly name: string; readonly type: ValueType | undefined };
export type VariantType = {
  readonly kind: 'variant';
  readonly cases: readonly Case[];
  name: TypeName | undefined;
};
export type EnumType = {
  readonly kind: 'enum';
  readonly labels: readonly string[];
  name: TypeName | undefined;
};
/** At most 32 labels: the component model's limit (Binary.md, `defvaltype` flags). */
export type FlagsType = {
  readonly kind: 'flags';
  readonly labels: readonly string[];
  name: TypeName | undefined;
};
export type OptionType = { readonly kind: 'option'; readonly some: ValueType; name: TypeName | undefined };
export type ResultType = {
  readonly kind: 'result';
  readonly ok: ValueType | undefined;
  readonly err: ValueType | undefined;
  name: TypeName | undefined;
};
export type HandleType = {
  readonly kind: 'own' | 'borrow';
  readonly resource: ResourceType;
  name: TypeName | undefined;
};

/**
 * A value type. `name` is the first name under which it was exported, or undefined for a type that is only
 * written out in place (`list<u8>`). A `use` of a type in another interface yields the same object.
 */
export type ValueType =
  | PrimitiveType
  | ListType
  | TupleType
  | RecordType
  | VariantType
  | EnumType
  | FlagsType
  | OptionType
  | ResultType
  | HandleType;

export type Parameter = { readonly name: string; readonly type: ValueType };

export type FunctionType = {
  readonly kind: 'function';
  readonly parameters: readonly Parameter[];
  readonly result: ValueType | undefined;
};

/** What a name in an interface or world stands for. A `type` item with a `use`d type repeats its object. */
export type ExternType =
  | FunctionType
  | { readonly kind: 'type'; readonly type: ValueType | ResourceType }
  | InstanceType;

/** An interface: its items by name, in the order they are declared. */
export type InstanceType = {
  readonly kind: 'instance';
  readonly items: ReadonlyMap<string, ExternType>;
};

/** A world, or the type of a component: imports and exports by name, in the order they are declared. */
export type WorldType = {
  readonly imports: ReadonlyMap<string, ExternType>;
  readonly exports: ReadonlyMap<string, ExternType>;
};
