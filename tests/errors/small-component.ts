/**
 * A component of a few hundred bytes, written out by hand: small enough to flip each of its bits, and easy to make wrong in
 * exactly one way. Binary.md (component-model) gives the form of every section.
 */

export type SmallComponent = {
  /** Imported interfaces with the names of their functions, each without parameters and result. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Exported interfaces, each empty. */
  readonly exports: readonly string[];
  /** The limits of each memory: of one core module each, instantiated once. */
  readonly memories: readonly { readonly minimum: number; readonly maximum?: number }[];
};

export function buildComponent({ imports, exports, memories }: SmallComponent): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
  for (const [index, [name, functions]] of Object.entries(imports).entries()) {
    bytes.push(...section(7, vector([instanceType(functions)])));
    bytes.push(...section(10, vector([[...externName(name), 0x05, index]])));
  }
  for (const [index, limits] of memories.entries()) {
    bytes.push(...section(1, coreModule(limits)));
    bytes.push(...section(2, vector([[0x00, index, 0x00]])));
  }
  const importCount = Object.keys(imports).length;
  for (const [index, name] of exports.entries()) {
    // An export adds to the index space it exports from, so each instance is two further on.
    bytes.push(...section(5, vector([[0x01, 0x00]])));
    bytes.push(...section(11, vector([[...externName(name), 0x05, importCount + 2 * index, 0x00]])));
  }
  return new Uint8Array(bytes);
}

function instanceType(functions: readonly string[]): readonly number[] {
  const declarations = functions.flatMap((name, index) => [
    [0x01, 0x40, 0x00, 0x01, 0x00],
    [0x04, ...externName(name), 0x01, index],
  ]);
  return [0x42, ...vector(declarations)];
}

function coreModule({ minimum, maximum }: SmallComponent['memories'][number]): readonly number[] {
  const limits = maximum === undefined ? [0x00, ...u32(minimum)] : [0x01, ...u32(minimum), ...u32(maximum)];
  return [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...section(5, vector([limits]))];
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...u32(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): readonly number[] {
  return [...u32(items.length), ...items.flat()];
}

function externName(name: string): readonly number[] {
  const bytes = new TextEncoder().encode(name);
  return [0x00, ...u32(bytes.length), ...bytes];
}

function u32(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...u32(Math.floor(value / 0x80))];
}
