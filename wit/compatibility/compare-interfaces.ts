/**
 * What has changed in the interfaces since they were published, and what each change does to modules that were built
 * against the published ones. The relation itself is the loader's (supervisor/component/compatible-type.ts): here a module of
 * the published interfaces meets a host of those at hand.
 *
 * A break is allowed in a version that does not claim to be compatible: below 1.0 another minor version, from then on
 * another major one. Modules of the old version then find no such interface, and are told so before they run.
 */
import {
  compareInterface,
  type InterfaceUse,
  optionalExports,
} from '../../supervisor/component/compatible-interface.ts';
import {
  type Difference,
  TypeComparison,
  withoutVersion,
} from '../../supervisor/component/compatible-type.ts';
import { compatibleName } from '../../supervisor/component/host-name.ts';
import { solicitedCases } from '../../supervisor/component/solicited-cases.ts';
import type { InstanceType, ResourceType, ValueType } from '../../supervisor/component/types.ts';
import type { Place } from '../../supervisor/errors/eft-error.ts';
import type { InterfaceSet } from './interface-set.ts';

/** Packages whose interfaces modules export and the host calls. Those of all others are imported by modules. */
const exportedByModules: ReadonlySet<string> = new Set(['eft:module']);

/** One change of an interface, as far as modules meet it. */
export type InterfaceChange = {
  readonly verdict: Difference['verdict'];
  /** `eft:host/files#entry.size`. */
  readonly item: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly subject: Difference['subject'];
  readonly what: string;
  readonly why: string;
  /** Where functions meet the change: `eft:host/files take-entries: result.ok[].size`. */
  readonly paths: readonly string[];
  /** In the text at hand, or in the published one for what is no longer there. */
  readonly place: Place;
};

export type PackageComparison = {
  /** `eft:host`. */
  readonly package: string;
  /** Undefined for a package that is not published yet. */
  readonly published: string | undefined;
  /** Undefined for a package that is gone. */
  readonly current: string | undefined;
  /** Whether the version says that modules of the published one do not fit any more. */
  readonly isRaised: boolean;
  /** The version that would say so. */
  readonly versionForBreaks: string;
  readonly changes: readonly InterfaceChange[];
};

/** Compares the interfaces at hand with the published ones, package by package. */
export function compareInterfaceSets(
  published: InterfaceSet,
  current: InterfaceSet,
): readonly PackageComparison[] {
  const packages = new Set([...published.versions.keys(), ...current.versions.keys()]);
  return [...packages].sort().map((name) => comparePackage(name, published, current));
}

/** The breaks that no version announces. */
export function unannouncedBreaks(comparison: PackageComparison): readonly InterfaceChange[] {
  return comparison.isRaised ? [] : comparison.changes.filter(({ verdict }) => verdict === 'breaks');
}

/** The next version that modules of `version` do not fit: `0.2.0` after `0.1.3`, `2.0.0` after `1.4.0`. */
export function nextBreakingVersion(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major === 0 ? `0.${minor + 1}.0` : `${major + 1}.0.0`;
}

function comparePackage(name: string, published: InterfaceSet, current: InterfaceSet): PackageComparison {
  const [before, after] = [published.versions.get(name), current.versions.get(name)];
  const isRaised =
    before !== undefined &&
    after !== undefined &&
    compatibleName(`${name}@${before}`) !== compatibleName(`${name}@${after}`);
  const use: InterfaceUse = exportedByModules.has(name) ? 'exported' : 'imported';
  const [old, new_] = [interfacesOf(published, name), interfacesOf(current, name)];
  const differences: Difference[] = [];
  for (const id of new Set([...old.keys(), ...new_.keys()])) {
    for (const difference of compareOne(id, old.get(id), new_.get(id), use, published))
      differences.push({ ...difference, path: difference.path === '' ? '' : `${id} ${difference.path}` });
  }
  return {
    package: name,
    published: before,
    current: after,
    isRaised,
    versionForBreaks: nextBreakingVersion(before ?? '0.0.0'),
    changes: before === undefined ? [] : joinByItem(differences, published, current),
  };
}

/** The interfaces of one package by name without version. */
function interfacesOf(set: InterfaceSet, package_: string): ReadonlyMap<string, InstanceType> {
  const found = new Map<string, InstanceType>();
  for (const [id, type] of set.interfaces)
    if (id.startsWith(`${package_}/`)) found.set(withoutVersion(id), type);
  return found;
}

function compareOne(
  id: string,
  published: InstanceType | undefined,
  current: InstanceType | undefined,
  use: InterfaceUse,
  all: InterfaceSet,
): readonly Difference[] {
  const at = { subject: 'interface', path: '', item: id } as const;
  if (published === undefined) {
    const isCalled = use === 'exported' && functionsOf(current) > 0 && !optionalExports.has(id);
    const what = isCalled ? 'modules do not export this interface' : 'modules do not know this interface';
    const why = isCalled ? 'the host calls it' : 'nothing of it is used';
    return [{ ...at, verdict: isCalled ? 'breaks' : 'harmless', side: 'host', what, why }];
  }
  if (current === undefined) {
    const isCalled = use === 'imported' && functionsOf(published) > 0;
    const what = isCalled ? 'modules import this interface' : 'the host does not use this interface';
    const why = isCalled ? 'the host does not provide it any more' : 'nothing of it is missed';
    return [{ ...at, verdict: isCalled ? 'breaks' : 'harmless', side: 'module', what, why }];
  }
  const differences = compareInterface(id, published, current, use, (item) => isNewlySolicited(item, all));
  const met = new Set(differences.map(({ item }) => item));
  return [...differences, ...unusedTypes(id, published, current).filter(({ item }) => !met.has(item))];
}

function functionsOf(instance: InstanceType | undefined): number {
  return [...(instance?.items.values() ?? [])].filter(({ kind }) => kind === 'function').length;
}

/** Whether the host gives a case only to modules that ask for it by what was not published yet. */
function isNewlySolicited(caseItem: string, published: InterfaceSet): boolean {
  return solicitedCases.get(caseItem)?.every((asker) => !published.items.has(asker)) ?? false;
}

/** Differences of types that no function of the interface takes or gives; their members never cross, at least not here. */
function unusedTypes(id: string, published: InstanceType, current: InstanceType): readonly Difference[] {
  const found: Difference[] = [];
  for (const name of new Set([...published.items.keys(), ...current.items.keys()])) {
    const [old, new_] = [typeOf(published, name), typeOf(current, name)];
    const at = { verdict: 'harmless', subject: 'type', path: '', item: `${id}#${name}` } as const;
    const why = 'a type crosses only where a function takes or gives it';
    if (old === undefined && new_ !== undefined)
      found.push({ ...at, side: 'host', what: `the type \`${name}\` is new`, why });
    else if (old !== undefined && new_ === undefined)
      found.push({ ...at, side: 'module', what: `the type \`${name}\` is gone`, why });
    else if (old !== undefined && new_ !== undefined && old.kind !== 'resource' && new_.kind !== 'resource') {
      const comparison = new TypeComparison();
      comparison.value(old, new_, 'to-host', { path: name, item: at.item });
      for (const difference of comparison.differences)
        found.push({
          ...difference,
          verdict: 'harmless',
          path: '',
          why: 'no function of this interface uses it',
        });
    }
  }
  return found;
}

function typeOf(instance: InstanceType, name: string): ValueType | ResourceType | undefined {
  const item = instance.items.get(name);
  return item?.kind === 'type' ? item.type : undefined;
}

/** One change an item and side: the worst verdict counts, with all places where functions meet it. */
function joinByItem(
  differences: readonly Difference[],
  published: InterfaceSet,
  current: InterfaceSet,
): readonly InterfaceChange[] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const key = `${difference.item} ${difference.subject} ${difference.side}`;
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups.values()].map((group) => {
    const breaks = group.filter(({ verdict }) => verdict === 'breaks');
    const [worst] = breaks.length > 0 ? breaks : group;
    if (worst === undefined) throw new Error('a group of no differences');
    const { verdict, item, subject, side, what, why } = worst;
    const paths = new Set(
      (breaks.length > 0 ? breaks : group).map(({ path }) => path).filter((path) => path !== ''),
    );
    const change = side === 'module' ? 'removed' : side === 'host' ? 'added' : 'changed';
    const place = placeOf(item, side, published, current);
    return { verdict, item, change, subject, what, why, paths: [...paths], place };
  });
}

function placeOf(
  item: string,
  side: Difference['side'],
  published: InterfaceSet,
  current: InterfaceSet,
): Place {
  const sets = side === 'module' ? [published, current] : [current, published];
  for (const set of sets) {
    const found = set.items.get(item);
    if (found !== undefined) return found.place;
  }
  return {};
}
