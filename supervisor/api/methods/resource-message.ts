/**
 * Resources as the API tells them. A value stays as the store keeps it, but for what JSON has no form of its own for: a variant and a
 * result become an object with the case as its one field, `true` if the case has no content, and of options within options only what is in
 * them is told.
 */
import { camelCase } from '../../component/host-name.ts';
import type { RecordType, ValueType } from '../../component/types.ts';
import type { Entry, RecordValue, Value } from '../../store/resource.ts';

/** What the API says of a value of some type, or undefined where that is the value itself. */
type Telling = ((value: Value) => Value) | undefined;

const tellings = new WeakMap<ValueType, { readonly telling: Telling }>();

/** The fields of `eft.v1.Resource`. `type` is that of the kind in the store. */
export function resourceMessage(kind: string, type: RecordType, { metadata, value }: Entry): RecordValue {
  const { id, version, phase, owner, finalizers } = metadata;
  const told = tellingOf(type)?.(value) ?? value;
  return { kind, id, version, phase, owner, finalizers, value: told };
}

/** Bytes that a value takes in a message, estimated: never much less than it is. */
export function messageBytes(value: Value): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value) + 5;
    case 'object':
      break;
    default:
      return 10;
  }
  if (isBytes(value)) return value.byteLength * 2 + 5;
  let bytes = 5;
  if (isList(value)) for (const item of value) bytes += messageBytes(item);
  else for (const name of Object.keys(value)) bytes += name.length + 5 + messageBytes(value[name]);
  return bytes;
}

function tellingOf(type: ValueType): Telling {
  const known = tellings.get(type);
  if (known !== undefined) return known.telling;
  const telling = makeTelling(type);
  tellings.set(type, { telling });
  return telling;
}

function makeTelling(type: ValueType): Telling {
  switch (type.kind) {
    case 'record':
      return fieldsTelling(type.fields.map(({ name, type: field }) => [camelCase(name), tellingOf(field)]));
    case 'list': {
      const element = tellingOf(type.element);
      return element && ((value) => (isList(value) ? value.map(element) : value));
    }
    case 'tuple': {
      const elements = type.elements.map(tellingOf);
      if (elements.every((telling) => telling === undefined)) return undefined;
      return (value) => (isList(value) ? value.map((item, at) => elements[at]?.(item) ?? item) : value);
    }
    case 'option': {
      const some = tellingOf(type.some);
      if (type.some.kind !== 'option')
        return some && ((value) => (value === undefined ? value : some(value)));
      return (value) => {
        const inner = isObject(value) && value['tag'] === 'some' ? value['val'] : undefined;
        return some?.(inner) ?? inner;
      };
    }
    case 'variant':
      return caseTelling(type.cases.map(({ name, type: content }) => [name, content]));
    case 'result':
      return caseTelling([
        ['ok', type.ok],
        ['err', type.err],
      ]);
    default:
      return undefined;
  }
}

function fieldsTelling(fields: readonly (readonly [name: string, telling: Telling])[]): Telling {
  const changing = fields.filter(([, telling]) => telling !== undefined);
  if (changing.length === 0) return undefined;
  return (value) => {
    if (!isObject(value)) return value;
    const told: Record<string, Value> = { ...value };
    for (const [name, telling] of changing) told[name] = telling?.(value[name]);
    return told;
  };
}

function caseTelling(cases: readonly (readonly [name: string, type: ValueType | undefined])[]): Telling {
  const contents = new Map(cases);
  return (value) => {
    const tag = isObject(value) ? value['tag'] : undefined;
    if (!isObject(value) || typeof tag !== 'string') return value;
    const type = contents.get(tag);
    const content = value['val'];
    return { [tag]: type === undefined ? true : (tellingOf(type)?.(content) ?? content) };
  };
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isBytes(value: Value): value is Extract<Value, ArrayBufferView> {
  return ArrayBuffer.isView(value);
}

function isObject(value: Value): value is RecordValue {
  return typeof value === 'object' && !isList(value) && !isBytes(value);
}
