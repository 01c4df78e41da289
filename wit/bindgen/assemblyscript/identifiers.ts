/** Identifiers of AssemblyScript for WIT names: what the language or the generated code keeps to itself gets a `_`. */
import { camelCase, pascalCase } from '../names.ts';

/** Words that AssemblyScript does not take as a name, as of 0.28. Contextual ones (`get`, `of`, `type`, …) it does. */
const keywords = [
  'abstract any arguments as async await break case catch class const constructor continue debugger declare default delete do',
  'else enum eval export extends false final finally for function if implements import in infer instanceof interface',
  'keyof let namespace new null operator override package private protected public readonly return static super switch',
  'this throw true try typeof undefined unknown var void while with yield NaN Infinity',
];

/** Types and builtins of AssemblyScript that generated code uses. */
const builtins = [
  'i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 bool boolean number string symbol object v128',
  'load store changetype reinterpret unchecked assert memory heap unreachable',
];

const reserved: ReadonlySet<string> = new Set(
  [...keywords, ...builtins].flatMap((words) => words.split(' ')),
);

/** Functions of `eft/…` that generated code calls: a parameter must not hide them. */
const runtimeFunctions: ReadonlySet<string> = new Set([
  'adoptString',
  'adoptList',
  'bare',
  'finishCall',
  'releaseAllScratch',
  'releaseScratch',
  'scratch',
  'scratchMark',
]);

const reservedTypes: ReadonlySet<string> = new Set(['StaticArray']);

/** A function, parameter, field or method: `set-timer` → `setTimer`, `default` → `default_`. */
export function valueName(name: string): string {
  const camel = camelCase(name);
  return reserved.has(camel) || runtimeFunctions.has(camel) ? `${camel}_` : camel;
}

/** A method of a resource: as `valueName`, and `drop` is ours. */
export function methodName(name: string): string {
  return name === 'drop' ? 'drop_' : valueName(name);
}

/** A class, enum or alias: `wall-time` → `WallTime`. */
export function typeName(name: string): string {
  const pascal = pascalCase(name);
  return reservedTypes.has(pascal) ? `${pascal}_` : pascal;
}

/** A member of an enum: `backing-off` → `BackingOff`. */
export function memberName(name: string): string {
  return pascalCase(name);
}
