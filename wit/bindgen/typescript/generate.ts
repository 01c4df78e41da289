/**
 * TypeScript types of interfaces for the host: one file an interface, types only. They say what the functions of a capability
 * take and give, so that a capability that does not fit its WIT does not compile.
 */
import { camelCase } from '../../../supervisor/component/host-name.ts';
import type { ResourceType, ValueType } from '../../../supervisor/component/types.ts';
import { docComment, indent } from '../assemblyscript/source-file.ts';
import type { WitOutline } from '../doc-comments.ts';
import {
  freeFunctions,
  functionsOfResource,
  type Interface,
  interfacesOf,
  type NamedFunction,
  type WorldInterfaces,
} from '../interfaces.ts';
import { documentationName, interfaceFileNames, parseInterfaceName } from '../names.ts';
import type { ResolvedWorld } from '../resolve.ts';
import { hostTypeName, type NameOf, structureText, typeText } from './type-text.ts';

/** Texts by path from the folder of the types, for all interfaces that `resolved` imports or exports. */
export function generateHostTypes(resolved: ResolvedWorld): ReadonlyMap<string, string> {
  const world = interfacesOf(resolved.name, resolved.world);
  const interfaces = world.interfaces.filter((item) => !item.isWorld);
  const names = interfaceFileNames(interfaces.map((item) => item.id));
  const files = new Map<string, string>();
  for (const item of interfaces) {
    const file = new TypesFile(world, resolved.outline, names, item);
    files.set(`${names.get(item.id) ?? item.id}.ts`, file.render());
  }
  return files;
}

class TypesFile {
  readonly #world: WorldInterfaces;
  readonly #outline: WitOutline;
  readonly #files: ReadonlyMap<string, string>;
  readonly #interface: Interface;
  /** Imported names by file. */
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #taken: Set<string>;

  constructor(
    world: WorldInterfaces,
    outline: WitOutline,
    files: ReadonlyMap<string, string>,
    item: Interface,
  ) {
    this.#world = world;
    this.#outline = outline;
    this.#files = files;
    this.#interface = item;
    this.#taken = new Set(item.types.filter((one) => one.isDefinedHere).map((one) => hostTypeName(one.name)));
  }

  render(): string {
    const { types, id } = this.#interface;
    const definitions = types.map((named) =>
      named.type.kind === 'resource'
        ? this.#resource(named.name, named.type, named.isDefinedHere)
        : this.#type(named.name, named.type, named.isDefinedHere),
    );
    const own = this.#interfaceType();
    const header = `// Generated from the WIT by \`npm run generate\`: change the WIT, not this file.`;
    const docs = this.#docs(id);
    const title = docComment(docs === '' ? `\`${id}\`.` : `\`${id}\`\n\n${docs}`).trimEnd();
    const parts = [header, title, this.#importLines(), ...definitions, own];
    return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  }

  #docs(key: string): string {
    return this.#outline.get(key)?.docs ?? '';
  }

  readonly #nameOf: NameOf = (_type, home) => {
    const name = hostTypeName(home.name);
    if (home.interface === this.#interface) return name;
    const file = this.#files.get(home.interface.id) ?? home.interface.id;
    const names = this.#imports.get(file) ?? new Map<string, string>();
    this.#imports.set(file, names);
    const known = names.get(name);
    if (known !== undefined) return known;
    let local = name;
    if (this.#taken.has(local))
      local = `${hostTypeName(parseInterfaceName(home.interface.id).interface)}${name}`;
    this.#taken.add(local);
    names.set(name, local);
    return local;
  };

  #importLines(): string {
    return [...this.#imports]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([file, names]) => {
        const list = [...names].sort(([one], [other]) => (one < other ? -1 : 1));
        const texts = list.map(([name, local]) => (name === local ? name : `${name} as ${local}`));
        return `import type { ${texts.join(', ')} } from './${file}.ts';`;
      })
      .join('\n');
  }

  #type(name: string, type: ValueType, isDefinedHere: boolean): string {
    const key = `${this.#interface.id}#${name}`;
    const own = hostTypeName(name);
    if (!isDefinedHere) return this.#repeated(own, type);
    const memberDocs = (member: string) => docComment(this.#docs(`${key}.${member}`));
    const text = structureText(this.#world, this.#nameOf, type, memberDocs);
    return `${docComment(this.#docs(key))}export type ${own} =${text.startsWith('\n') ? '' : ' '}${text};`.replace(
      /;;$/,
      ';',
    );
  }

  #repeated(own: string, type: ValueType | ResourceType): string {
    const home = this.#world.homes.get(type);
    if (home === undefined) return '';
    const local = this.#nameOf(type, home);
    return local === own ? `export type { ${own} };` : `export type ${own} = ${local};`;
  }

  #resource(name: string, type: ResourceType, isDefinedHere: boolean): string {
    const own = hostTypeName(name);
    if (!isDefinedHere) return this.#repeated(own, type);
    const members = functionsOfResource(this.#interface, name);
    const methods = members.filter((item) => item.name.kind === 'method').map((item) => this.#member(item));
    const statics = members.filter((item) => item.name.kind !== 'method').map((item) => this.#member(item));
    const docs = docComment(this.#docs(`${this.#interface.id}#${name}`));
    const instance = `${docs}export interface ${own} {\n${indent(methods.join('\n'))}\n}`;
    const classDocs = docComment(`The class of \`${own}\`.`);
    return `${instance}\n\n${classDocs}export interface ${own}Class {\n${indent([`readonly prototype: ${own};`, ...statics].join('\n'))}\n}`;
  }

  /** A function as a member of a type: `write(level: Level): void;`. */
  #member(item: NamedFunction): string {
    const { name, type } = item;
    const docs = docComment(this.#docs(`${this.#interface.id}#${documentationName(item.mangled)}`));
    const text = (part: ValueType) => typeText(this.#world, this.#nameOf, part);
    const given = name.kind === 'method' ? type.parameters.slice(1) : type.parameters;
    const parameters = given
      .map((parameter) => `${camelCase(parameter.name)}: ${text(parameter.type)}`)
      .join(', ');
    const result = type.result === undefined ? 'void' : text(type.result);
    if (name.kind === 'constructor') return `${docs}new (${parameters}): ${result};`;
    return `${docs}${camelCase(name.name)}(${parameters}): ${result};`;
  }

  /** All of the interface as one type: functions, and classes of resources. */
  #interfaceType(): string {
    const { id, types } = this.#interface;
    const functions = freeFunctions(this.#interface).map((item) => this.#member(item));
    const classes = types
      .filter((one) => one.type.kind === 'resource' && one.isDefinedHere)
      .map((one) => `readonly ${hostTypeName(one.name)}: ${hostTypeName(one.name)}Class;`);
    if (functions.length + classes.length === 0) return '';
    const own = `${hostTypeName(parseInterfaceName(id).interface)}Interface`;
    const docs = docComment(`What the host's \`${id}\` consists of.`);
    return `${docs}export interface ${own} {\n${indent([...classes, ...functions].join('\n'))}\n}`;
  }
}
