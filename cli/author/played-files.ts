/** The files that a test says there are: carries out `eft:host/files`, held against the grant as on a node. */
import type { Entry } from '../../supervisor/capabilities/generated/host-files.ts';
import type { Carrier } from '../../supervisor/cells/cell.ts';
import { RequestFailure } from '../../supervisor/cells/request-table.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { refusalOf } from '../../supervisor/io/file-failure.ts';
import { directoriesOf, type FileCall, resolveGranted } from '../../supervisor/io/granted-path.ts';

export class PlayedFiles {
  /** By the path as the module writes it: the directory's name in the grant, and the rest. */
  readonly #files = new Map<string, Uint8Array>();

  set(path: string, content: string | undefined): void {
    if (content === undefined) this.#files.delete(path);
    else this.#files.set(path, Buffer.from(content));
  }

  readonly carrier: Carrier = async ({ call: operation, parameters: [path, content] }, { manifest }) => {
    const call = { module: manifest.name, operation, path } as FileCall;
    try {
      resolveGranted(call, directoriesOf(manifest));
    } catch (error) {
      throw error instanceof EftError ? new RequestFailure(refusalOf(error)) : error;
    }
    return this.#carryOut(call, content);
  };

  #carryOut({ operation, path }: FileCall, content: unknown): Uint8Array | readonly Entry[] | undefined {
    switch (operation) {
      case 'read': {
        const found = this.#files.get(path);
        if (found === undefined) throw new RequestFailure({ tag: 'not-found' });
        return new Uint8Array(found);
      }
      case 'write':
        if (content instanceof Uint8Array) this.#files.set(path, content);
        return undefined;
      case 'remove':
        if (!this.#files.delete(path)) throw new RequestFailure({ tag: 'not-found' });
        return undefined;
      case 'list':
        return this.#entries(path);
    }
  }

  #entries(directory: string): readonly Entry[] {
    const entries = new Map<string, Entry>();
    for (const [path, bytes] of this.#files) {
      if (!path.startsWith(`${directory}/`)) continue;
      const [name = '', ...below] = path.slice(directory.length + 1).split('/');
      if (below.length > 0) entries.set(name, { name, kind: 'directory', size: 0n });
      else entries.set(name, { name, kind: 'file', size: BigInt(bytes.length) });
    }
    return [...entries.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }
}
