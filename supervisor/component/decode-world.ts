/**
 * Decodes the custom section `component-type` that WIT tools embed into a core module: a component whose one export is the
 * type of a world, with all names resolved.
 */
import { EftError } from '../errors/eft-error.ts';
import { ByteReader } from './byte-reader.ts';
import { invalid, readExternName, readType, TypeScope } from './decode-type.ts';
import type { WorldType } from './types.ts';

/** A world with its full name, such as `eft:health/health@0.1.0`. */
export type NamedWorld = { readonly name: string; readonly world: WorldType };

export const componentMagic = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00] as const;

/** Fails unless `reader` stands at the magic number and version of a component, and goes past them. */
export function readComponentMagic(reader: ByteReader): void {
  const found = reader.bytes.subarray(reader.position, reader.position + componentMagic.length);
  if (!componentMagic.every((byte, index) => found[index] === byte)) {
    const bytes =
      found.length === 0 ? 'nothing' : Array.from(found, (b) => b.toString(16).padStart(2, '0')).join(' ');
    throw EftError.of('component.magic', { bytes }, { place: { offset: reader.position } });
  }
  reader.take(componentMagic.length);
}

/** Decodes the content of a `component-type` section. Errors: `component.*`. */
export function decodeWorld(bytes: Uint8Array): NamedWorld {
  const reader = new ByteReader(bytes, 0, bytes.length, 'the component-type section');
  readComponentMagic(reader);
  let world: NamedWorld | undefined;
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.u32(), `section ${id} of the component-type section`);
    if (id === 7) {
      if (section.u32() !== 1) throw section.malformed('a component-type section holds one type');
      world = readWrappedWorld(section);
      section.finish();
    }
  }
  if (world === undefined) throw invalid('the component-type section holds no world');
  return world;
}

/** The wrapper: a component type that declares the world's type and exports it under the world's full name. */
function readWrappedWorld(reader: ByteReader): NamedWorld {
  if (reader.byte() !== 0x41) throw reader.malformed('a component-type section holds no component type');
  const scope = new TypeScope();
  let world: NamedWorld | undefined;
  const count = reader.count();
  for (let index = 0; index < count; index += 1) {
    const form = reader.byte();
    if (form === 0x01) {
      readType(reader, scope);
    } else if (form === 0x04) {
      const name = readExternName(reader);
      if (reader.byte() !== 0x04)
        throw reader.malformed('the export of a component-type section is no world');
      const type = scope.type(reader.u32());
      if (type.kind !== 'component') throw invalid(`\`${name}\` is no world`);
      world = { name, world: type.world };
    } else {
      throw reader.malformed(`0x${form.toString(16)} begins no declaration of a component-type section`);
    }
  }
  if (world === undefined) throw invalid('the component-type section exports no world');
  return world;
}
