/**
 * Values of resources as JSON, for `google.protobuf.Struct` (api/proto/eft/v1/state.proto says the same to clients):
 *
 *   64-bit integers         decimal text, as ProtoJSON has it
 *   bytes                   base64 (RFC 4648, section 4)
 *   NaN and infinities      their names as text, which JSON has no numbers for
 *   a variant               an object with its case as the one field; null where the case has no content
 *   an option with nothing  no field; null in a list
 *
 * The gateway does not know the kinds, so it knows a variant by its shape: an object of a text `tag`, and a `val` at most. No record of a kind may look like that.
 */
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { RecordValue, TypedArray, Value } from '../store/resource.ts';

export function jsonObject(record: RecordValue): JsonObject {
  const fields = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, jsonForm(value)]));
}

export function jsonForm(value: Value): JsonValue {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      break;
    default:
      return value;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isTypedArray(value)) return Array.from<number | bigint, JsonValue>(value, jsonForm);
  if (isList(value)) return value.map(jsonForm);
  if (!isVariant(value)) return jsonObject(value);
  return { [value.tag]: jsonForm(value.val) };
}

function isVariant(value: RecordValue): value is { readonly tag: string; readonly val?: Value } {
  return (
    typeof value['tag'] === 'string' && Object.keys(value).every((key) => key === 'tag' || key === 'val')
  );
}

function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value);
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}
