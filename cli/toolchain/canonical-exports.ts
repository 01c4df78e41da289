/**
 * What the compiler is told on top of its options: a transform for asc.
 *
 * - A function decorated `@canonical('NAME')` is exported under NAME. AssemblyScript has no way to write the names that
 *   the component model gives to core exports (`cm32p2|eft:module/lifecycle@0.1|start`).
 * - The memory is exported as `cm32p2_memory`.
 * - The function decorated `@heapTotal` reads the collector's count of bytes, which is private to the runtime.
 *
 * Everything happens before the optimiser runs, so it inlines and removes as if the source had said so.
 */
/** The parts of asc's program and of Binaryen's module that are used here. */
type DecoratorNode = {
  readonly name: { readonly text?: string };
  readonly args: readonly { readonly value?: string }[] | null;
};
type DeclaredElement = {
  readonly internalName: string;
  readonly decoratorNodes: readonly DecoratorNode[] | null;
};
type SourceFile = { ensureExport(name: string, element: DeclaredElement): void };
export type Program = {
  readonly filesByName: ReadonlyMap<string, SourceFile>;
  readonly elementsByDeclaration: ReadonlyMap<unknown, DeclaredElement>;
};
export type CompiledModule = {
  getFunction(name: string): number;
  getGlobal(name: string): number;
  removeFunction(name: string): void;
  addFunction(
    name: string,
    parameters: number,
    results: number,
    variables: readonly number[],
    body: number,
  ): number;
  removeExport(name: string): void;
  addMemoryExport(name: string, externalName: string): number;
  readonly i32: { const(value: number): number };
  readonly global: { get(name: string, type: number): number };
};

/** Where tcms.ts, the collector of the runtime `minimal`, counts the bytes in objects. */
const collectorTotal = '~lib/rt/tcms/total';

/** Binaryen's codes for the types `none` and `i32`. */
const noneType = 0;
const i32Type = 2;

/** The transform for one compilation that begins with the file `entry` (`assembly/bindings/entry`). */
export class CanonicalExports {
  readonly #entry: string;
  #heapTotal: string | undefined;

  constructor(entry: string) {
    this.#entry = entry;
  }

  /** All files are parsed and their names bound; nothing is compiled yet. */
  afterInitialize(program: Program): void {
    const entry = program.filesByName.get(this.#entry);
    if (entry === undefined) throw new Error(`the compiler has no file ${this.#entry}`);
    for (const element of program.elementsByDeclaration.values()) {
      for (const decorator of element.decoratorNodes ?? []) {
        if (decorator.name.text === 'heapTotal') this.#heapTotal = element.internalName;
        const name = decorator.args?.[0]?.value;
        if (decorator.name.text === 'canonical' && name !== undefined) entry.ensureExport(name, element);
      }
    }
  }

  /** The module is compiled, but not optimised. */
  afterCompile(module: CompiledModule): void {
    module.removeExport('memory');
    module.addMemoryExport('0', 'cm32p2_memory');
    const name = this.#heapTotal;
    if (name === undefined || module.getFunction(name) === 0) return;
    const hasCount = module.getGlobal(collectorTotal) !== 0;
    const body = hasCount ? module.global.get(collectorTotal, i32Type) : module.i32.const(0);
    module.removeFunction(name);
    module.addFunction(name, noneType, i32Type, [], body);
  }
}
