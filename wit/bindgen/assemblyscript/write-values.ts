/**
 * How generated code lays out values for the host to read: `store…` into memory as statements, `lower…` into core values
 * as statements before and an expression for each.
 *
 * Spec: CanonicalABI.md, "Storing" and "Flat Lowering". Strings and lists of numbers are handed over where they are;
 * other lists are laid out on the scratch stack (guest/eft/scratch.ts).
 */
import type { CoreType } from '../../../supervisor/component/core-module.ts';
import { casesOf, layoutOf, sequenceLayout, variantLayout } from '../../../supervisor/component/layout.ts';
import type { ListType, PrimitiveType, ValueType } from '../../../supervisor/component/types.ts';
import { visitTypes } from '../interfaces.ts';
import { type Bindings, isPlain } from './bindings.ts';
import { memberName, valueName } from './identifiers.ts';
import { writeHandle } from './resource-handles.ts';
import { indent, type SourceFile } from './source-file.ts';
import { caseSlots } from './variant-slots.ts';

const storeTypes: Partial<Record<ValueType['kind'], string>> = {
  bool: 'u8',
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

const unsignedOfSize: Readonly<Record<number, string>> = { 1: 'u8', 2: 'u16', 4: 'u32' };

/** Whether laying out a value of `type` takes room on the scratch stack. */
export function needsScratch(type: ValueType): boolean {
  let needs = false;
  visitTypes(type, (part) => {
    if (part.kind === 'list' && !isPlain(part.element)) needs = true;
  });
  return needs;
}

function storeAt(type: string, pointer: string, value: string, offset: number): string {
  return offset === 0
    ? `store<${type}>(${pointer}, ${value});`
    : `store<${type}>(${pointer}, ${value}, ${offset});`;
}

/** Statements that write `value`, a name or a path of fields, at `pointer + offset`. */
export function storeValue(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType,
  pointer: string,
  offset: number,
  value: string,
): string {
  const store = (part: ValueType, at: number, path: string) =>
    storeValue(bindings, file, part, pointer, at, path);
  const scalar = storeTypes[type.kind];
  if (scalar !== undefined) return storeAt(scalar, pointer, value, offset);
  switch (type.kind) {
    case 'string':
    case 'list':
      return [
        storeAt('usize', pointer, addressOf(bindings, file, type, value), offset),
        storeAt('i32', pointer, `${value}.length`, offset + 4),
      ].join('\n');
    case 'enum':
    case 'flags':
      return storeAt(unsignedOfSize[layoutOf(type).size] ?? 'u32', pointer, value, offset);
    case 'own':
    case 'borrow':
      return storeAt('i32', pointer, writeHandle(bindings, file, type, value), offset);
    case 'tuple': {
      const { offsets } = sequenceLayout(type.elements);
      return type.elements
        .map((part, index) => store(part, offset + (offsets[index] ?? 0), `${value}.item${index}`))
        .join('\n');
    }
    case 'record':
    case 'variant': {
      const address = offset === 0 ? pointer : `${pointer} + ${offset}`;
      return `${storeHelper(bindings, file, type)}(${address}, ${value});`;
    }
    case 'option': {
      const at = offset + variantLayout(casesOf(type)).payloadOffset;
      const some = store(type.some, at, `${value}._value`);
      return `${storeAt('u8', pointer, `${value}.isSome`, offset)}\nif (${value}.isSome) {\n${indent(some)}\n}`;
    }
    case 'result': {
      const at = offset + variantLayout(casesOf(type)).payloadOffset;
      const ok = type.ok === undefined ? '' : store(type.ok, at, `${value}._value`);
      const err = type.err === undefined ? '' : store(type.err, at, `${value}._error`);
      const head = storeAt('u8', pointer, `!${value}.isOk`, offset);
      if (ok === '' && err === '') return head;
      if (err === '') return `${head}\nif (${value}.isOk) {\n${indent(ok)}\n}`;
      if (ok === '') return `${head}\nif (!${value}.isOk) {\n${indent(err)}\n}`;
      return `${head}\nif (${value}.isOk) {\n${indent(ok)}\n} else {\n${indent(err)}\n}`;
    }
    default:
      throw new Error(`cannot store a ${type.kind}`);
  }
}

/** The address of the content of a string or list. */
function addressOf(
  bindings: Bindings,
  file: SourceFile,
  type: ListType | PrimitiveType,
  value: string,
): string {
  if (type.kind !== 'list' || isPlain(type.element)) return `changetype<usize>(${value})`;
  return `${storeListHelper(bindings, file, type)}(${value})`;
}

function storeListHelper(bindings: Bindings, file: SourceFile, type: ValueType & { kind: 'list' }): string {
  const name = `_layOut${bindings.wordIn(file, { ...type, name: undefined })}`;
  return file.helper(name, () => {
    const { element } = type;
    const { size } = layoutOf(element);
    const scratch = file.use('eft/scratch', 'scratch');
    const own = bindings.typeIn(file, element);
    const statements = storeValue(bindings, file, element, 'pointer', 0, 'element');
    return `function ${name}(list: StaticArray<${own}>): usize {
  const start = ${scratch}(list.length, ${size});
  for (let index = 0, pointer = start; index < list.length; ++index, pointer += ${size}) {
    const element = unchecked(list[index]);
${indent(statements, 2)}
  }
  return start;
}`;
  });
}

function storeHelper(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'record' | 'variant' },
): string {
  const home = bindings.home(type);
  if (home === undefined) throw new Error(`a ${type.kind} without a name`);
  const homeFile = bindings.file(home.interface);
  const own = bindings.nameIn(homeFile, home, type);
  const name = `_store${own}`;
  homeFile.helper(name, () => {
    const head = `export function ${name}(pointer: usize, value: ${own}): void {`;
    const body =
      type.kind === 'record' ? storeFields(bindings, homeFile, type) : storeCases(bindings, homeFile, type);
    return `${head}\n${indent(body)}\n}`;
  });
  return file.use(`./${homeFile.path}`, name);
}

function storeFields(bindings: Bindings, file: SourceFile, type: ValueType & { kind: 'record' }): string {
  const { offsets } = sequenceLayout(type.fields.map((field) => field.type));
  return type.fields
    .map((field, index) =>
      storeValue(
        bindings,
        file,
        field.type,
        'pointer',
        offsets[index] ?? 0,
        `value.${valueName(field.name)}`,
      ),
    )
    .join('\n');
}

function storeCases(bindings: Bindings, file: SourceFile, type: ValueType & { kind: 'variant' }): string {
  const { discriminantSize, payloadOffset } = variantLayout(type.cases);
  const head = storeAt(unsignedOfSize[discriminantSize] ?? 'u32', 'pointer', 'value.kind', 0);
  const arms = caseArms(bindings, file, type, 'value', (payload, path) =>
    storeValue(bindings, file, payload, 'pointer', payloadOffset, path),
  );
  return `${head}\n${arms}`;
}

/** A switch over the kind of the variant `value`, with an arm for each case that has a payload. */
function caseArms(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'variant' },
  value: string,
  write: (payload: ValueType, path: string) => string,
): string {
  const home = bindings.home(type);
  if (home === undefined) throw new Error('a variant without a name');
  const kinds = file.use(`./${bindings.file(home.interface).path}`, bindings.kindName(type, home));
  const { slots, slotOf } = caseSlots(bindings, file, type);
  const arms = type.cases.flatMap((item, index) => {
    const slot = slots[slotOf[index] ?? -1];
    if (item.type === undefined || slot === undefined) return [];
    const statements = write(item.type, `${value}.${slot.field}`);
    return [`  case ${kinds}.${memberName(item.name)}: {\n${indent(statements, 2)}\n    break;\n  }`];
  });
  return arms.length === 0 ? '' : `switch (${value}.kind) {\n${arms.join('\n')}\n}`;
}

/** Statements, and after them an expression for each core value. */
export type Lowered = { readonly statements: readonly string[]; readonly flats: readonly string[] };

/** Gives out names for the core values that statements assign. */
export type FreshName = () => string;

/** Core values for `value`, a name or a path of fields. */
export function lowerValue(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType,
  value: string,
  fresh: FreshName,
): Lowered {
  const only = (expression: string): Lowered => ({ statements: [], flats: [expression] });
  switch (type.kind) {
    case 'string':
    case 'list':
      return {
        statements: [],
        flats: [addressOf(bindings, file, type, value), `${value}.length`],
      };
    case 'own':
    case 'borrow':
      return only(writeHandle(bindings, file, type, value));
    case 'record':
      return lowerSequence(
        bindings,
        file,
        type.fields.map((field) => ({ type: field.type, value: `${value}.${valueName(field.name)}` })),
        fresh,
      );
    case 'tuple':
      return lowerSequence(
        bindings,
        file,
        type.elements.map((part, index) => ({ type: part, value: `${value}.item${index}` })),
        fresh,
      );
    case 'variant':
      return lowerVariant(bindings, file, type, `${value}.kind`, fresh, (write) =>
        caseArms(bindings, file, type, value, write),
      );
    case 'option':
      return lowerVariant(bindings, file, type, `${value}.isSome`, fresh, (write) => {
        return `if (${value}.isSome) {\n${indent(write(type.some, `${value}._value`))}\n}`;
      });
    case 'result':
      return lowerVariant(bindings, file, type, `!${value}.isOk`, fresh, (write) => {
        const ok = type.ok === undefined ? '' : write(type.ok, `${value}._value`);
        const err = type.err === undefined ? '' : write(type.err, `${value}._error`);
        if (ok === '' && err === '') return '';
        if (ok === '') return `if (!${value}.isOk) {\n${indent(err)}\n}`;
        if (err === '') return `if (${value}.isOk) {\n${indent(ok)}\n}`;
        return `if (${value}.isOk) {\n${indent(ok)}\n} else {\n${indent(err)}\n}`;
      });
    default:
      return only(value);
  }
}

/** Core values for several values, one after the other. */
export function lowerSequence(
  bindings: Bindings,
  file: SourceFile,
  parts: readonly { readonly type: ValueType; readonly value: string }[],
  fresh: FreshName,
): Lowered {
  const lowered = parts.map(({ type, value }) => lowerValue(bindings, file, type, value, fresh));
  return {
    statements: lowered.flatMap((part) => part.statements),
    flats: lowered.flatMap((part) => part.flats),
  };
}

/** Declares a variable for each core value of the payload, which `arms` then assigns by case. */
function lowerVariant(
  bindings: Bindings,
  file: SourceFile,
  type: ValueType & { kind: 'variant' | 'option' | 'result' },
  discriminant: string,
  fresh: FreshName,
  arms: (write: (payload: ValueType, path: string) => string) => string,
): Lowered {
  const payload = layoutOf(type).flat.slice(1);
  const names = payload.map(() => fresh());
  const text = arms((part, path) => {
    const lowered = lowerValue(bindings, file, part, path, fresh);
    const cores = layoutOf(part).flat;
    const assignments = lowered.flats.map((expression, index) => {
      const from = coreOf(cores[index]);
      return `${names[index]} = ${widen(expression, from, coreOf(payload[index]))};`;
    });
    return [...lowered.statements, ...assignments].join('\n');
  });
  const declarations = names.map((name, index) => `let ${name}: ${payload[index]} = 0;`);
  return {
    statements: [...declarations, ...(text === '' ? [] : [text])],
    flats: [discriminant, ...names],
  };
}

function coreOf(type: CoreType | undefined): CoreType {
  if (type === undefined) throw new Error('a payload has more core values than its variant');
  return type;
}

/** To the core type that the cases of a variant have joined. */
function widen(expression: string, from: CoreType, to: CoreType): string {
  if (from === to) return expression;
  const isPath = /^[\w.]+$/.test(expression);
  const operand = isPath ? expression : `(${expression})`;
  if (from === 'i32') return `<i64><u32>${operand}`;
  if (from === 'f64') return `reinterpret<i64>(${expression})`;
  return to === 'i32' ? `reinterpret<i32>(${expression})` : `<i64><u32>reinterpret<i32>(${expression})`;
}
