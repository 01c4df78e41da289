/** The types of an interface as AssemblyScript: records and variants are classes, enums and flags are enums. */
import type { FlagsType, RecordType, ValueType, VariantType } from '../../../supervisor/component/types.ts';
import type { Home, Interface, NamedType } from '../interfaces.ts';
import type { Bindings } from './bindings.ts';
import { memberName, typeName, valueName } from './identifiers.ts';
import { docComment, indent } from './source-file.ts';
import { caseSlots } from './variant-slots.ts';

/** Writes all types of `of` but resources into its file. */
export function writeTypes(bindings: Bindings, of: Interface): void {
  for (const named of of.types) {
    if (named.type.kind === 'resource') {
      if (!named.isDefinedHere) writeRepeatedName(bindings, of, named);
      continue;
    }
    if (named.isDefinedHere) writeDefinition(bindings, of, named.name, named.type);
    else writeRepeatedName(bindings, of, named);
  }
}

/** A type of another interface, or of this one under another name. */
function writeRepeatedName(bindings: Bindings, of: Interface, named: NamedType): void {
  const file = bindings.file(of);
  const home = bindings.home(named.type);
  if (home === undefined) return;
  const name = typeName(named.name);
  if (!isImportedUnderOwnName(of, named, home)) {
    const docs = docComment(bindings.docs(`${of.id}#${named.name}`));
    file.add(`${docs}export type ${name} = ${bindings.nameIn(file, home, named.type)};`);
    return;
  }
  const local = bindings.nameIn(file, home, named.type);
  file.add(`export { ${local === name ? name : `${local} as ${name}`} };`);
}

/** Whether `named` is only imported and exported again, so that its name in the file is that of the import. */
export function isImportedUnderOwnName(of: Interface, named: NamedType, home: Home | undefined): boolean {
  return home !== undefined && home.interface !== of && typeName(home.name) === typeName(named.name);
}

function writeDefinition(bindings: Bindings, of: Interface, name: string, type: ValueType): void {
  const file = bindings.file(of);
  const key = `${of.id}#${name}`;
  const docs = bindings.docs(key);
  const own = typeName(name);
  const home: Home = { interface: of, name };
  switch (type.kind) {
    case 'record':
      file.add(`${docComment(docs)}${recordClass(bindings, of, own, key, type)}`);
      return;
    case 'variant':
      file.add(`${docComment(`The cases of \`${own}\`.`)}${kindEnum(bindings, home, key, type)}`);
      file.add(`${docComment(docs)}${variantClass(bindings, home, own, key, type)}`);
      return;
    case 'enum': {
      const members = type.labels.map(
        (label) => `${docComment(bindings.docs(`${key}.${label}`))}${memberName(label)},`,
      );
      file.add(`${docComment(docs)}export enum ${own} {\n${indent(members.join('\n'))}\n}`);
      return;
    }
    case 'flags':
      file.add(`${docComment(flagsDocs(docs, own, type))}${flagsEnum(bindings, own, key, type)}`);
      return;
    default:
      file.add(`${docComment(docs)}export type ${own} = ${bindings.structureIn(file, type)};`);
  }
}

function recordClass(bindings: Bindings, of: Interface, own: string, key: string, type: RecordType): string {
  const file = bindings.file(of);
  const fields = type.fields.map((field) => {
    const docs = docComment(bindings.docs(`${key}.${field.name}`));
    return `${docs}public ${valueName(field.name)}: ${bindings.typeIn(file, field.type)},`;
  });
  return `@final\nexport class ${own} {\n  constructor(\n${indent(fields.join('\n'), 2)}\n  ) {}\n}`;
}

function kindEnum(bindings: Bindings, home: Home, key: string, type: VariantType): string {
  const members = type.cases.map(
    (item) => `${docComment(bindings.docs(`${key}.${item.name}`))}${memberName(item.name)},`,
  );
  return `export enum ${bindings.kindName(type, home)} {\n${indent(members.join('\n'))}\n}`;
}

function variantClass(bindings: Bindings, home: Home, own: string, key: string, type: VariantType): string {
  const file = bindings.file(home.interface);
  const kinds = bindings.kindName(type, home);
  const { slots, slotOf } = caseSlots(bindings, file, type);
  const members: string[] = [];
  type.cases.forEach((item, index) => {
    const docs = docComment(bindings.docs(`${key}.${item.name}`));
    const kind = `${kinds}.${memberName(item.name)}`;
    const slotIndex = slotOf[index];
    const values = slots.map((slot, at) => (at === slotIndex ? 'value' : slot.zero));
    const slot = slotIndex === undefined ? undefined : slots[slotIndex];
    const parameter = slot === undefined ? '' : `value: ${slot.type}`;
    members.push(
      `${docs}static ${valueName(item.name)}(${parameter}): ${own} {\n  return new ${own}(${[kind, ...values].join(', ')});\n}`,
    );
    if (slot === undefined) return;
    members.push(
      `/** What \`${item.name}\` carries. Traps in any other case. */\nas${memberName(item.name)}(): ${slot.type} {\n  assert(this.kind == ${kind});\n  return this.${slot.field};\n}`,
    );
  });
  const fields = [`readonly kind: ${kinds}`, ...slots.map((slot) => `readonly ${slot.field}: ${slot.type}`)];
  const construction = `/** Use the static functions: one for each case. */\nconstructor(\n${indent(fields.map((field) => `${field},`).join('\n'))}\n) {}`;
  return `@final\nexport class ${own} {\n${indent([construction, ...members].join('\n\n'))}\n}`;
}

function flagsDocs(docs: string, own: string, type: FlagsType): string {
  const one = memberName(type.labels[0] ?? '');
  const other = memberName(type.labels[1] ?? type.labels[0] ?? '');
  const how = `A set of bits: join them with \`${own}.${one} | ${own}.${other}\`, test them with \`&\`.`;
  return docs === '' ? how : `${docs}\n\n${how}`;
}

function flagsEnum(bindings: Bindings, own: string, key: string, type: FlagsType): string {
  const members = type.labels.map(
    (label, bit) => `${docComment(bindings.docs(`${key}.${label}`))}${memberName(label)} = 1 << ${bit},`,
  );
  return `export enum ${own} {\n${indent(members.join('\n'))}\n}`;
}
