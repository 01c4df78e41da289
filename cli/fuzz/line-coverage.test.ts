import { beforeAll, describe, expect, it } from 'vitest';
import { readModule } from '../../supervisor/trust/module-file.ts';
import { buildModule } from '../toolchain/build-module.ts';
import { coverageHtml, type ShownFile } from './coverage-html.ts';
import { coldStart, type FuzzInput } from './fuzz-input.ts';
import { fuzzModule } from './fuzz-module.ts';
import { findModule, type NamedModule, sourcesOf } from './named-module.ts';
import { sourceCoverage } from './source-coverage.ts';

const folder = 'tests/components/canary';
let canary: NamedModule;

/** `45 46 54`, the letter `a`, and how many pairs. */
const singing: FuzzInput = {
  ...coldStart,
  steps: [
    {
      afterMs: 0,
      changes: [],
      deed: { deed: 'answer', asked: 'eft:host/netlink open', request: 0, result: { tag: 'ok' } },
    },
    {
      afterMs: 0,
      changes: [],
      deed: {
        deed: 'arrive',
        source: 'netlink',
        handle: 0,
        items: [Uint8Array.of(0x45, 0x46, 0x54, 0x61, 2, 1, 2, 3)],
        missed: 0,
      },
    },
  ],
};

async function covered(seeds: readonly FuzzInput[]): Promise<ShownFile> {
  const report = await fuzzModule(canary.bytes, { runs: 0, jobs: 1, seeds });
  const [file, ...others] = sourceCoverage(report, sourcesOf(canary));
  if (file === undefined || others.length > 0) throw new Error('the canary has one source');
  return file;
}

/** How the line with these words was. */
function state({ text, lines }: ShownFile, words: string): string | undefined {
  return lines.get(text.split('\n').findIndex((line) => line.includes(words)) + 1);
}

beforeAll(async () => {
  canary = await findModule(folder);
}, 60_000);

describe('lines of source', () => {
  it('are told of the very bytes that are shipped', async () => {
    const shipped = await buildModule(folder);
    expect(Buffer.from(shipped.module).equals(canary.bytes)).toBe(true);
    expect(readModule(canary.bytes, folder).manifest.name).toBe('canary');
  }, 60_000);

  it('are missed where nothing has come', async () => {
    const file = await covered([]);
    expect(file.path).toBe('assembly/lifecycle.ts');
    expect(state(file, "setTimer('breath'")).toBe('reached');
    expect(state(file, 'const count: i32')).toBe('missed');
    expect(state(file, 'pairs[at & 7] += 1')).toBe('missed');
  });

  it('are reached where an input has come, and only there', async () => {
    const file = await covered([singing]);
    expect(state(file, 'const count: i32')).toBe('reached');
    expect(state(file, 'pairs[pair & 7] = song')).not.toBe('missed');
    expect(state(file, 'pairs[at & 7] += 1')).toBe('missed');
    expect(state(file, 'import ')).toBe(undefined);
  });

  it('are shown in one HTML file, in which no source is taken for HTML', async () => {
    const page = coverageHtml({ title: 'canary', about: '<b>', files: [await covered([singing])] });
    expect(page).toContain('<span class="reached"><i>');
    expect(page).toContain('Result&lt;Unit, string&gt;');
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toMatch(/(src|href)="(?!#)/);
  });
});
