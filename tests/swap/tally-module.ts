/** Versions of the module in tests/components/tally: the same code, with other texts in its data and another manifest. */
import { readModuleFolder } from '../../cli/toolchain/module-folder.ts';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { Component } from '../../supervisor/component/component.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { attachManifest, readModule } from '../../supervisor/trust/module-file.ts';
import { builtComponent } from '../components/build.ts';

const folder = new URL('../components/tally', import.meta.url).pathname;

/** How a version misbehaves, if it does. */
export type Temper =
  | 'well'
  | 'trap-at-start'
  | 'refuse'
  | 'hog'
  | 'sick'
  | 'never-well'
  | 'trap-at-event'
  | 'trap-later'
  | 'trap-when-saved'
  | 'hang';

export type TallyVersion = {
  readonly version?: string;
  /** The format of the state that it writes; it reads 1 and 2. */
  readonly format?: 1 | 2;
  readonly temper?: Temper;
  /** The last letter of the id under which it tells. */
  readonly id?: '0' | '1';
  /** What else is other in its manifest. */
  readonly manifest?: Partial<Manifest>;
};

/** A version of the module, as a module file without signatures. */
export async function tallyFile(options: TallyVersion = {}): Promise<{
  readonly manifest: Manifest;
  readonly file: Uint8Array<ArrayBuffer>;
}> {
  const { version = '1.0.0', format = 1, temper = 'well', id = '0', manifest: more = {} } = options;
  const component = Uint8Array.from(await builtComponent('tally'));
  replaceText(component, 'tally-format-1', `tally-format-${format}`);
  replaceText(component, 'tally-0', `tally-${id}`);
  replaceText(component, 'tally-temper-well...............', `tally-temper-${temper}`.padEnd(32, '.'));
  const { manifest: plain } = readModuleFolder(folder);
  const manifest = { ...plain, version, savedState: { writes: format, reads: [1, 2] }, ...more };
  return { manifest, file: attachManifest(component, manifest) };
}

/** The same, ready for a cell. */
export async function tallyModule(options: TallyVersion = {}): Promise<CellModule> {
  const { manifest, file } = await tallyFile(options);
  const { modules } = Component.compile(file);
  return { manifest, component: file, modules, digest: readModule(file, 'tally').digest };
}

/** Writes `to` over `from`, which is there once, in UTF-16. They are of the same length. */
function replaceText(bytes: Uint8Array, from: string, to: string): void {
  const pattern = Buffer.from(from, 'utf16le');
  const replacement = Buffer.from(to, 'utf16le');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = view.indexOf(pattern);
  if (at < 0 || view.indexOf(pattern, at + 1) >= 0 || pattern.length !== replacement.length)
    throw new Error(`the text ${from} is not there once, or ${to} is longer`);
  view.set(replacement, at);
}
