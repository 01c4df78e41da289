/** The guest's `realloc`, called as hosts other than ours call it: growing, shrinking, with nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { builtCore } from '../../../tests/components/build.ts';

type Reallocate = (old: number, oldSize: number, alignment: number, size: number) => number;

let reallocate: Reallocate;
let memory: WebAssembly.Memory;
let endCall: () => void;

beforeEach(async () => {
  const module = new WebAssembly.Module(await builtCore('everything'));
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const { cm32p2_realloc: found, cm32p2_memory: itsMemory, cm32p2_initialize: initialize } = exports;
  const relay = exports['cm32p2|eft:everything/control@0.1|relay'];
  if (typeof found !== 'function' || typeof initialize !== 'function' || typeof relay !== 'function') {
    throw new Error('the core module lacks an export');
  }
  if (!(itsMemory instanceof WebAssembly.Memory)) throw new Error('the core module has no memory');
  initialize();
  reallocate = (...parameters) => Number(found(...parameters));
  memory = itsMemory;
  // Any call will do: each collects garbage at its end.
  endCall = () => void relay(0);
});

/** Fills a block with a pattern of its own, and says later whether it is still there. */
function fill(pointer: number, size: number, salt: number): void {
  new Uint8Array(memory.buffer, pointer, size).forEach((_, index, bytes) => {
    bytes[index] = (index * 7 + salt) & 0xff;
  });
}

function isFilled(pointer: number, size: number, salt: number): boolean {
  return new Uint8Array(memory.buffer, pointer, size).every(
    (byte, index) => byte === ((index * 7 + salt) & 0xff),
  );
}

describe('the guest’s realloc', () => {
  it('gives blocks that are aligned and do not overlap', () => {
    const blocks = Array.from({ length: 200 }, (_, index) => {
      const size = 1 + ((index * 37) % 500);
      const pointer = reallocate(0, 0, 8, size);
      expect(pointer % 8).toBe(0);
      fill(pointer, size, index);
      return { pointer, size, salt: index };
    });
    expect(blocks.every(({ pointer, size, salt }) => isFilled(pointer, size, salt))).toBe(true);
  });

  it('keeps the content when a block grows or shrinks, and leaves its neighbours alone', () => {
    const before = reallocate(0, 0, 1, 100);
    fill(before, 100, 1);
    const block = reallocate(0, 0, 2, 40);
    fill(block, 40, 2);
    const after = reallocate(0, 0, 1, 100);
    fill(after, 100, 3);
    const grown = reallocate(block, 40, 2, 4000);
    expect(isFilled(grown, 40, 2)).toBe(true);
    fill(grown, 4000, 4);
    const shrunk = reallocate(grown, 4000, 2, 10);
    expect(isFilled(shrunk, 10, 4)).toBe(true);
    expect(isFilled(before, 100, 1) && isFilled(after, 100, 3)).toBe(true);
  });

  it('gives an aligned address within the memory for nothing', () => {
    for (const alignment of [1, 2, 4, 8]) {
      for (const pointer of [
        reallocate(0, 0, alignment, 0),
        reallocate(reallocate(0, 0, alignment, 64), 64, alignment, 0),
      ]) {
        expect(pointer % alignment).toBe(0);
        expect(pointer).toBeLessThan(memory.buffer.byteLength);
      }
    }
  });

  it('takes blocks that were given up back at the end of a call', () => {
    for (let round = 0; round < 2_000; round += 1) {
      let block = reallocate(0, 0, 2, 1_000);
      block = reallocate(block, 1_000, 2, 20_000);
      fill(block, 20_000, round);
      endCall();
    }
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(8 * 65_536);
  });

  it('traps when the memory is used up', () => {
    expect(() => reallocate(0, 0, 1, 5_000_000)).toThrow(WebAssembly.RuntimeError);
    expect(() => reallocate(0, 0, 1, 0xffff_fff0)).toThrow(WebAssembly.RuntimeError);
  });
});
