/**
 * The outermost level of WebAssembly binaries, core modules and components alike: a header of 8 bytes, then sections. Here
 * sections are taken out and put together again; what is in them is left as it is, but for two things:
 * `stripCustomSections` and `exportMutableGlobals`.
 *
 * Spec: core specification 3.0, section 5.5 (modules); Binary.md (components).
 */
import { ByteReader } from '../../supervisor/component/byte-reader.ts';

const headerSize = 8;
const customSection = 0;
const coreModuleSection = 1;
const componentSection = 4;
const globalSection = 6;
const exportSection = 7;

/** A section: its id, and what is in it. */
export type Section = { readonly id: number; readonly content: Uint8Array };

/** All sections of a binary, in order. */
export function readSections(bytes: Uint8Array): readonly Section[] {
  const reader = new ByteReader(bytes, headerSize, bytes.length, 'the binary');
  const sections: Section[] = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    sections.push({ id, content: reader.take(reader.u32()) });
  }
  return sections;
}

/** The binary of a header and sections. */
export function writeSections(header: Uint8Array, sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const parts = sections.flatMap(({ id, content }) => [
    Uint8Array.of(id),
    unsignedLeb(content.length),
    content,
  ]);
  return concatenate([header, ...parts]);
}

/** The bytes of all parts. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** A number as unsigned LEB128, in its shortest form. */
export function unsignedLeb(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** Whether the binary is a component: its layer, the upper half of the version, is 1. */
function isComponent(bytes: Uint8Array): boolean {
  return bytes[6] === 1;
}

/**
 * Takes out all custom sections, in core modules and components inside as well: names and the tools that were at work.
 * Nothing at run time reads them.
 */
export function stripCustomSections(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const inComponent = isComponent(bytes);
  const kept = readSections(bytes).flatMap((section): readonly Section[] => {
    if (section.id === customSection) return [];
    const isNested = inComponent && (section.id === coreModuleSection || section.id === componentSection);
    return [isNested ? { id: section.id, content: stripCustomSections(section.content) } : section];
  });
  return writeSections(bytes.subarray(0, headerSize), kept);
}

/** What every mutable global is exported under, with its index in the core module: `eft:global|3`. */
export const globalExportPrefix = 'eft:global|';

/**
 * Exports every mutable global of a core module, so that a checkpoint can hold all of an instance's state: memory and these.
 * The module imports no globals, so indices count from its own first one.
 */
export function exportMutableGlobals(core: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = readSections(core);
  const globals = sections.find(({ id }) => id === globalSection);
  if (globals === undefined) return core.slice();
  const added = mutableGlobals(globals.content).map((index) =>
    concatenate([name(`${globalExportPrefix}${index}`), Uint8Array.of(0x03), unsignedLeb(index)]),
  );
  const changed = sections.map((section) => {
    if (section.id !== exportSection) return section;
    const reader = new ByteReader(section.content, 0, section.content.length, 'the export section');
    const count = reader.u32() + added.length;
    const old = section.content.subarray(reader.position);
    return { id: exportSection, content: concatenate([unsignedLeb(count), old, ...added]) };
  });
  return writeSections(core.subarray(0, headerSize), changed);
}

function name(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return concatenate([unsignedLeb(bytes.length), bytes]);
}

/** The indices of the mutable globals in a global section. */
function mutableGlobals(section: Uint8Array): readonly number[] {
  const reader = new ByteReader(section, 0, section.length, 'the global section');
  const indices: number[] = [];
  const count = reader.u32();
  for (let index = 0; index < count; index += 1) {
    reader.byte();
    if (reader.byte() === 0x01) indices.push(index);
    skipInitialiser(reader);
  }
  reader.finish();
  return indices;
}

/** Goes past a constant expression. AssemblyScript writes one constant or the value of another global. */
function skipInitialiser(reader: ByteReader): void {
  for (let opcode = reader.byte(); opcode !== 0x0b; opcode = reader.byte()) {
    switch (opcode) {
      case 0x41:
      case 0x42:
      case 0x23:
        while ((reader.byte() & 0x80) !== 0);
        break;
      case 0x43:
        reader.take(4);
        break;
      case 0x44:
        reader.take(8);
        break;
      case 0x6a:
      case 0x6b:
        break;
      default:
        throw reader.unsupported(`the opcode 0x${opcode.toString(16)} in a global's initial value`);
    }
  }
}
