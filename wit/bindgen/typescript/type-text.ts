/**
 * The TypeScript types of values as the component host hands them to JavaScript (supervisor/component/codec-compound.ts):
 * what is written here in types is what is done there in values.
 */
import { camelCase, pascalCase } from '../../../supervisor/component/host-name.ts';
import type { ResourceType, ValueType } from '../../../supervisor/component/types.ts';
import type { Home, WorldInterfaces } from '../interfaces.ts';

/** Typed arrays for lists of numbers. */
const typedArrays: Partial<Record<ValueType['kind'], string>> = {
  s8: 'Int8Array',
  u8: 'Uint8Array',
  s16: 'Int16Array',
  u16: 'Uint16Array',
  s32: 'Int32Array',
  u32: 'Uint32Array',
  s64: 'BigInt64Array',
  u64: 'BigUint64Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
};

/** Gives the name by which a file knows a named type, and sees to its import. */
export type NameOf = (type: ValueType | ResourceType, home: Home) => string;

/** The text of a type: its name if it has one, else its structure. */
export function typeText(world: WorldInterfaces, nameOf: NameOf, type: ValueType): string {
  const home = world.homes.get(type);
  return home === undefined ? structureText(world, nameOf, type) : nameOf(type, home);
}

/** The text of a type without its own name. `docs` gives what the WIT says of a member. */
export function structureText(
  world: WorldInterfaces,
  nameOf: NameOf,
  type: ValueType,
  docs: (member: string) => string = () => '',
): string {
  const text = (part: ValueType) => typeText(world, nameOf, part);
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 's64':
    case 'u64':
      return 'bigint';
    case 'char':
    case 'string':
      return 'string';
    case 'list': {
      const element = text(type.element);
      return (
        typedArrays[type.element.kind] ?? `readonly ${/[ |]/.test(element) ? `(${element})` : element}[]`
      );
    }
    case 'tuple':
      return `readonly [${type.elements.map(text).join(', ')}]`;
    case 'record': {
      const fields = type.fields.map(
        (field) => `${docs(field.name)}readonly ${camelCase(field.name)}: ${text(field.type)};`,
      );
      return block(fields);
    }
    case 'flags':
      return block(type.labels.map((label) => `${docs(label)}readonly ${camelCase(label)}: boolean;`));
    case 'enum':
      return union(type.labels.map((label) => `${docs(label)}| '${label}'`));
    case 'variant':
      return union(type.cases.map((item) => `${docs(item.name)}| ${caseText(item.name, item.type, text)}`));
    case 'option':
      if (type.some.kind !== 'option') return `${text(type.some)} | undefined`;
      return `${caseText('none', undefined, text)} | ${caseText('some', type.some, text)}`;
    case 'result':
      return `${caseText('ok', type.ok, text)} | ${caseText('err', type.err, text)}`;
    case 'own':
    case 'borrow': {
      const home = world.homes.get(type.resource);
      if (home === undefined) throw new Error('a handle of a resource without a name');
      return nameOf(type.resource, home);
    }
    default:
      return 'number';
  }
}

function caseText(tag: string, type: ValueType | undefined, text: (type: ValueType) => string): string {
  return type === undefined
    ? `{ readonly tag: '${tag}' }`
    : `{ readonly tag: '${tag}'; readonly val: ${text(type)} }`;
}

function block(lines: readonly string[]): string {
  return `{\n${indentLines(lines)}\n}`;
}

function union(lines: readonly string[]): string {
  return `\n${indentLines(lines)}`;
}

function indentLines(lines: readonly string[]): string {
  return lines.join('\n').replaceAll(/^(?=.)/gm, '  ');
}

/** The name of a type: `wall-time` → `WallTime`. */
export function hostTypeName(name: string): string {
  return pascalCase(name);
}
