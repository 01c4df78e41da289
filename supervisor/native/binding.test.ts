import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../tests/native/run-child.ts';
import { amd64 } from './arch/amd64.ts';
import { architecture } from './arch/architecture.ts';
import { native, type Word } from './binding.ts';

const addOn = fileURLToPath(new URL(`../../build/native/syscall-${process.arch}.node`, import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** setresuid with ids of -1 changes nothing and succeeds: a call to try arguments on. */
const tryWord = (one: unknown) =>
  Reflect.apply(native().syscall, undefined, [architecture.syscalls.setresuid, -1, -1, -1, one]);

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.buffer.transfer();
  return bytes;
}

describe('the raw system call', () => {
  it('gives what the kernel returns, and errors as negative numbers without throwing', () => {
    const { syscall } = native();
    const call = (number: number, ...words: Word[]) => {
      const [a = 0, b = 0, c = 0] = words;
      return syscall(number, a, b, c, 0, 0, 0, undefined);
    };
    expect(call(amd64.syscalls.setresuid, -1, -1, -1)).toBe(0);
    expect(call(amd64.syscalls.close, -1)).toBe(-9);
    expect(call(100_000)).toBe(-38);
  });

  it('takes integers of 64 bits as number or bigint, and typed arrays', () => {
    const good = [0, -1, 2 ** 53 - 1, 0n, -(2n ** 63n), 2n ** 64n - 1n, new Uint8Array(0), new Int32Array(3)];
    for (const word of good) expect(tryWord(word)).toBe(0);
  });

  it('refuses everything else before the kernel sees it', () => {
    const bad = [
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      2n ** 64n,
      -(2n ** 63n) - 1n,
      'text',
      true,
      null,
      {},
      [],
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
      new Uint8Array(new SharedArrayBuffer(8)),
      detached(),
      undefined,
      Symbol('word'),
      () => undefined,
    ];
    for (const word of bad) expect(() => tryWord(word)).toThrow(TypeError);
  });

  it('passes the address of the view, not of the buffer it is in', () => {
    const bytes = new Uint8Array(64).fill(0xff);
    const { syscall } = native();
    expect(
      syscall(architecture.syscalls.clock_gettime, 0, bytes.subarray(16, 32), 0, 0, 0, 0, undefined),
    ).toBe(0);
    expect(bytes.subarray(0, 16)).toEqual(new Uint8Array(16).fill(0xff));
    expect(bytes.subarray(32)).toEqual(new Uint8Array(32).fill(0xff));
    expect(bytes[31]).toBe(0);
  });
});

describe('the address of a view', () => {
  it('stays the same while the view lives, small views included, and counts the offset', () => {
    const { addressOf } = native();
    const small = new Uint8Array(4);
    const first = addressOf(small);
    const garbage = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    expect(garbage).toHaveLength(100_000);
    expect(addressOf(small)).toBe(first);
    expect(addressOf(small.subarray(3))).toBe(first + 3n);
  });

  it('is refused for shared and detached memory', () => {
    expect(() => native().addressOf(new Uint8Array(new SharedArrayBuffer(8)))).toThrow(TypeError);
    expect(() => native().addressOf(detached())).toThrow(TypeError);
  });
});

describe('the native part', () => {
  it('refuses to be loaded in a worker, whatever the JavaScript there says', async () => {
    const code = `
      const { parentPort } = require('node:worker_threads');
      try { process.dlopen({ exports: {} }, ${JSON.stringify(addOn)}); parentPort.postMessage('loaded'); }
      catch (error) { parentPort.postMessage(error.code); }`;
    const answer = await new Promise((resolve, reject) => {
      const worker = new Worker(code, { eval: true });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(answer).toBe('ERR_EFT_NATIVE_WORKER');
  });

  it('lets the process end with descriptors still watched', () => {
    expect(runChild('exit-while-polling.ts', 'exit')).toEqual({ exiting: true });
  });

  it('makes what a callback throws an uncaught exception', () => {
    expect(runChild('exit-while-polling.ts', 'throw')).toEqual({ caught: 'from the callback' });
  });

  it('is imported by the wrappers beside it, and by nobody else', () => {
    const importers = ['supervisor', 'cli', 'image', 'firmware', 'bench']
      .flatMap((folder) => sourcesIn(`${root}${folder}`))
      .filter((path) => !path.startsWith(`${root}supervisor/native/`) && !path.endsWith('.test.ts'))
      .filter((path) => /native\/(binding|system-call)\.ts'/.test(readFileSync(path, 'utf8')));
    expect(importers).toEqual([]);
  });
});

function sourcesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`);
  } catch {
    return []; // Not every folder exists yet.
  }
}
