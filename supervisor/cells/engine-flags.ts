/**
 * How the engine compiles modules: with its baseline compiler, and only with that.
 *
 * Without dynamic tiering the baseline compiler lets every loop ask whether its thread is to end; with it, a loop asks only when a budget has run out,
 * and one around a large `memory.fill` goes on for minutes. Without tiering up nothing is compiled a second time by the optimising compiler: as soon
 * as a module is there, that would take more of a boot than the modules themselves (docs/reference/boot.md), and it is the part of an engine in
 * which most ways out of a sandbox have been found.
 *
 * The danger: they must be set before anything is compiled, and the engine's cached code is void under others.
 */
export const engineFlags = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'] as const;
