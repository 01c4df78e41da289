/**
 * What a module exports: for each function the core function that the host calls. It lifts the arguments, calls the
 * author's function of the same name in `assembly/INTERFACE.ts`, and lowers the result. A function that is missing there or of
 * another type is thus an error of the compiler that names it.
 */
import { compatibleName } from '../../../supervisor/component/host-name.ts';
import {
  flatParameterLimit,
  flatResultLimit,
  flattenFunction,
  layoutOf,
  sequenceLayout,
} from '../../../supervisor/component/layout.ts';
import type { ResourceType } from '../../../supervisor/component/types.ts';
import { type Interface, type NamedFunction, visitTypes } from '../interfaces.ts';
import { camelCase, documentationName } from '../names.ts';
import type { Bindings } from './bindings.ts';
import { methodName, typeName, valueName } from './identifiers.ts';
import { area, borrows } from './imported-functions.ts';
import { type Flat, liftSequence, loadValue } from './read-values.ts';
import { indent, type SourceFile } from './source-file.ts';
import { lowerValue, needsScratch, storeValue } from './write-values.ts';

/** The core name of an export: `cm32p2|eft:module/lifecycle@0.1|start`, `cm32p2||name` for one of the world itself. */
export function exportName(of: Interface, name: string): string {
  return `cm32p2|${of.isWorld ? '' : compatibleName(of.id)}|${name}`;
}

/** Writes the core functions for all that the world exports in `of`. */
export function writeExports(bindings: Bindings, of: Interface): void {
  const file = bindings.file(of);
  const ends = new Map<string, string[]>();
  for (const item of of.functions) {
    file.add(writeExport(bindings, of, item));
    if (endsByItself(item)) continue;
    const core = flattenFunction(item.type, 'lift');
    const hasScratch = item.type.result !== undefined && needsScratch(item.type.result);
    const end = `${core.results[0] ?? ''} ${hasScratch}`;
    ends.set(end, [...(ends.get(end) ?? []), `${item.mangled}_post`]);
  }
  for (const { name, type, isDefinedHere } of of.types) {
    if (type.kind === 'resource' && isDefinedHere) writeResource(bindings, of, name);
  }
  for (const [end, names] of ends) file.add(writeEnd(of, file, end, names));
}

/**
 * Whether a function's result lies in core values alone. Then nothing of the call is needed once the result is computed: the
 * function ends the call itself, and the host is spared a call of post-return.
 */
function endsByItself({ type }: NamedFunction): boolean {
  return type.result === undefined || layoutOf(type.result).flat.length <= flatResultLimit;
}

/** The `post-return` of all functions that give the same core type: the end of a call is the time to collect garbage. */
function writeEnd(of: Interface, file: SourceFile, end: string, names: readonly string[]): string {
  const [core = '', hasScratch] = end.split(' ');
  const decorators = names.map((name) => `@canonical('${exportName(of, name)}')`).join('\n');
  const suffix = `${core === '' ? 'Nothing' : core.toUpperCase()}${hasScratch === 'true' ? 'WithScratch' : ''}`;
  const release = hasScratch === 'true' ? `  ${file.use('eft/scratch', 'releaseAllScratch')}();\n` : '';
  const parameters = core === '' ? '' : `result: ${core}`;
  return `${decorators}\nexport function _after${suffix}(${parameters}): void {\n${release}  ${file.use('eft/collector', 'finishCall')}();\n}`;
}

function writeExport(bindings: Bindings, of: Interface, item: NamedFunction): string {
  const file = bindings.file(of);
  const { type, name } = item;
  const types = type.parameters.map((parameter) => parameter.type);
  const core = flattenFunction(type, 'lift');
  const sequence = sequenceLayout(types);
  const isSpilled = sequence.flat.length > flatParameterLimit;
  const flats: Flat[] = core.parameters.map((one, index) => ({ expression: `c${index}`, type: one }));
  const lifted = isSpilled
    ? types.map((one, index) => loadValue(bindings, file, one, '<usize>c0', sequence.offsets[index] ?? 0))
    : liftSequence(bindings, file, types, flats);
  const call = writeCall(bindings, of, item, lifted);
  const statements: string[] = [];
  const ends = borrowEnds(bindings, file, item);
  const { result } = type;
  const finish = (): string => `${file.use('eft/collector', 'finishCall')}();`;
  if (result === undefined) {
    statements.push(`${call};`, ...ends, finish());
  } else {
    statements.push(`const result: ${bindings.typeIn(file, result)} = ${call};`, ...ends);
    if (layoutOf(result).flat.length > flatResultLimit) {
      const pointer = area(file, layoutOf(result).size);
      statements.push(storeValue(bindings, file, result, pointer, 0, 'result'), `return ${pointer};`);
    } else {
      const lowered = lowerValue(bindings, file, result, 'result', freshNames());
      const core = `const lowered: ${flattenFunction(type, 'lift').results[0] ?? 'i32'} = ${lowered.flats[0] ?? '0'};`;
      statements.push(...lowered.statements, core, finish(), 'return lowered;');
    }
  }
  const parameters = core.parameters.map((one, index) => `c${index}: ${one}`).join(', ');
  const own = `export_${camelCase(documentationName(item.mangled).replace('.', '-'))}`;
  const docs = name.kind === 'function' ? valueName(name.name) : documentationName(item.mangled);
  return `/** \`${docs}\`, as the host calls it. */\n@canonical('${exportName(of, item.mangled)}')\nexport function ${own}(${parameters}): ${core.results[0] ?? 'void'} {\n${indent(statements.join('\n'))}\n}`;
}

function freshNames(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `_core${count}`;
  };
}

/** The call of the author's function, method or constructor. */
function writeCall(
  bindings: Bindings,
  of: Interface,
  item: NamedFunction,
  values: readonly string[],
): string {
  const file = bindings.file(of);
  const module = `../${bindings.implementation(of)}`;
  const { name } = item;
  if (name.kind === 'function') return `${file.use(module, valueName(name.name))}(${values.join(', ')})`;
  const own = file.use(module, typeName(name.resource));
  switch (name.kind) {
    case 'constructor':
      return item.type.result?.kind === 'own'
        ? `new ${own}(${values.join(', ')})`
        : `${own}.create(${values.join(', ')})`;
    case 'static':
      return `${own}.${methodName(name.name)}(${values.join(', ')})`;
    case 'method': {
      const [self = '', ...rest] = values;
      return `${self}.${methodName(name.name)}(${rest.join(', ')})`;
    }
  }
}

/** Gives back the handles that the host lent for the time of the call. */
function borrowEnds(bindings: Bindings, file: SourceFile, item: NamedFunction): readonly string[] {
  const resources = new Set<ResourceType>();
  for (const parameter of item.type.parameters) {
    visitTypes(parameter.type, (part) => {
      if (part.kind === 'borrow' && borrows(part, part.resource)) resources.add(part.resource);
    });
  }
  return [...resources].flatMap((resource) => {
    const home = bindings.home(resource);
    if (home === undefined || bindings.isExported(resource)) return [];
    return [`${bindings.nameIn(file, home, resource)}._endBorrows();`];
  });
}

/** An exported resource: its handles are made and resolved by the host, its objects live here. */
function writeResource(bindings: Bindings, of: Interface, name: string): void {
  const file = bindings.file(of);
  const own = file.use(`../${bindings.implementation(of)}`, typeName(name));
  const raw = `host_${camelCase(name)}`;
  const module = of.isWorld ? 'cm32p2|_ex_' : `cm32p2|_ex_${compatibleName(of.id)}`;
  file.add(
    [
      `@external('${module}', '${name}_new')\ndeclare function ${raw}New(representation: i32): i32;`,
      `@external('${module}', '${name}_rep')\ndeclare function ${raw}Rep(handle: i32): i32;`,
      `@external('${module}', '${name}_drop')\ndeclare function ${raw}Drop(handle: i32): void;`,
    ].join('\n\n'),
  );
  file.add(
    `/** Hands \`object\` to the host: it stays alive until the host drops it. An object can be out only once at a time. */
export function _give${own}(object: ${own}): i32 {
  return ${raw}New(<i32>__pin(changetype<usize>(object)));
}`,
  );
  file.add(
    `/** The object comes back from the host, which has no handle of it any more. */
export function _take${own}(handle: i32): ${own} {
  const object = changetype<${own}>(<usize>${raw}Rep(handle));
  _taken${own} = true;
  ${raw}Drop(handle);
  _taken${own} = false;
  return object;
}

/** Whether the handle being dropped goes away because the object came back. */
let _taken${own}: bool = false;`,
  );
  file.add(
    `/** The host has dropped its handle. A method \`onDrop\`, if there is one, may clean up. */
@canonical('${exportName(of, `${name}_dtor`)}')
export function export_${camelCase(name)}Destructor(representation: i32): void {
  const object = changetype<${own}>(<usize>representation);
  __unpin(changetype<usize>(object));
  // @ts-ignore: only called when the class has it
  if (isDefined(object.onDrop) && !_taken${own}) object.onDrop();
}`,
  );
}
