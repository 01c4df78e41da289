/**
 * Decodes canonical definitions: lifts, lowers and the built-ins for resources, each checked against the core types
 * that the canonical ABI gives them.
 * Spec: Binary.md, "Canonical Definitions"; CanonicalABI.md, "canonopt Validation" and "canon lift" and "canon lower".
 */
import type { ByteReader } from './byte-reader.ts';
import type { CoreSignature } from './core-module.ts';
import { at, type ComponentScope, requireSignature } from './decode.ts';
import { invalid } from './decode-type.ts';
import type { CanonicalOptions, CoreExport, CoreFunction, StringEncoding } from './definition.ts';
import {
  flatParameterLimit,
  flatResultLimit,
  flattenFunction,
  layoutOf,
  needsMemory,
  sequenceLayout,
} from './layout.ts';
import type { FunctionType } from './types.ts';

const resourceBuiltins = {
  2: { kind: 'resource.new', signature: { parameters: ['i32'], results: ['i32'] } },
  3: { kind: 'resource.drop', signature: { parameters: ['i32'], results: [] } },
  4: { kind: 'resource.rep', signature: { parameters: ['i32'], results: ['i32'] } },
} as const;

/** Reads one canonical definition and adds it to `scope`. */
export function readCanonical(reader: ByteReader, scope: ComponentScope): void {
  const offset = reader.position;
  const code = reader.byte();
  switch (code) {
    case 0x00:
      readLift(reader, scope);
      break;
    case 0x01:
      readLower(reader, scope);
      break;
    case 0x02:
    case 0x03:
    case 0x04: {
      const resource = scope.types.resource(reader.u32());
      if (code !== 0x03 && !scope.resources.has(resource)) {
        throw invalid('`resource.new` or `resource.rep` names a resource that the component does not define');
      }
      scope.coreFunctions.push({ ...resourceBuiltins[code], resource });
      break;
    }
    default:
      throw reader.unsupported(
        `the canonical built-in 0x${code.toString(16)}: async calls, threads or streams`,
        offset,
      );
  }
}

function readLift(reader: ByteReader, scope: ComponentScope): void {
  if (reader.byte() !== 0x00) throw reader.malformed('a lift is not of a function');
  const core = at(scope.coreFunctions, reader.u32(), 'core function');
  const options = readOptions(reader, scope);
  const type = scope.types.functionType(reader.u32());
  reader.budget.spend(type.parameters.length);
  const signature = flattenFunction(type, 'lift');
  requireSignature(core, signature, 'a lifted function');
  if (options.postReturn !== undefined) {
    requireSignature(
      options.postReturn,
      { parameters: signature.results, results: [] },
      'a post-return function',
    );
  }
  const parameters = sequenceLayout(type.parameters.map((parameter) => parameter.type));
  const areParametersInMemory = parameters.flat.length > flatParameterLimit;
  requireMemory(options, {
    memory:
      type.result !== undefined &&
      (needsMemory(type.result) || layoutOf(type.result).flat.length > flatResultLimit),
    realloc: areParametersInMemory || type.parameters.some((parameter) => needsMemory(parameter.type)),
  });
  scope.functions.push({ kind: 'function', function: { kind: 'lift', core, options, type } });
}

function readLower(reader: ByteReader, scope: ComponentScope): void {
  if (reader.byte() !== 0x00) throw reader.malformed('a lower is not of a function');
  const callee = at(scope.functions, reader.u32(), 'function').function;
  const options = readOptions(reader, scope);
  if (options.postReturn !== undefined) throw invalid('a lowered function has a post-return');
  const { type } = callee;
  reader.budget.spend(type.parameters.length);
  requireMemory(options, {
    memory: lowerNeedsMemory(type),
    realloc: type.result !== undefined && needsMemory(type.result),
  });
  scope.coreFunctions.push({ kind: 'lower', callee, options, signature: flattenFunction(type, 'lower') });
}

function lowerNeedsMemory(type: FunctionType): boolean {
  const parameters = sequenceLayout(type.parameters.map((parameter) => parameter.type));
  return (
    parameters.flat.length > flatParameterLimit ||
    type.parameters.some((parameter) => needsMemory(parameter.type)) ||
    (type.result !== undefined && layoutOf(type.result).flat.length > flatResultLimit)
  );
}

function requireMemory(options: CanonicalOptions, needs: { memory: boolean; realloc: boolean }): void {
  if ((needs.memory || needs.realloc) && options.memory === undefined) {
    throw invalid('a function passes values through memory and names no memory');
  }
  if (needs.realloc && options.realloc === undefined) {
    throw invalid('a function is given values through memory and names no realloc');
  }
}

const encodings: readonly StringEncoding[] = ['utf8', 'utf16', 'latin1+utf16'];
const reallocSignature: CoreSignature = { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] };

function readOptions(reader: ByteReader, scope: ComponentScope): CanonicalOptions {
  let encoding: StringEncoding | undefined;
  let memory: CoreExport | undefined;
  let realloc: CoreFunction | undefined;
  let postReturn: CoreFunction | undefined;
  reader.vector(() => {
    const offset = reader.position;
    const code = reader.byte();
    const isDuplicate =
      (code <= 0x02 && encoding !== undefined) ||
      (code === 0x03 && memory !== undefined) ||
      (code === 0x04 && realloc !== undefined) ||
      (code === 0x05 && postReturn !== undefined);
    if (isDuplicate) throw invalid('a canonical option is given twice');
    if (code <= 0x02) encoding = encodings[code];
    else if (code === 0x03) memory = at(scope.coreMemories, reader.u32(), 'core memory');
    else if (code === 0x04) realloc = at(scope.coreFunctions, reader.u32(), 'core function');
    else if (code === 0x05) postReturn = at(scope.coreFunctions, reader.u32(), 'core function');
    else throw reader.unsupported('an async lift or lower', offset);
  });
  if (realloc !== undefined) {
    requireSignature(realloc, reallocSignature, 'a realloc function');
    if (memory === undefined) throw invalid('a realloc is given without a memory');
  }
  return { encoding: encoding ?? 'utf8', memory, realloc, postReturn };
}
