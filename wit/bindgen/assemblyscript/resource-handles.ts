/**
 * Handles in generated code. An imported resource is an object with the handle in it: owning it ends when it is
 * passed on or dropped, and any use after that traps. An exported resource is an object of the author's own class; while
 * the host holds it, it is pinned, so the collector leaves it alone, and its address is its representation.
 */
import type { HandleType } from '../../../supervisor/component/types.ts';
import type { Bindings } from './bindings.ts';
import type { SourceFile } from './source-file.ts';

/** An expression that makes an object of a handle that the host hands over. */
export function readHandle(bindings: Bindings, file: SourceFile, type: HandleType, handle: string): string {
  const name = resourceName(bindings, file, type);
  if (!bindings.isExported(type.resource)) {
    return `${name}.${type.kind === 'own' ? '_of' : '_borrowed'}(${handle})`;
  }
  if (type.kind === 'borrow') return `changetype<${name}>(<usize>${handle})`;
  return `${ownFunction(bindings, file, type, '_take')}(${handle})`;
}

/** An expression of type i32: the handle that goes to the host for the object `value`. */
export function writeHandle(bindings: Bindings, file: SourceFile, type: HandleType, value: string): string {
  if (!bindings.isExported(type.resource)) {
    return type.kind === 'own' ? `${value}._give()` : `${value}._lend()`;
  }
  if (type.kind === 'borrow') throw new Error('an exported resource cannot be lent to the host');
  return `${ownFunction(bindings, file, type, '_give')}(${value})`;
}

function resourceName(bindings: Bindings, file: SourceFile, type: HandleType): string {
  const home = bindings.home(type.resource);
  if (home === undefined) throw new Error('a handle of a resource without a name');
  return bindings.nameIn(file, home, type.resource);
}

/** The function of the exported resource's bindings that turns handles into objects or back. */
function ownFunction(
  bindings: Bindings,
  file: SourceFile,
  type: HandleType,
  verb: '_take' | '_give',
): string {
  const home = bindings.home(type.resource);
  if (home === undefined) throw new Error('a handle of a resource without a name');
  const homeFile = bindings.file(home.interface);
  const name = resourceName(bindings, homeFile, type);
  return file.use(`./${homeFile.path}`, `${verb}${name}`);
}
