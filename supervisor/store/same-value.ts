/**
 * Whether two stored values are the same: then putting one over the other is no change, and wakes nobody.
 *
 * NaN is the same as NaN, and 0 is not the same as -0: what a component can tell apart is different. A field that is
 * missing is the same as one that is undefined: a later version of the kind may have added it.
 */
import type { Value } from './resource.ts';

export function sameValue(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (a === b) return true;
  if (isList(a) || isList(b)) {
    if (!isList(a) || !isList(b) || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!sameValue(a[at], b[at])) return false;
    return true;
  }
  for (const name of Object.keys(a)) if (!sameValue(a[name], b[name])) return false;
  for (const name of Object.keys(b)) if (b[name] !== undefined && !Object.hasOwn(a, name)) return false;
  return true;
}

type List = { readonly length: number; readonly [at: number]: Value };

function isList(value: object): value is List {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
