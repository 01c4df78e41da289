/** What of asc's programming interface (0.28) is used here: assemblyscript/dist/asc.generated.d.ts has the whole. */
import type { CompiledModule, Program } from './canonical-exports.ts';

export type Diagnostic = {
  readonly message: string;
  readonly code: number;
  readonly category: number;
  readonly range: {
    readonly start: number;
    readonly source: { readonly normalizedPath: string } | null;
  } | null;
};

export type MemoryStream = { write(chunk: string | Uint8Array): void; toString(): string };

export type Transform = {
  afterInitialize?(program: Program): void;
  afterCompile?(module: CompiledModule): void;
};

export type Options = {
  readonly stdout?: MemoryStream;
  readonly stderr?: MemoryStream;
  readonly readFile?: (name: string, baseDirectory: string) => Promise<string | null>;
  readonly writeFile?: (name: string, content: Uint8Array | string, baseDirectory: string) => void;
  readonly reportDiagnostic?: (diagnostic: Diagnostic) => void;
  readonly transforms?: readonly Transform[];
};

export function main(
  commandLine: readonly string[],
  options: Options,
): Promise<{ readonly error: Error | null }>;

export function createMemoryStream(): MemoryStream;
