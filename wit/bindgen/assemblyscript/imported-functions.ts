/** What a module imports, as functions and classes: each call lowers its arguments, calls the host, and lifts the result. */
import { compatibleName, parseFunctionName } from '../../../supervisor/component/host-name.ts';
import {
  flatParameterLimit,
  flatResultLimit,
  flattenFunction,
  layoutOf,
  sequenceLayout,
} from '../../../supervisor/component/layout.ts';
import type { ResourceType, ValueType } from '../../../supervisor/component/types.ts';
import {
  freeFunctions,
  functionsOfResource,
  type Interface,
  type NamedFunction,
  visitTypes,
} from '../interfaces.ts';
import { camelCase, documentationName } from '../names.ts';
import type { Bindings } from './bindings.ts';
import { methodName, typeName, valueName } from './identifiers.ts';
import { liftValue, loadValue } from './read-values.ts';
import { docComment, indent, type SourceFile } from './source-file.ts';
import { lowerSequence, needsScratch, storeValue } from './write-values.ts';

/** The core module name under which the world's imports stand. */
export function importModuleName(of: Interface): string {
  return of.isWorld ? 'cm32p2' : `cm32p2|${compatibleName(of.id)}`;
}

/** Writes the functions and resources that the world imports from `of`. */
export function writeImports(bindings: Bindings, of: Interface): void {
  const file = bindings.file(of);
  for (const { name, type, isDefinedHere } of of.types) {
    if (type.kind === 'resource' && isDefinedHere) writeResource(bindings, of, name, type);
  }
  for (const item of freeFunctions(of)) {
    const docs = docComment(bindings.docs(`${of.id}#${item.mangled}`));
    const call = writeCall(bindings, of, item, undefined);
    file.add(
      `${call.declaration}\n\n${docs}export function ${valueName(item.mangled)}(${call.parameters}): ${call.resultType} {\n${indent(call.body)}\n}`,
    );
  }
}

type Call = {
  readonly declaration: string;
  readonly parameters: string;
  readonly resultType: string;
  readonly body: string;
};

/**
 * A call of the imported function `item`. `self` is the expression for a method's own resource. In a constructor the result
 * is the handle of the new object.
 */
function writeCall(
  bindings: Bindings,
  of: Interface,
  item: NamedFunction,
  self: string | undefined,
  isConstructor = false,
): Call {
  const file = bindings.file(of);
  const { type } = item;
  const shown = self === undefined ? type.parameters : type.parameters.slice(1);
  const values = type.parameters.map((parameter, index) => ({
    type: parameter.type,
    value: self !== undefined && index === 0 ? self : valueName(parameter.name),
  }));
  const core = flattenFunction(type, 'lower');
  const raw = rawName(item);
  const coreParameters = core.parameters.map((parameter, index) => `c${index}: ${parameter}`).join(', ');
  const declaration = `@external('${importModuleName(of)}', '${item.mangled}')\ndeclare function ${raw}(${coreParameters}): ${core.results[0] ?? 'void'};`;

  const takesScratch = type.parameters.some((parameter) => needsScratch(parameter.type));
  const statements: string[] = [];
  if (takesScratch) statements.push(`const _mark = ${file.use('eft/scratch', 'scratchMark')}();`);
  const isSpilled = sequenceLayout(type.parameters.map((one) => one.type)).flat.length > flatParameterLimit;
  const lowered = isSpilled
    ? spill(bindings, file, values)
    : lowerSequence(bindings, file, values, freshNames());
  statements.push(...lowered.statements);
  const result = type.result;
  const isReturnedInMemory = result !== undefined && layoutOf(result).flat.length > flatResultLimit;
  const args = isReturnedInMemory ? [...lowered.flats, area(file, layoutOf(result).size)] : lowered.flats;
  const call = `${raw}(${args.join(', ')})`;
  const release = takesScratch ? [`${file.use('eft/scratch', 'releaseScratch')}(_mark);`] : [];
  if (result === undefined) {
    statements.push(`${call};`, ...release);
  } else if (isReturnedInMemory) {
    statements.push(`${call};`, ...release, `return ${loadValue(bindings, file, result, '_area', 0)};`);
  } else {
    const keepsResult = release.length > 0;
    const flat = {
      expression: keepsResult ? '_result' : call,
      type: layoutOf(result).flat[0] ?? 'i32',
    } as const;
    if (keepsResult) statements.push(`const _result = ${call};`, ...release);
    const lifted = liftValue(bindings, file, result, [flat]);
    statements.push(isConstructor ? `this._handle = ${flat.expression};` : `return ${lifted};`);
  }
  return {
    declaration,
    parameters: shown
      .map((parameter) => `${valueName(parameter.name)}: ${bindings.typeIn(file, parameter.type)}`)
      .join(', '),
    resultType: result === undefined ? 'void' : bindings.typeIn(file, result),
    body: statements.join('\n'),
  };
}

/** `host_write`, `host_thingGet`, `host_thingConstructor`. */
function rawName(item: NamedFunction): string {
  return `host_${camelCase(documentationName(item.mangled).replace('.', '-'))}`;
}

function freshNames(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `_core${count}`;
  };
}

/** More than 16 core parameters go through memory, laid out like a tuple. */
function spill(
  bindings: Bindings,
  file: SourceFile,
  values: readonly { readonly type: ValueType; readonly value: string }[],
): { readonly statements: readonly string[]; readonly flats: readonly string[] } {
  const { offsets, size } = sequenceLayout(values.map(({ type }) => type));
  const pointer = area(file, size);
  const statements = values.map(({ type, value }, index) =>
    storeValue(bindings, file, type, pointer, offsets[index] ?? 0, value),
  );
  return { statements, flats: [pointer] };
}

/**
 * The file's area for parameters and results in memory, at least `size` bytes. The host has read the parameters before it
 * writes the result, and the result is read before anything else is called: one area serves them all.
 */
export function area(file: SourceFile, size: number): string {
  file.reserveArea(size);
  return '_area';
}

function writeResource(bindings: Bindings, of: Interface, name: string, type: ResourceType): void {
  const file = bindings.file(of);
  const own = typeName(name);
  const drop = `host_${camelCase(name)}Drop`;
  const declarations = [
    `@external('${importModuleName(of)}', '${name}_drop')\ndeclare function ${drop}(handle: i32): void;`,
  ];
  const members: string[] = [];
  for (const item of functionsOfResource(of, name)) {
    const parsed = parseFunctionName(item.mangled);
    const docs = docComment(bindings.docs(`${of.id}#${documentationName(item.mangled)}`));
    const isPlainConstructor =
      parsed.kind === 'constructor' && item.type.result?.kind === 'own' && item.type.result.resource === type;
    const self = parsed.kind === 'method' ? 'this' : undefined;
    const call = writeCall(bindings, of, item, self, isPlainConstructor);
    declarations.push(call.declaration);
    if (isPlainConstructor) {
      members.push(`${docs}constructor(${call.parameters}) {\n${indent(call.body)}\n}`);
    } else {
      const isStatic = parsed.kind !== 'method';
      const method =
        parsed.kind === 'constructor' ? 'create' : parsed.kind === 'function' ? '' : methodName(parsed.name);
      members.push(
        `${docs}${isStatic ? 'static ' : ''}${method}(${call.parameters}): ${call.resultType} {\n${indent(call.body)}\n}`,
      );
    }
  }
  const isBorrowedByExports = borrowedByExports(bindings, type);
  file.add(declarations.join('\n\n'));
  const docs = docComment(bindings.docs(`${of.id}#${name}`));
  const ownership = ownershipMembers(file, own, drop, isBorrowedByExports);
  file.add(
    `${docs}@final\nexport class ${own} {\n${indent(['/** Zero after it was passed on or dropped. */\n_handle: i32 = 0;', ...members, ...ownership].join('\n\n'))}\n}`,
  );
}

/** Whether an exported function is lent handles of this resource, which must be back when it returns. */
export function borrowedByExports(bindings: Bindings, resource: ResourceType): boolean {
  return bindings.world.interfaces
    .filter((item) => item.direction === 'export')
    .flatMap((item) => item.functions)
    .flatMap((item) => item.type.parameters)
    .some((parameter) => borrows(parameter.type, resource));
}

/** Whether a value of `type` holds a borrowed handle of `resource`. */
export function borrows(type: ValueType, resource: ResourceType): boolean {
  let found = false;
  visitTypes(type, (part) => {
    if (part.kind === 'borrow' && part.resource === resource) found = true;
  });
  return found;
}

function ownershipMembers(
  file: SourceFile,
  own: string,
  drop: string,
  isBorrowed: boolean,
): readonly string[] {
  const members = [
    '/** Gives the resource back to its owner for good. Any use after that traps. */',
    `drop(): void {\n  ${drop}(this._give());\n}`,
    '/** Owns the handle. */',
    `static _of(handle: i32): ${own} {\n  const object = ${file.use('eft/memory', 'bare')}<${own}>();\n  object._handle = handle;\n  return object;\n}`,
    '/** The handle, which the object no longer has. */',
    '_give(): i32 {\n  const handle = this._lend();\n  this._handle = 0;\n  return handle;\n}',
    '/** The handle, for the time of a call. */',
    '_lend(): i32 {\n  assert(this._handle != 0);\n  return this._handle;\n}',
  ];
  if (isBorrowed) {
    members.push(
      '/** Was lent the handle for the time of a call; `_endBorrows` gives it back. */',
      `static _borrowed(handle: i32): ${own} {\n  const object = ${own}._of(handle);\n  object._next = ${own}._first;\n  ${own}._first = object;\n  return object;\n}`,
      '/** Gives back all handles that the call was lent. */',
      `static _endBorrows(): void {\n  let object = ${own}._first;\n  while (object !== null) {\n    if (object._handle != 0) object.drop();\n    object = object._next;\n  }\n  ${own}._first = null;\n}`,
      '/** The borrowed handles of the call under way. */',
      `private static _first: ${own} | null = null;`,
      `private _next: ${own} | null = null;`,
    );
  }
  return pairs(members);
}

/** Joins each doc comment with the member after it. */
function pairs(lines: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const previous = joined.at(-1);
    if (previous?.endsWith('*/') === true) joined[joined.length - 1] = `${previous}\n${line}`;
    else joined.push(line);
  }
  return joined;
}
