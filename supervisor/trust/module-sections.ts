/**
 * The sections of a module file: a walk over the outermost level of a component, without looking into any but Eft's own two.
 *
 *   magic · any sections · eft:manifest · [eft:signature]
 *
 * The walk is strict because it decides what is signed: the signature covers every byte before its own section, and nothing
 * may follow it. Lengths must be in their shortest form, so that the signature section, which no signature covers, has
 * one encoding. Spec: Binary.md (component-model), and the core specification's section 5.5.2 for the form of sections.
 */
import { componentMagic } from '../component/decode-world.ts';
import { EftError, type Place } from '../errors/eft-error.ts';

/** Bytes of a module file. A module of 36 functions has about 30 KiB. */
export const maximumModuleBytes = 16 * 1024 * 1024;

export const manifestSection = 'eft:manifest';
export const signatureSection = 'eft:signature';

/** One section by its byte offsets in the file: the whole from `start` to `end`, its content from `contentStart`. */
export type Section = {
  readonly id: number;
  /** The name of a custom section; its content begins after it. */
  readonly name: string | undefined;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
};

/** A module file by its sections. */
export type ModuleSections = {
  readonly all: readonly Section[];
  readonly manifest: Section;
  readonly signature: Section | undefined;
};

const customId = 0;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Finds the sections of a module. Errors: `module.*`, with the byte offset. */
export function readModuleSections(bytes: Uint8Array, place: Place = {}): ModuleSections {
  const all = readSections(bytes, place);
  const manifest = only(all, manifestSection, place);
  const signature = only(all, signatureSection, place);
  if (manifest === undefined) throw EftError.of('module.no-manifest', {}, { place });
  const follower = all[all.indexOf(manifest) + 1];
  if (follower !== undefined && follower !== signature) {
    throw EftError.of(
      'module.manifest-order',
      { follower: describeSection(follower) },
      { place: { ...place, offset: manifest.start } },
    );
  }
  return { all, manifest, signature };
}

/** All sections of a component. Errors: `module.*`, with the byte offset. */
export function readSections(bytes: Uint8Array, place: Place = {}): readonly Section[] {
  if (bytes.length > maximumModuleBytes) {
    throw EftError.of('module.too-large', { size: bytes.length, limit: maximumModuleBytes }, { place });
  }
  checkMagic(bytes, place);
  const sections: Section[] = [];
  let position: number = componentMagic.length;
  while (position < bytes.length) {
    const section = readSection(bytes, position, place);
    sections.push(section);
    position = section.end;
    // Whatever follows the signature is refused as such, before anything tries to make sense of it.
    if (section.name === signatureSection && position < bytes.length) {
      const again = sections.filter(({ name }) => name === signatureSection).length > 1;
      if (again || startsWithSection(bytes, position, signatureSection, place)) {
        throw duplicate(signatureSection, position, place);
      }
      throw signatureOrder(section, bytes, place);
    }
  }
  return sections;
}

/** A custom section, its length in shortest form. */
export function writeCustomSection(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const nameBytes = new TextEncoder().encode(name);
  const body = [...writeU32(nameBytes.length), ...nameBytes];
  const length = writeU32(body.length + content.length);
  const section = new Uint8Array(1 + length.length + body.length + content.length);
  section[0] = customId;
  section.set(length, 1);
  section.set(body, 1 + length.length);
  section.set(content, 1 + length.length + body.length);
  return section;
}

/** `section 7`, or the custom section by its name. */
export function describeSection({ id, name }: Section): string {
  return name === undefined ? `a section ${id}` : `the custom section \`${name}\``;
}

function readSection(bytes: Uint8Array, start: number, place: Place): Section {
  const id = bytes[start] ?? 0;
  const size = readU32(bytes, start + 1, bytes.length, `section ${id}`, place);
  const end = size.next + size.value;
  if (end > bytes.length) throw truncated(`section ${id}`, bytes.length, place);
  if (id !== customId) return { id, name: undefined, start, contentStart: size.next, end };
  const length = readU32(bytes, size.next, end, 'the name of a custom section', place);
  const contentStart = length.next + length.value;
  const badName = () => EftError.of('module.section-name', {}, { place: { ...place, offset: size.next } });
  if (contentStart > end) throw badName();
  try {
    return { id, name: utf8.decode(bytes.subarray(length.next, contentStart)), start, contentStart, end };
  } catch {
    throw badName();
  }
}

function startsWithSection(bytes: Uint8Array, position: number, name: string, place: Place): boolean {
  try {
    return readSection(bytes, position, place).name === name;
  } catch {
    return false;
  }
}

function only(sections: readonly Section[], name: string, place: Place): Section | undefined {
  const [first, second] = sections.filter((section) => section.name === name);
  if (second !== undefined) throw duplicate(name, second.start, place);
  return first;
}

function duplicate(name: string, offset: number, place: Place): EftError {
  return EftError.of('module.duplicate-section', { name }, { place: { ...place, offset } });
}

function signatureOrder(signature: Section, bytes: Uint8Array, place: Place): EftError {
  return EftError.of(
    'module.signature-order',
    { count: bytes.length - signature.end },
    { place: { ...place, offset: signature.end } },
  );
}

function truncated(part: string, offset: number, place: Place): EftError {
  return EftError.of('module.truncated', { part }, { place: { ...place, offset } });
}

function checkMagic(bytes: Uint8Array, place: Place): void {
  const head = bytes.subarray(0, componentMagic.length);
  if (componentMagic.every((byte, index) => head[index] === byte)) return;
  if (head.length < componentMagic.length && head.every((byte, index) => componentMagic[index] === byte)) {
    throw truncated('the magic number', head.length, place);
  }
  const found = Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw EftError.of('module.magic', { bytes: found }, { place: { ...place, offset: 0 } });
}

/** An unsigned LEB128 number of at most 32 bits in its shortest form, which ends before `limit`. */
function readU32(
  bytes: Uint8Array,
  start: number,
  limit: number,
  part: string,
  place: Place,
): { readonly value: number; readonly next: number } {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < 5; count += 1) {
    const position = start + count;
    const byte = position < limit ? bytes[position] : undefined;
    if (byte === undefined) throw truncated(`the length of ${part}`, Math.min(limit, bytes.length), place);
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if ((byte & 0x80) !== 0) continue;
    const isShortest = byte !== 0 || count === 0;
    if (isShortest && value <= 0xffff_ffff) return { value, next: position + 1 };
    break;
  }
  throw EftError.of('module.length-not-shortest', { part }, { place: { ...place, offset: start } });
}

function writeU32(value: number): readonly number[] {
  const low = value % 128;
  const rest = Math.floor(value / 128);
  return rest === 0 ? [low] : [low | 0x80, ...writeU32(rest)];
}
