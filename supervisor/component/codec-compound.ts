/**
 * Codecs of the types made of others, and `codecOf`, which finds the codec of any type.
 *
 * Values of the host: record → object with camelCase fields, tuple → array, list → array or, of numbers, typed array, variant → {tag, val},
 * enum → its label, flags → object of booleans, option → the value or undefined (an option directly inside an option →
 * {tag: 'some', val} or {tag: 'none'}), result → {tag: 'ok' | 'err', val}, own and borrow → the resource's object.
 */
import { EftError } from '../errors/eft-error.ts';
import type { CallContext, CoreValue } from './call-context.ts';
import { asBigint, asNumber, type Codec, FlatValues, isObject, wrongValue, zeroOf } from './codec.ts';
import { loadScalar, notScalar, scalarCodecs, scalarCodeOf, storeScalar } from './codec-scalar.ts';
import type { CoreType } from './core-module.ts';
import { nameOf, ResourceHandle } from './handle-table.ts';
import { camelCase, pascalCase } from './host-name.ts';
import { byteLengthLimit, casesOf, layoutOf, sequenceLayout, variantLayout } from './layout.ts';
import { emptyListBytes, hostBytesOf } from './lifted-size.ts';
import { loadText, storeText } from './text.ts';
import type {
  EnumType,
  FlagsType,
  HandleType,
  ListType,
  OptionType,
  RecordType,
  TupleType,
  ValueType,
} from './types.ts';

const cache = new WeakMap<ValueType, Codec>();

/** The codec of `type`. */
export function codecOf(type: ValueType): Codec {
  const known = cache.get(type);
  if (known !== undefined) return known;
  const codec = buildCodec(type);
  cache.set(type, codec);
  return codec;
}

function buildCodec(type: ValueType): Codec {
  switch (type.kind) {
    case 'string':
      return stringCodec();
    case 'list':
      return listCodec(type);
    case 'record':
      return recordCodec(type);
    case 'tuple':
      return tupleCodec(type);
    case 'flags':
      return flagsCodec(type);
    case 'own':
    case 'borrow':
      return handleCodec(type);
    case 'enum':
      return enumCodec(type);
    case 'option':
      return type.some.kind === 'option' ? variantCodec(type) : optionCodec(type, variantCodec(type));
    case 'variant':
    case 'result':
      return variantCodec(type);
    default:
      return scalarCodecs[type.kind];
  }
}

/** A codec for what is a pointer and a length: in memory and flat alike. */
function pairCodec(
  type: ValueType,
  read: (context: CallContext, pointer: number, length: number) => unknown,
  write: (context: CallContext, value: unknown) => number,
): Codec {
  return {
    layout: layoutOf(type),
    load: (context, pointer) => {
      const { view } = context.memory;
      return read(context, view.getUint32(pointer, true), view.getUint32(pointer + 4, true));
    },
    store: (context, pointer, value) => {
      const block = write(context, value);
      const { view } = context.memory;
      view.setUint32(pointer, block, true);
      view.setUint32(pointer + 4, context.storedLength, true);
    },
    lift: (context, source) => {
      const pointer = source.u32();
      return read(context, pointer, source.u32());
    },
    lower: (context, value, sink) => {
      const block = write(context, value);
      sink.push(block, context.storedLength);
    },
  };
}

function stringCodec(): Codec {
  return pairCodec({ kind: 'string', name: undefined }, loadText, (context, value) => {
    if (typeof value !== 'string') throw wrongValue(value, 'a string');
    return storeText(context, value);
  });
}

function listCodec(type: ListType): Codec {
  const element = codecOf(type.element);
  const { size, alignment } = element.layout;
  const { bulk, load } = element;
  const itemBytes = bulk === undefined ? 8 + hostBytesOf(type.element) : size;
  const read = (context: CallContext, pointer: number, length: number): unknown => {
    const bytes = length * size;
    if (bytes > byteLengthLimit) {
      throw EftError.of('trap.length', { what: 'a list', length: bytes, limit: byteLengthLimit });
    }
    context.memory.check(pointer, bytes, alignment, 'a list');
    context.spend(emptyListBytes + length * itemBytes);
    if (bulk !== undefined) return bulk.load(context, pointer, length);
    const items: unknown[] = [];
    for (let at = pointer; at < pointer + bytes; at += size) items.push(load(context, at));
    return items;
  };
  const write = (context: CallContext, value: unknown): number => {
    if (!isListLike(value)) throw wrongValue(value, 'a list');
    const { length } = value;
    if (length * size > byteLengthLimit)
      throw wrongValue(`a list of ${length}`, `at most ${byteLengthLimit} bytes`);
    const block = context.allocate(length * size, alignment, 'a list');
    if (bulk === undefined || !bulk.store(context, block, value)) {
      for (let index = 0; index < length; index += 1)
        element.store(context, block + index * size, value[index]);
    }
    context.storedLength = length;
    return block;
  };
  return pairCodec(type, read, write);
}

function isListLike(value: unknown): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** One part of a record or tuple. */
type Part = { readonly key: string; readonly offset: number; readonly code: number; readonly codec: Codec };

function partsOf(types: readonly ValueType[], keys: readonly string[]): Part[] {
  const { offsets } = sequenceLayout(types);
  return types.map((type, index) => ({
    key: keys[index] ?? String(index),
    offset: offsets[index] ?? 0,
    code: scalarCodeOf(type),
    codec: codecOf(type),
  }));
}

function loadPart(context: CallContext, part: Part, pointer: number): unknown {
  const { code, offset, codec } = part;
  return code === notScalar
    ? codec.load(context, pointer + offset)
    : loadScalar(context.memory.view, code, pointer + offset);
}

function storePart(context: CallContext, part: Part, pointer: number, value: unknown): void {
  const { code, offset, codec } = part;
  if (code === notScalar) codec.store(context, pointer + offset, value);
  else storeScalar(context.memory.view, code, pointer + offset, value);
}

function recordCodec(type: RecordType): Codec {
  const parts = partsOf(
    type.fields.map((field) => field.type),
    type.fields.map((field) => camelCase(field.name)),
  );
  const expected = `a record with ${parts.map((part) => part.key).join(', ')}`;
  return {
    layout: layoutOf(type),
    load: (context, pointer) => {
      const record: Record<string, unknown> = {};
      for (const part of parts) record[part.key] = loadPart(context, part, pointer);
      return record;
    },
    store: (context, pointer, value) => {
      if (!isObject(value)) throw wrongValue(value, expected);
      for (const part of parts) storePart(context, part, pointer, value[part.key]);
    },
    lift: (context, source) => {
      const record: Record<string, unknown> = {};
      for (const { key, codec } of parts) record[key] = codec.lift(context, source);
      return record;
    },
    lower: (context, value, sink) => {
      if (!isObject(value)) throw wrongValue(value, expected);
      for (const { key, codec } of parts) codec.lower(context, value[key], sink);
    },
  };
}

function tupleCodec(type: TupleType): Codec {
  const parts = partsOf(type.elements, []);
  const checked = (value: unknown): ArrayLike<unknown> => {
    if (isListLike(value) && value.length === parts.length) return value;
    throw wrongValue(value, `a tuple of ${parts.length}`);
  };
  return {
    layout: layoutOf(type),
    load: (context, pointer) => parts.map((part) => loadPart(context, part, pointer)),
    store: (context, pointer, value) => {
      const items = checked(value);
      parts.forEach((part, index) => {
        storePart(context, part, pointer, items[index]);
      });
    },
    lift: (context, source) => parts.map(({ codec }) => codec.lift(context, source)),
    lower: (context, value, sink) => {
      const items = checked(value);
      parts.forEach(({ codec }, index) => {
        codec.lower(context, items[index], sink);
      });
    },
  };
}

function flagsCodec(type: FlagsType): Codec {
  const layout = layoutOf(type);
  const keys = type.labels.map(camelCase);
  const liftOne = (_: CallContext, value: CoreValue): Record<string, boolean> => {
    const bits = asNumber(value);
    const flags: Record<string, boolean> = {};
    keys.forEach((key, index) => {
      flags[key] = ((bits >>> index) & 1) === 1;
    });
    return flags;
  };
  const lowerOne = (_: CallContext, value: unknown): number => {
    if (!isObject(value)) throw wrongValue(value, `flags with ${keys.join(', ')}`);
    let bits = 0;
    keys.forEach((key, index) => {
      if (value[key] === true) bits |= 1 << index;
    });
    return bits | 0;
  };
  return {
    layout,
    load: (context, pointer) => liftOne(context, loadUnsigned(context, pointer, layout.size)),
    store: (context, pointer, value) =>
      storeUnsigned(context, pointer, layout.size, lowerOne(context, value)),
    lift: (context, source) => liftOne(context, source.next()),
    lower: (context, value, sink) => {
      sink.push(lowerOne(context, value));
    },
    liftOne,
    lowerOne,
  };
}

function loadUnsigned({ memory }: CallContext, pointer: number, size: number): number {
  const { view } = memory;
  if (size === 1) return view.getUint8(pointer);
  return size === 2 ? view.getUint16(pointer, true) : view.getUint32(pointer, true);
}

function storeUnsigned({ memory }: CallContext, pointer: number, size: number, value: number): void {
  const { view } = memory;
  if (size === 1) view.setUint8(pointer, value);
  else if (size === 2) view.setUint16(pointer, value, true);
  else view.setUint32(pointer, value, true);
}

function enumCodec(type: EnumType): Codec {
  const { labels } = type;
  const { discriminantSize, ...layout } = variantLayout(casesOf(type));
  const indices = new Map(labels.map((label, index) => [label, index]));
  const what = type.name === undefined ? 'an enum' : `\`${type.name.name}\``;
  const labelOf = (index: number): string => {
    const label = labels[index];
    if (label !== undefined) return label;
    throw EftError.of('trap.discriminant', { value: index, what, count: labels.length });
  };
  const indexOf = (value: unknown): number => {
    const index = typeof value === 'string' ? indices.get(value) : undefined;
    if (index === undefined) throw wrongValue(value, `${what}: one of ${labels.join(', ')}`);
    return index;
  };
  return {
    layout,
    load: (context, pointer) => labelOf(loadUnsigned(context, pointer, discriminantSize)),
    store: (context, pointer, value) => storeUnsigned(context, pointer, discriminantSize, indexOf(value)),
    lift: (_, source) => labelOf(source.u32()),
    lower: (_, value, sink) => {
      sink.push(indexOf(value));
    },
    liftOne: (_, value) => labelOf(asNumber(value) >>> 0),
    lowerOne: (_, value) => indexOf(value),
  };
}

/** An option that is its content or undefined: in memory without the detour over cases; `flat` does the rest. */
function optionCodec(type: OptionType, flat: Codec): Codec {
  const { payloadOffset } = variantLayout(casesOf(type));
  const some = codecOf(type.some);
  return {
    ...flat,
    load: (context, pointer) => {
      const index = context.memory.view.getUint8(pointer);
      if (index === 1) return some.load(context, pointer + payloadOffset);
      return index === 0 ? undefined : flat.load(context, pointer);
    },
    store: (context, pointer, value) => {
      context.memory.view.setUint8(pointer, value === undefined ? 0 : 1);
      if (value !== undefined) some.store(context, pointer + payloadOffset, value);
    },
  };
}

/** How the host writes the cases of a variant type. */
type CaseForm = {
  /** The host's value for case `index` with its payload. */
  readonly wrap: (index: number, payload: unknown) => unknown;
  /** The case of a host's value, or undefined if it is none. */
  readonly indexOf: (value: unknown) => number | undefined;
  /** The payload in a host's value. */
  readonly payload: (value: unknown) => unknown;
};

type VariantLike = ValueType & { kind: 'variant' | 'option' | 'result' };

function caseForm(type: VariantLike): CaseForm {
  if (type.kind === 'option' && type.some.kind !== 'option') {
    return {
      wrap: (index, payload) => (index === 0 ? undefined : payload),
      indexOf: (value) => (value === undefined ? 0 : 1),
      payload: (value) => value,
    };
  }
  const tags = type.kind === 'result' ? ['ok', 'err'] : casesOf(type).map((item) => item.name);
  const hasPayload = casesOf(type).map((item) => item.type !== undefined);
  const indices = new Map(tags.map((tag, index) => [tag, index]));
  return {
    wrap: (index, payload) =>
      hasPayload[index] === true ? { tag: tags[index], val: payload } : { tag: tags[index] },
    indexOf: (value) =>
      isObject(value) && typeof value['tag'] === 'string' ? indices.get(value['tag']) : undefined,
    payload: (value) => (isObject(value) ? value['val'] : undefined),
  };
}

function variantCodec(type: VariantLike): Codec {
  const cases = casesOf(type);
  const layout = variantLayout(cases);
  const { discriminantSize, payloadOffset } = layout;
  const codecs = cases.map((item) => (item.type === undefined ? undefined : codecOf(item.type)));
  const form = caseForm(type);
  const payloadFlat = layout.flat.slice(1);
  const article = type.kind === 'option' ? 'an' : 'a';
  const what = type.name === undefined ? `${article} ${type.kind}` : `\`${type.name.name}\``;

  const checkCase = (index: number): void => {
    if (index >= cases.length)
      throw EftError.of('trap.discriminant', { value: index, what, count: cases.length });
  };
  const caseOf = (value: unknown): number => {
    const index = form.indexOf(value);
    if (index === undefined)
      throw wrongValue(value, `${what}: one of ${cases.map((item) => item.name).join(', ')}`);
    return index;
  };
  const liftPayload = (context: CallContext, source: FlatValues, index: number): unknown => {
    const codec = codecs[index];
    if (codec === undefined) {
      source.skip(payloadFlat.length);
      return undefined;
    }
    const values = codec.layout.flat.map((want, at) =>
      fromJoined(source.next(), payloadFlat[at] ?? want, want),
    );
    source.skip(payloadFlat.length - values.length);
    return codec.lift(context, new FlatValues(values));
  };
  const lowerPayload = (context: CallContext, value: unknown, index: number, sink: CoreValue[]): void => {
    const codec = codecs[index];
    const values: CoreValue[] = [];
    codec?.lower(context, form.payload(value), values);
    payloadFlat.forEach((have, at) => {
      const core = values[at];
      const want = codec?.layout.flat[at];
      sink.push(core === undefined || want === undefined ? zeroOf(have) : toJoined(core, want, have));
    });
  };
  const codec: Codec = {
    layout,
    load: (context, pointer) => {
      const index = loadUnsigned(context, pointer, discriminantSize);
      checkCase(index);
      return form.wrap(index, codecs[index]?.load(context, pointer + payloadOffset));
    },
    store: (context, pointer, value) => {
      const index = caseOf(value);
      storeUnsigned(context, pointer, discriminantSize, index);
      codecs[index]?.store(context, pointer + payloadOffset, form.payload(value));
    },
    lift: (context, source) => {
      const index = source.u32();
      checkCase(index);
      return form.wrap(index, liftPayload(context, source, index));
    },
    lower: (context, value, sink) => {
      const index = caseOf(value);
      sink.push(index);
      lowerPayload(context, value, index, sink);
    },
  };
  if (payloadFlat.length > 0) return codec;
  return {
    ...codec,
    liftOne: (_, value) => {
      const index = asNumber(value) >>> 0;
      checkCase(index);
      return form.wrap(index, undefined);
    },
    lowerOne: (_, value) => caseOf(value),
  };
}

const conversion = new DataView(new ArrayBuffer(8));

/** A core value of the joined type `have` as the `want` that was put into it (CanonicalABI.md, `lift_flat_variant`). */
function fromJoined(value: CoreValue, have: CoreType, want: CoreType): CoreValue {
  if (have === want) return value;
  if (have === 'i64') {
    conversion.setBigInt64(0, asBigint(value), true);
    if (want === 'i32') return conversion.getInt32(0, true);
    return want === 'f32' ? conversion.getFloat32(0, true) : conversion.getFloat64(0, true);
  }
  conversion.setInt32(0, asNumber(value), true);
  return conversion.getFloat32(0, true);
}

/** The other way round (CanonicalABI.md, `lower_flat_variant`). */
function toJoined(value: CoreValue, want: CoreType, have: CoreType): CoreValue {
  if (have === want) return value;
  conversion.setBigInt64(0, 0n, true);
  if (want === 'i32') conversion.setInt32(0, asNumber(value), true);
  else if (want === 'f32') scalarBits(value, 4);
  else scalarBits(value, 8);
  return have === 'i64' ? conversion.getBigInt64(0, true) : conversion.getInt32(0, true);
}

/** Writes a float's bits, with the one canonical NaN. */
function scalarBits(value: CoreValue, size: 4 | 8): void {
  const number = asNumber(value);
  if (Number.isNaN(number)) {
    if (size === 4) conversion.setUint32(0, 0x7fc0_0000, true);
    else conversion.setBigUint64(0, 0x7ff8_0000_0000_0000n, true);
  } else if (size === 4) conversion.setFloat32(0, number, true);
  else conversion.setFloat64(0, number, true);
}

function handleCodec(type: HandleType): Codec {
  const { resource } = type;
  const liftOwn = ({ instance }: CallContext, index: number): unknown => {
    const { representation } = instance.handles.removeOwn(index, resource);
    const binding = instance.binding(resource);
    return binding.kind === 'host' ? representation : binding.wrap(asRepresentation(representation), true);
  };
  const liftBorrow = ({ instance }: CallContext, index: number): unknown => {
    const handle = instance.handles.get(index, resource);
    instance.lend(handle);
    const binding = instance.binding(resource);
    if (binding.kind === 'host') return handle.representation;
    const object = binding.wrap(asRepresentation(handle.representation), false);
    instance.atEndOfLoans(() => binding.expire(object));
    return object;
  };
  const lowerHandle = ({ instance }: CallContext, value: unknown): number => {
    const binding = instance.binding(resource);
    const isOwn = type.kind === 'own';
    if (binding.kind === 'guest') {
      const representation = binding.unwrap(value, isOwn);
      // A borrow of the guest's own resource is its number itself (CanonicalABI.md, `lower_borrow`).
      return isOwn
        ? instance.handles.add(new ResourceHandle(resource, representation, true))
        : representation;
    }
    if (!binding.isInstance(value)) throw wrongValue(value, `a ${pascalCase(nameOf(resource))}`);
    if (!isOwn) instance.borrowed += 1;
    return instance.handles.add(new ResourceHandle(resource, value, isOwn));
  };
  const liftHandle = type.kind === 'own' ? liftOwn : liftBorrow;
  return {
    layout: layoutOf(type),
    load: (context, pointer) => liftHandle(context, context.memory.view.getUint32(pointer, true)),
    store: (context, pointer, value) =>
      context.memory.view.setUint32(pointer, lowerHandle(context, value), true),
    lift: (context, source) => liftHandle(context, source.u32()),
    lower: (context, value, sink) => {
      sink.push(lowerHandle(context, value) | 0);
    },
    liftOne: (context, value) => liftHandle(context, asNumber(value) >>> 0),
    lowerOne: (context, value) => lowerHandle(context, value) | 0,
  };
}

function asRepresentation(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('a guest resource has no number');
  return value;
}
