/**
 * Values of WIT types as JSON, for people who call a module from a command line.
 *
 * The form is the one that values have in the host (docs/reference/component-host.md), with a way to write what JSON lacks:
 *
 *   u64, s64     a decimal string, or a number up to 2^53 - 1; written as a string, as ProtoJSON does
 *   f32, f64     a number, or "NaN", "Infinity", "-Infinity", "-0"
 *   list<u8>     base64 (RFC 4648, section 4) or an array of numbers; written as base64
 *   option       its value, or null; as a field of a record it may be left out
 *   option<option<…>>, variant, result   {"tag": …, "val": …}
 */
import { camelCase } from '../supervisor/component/host-name.ts';
import type { Case, FlagsType, RecordType, ValueType } from '../supervisor/component/types.ts';
import { EftError } from '../supervisor/errors/eft-error.ts';
import type { RecordValue, Value } from '../supervisor/store/resource.ts';

/** Reads JSON text as a value of `type`. `path` names it for the person. Errors: `call.json`, `call.value`, `call.field`. */
export function parseJsonValue(text: string, type: ValueType, path: string): Value {
  return valueFromJson(parseJson(text, path), type, path);
}

/** The same for a record. */
export function parseJsonRecord(text: string, type: RecordType, path: string): RecordValue {
  return recordFromJson(parseJson(text, path), type, path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw EftError.of('call.json', { path, reason }, { cause });
  }
}

const integerRanges = {
  s8: [-0x80, 0x7f],
  u8: [0, 0xff],
  s16: [-0x8000, 0x7fff],
  u16: [0, 0xffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
  u32: [0, 0xffff_ffff],
} as const;

const longRanges = { s64: [-(2n ** 63n), 2n ** 63n - 1n], u64: [0n, 2n ** 64n - 1n] } as const;

/** Floats that JSON has no number for. */
const floatWords: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

function valueFromJson(json: unknown, type: ValueType, path: string): Value {
  switch (type.kind) {
    case 'bool':
      return typeof json === 'boolean' ? json : refuse(path, json, 'true or false');
    case 's8':
    case 'u8':
    case 's16':
    case 'u16':
    case 's32':
    case 'u32': {
      const [low, high] = integerRanges[type.kind];
      const isInRange = typeof json === 'number' && Number.isInteger(json) && json >= low && json <= high;
      return isInRange ? json : refuse(path, json, `a whole number from ${low} to ${high}`);
    }
    case 's64':
    case 'u64':
      return longFromJson(json, type.kind, path);
    case 'f32':
    case 'f64': {
      const float = typeof json === 'number' ? json : floatWords.get(json);
      return float ?? refuse(path, json, 'a number, or "NaN", "Infinity", "-Infinity" or "-0"');
    }
    case 'char':
      return typeof json === 'string' && [...json].length === 1 && json.isWellFormed()
        ? json
        : refuse(path, json, 'a string of one character');
    case 'string':
      return typeof json === 'string' && json.isWellFormed() ? json : refuse(path, json, 'a string');
    case 'list':
      if (type.element.kind === 'u8' && typeof json === 'string') return bytesFromBase64(json, path);
      return listFromJson(json, path, 'an array').map((item, index) =>
        valueFromJson(item, type.element, `${path}[${index}]`),
      );
    case 'tuple': {
      const items = listFromJson(json, path, `an array of ${type.elements.length}`);
      if (items.length !== type.elements.length)
        return refuse(path, json, `an array of ${type.elements.length}`);
      return type.elements.map((element, index) => valueFromJson(items[index], element, `${path}[${index}]`));
    }
    case 'record':
      return recordFromJson(json, type, path);
    case 'flags':
      return flagsFromJson(json, type, path);
    case 'enum':
      return typeof json === 'string' && type.labels.includes(json)
        ? json
        : refuse(path, json, `one of ${type.labels.map((label) => `"${label}"`).join(', ')}`);
    case 'option':
      if (type.some.kind === 'option') return taggedFromJson(json, casesOf(type), path);
      return json === null || json === undefined ? undefined : valueFromJson(json, type.some, path);
    case 'variant':
    case 'result':
      return taggedFromJson(json, casesOf(type), path);
    case 'own':
    case 'borrow':
      throw new TypeError('a handle has no JSON form; the caller refuses it');
  }
}

function longFromJson(json: unknown, kind: 's64' | 'u64', path: string): bigint {
  const [low, high] = longRanges[kind];
  const isNumber = typeof json === 'number' && Number.isSafeInteger(json);
  const isText = typeof json === 'string' && /^-?(0|[1-9][0-9]{0,19})$/.test(json);
  const value = isNumber || isText ? BigInt(json) : undefined;
  if (value !== undefined && value >= low && value <= high) return value;
  return refuse(path, json, `a whole number from ${low} to ${high}, as a string when beyond 2^53 - 1`);
}

function bytesFromBase64(text: string, path: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return new Uint8Array(bytes);
  return refuse(path, text, 'base64 with padding, or an array of numbers');
}

function listFromJson(json: unknown, path: string, expected: string): readonly unknown[] {
  return Array.isArray(json) ? json : refuse(path, json, expected);
}

function recordFromJson(json: unknown, type: RecordType, path: string): RecordValue {
  const fields = type.fields.map((field) => ({ key: camelCase(field.name), type: field.type }));
  const keys = fields.map(({ key }) => key);
  const object = objectFromJson(json, keys, path);
  const record: Record<string, Value> = {};
  for (const { key, type: fieldType } of fields) {
    record[key] = valueFromJson(propertyOf(object, key), fieldType, `${path}.${key}`);
  }
  return record;
}

function flagsFromJson(json: unknown, type: FlagsType, path: string): RecordValue {
  const keys = type.labels.map(camelCase);
  const object = objectFromJson(json, keys, path);
  const flags: Record<string, boolean> = {};
  for (const key of keys) {
    const flag = propertyOf(object, key) ?? false;
    flags[key] = typeof flag === 'boolean' ? flag : refuse(`${path}.${key}`, flag, 'true or false');
  }
  return flags;
}

function taggedFromJson(json: unknown, cases: readonly Case[], path: string): RecordValue {
  const object = objectFromJson(json, ['tag', 'val'], path);
  const tag = propertyOf(object, 'tag');
  const chosen = cases.find(({ name }) => name === tag);
  if (chosen === undefined) {
    const expected = `one of ${cases.map(({ name }) => `"${name}"`).join(', ')}`;
    return refuse(`${path}.tag`, tag, expected);
  }
  const content = propertyOf(object, 'val');
  if (chosen.type !== undefined)
    return { tag: chosen.name, val: valueFromJson(content, chosen.type, `${path}.val`) };
  if (content !== undefined)
    return refuse(`${path}.val`, content, `nothing, as "${chosen.name}" has no content,`);
  return { tag: chosen.name };
}

/** An object with no other fields than `keys`. */
function objectFromJson(json: unknown, keys: readonly string[], path: string): object {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return refuse(path, json, 'an object');
  const unknownKey = Object.keys(json).find((key) => !keys.includes(key));
  if (unknownKey === undefined) return json;
  const fields = keys.map((key) => `\`${key}\``).join(', ');
  throw EftError.of('call.field', { path, field: unknownKey, fields });
}

/** Own properties only: a field may be called `constructor`. */
function propertyOf(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
}

/** The cases of what JSON writes as `{"tag", "val"}`. */
function casesOf(type: Extract<ValueType, { kind: 'variant' | 'result' | 'option' }>): readonly Case[] {
  if (type.kind === 'variant') return type.cases;
  if (type.kind === 'option')
    return [
      { name: 'none', type: undefined },
      { name: 'some', type: type.some },
    ];
  return [
    { name: 'ok', type: type.ok },
    { name: 'err', type: type.err },
  ];
}

function refuse(path: string, json: unknown, expected: string): never {
  throw EftError.of('call.value', { path, found: describeJson(json), expected });
}

function describeJson(json: unknown): string {
  if (json === undefined) return 'missing';
  if (json === null) return 'null';
  if (Array.isArray(json)) return `an array of ${json.length}`;
  if (typeof json === 'object') return 'an object';
  const text = JSON.stringify(json);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The JSON form of a value that the component host gave, of `type`. */
export function jsonFromValue(value: unknown, type: ValueType): unknown {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return String(value);
    case 'f32':
    case 'f64':
      if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return value;
      return Object.is(value, -0) ? '-0' : String(value);
    case 'list':
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      return itemsOf(value).map((item) => jsonFromValue(item, type.element));
    case 'tuple': {
      const items = itemsOf(value);
      return type.elements.map((element, index) => jsonFromValue(items[index], element));
    }
    case 'record': {
      const entries = type.fields.map(({ name, type: fieldType }) => {
        const key = camelCase(name);
        return [key, jsonFromValue(fieldOf(value, key), fieldType)];
      });
      return Object.fromEntries(entries);
    }
    case 'option':
      if (type.some.kind !== 'option') return value === undefined ? null : jsonFromValue(value, type.some);
      return taggedToJson(value, casesOf(type));
    case 'variant':
    case 'result':
      return taggedToJson(value, casesOf(type));
    default:
      return value;
  }
}

function taggedToJson(value: unknown, cases: readonly Case[]): unknown {
  const tag = fieldOf(value, 'tag');
  const content = cases.find(({ name }) => name === tag)?.type;
  if (content === undefined) return { tag };
  return { tag, val: jsonFromValue(fieldOf(value, 'val'), content) };
}

/** Lists come as arrays or typed arrays. */
function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) return Array.from<unknown>(Object(value));
  throw new TypeError('the component host gave no list for a list');
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? propertyOf(value, key) : undefined;
}
