/**
 * Where in a module's code something went wrong: the WebAssembly functions on the stack of an error, innermost first.
 *
 * Index and offset are of the core module's bytes, so the same module gives the same frames on every machine; the path that
 * V8 writes beside them names only a hash and is left out. Format: WebAssembly Web API, "Conventions" (`wasm-function[…]`).
 */

/** Frames that are kept. V8 itself writes ten lines, host functions included (`Error.stackTraceLimit`). */
const framesLimit = 8;

const frameLine =
  /^\s+at (?:(?<name>.+) \()?wasm:\/\/\S+:wasm-function\[(?<index>\d+)\]:(?<offset>0x[0-9a-f]+)\)?$/;

/** The frames in the stack of `error`, or of the error that caused it, at most `limit`. None if it happened in no WebAssembly. */
export function wasmFrames(error: unknown, limit = framesLimit): readonly string[] {
  if (!(error instanceof Error)) return [];
  const causes = error.cause === undefined ? [error] : [error.cause, error];
  for (const cause of causes) {
    const frames = framesOf(cause, limit);
    if (frames.length > 0) return frames;
  }
  return [];
}

function framesOf(error: unknown, limit: number): readonly string[] {
  // How deep the stack was when it ran out depends on who called.
  if (!(error instanceof Error) || error instanceof RangeError) return [];
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines
    .slice(0, limit + 2)
    .flatMap((line) => {
      const { name, index, offset } = frameLine.exec(line)?.groups ?? {};
      if (index === undefined || offset === undefined) return [];
      return [`${name === undefined ? '' : `${name}, `}function ${index}, byte ${offset}`];
    })
    .slice(0, limit);
}
