import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { buildModule, checkBindings } from './build-module.ts';

const health = join(import.meta.dirname, '../../modules/health');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-build-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the module's sources in a folder of its own, without bindings. */
function copyTo(name: string): string {
  const copy = join(folder, name);
  cpSync(health, copy, { recursive: true });
  rmSync(join(copy, 'assembly/bindings'), { recursive: true });
  return copy;
}

describe('a module', () => {
  it('has the same bytes in whatever folder it is built, however often', async () => {
    const one = await buildModule(copyTo('here'));
    const other = await buildModule(copyTo('there/far/away'));
    const again = await buildModule(join(folder, 'here'));
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(other.module)).toBe(hash(one.module));
    expect(hash(again.module)).toBe(hash(one.module));
    expect(readModule(one.module, 'health.wasm').manifest).toEqual(one.manifest);
  });

  it('has no names and no custom sections but its manifest', async () => {
    const { module, component } = await buildModule(health);
    const text = Buffer.from(module).toString('latin1');
    expect(text).not.toContain('producers');
    expect(text).not.toContain('assembly/');
    const custom = readModule(module, 'health.wasm').sections.all.filter((section) => section.id === 0);
    expect(custom.map((section) => section.name)).toEqual(['eft:manifest']);
    expect(component.length).toBeLessThan(16 * 1024);
  });

  it('has no instruction that works on memory in bulk, which a cell could not be stopped in', async () => {
    const { core } = await buildModule(health);
    // A data count section is there exactly when the compiler may use memory.init, memory.copy and memory.fill.
    const ids = [];
    for (let at = 8; at < core.length; ) {
      ids.push(core[at]);
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        at += 1;
        const byte = core[at] ?? 0;
        length += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
      at += 1 + length;
    }
    expect(ids).toContain(10);
    expect(ids).not.toContain(12);
  });

  it('exports each mutable global under a reserved name', async () => {
    const { core } = await buildModule(health);
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(new Uint8Array(core)));
    const globals = exports.filter((item) => item.kind === 'global').map((item) => item.name);
    expect(globals.length).toBeGreaterThan(3);
    expect(globals.every((name) => /^eft:global\|\d+$/.test(name))).toBe(true);
  });
});

describe('bindings on disk', () => {
  it('are written when they differ, and only then', async () => {
    const copy = copyTo('bindings');
    const first = await buildModule(copy);
    expect(first.bindings.outdated).toContain('module-lifecycle.ts');
    const second = await buildModule(copy);
    expect(second.bindings).toEqual({ outdated: [], stale: [] });
    writeFileSync(join(copy, 'assembly/bindings/host-log.ts'), 'changed');
    writeFileSync(join(copy, 'assembly/bindings/left-over.ts'), '');
    expect((await checkBindings(copy)).changes).toEqual({
      outdated: ['host-log.ts'],
      stale: ['left-over.ts'],
    });
    await buildModule(copy);
    expect(readdirSync(join(copy, 'assembly/bindings'))).not.toContain('left-over.ts');
  });
});
