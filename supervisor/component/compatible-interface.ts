/**
 * Whether a module that was built against one version of an interface works with a host that was built against another: function
 * by function, with the relation of compatible-type.ts. The loader asks before it instantiates; `eft wit check` asks before an
 * interface is published.
 *
 * Kinds of resources are not the loader's business here: the store follows what each module embeds
 * (supervisor/store/type-evolution.ts), so the loader leaves their interfaces out of what it passes.
 */
import { EftError } from '../errors/eft-error.ts';
import {
  type Difference,
  type Direction,
  type IsNeverGiven,
  TypeComparison,
  withoutVersion,
} from './compatible-type.ts';
import { compatibleName, parseFunctionName } from './host-name.ts';
import { solicitedCases } from './solicited-cases.ts';
import type { FunctionType, InstanceType, WorldType } from './types.ts';

/** Whether modules call the interface or the host does. */
export type InterfaceUse = 'imported' | 'exported';

/** Interfaces that the host calls where they are, and that a module need not export; names without version. */
export const optionalExports: ReadonlySet<string> = new Set(['eft:module/invariants']);

/** At most so many differences go into one error. */
const reportedDifferencesLimit = 3;

/**
 * How the interface `name` differs between a module, which was built against `module`, and a host, which was built against
 * `host`. Only what functions take and give counts: a type that none mentions never crosses.
 */
export function compareInterface(
  name: string,
  module: InstanceType,
  host: InstanceType,
  use: InterfaceUse,
  isNeverGiven?: IsNeverGiven,
): readonly Difference[] {
  const comparison = new TypeComparison(isNeverGiven);
  for (const function_ of new Set([...module.items.keys(), ...host.items.keys()])) {
    const [one, other] = [functionOf(module, function_), functionOf(host, function_)];
    const at = { path: function_, item: functionItem(name, function_) };
    if (one !== undefined && other !== undefined) compareFunction(comparison, one, other, use, at);
    else if (one !== undefined) {
      if (use === 'imported') {
        const what = `the module imports the function \`${function_}\`, which the host does not have`;
        comparison.breaks('function', 'module', at, what, 'the module calls it');
      } else {
        const what = `the host does not know the function \`${function_}\``;
        comparison.harmless('function', 'module', at, what, 'it is never called');
      }
    } else if (other !== undefined) {
      if (use === 'exported') {
        const what = `the module does not export the function \`${function_}\``;
        comparison.breaks('function', 'host', at, what, 'the host calls it');
      } else {
        const what = `the module does not import the function \`${function_}\``;
        comparison.harmless('function', 'host', at, what, 'it is never called');
      }
    }
  }
  return comparison.differences;
}

function functionOf(of: InstanceType, name: string): FunctionType | undefined {
  const item = of.items.get(name);
  return item?.kind === 'function' ? item : undefined;
}

/** The key of a function in a WIT outline, without the version: `eft:host/files#file.read`. */
function functionItem(interfaceName: string, mangled: string): string {
  const name = parseFunctionName(mangled);
  const owner = withoutVersion(interfaceName);
  if (name.kind === 'function') return `${owner}#${name.name}`;
  return `${owner}#${name.resource}.${name.kind === 'constructor' ? 'constructor' : name.name}`;
}

function compareFunction(
  comparison: TypeComparison,
  module: FunctionType,
  host: FunctionType,
  use: InterfaceUse,
  at: { readonly path: string; readonly item: string },
): void {
  const [parameterDirection, resultDirection]: readonly [Direction, Direction] =
    use === 'imported' ? ['to-host', 'to-module'] : ['to-module', 'to-host'];
  const count = Math.max(module.parameters.length, host.parameters.length);
  for (let index = 0; index < count; index += 1) {
    const [one, other] = [module.parameters[index], host.parameters[index]];
    const name = one?.name ?? other?.name ?? '';
    const inside = { path: `${at.path}: ${name}`, item: at.item };
    if (one !== undefined && other !== undefined && one.name !== other.name) {
      const what = `the parameter \`${one.name}\` is called \`${other.name}\` by the host`;
      comparison.harmless('parameter', 'both', inside, what, 'parameters go by place, not by name');
    }
    if (one === undefined && other !== undefined && use === 'exported') {
      const what = `the host gives the parameter \`${name}\`, which the module does not know`;
      comparison.breaks(
        'parameter',
        'host',
        inside,
        what,
        'a call with more arguments than the module takes may be refused',
      );
      continue;
    }
    comparison.part(
      'parameter',
      `the parameter \`${name}\``,
      one?.type,
      other?.type,
      parameterDirection,
      inside,
    );
  }
  const inside = { path: `${at.path}: result`, item: at.item };
  comparison.part('result', 'the result', module.result, host.result, resultDirection, inside);
}

/**
 * Fails unless every interface that `world` imports, and that `provided` has in a compatible version, is provided as the module
 * expects it. Interfaces that `provided` lacks are left alone: instantiation refuses a function that nobody provides
 * (`component.import-missing`). Error: `component.import-type`, with the first differences.
 */
export function checkImports(world: WorldType, provided: ReadonlyMap<string, InstanceType>): void {
  for (const [name, module, host] of pairs(world.imports, provided)) {
    const reason = breaksOf(compareInterface(name, module, host, 'imported'));
    if (reason !== undefined) throw EftError.of('component.import-type', { name, reason });
  }
}

/**
 * Fails unless `world` exports every interface of `called`, which the host calls, in a compatible version and as the host calls it.
 * Errors: `interface.export-missing`, unless it is optional; `interface.export-type`.
 */
export function checkExports(world: WorldType, called: ReadonlyMap<string, InstanceType>): void {
  const found = new Set<string>();
  for (const [name, module, host, key] of pairs(world.exports, called)) {
    found.add(key);
    const differences = compareInterface(name, module, host, 'exported', isUnaskedBy(world));
    const reason = breaksOf(differences);
    if (reason !== undefined) throw EftError.of('interface.export-type', { name, reason });
  }
  for (const name of called.keys()) {
    if (!found.has(name) && !optionalExports.has(withoutVersion(name)))
      throw EftError.of('interface.export-missing', { name });
  }
}

/** The interfaces of `externs` that `others` has in a compatible version: name, both types, and the name there. */
function* pairs(
  externs: WorldType['imports'],
  others: ReadonlyMap<string, InstanceType>,
): Generator<readonly [name: string, module: InstanceType, host: InstanceType, key: string]> {
  const byName = new Map([...others].map(([name, type]) => [compatibleName(name), [name, type] as const]));
  for (const [name, extern] of externs) {
    const other = byName.get(compatibleName(name));
    if (extern.kind === 'instance' && other !== undefined) yield [name, extern, other[1], other[0]];
  }
}

/** True of the cases that the module with this world asks for by none of its imports. */
function isUnaskedBy(world: WorldType): IsNeverGiven {
  const imported = new Set<string>();
  for (const [name, extern] of world.imports) {
    if (extern.kind !== 'instance') continue;
    imported.add(withoutVersion(name));
    for (const item of extern.items.keys()) imported.add(functionItem(name, item));
  }
  return (caseItem) => solicitedCases.get(caseItem)?.every((asker) => !imported.has(asker)) ?? false;
}

/** The first breaking differences as one clause, or undefined if there are none. */
function breaksOf(differences: readonly Difference[]): string | undefined {
  const breaks = differences.filter(({ verdict }) => verdict === 'breaks');
  if (breaks.length === 0) return undefined;
  const shown = breaks.slice(0, reportedDifferencesLimit).map(({ path, what }) => `at \`${path}\`, ${what}`);
  const more = breaks.length - shown.length;
  return more === 0 ? shown.join('; ') : `${shown.join('; ')}; and ${more} more`;
}
