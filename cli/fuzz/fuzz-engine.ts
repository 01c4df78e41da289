/**
 * How the engine compiles what is fuzzed: all of it before it runs, by its optimising compiler, of which the code is about twice as fast.
 *
 * A node has its baseline compiler only (engine-flags.ts), so what is found is run again as a node would before it is told. Nothing is compiled a
 * second time while it runs: how deep a recursion goes before the stack is full depends on who compiled it, and the same seed is to give
 * the same run. Inlining wants to know how often calls were made, which only code of the baseline compiler counts.
 *
 * The danger: flags are those of the whole process, and this combination is one that few use; the compiler of AssemblyScript crashes the engine
 * under it. So they are set for one module at a time and put back at once, and threads are started one after the other (campaign.ts).
 */
import { setFlagsFromString } from 'node:v8';

const flags = ['liftoff', 'wasm-inlining', 'wasm-inlining-call-indirect', 'wasm-lazy-compilation'] as const;

/** Compiles a core module. Error: as `WebAssembly.Module`. */
export function compileForSpeed(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`);
  }
}
