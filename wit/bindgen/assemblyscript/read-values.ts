/**
 * How generated code reads values that the host hands over: `load…` from memory, `lift…` from core values. Both are
 * expressions; what needs statements (variants, lists) becomes a helper function.
 *
 * Spec: CanonicalABI.md, "Loading" and "Flat Lifting". The host has checked every value when it lowered it, so
 * nothing is checked again here.
 */
import type { CoreType } from '../../../supervisor/component/core-module.ts';
import { casesOf, layoutOf, sequenceLayout, variantLayout } from '../../../supervisor/component/layout.ts';
import type { ListType, PrimitiveType, ValueType } from '../../../supervisor/component/types.ts';
import { type Bindings, isPlain } from './bindings.ts';
import { memberName } from './identifiers.ts';
import { readHandle } from './resource-handles.ts';
import { indent, type SourceFile } from './source-file.ts';
import { caseSlots } from './variant-slots.ts';

/** A core value in the generated code: an expression and its core type, which may be a joined one. */
export type Flat = { readonly expression: string; readonly type: CoreType };

const loadTypes: Partial<Record<ValueType['kind'], string>> = {
  bool: 'bool',
  s8: 'i8',
  u8: 'u8',
  s16: 'i16',
  u16: 'u16',
  s32: 'i32',
  u32: 'u32',
  s64: 'i64',
  u64: 'u64',
  f32: 'f32',
  f64: 'f64',
  char: 'u32',
};

function loadAt(type: string, pointer: string, offset: number): string {
  return offset === 0 ? `load<${type}>(${pointer})` : `load<${type}>(${pointer}, ${offset})`;
}

function addressAt(pointer: string, offset: number): string {
  return offset === 0 ? pointer : `${pointer} + ${offset}`;
}

const unsignedOfSize = { 1: 'u8', 2: 'u16', 4: 'u32' } as const;

/** An expression that reads a value of `type` at `pointer + offset`. */
export function loadValue(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType,
  pointer: string,
  offset: number,
): string {
  const load = (part: ValueType, at: number) => loadValue(bindings, file, part, pointer, at);
  const scalar = loadTypes[type.kind];
  if (scalar !== undefined) return loadAt(scalar, pointer, offset);
  switch (type.kind) {
    case 'string':
    case 'list':
      return adopt(
        bindings,
        file,
        type,
        loadAt('usize', pointer, offset),
        loadAt('i32', pointer, offset + 4),
      );
    case 'enum':
      return `<i32>${loadAt(unsignedOfSize[variantLayout(casesOf(type)).discriminantSize], pointer, offset)}`;
    case 'flags':
      return `<i32>${loadAt(flagsLoad(layoutOf(type).size), pointer, offset)}`;
    case 'own':
    case 'borrow':
      return readHandle(bindings, file, type, loadAt('i32', pointer, offset));
    case 'tuple': {
      const { offsets } = sequenceLayout(type.elements);
      const parts = type.elements.map((part, index) => load(part, offset + (offsets[index] ?? 0)));
      return `new ${bindings.typeIn(file, type)}(${parts.join(', ')})`;
    }
    case 'record':
    case 'variant':
      return `${namedHelper(bindings, file, type, 'load')}(${addressAt(pointer, offset)})`;
    case 'option':
    case 'result': {
      const at = offset + variantLayout(casesOf(type)).payloadOffset;
      return choose(bindings, file, type, `${loadAt('u8', pointer, offset)}`, (part) => load(part, at));
    }
    default:
      throw new Error(`cannot load a ${type.kind}`);
  }
}

function flagsLoad(size: number): string {
  return size === 1 ? 'u8' : size === 2 ? 'u16' : 'u32';
}

/** An option or result, by its discriminant. */
function choose(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'option' | 'result' },
  discriminant: string,
  read: (type: ValueType) => string,
): string {
  if (type.kind === 'option') {
    const option = file.use('eft', 'Option');
    const some = bindings.typeIn(file, type.some);
    return `(${discriminant} ? ${option}.some<${some}>(${read(type.some)}) : ${option}.none<${some}>())`;
  }
  const result = file.use('eft', 'Result');
  const sides = `<${bindings.sideIn(file, type.ok)}, ${bindings.sideIn(file, type.err)}>`;
  const side = (part: ValueType | undefined) => (part === undefined ? '0' : read(part));
  return `(${discriminant} ? ${result}.err${sides}(${side(type.err)}) : ${result}.ok${sides}(${side(type.ok)}))`;
}

function adopt(
  bindings: Bindings,
  file: SourceFile,
  type: ListType | PrimitiveType,
  pointer: string,
  length: string,
): string {
  if (type.kind !== 'list') return `${file.use('eft/memory', 'adoptString')}(${pointer}, ${length})`;
  if (isPlain(type.element)) {
    return `${file.use('eft/memory', 'adoptList')}<${bindings.typeIn(file, type.element)}>(${pointer}, ${length})`;
  }
  return `${loadListHelper(bindings, file, type)}(${pointer}, ${length})`;
}

function loadListHelper(bindings: Bindings, file: SourceFile, type: ValueType & { kind: 'list' }): string {
  const name = `_load${bindings.wordIn(file, { ...type, name: undefined })}`;
  return file.helper(name, () => {
    const element = bindings.typeIn(file, type.element);
    const list = `StaticArray<${element}>`;
    const value = loadValue(bindings, file, type.element, 'pointer', 0);
    return `function ${name}(pointer: usize, length: i32): ${list} {
  const list = new ${list}(length);
  for (let index = 0; index < length; ++index, pointer += ${layoutOf(type.element).size}) {
    unchecked((list[index] = ${value}));
  }
  return list;
}`;
  });
}

/** The name in `file` of the function that loads or lifts a record or variant; it stands in the type's own file. */
function namedHelper(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'record' | 'variant' },
  verb: 'load' | 'lift',
): string {
  const home = bindings.home(type);
  if (home === undefined) throw new Error(`a ${type.kind} without a name`);
  const homeFile = bindings.file(home.interface);
  const name = `_${verb}${bindings.nameIn(homeFile, home, type)}`;
  homeFile.helper(name, () =>
    verb === 'load' ? writeLoad(bindings, homeFile, type, name) : writeLift(bindings, homeFile, type, name),
  );
  return file.use(`./${homeFile.path}`, name);
}

function writeLoad(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'record' | 'variant' },
  name: string,
): string {
  const own = bindings.typeIn(file, type);
  const head = `export function ${name}(pointer: usize): ${own} {`;
  if (type.kind === 'record') {
    const { offsets } = sequenceLayout(type.fields.map((field) => field.type));
    const fields = type.fields.map((field, index) =>
      loadValue(bindings, file, field.type, 'pointer', offsets[index] ?? 0),
    );
    return `${head}\n  return new ${own}(${spread(fields)});\n}`;
  }
  const { discriminantSize, payloadOffset } = variantLayout(type.cases);
  const kind = loadAt(unsignedOfSize[discriminantSize], 'pointer', 0);
  const cases = writeCases(bindings, file, type, own, (part) =>
    loadValue(bindings, file, part, 'pointer', payloadOffset),
  );
  return `${head}\n  switch (${kind}) {\n${indent(cases, 2)}\n  }\n}`;
}

function writeLift(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'record' | 'variant' },
  name: string,
): string {
  const own = bindings.typeIn(file, type);
  const flats = layoutOf(type).flat.map((core, index) => ({ expression: `c${index}`, type: core }));
  const parameters = flats.map((flat) => `${flat.expression}: ${flat.type}`).join(', ');
  const head = `export function ${name}(${parameters}): ${own} {`;
  if (type.kind === 'record') {
    const fields = liftSequence(
      bindings,
      file,
      type.fields.map((field) => field.type),
      flats,
    );
    return `${head}\n  return new ${own}(${spread(fields)});\n}`;
  }
  const cases = writeCases(bindings, file, type, own, (part) =>
    liftValue(bindings, file, part, flats.slice(1)),
  );
  return `${head}\n  switch (c0) {\n${indent(cases, 2)}\n  }\n}`;
}

/** The arms of a switch over a variant's discriminant. The last one is the default: the host sends no other. */
function writeCases(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'variant' },
  own: string,
  read: (type: ValueType) => string,
): string {
  const home = bindings.home(type);
  if (home === undefined) throw new Error('a variant without a name');
  const kinds = bindings.kindName(type, home);
  const { slots, slotOf } = caseSlots(bindings, file, type);
  return type.cases
    .map((item, index) => {
      const label = index === type.cases.length - 1 ? 'default' : `case ${index}`;
      const values = slots.map((slot, at) =>
        item.type !== undefined && slotOf[index] === at ? read(item.type) : slot.zero,
      );
      return `${label}:\n  return new ${own}(${[`${kinds}.${memberName(item.name)}`, ...values].join(', ')});`;
    })
    .join('\n');
}

/** Expressions for each of `types` from the core values that stand for all of them. */
export function liftSequence(
  bindings: Bindings,
  file: SourceFile,
  types: readonly ValueType[],
  flats: readonly Flat[],
): readonly string[] {
  let next = 0;
  return types.map((type) => {
    const count = layoutOf(type).flat.length;
    const own = flats.slice(next, next + count);
    next += count;
    return liftValue(bindings, file, type, own);
  });
}

/** An expression that makes a value of `type` from core values. */
export function liftValue(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType,
  flats: readonly Flat[],
): string {
  const first = flats[0];
  if (first === undefined) throw new Error(`no core value for a ${type.kind}`);
  const core = layoutOf(type).flat;
  const at = (index: number): string => {
    const flat = flats[index];
    const wanted = core[index];
    if (flat === undefined || wanted === undefined) throw new Error(`too few core values for a ${type.kind}`);
    return narrow(flat, wanted);
  };
  switch (type.kind) {
    case 'bool':
      return `${at(0)} != 0`;
    case 's8':
    case 'u8':
    case 's16':
    case 'u16':
    case 'u32':
    case 'u64':
    case 'char':
      return `<${loadTypes[type.kind]}>${at(0)}`;
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
    case 'enum':
    case 'flags':
      return at(0);
    case 'string':
    case 'list':
      return adopt(bindings, file, type, `<usize>${at(0)}`, at(1));
    case 'own':
    case 'borrow':
      return readHandle(bindings, file, type, at(0));
    case 'tuple':
      return `new ${bindings.typeIn(file, type)}(${liftSequence(bindings, file, type.elements, flats).join(', ')})`;
    case 'record':
    case 'variant': {
      const values = core.map((_, index) => at(index));
      return `${namedHelper(bindings, file, type, 'lift')}(${values.join(', ')})`;
    }
    case 'option':
    case 'result':
      return choose(bindings, file, type, at(0), (part) => liftValue(bindings, file, part, flats.slice(1)));
  }
}

/** From a joined core type back to the one that a case has. */
function narrow(flat: Flat, wanted: CoreType): string {
  if (flat.type === wanted) return flat.expression;
  if (wanted === 'i32') return `<i32>${flat.expression}`;
  if (wanted === 'f64') return `reinterpret<f64>(${flat.expression})`;
  return flat.type === 'i32'
    ? `reinterpret<f32>(${flat.expression})`
    : `reinterpret<f32>(<i32>${flat.expression})`;
}

/** Arguments on one line, or on one each when that would be long. */
function spread(items: readonly string[]): string {
  const line = items.join(', ');
  if (line.length < 90) return line;
  return `\n${items.map((item) => `    ${item},\n`).join('')}  `;
}
