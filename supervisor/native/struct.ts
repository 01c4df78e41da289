/**
 * C structs as tables: each field with its type and offset, read from and written to bytes.
 *
 * Every layout names its C type and its header, and `arch/layout.test.ts` compares size, offsets and widths with that
 * header through the compiler: a layout here is never from memory. Field names are C member designators.
 * Numbers are little-endian, as on every architecture that Eft runs on; `be…` fields are in network byte order.
 */

type NumberType = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'be16' | 'be32';
type BigintType = 'u64' | 'i64';

/** Type and offset in bytes; for `bytes` also the length, where 0 stands for a flexible array at the end. */
export type Field =
  | readonly [type: NumberType | BigintType, offset: number]
  | readonly [type: 'bytes', offset: number, length: number];

export type Fields = { readonly [name: string]: Field };

export type Layout<Shape extends Fields = Fields> = {
  /** The type as C spells it, `struct sockaddr_nl`. */
  readonly type: string;
  /** The header that defines it. */
  readonly header: string;
  /** `sizeof`, in bytes. */
  readonly size: number;
  readonly fields: Shape;
};

type ValueOf<One extends Field> = One[0] extends 'bytes'
  ? Uint8Array
  : One[0] extends BigintType
    ? bigint
    : number;

/** The values of a struct, by field. */
export type StructValues<Shape extends Fields> = { readonly [Name in keyof Shape]: ValueOf<Shape[Name]> };

/** Names a layout; the type of its values follows from `fields`. */
export function struct<const Shape extends Fields>(
  type: string,
  header: string,
  size: number,
  fields: Shape,
): Layout<Shape> {
  return { type, header, size, fields };
}

/** Width of a field in bytes. */
export function fieldWidth(field: Field): number {
  if (field[0] === 'bytes') return field[2];
  return Number(/\d+/.exec(field[0])?.[0]) / 8;
}

/** Reads the struct that begins at `offset` (bytes) of `bytes`. Throws a RangeError if a field lies beyond their end. */
export function readStruct<Shape extends Fields>(
  layout: Layout<Shape>,
  bytes: Uint8Array,
  offset = 0,
): StructValues<Shape> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(layout.fields)) {
    if (offset + field[1] + fieldWidth(field) > bytes.length) {
      throw new RangeError(`${layout.type} ends beyond the ${bytes.length} bytes there are: ${name}`);
    }
    values[name] = readField(view, field, offset);
  }
  // The one place where bytes become typed values: `readField` gives what `ValueOf` says for each type.
  return values as StructValues<Shape>;
}

/** The bytes of a struct; fields that are not given are zero. Throws a RangeError for a value that does not fit. */
export function writeStruct<Shape extends Fields>(
  layout: Layout<Shape>,
  values: Partial<StructValues<Shape>>,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  for (const [name, value] of Object.entries(values)) {
    const field = layout.fields[name];
    if (field === undefined) throw new RangeError(`${layout.type} has no field ${name}`);
    if (!writeField(view, field, value)) throw new RangeError(`${layout.type}: ${name} cannot hold ${value}`);
  }
  return bytes;
}

function readField(view: DataView, field: Field, base: number): number | bigint | Uint8Array {
  const at = base + field[1];
  switch (field[0]) {
    case 'u8':
      return view.getUint8(at);
    case 'u16':
      return view.getUint16(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
    case 'i8':
      return view.getInt8(at);
    case 'i16':
      return view.getInt16(at, true);
    case 'i32':
      return view.getInt32(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'be16':
      return view.getUint16(at, false);
    case 'be32':
      return view.getUint32(at, false);
    case 'bytes':
      return new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + field[2]));
  }
}

/** Writes `value`, and says whether it fits. */
function writeField(view: DataView, field: Field, value: unknown): boolean {
  const at = field[1];
  if (field[0] === 'bytes') {
    if (!(value instanceof Uint8Array) || value.length > field[2]) return false;
    new Uint8Array(view.buffer).set(value, at);
    return true;
  }
  const isSigned = field[0].startsWith('i');
  const bits = fieldWidth(field) * 8;
  if (field[0] === 'u64' || field[0] === 'i64') {
    if (typeof value !== 'bigint') return false;
    if ((isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) return false;
    view.setBigUint64(at, BigInt.asUintN(bits, value), true);
    return true;
  }
  const [minimum, maximum] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
    return false;
  const isLittleEndian = !field[0].startsWith('be');
  if (bits === 8) view.setUint8(at, value & 0xff);
  else if (bits === 16) view.setUint16(at, value & 0xffff, isLittleEndian);
  else view.setUint32(at, value >>> 0, isLittleEndian);
  return true;
}
