/**
 * The other host: the same component under jco, which is the oracle. Its glue is written to a folder of its own and loaded from there.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpile } from '@bytecodealliance/jco';

export type JcoExports = Record<string, unknown>;

type Instantiate = (
  getCoreModule: (path: string) => WebAssembly.Module,
  imports: Record<string, unknown>,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
) => JcoExports;

/** A component, transpiled once and instantiated as often as wanted. */
export class JcoComponent {
  readonly #modules: ReadonlyMap<string, WebAssembly.Module>;
  readonly #instantiate: Instantiate;

  private constructor(modules: ReadonlyMap<string, WebAssembly.Module>, instantiate: Instantiate) {
    this.#modules = modules;
    this.#instantiate = instantiate;
  }

  static async transpile(bytes: Uint8Array): Promise<JcoComponent> {
    const { files } = await transpile(bytes, {
      name: 'oracle',
      instantiation: 'sync',
      noTypescript: true,
      nodejsCompat: false,
      base64Cutoff: 0,
      quiet: true,
    });
    const folder = await mkdtemp(join(tmpdir(), 'eft-oracle-'));
    try {
      const modules = new Map<string, WebAssembly.Module>();
      let entry = '';
      for (const [name, content] of Object.entries(files)) {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        if (name.endsWith('.wasm')) modules.set(name, new WebAssembly.Module(content));
        if (name.endsWith('oracle.js')) {
          entry = path.replace(/\.js$/, '.mjs');
          await writeFile(entry, content);
        }
      }
      const loaded: { instantiate: Instantiate } = await import(/* @vite-ignore */ pathToFileURL(entry).href);
      return new JcoComponent(modules, loaded.instantiate);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** An instance on `imports`, and the guest's memory, which the glue itself keeps to itself. */
  instantiate(imports: Record<string, unknown>): {
    exports: JcoExports;
    memory: WebAssembly.Memory | undefined;
  } {
    let memory: WebAssembly.Memory | undefined;
    const exports = this.#instantiate(
      (path) => {
        const module = this.#modules.get(path);
        if (module === undefined) throw new Error(`the transpiled component has no core module ${path}`);
        return module;
      },
      imports,
      (module, coreImports) => {
        const instance = new WebAssembly.Instance(module, coreImports);
        const exported = instance.exports['cm32p2_memory'];
        if (exported instanceof WebAssembly.Memory) memory = exported;
        return instance;
      },
    );
    return { exports, memory };
  }
}
