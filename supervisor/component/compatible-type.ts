/**
 * Whether a value can cross between a module and a host that were built against different versions of its type.
 *
 * A component carries its own types, and the codecs (codec-compound.ts) are built from those: memory is always laid out
 * as the module expects. What the host's code gives and takes are JavaScript values whose fields, cases and labels go
 * by name. So order does not matter, and what a module does not know it is simply not handed. The relation says what
 * that leaves open, and it is not symmetric: it depends on who gives the value.
 *
 * | of a value, only | host → module | module → host |
 * |---|---|---|
 * | the module has a field | the module sees none, if it is an option; else breaks | breaks: what it says would be lost |
 * | the host has a field | left out | the host sees none, if it is an option; else breaks |
 * | the module has a case | never given | breaks: the host cannot tell what it means |
 * | the host has a case | breaks, unless the host gives it on request only | never given |
 * | the module has a flag | false | breaks: what it says would be lost |
 * | the host has a flag | left out | false |
 *
 * Parameters, results, and the payloads of cases follow the rule of fields. Where such a part is `T` for the giver, it may be
 * `option<T>` for the taker. The rest must be equal in structure, elements of lists and tuples included. Only an option that
 * holds no option directly counts: an option within an option is `{tag: 'none'}` in JavaScript, so nothing is not its none.
 *
 * The danger is a rule that the codecs do not keep: compatible-type.test.ts runs every rule through a component.
 */
import { compatibleName } from './host-name.ts';
import type { Case, FlagsType, RecordType, ResourceType, ValueType } from './types.ts';

/** Who gives the value to whom. */
export type Direction = 'to-module' | 'to-host';

/** What a difference is about. */
export type Subject =
  | 'field'
  | 'case'
  | 'flag'
  | 'payload'
  | 'parameter'
  | 'result'
  | 'function'
  | 'interface'
  | 'type';

/** One way in which the module's type differs from the host's. */
export type Difference = {
  readonly verdict: 'breaks' | 'harmless';
  readonly subject: Subject;
  /** The side that alone has the subject, or `both` if both have it, but not the same. */
  readonly side: 'module' | 'host' | 'both';
  /** Where in the interface a value meets the difference: `put: value.unmet[].name`. */
  readonly path: string;
  /** What differs, as a clause: `the module needs the field \`size\`, which the host does not give`. */
  readonly what: string;
  /** Why that breaks the module, or does not, as a clause. */
  readonly why: string;
  /** The nearest named item, without a version, as keys of a WIT outline are: `eft:host/files#entry.size`. */
  readonly item: string;
};

/** A place in two types at once: as a path for people, and the item that a text defines. */
export type Position = { readonly path: string; readonly item: string };

/**
 * Whether the host never gives this case, `eft:module/lifecycle#event.timer`, to the module at hand, because the module does not
 * ask for it (solicited-cases.ts).
 */
export type IsNeverGiven = (caseItem: string) => boolean;

/** `eft:host/log` for `eft:host/log@0.1.0`: an interface's name without its version. */
export function withoutVersion(name: string): string {
  return name.split('@')[0] ?? name;
}

/** True if the host may say nothing, `undefined`, where `type` is expected. */
export function isOmittable(type: ValueType): boolean {
  return type.kind === 'option' && type.some.kind !== 'option';
}

/** Compares types of values that cross in one direction or the other, and collects the differences, each once. */
export class TypeComparison {
  readonly differences: Difference[] = [];
  readonly #isNeverGiven: IsNeverGiven;
  readonly #compared: Record<Direction, Map<ValueType, Set<ValueType>>> = {
    'to-module': new Map(),
    'to-host': new Map(),
  };

  constructor(isNeverGiven: IsNeverGiven = () => false) {
    this.#isNeverGiven = isNeverGiven;
  }

  breaks(subject: Subject, side: Difference['side'], at: Position, what: string, why: string): void {
    this.differences.push({ verdict: 'breaks', subject, side, ...at, what, why });
  }

  harmless(subject: Subject, side: Difference['side'], at: Position, what: string, why: string): void {
    this.differences.push({ verdict: 'harmless', subject, side, ...at, what, why });
  }

  /**
   * Compares a part that a side may lack altogether: a field, a parameter, a payload, a result. `noun` is the part for people.
   */
  part(
    subject: Subject,
    noun: string,
    module: ValueType | undefined,
    host: ValueType | undefined,
    direction: Direction,
    at: Position,
  ): void {
    if (module !== undefined && host !== undefined)
      this.#presentPart(subject, noun, module, host, direction, at);
    else if (module !== undefined) this.#modulesPart(subject, noun, module, direction, at);
    else if (host !== undefined) this.#hostsPart(subject, noun, host, direction, at);
  }

  #presentPart(
    subject: Subject,
    noun: string,
    module: ValueType,
    host: ValueType,
    direction: Direction,
    at: Position,
  ): void {
    const [giver, taker] = direction === 'to-module' ? [host, module] : [module, host];
    const [giverName, takerName] = direction === 'to-module' ? ['host', 'module'] : ['module', 'host'];
    if (taker.kind === 'option' && isOmittable(taker) && giver.kind !== 'option') {
      const what = `${noun} is an option for the ${takerName}, and always there from the ${giverName}`;
      this.harmless(subject, 'both', at, what, `the ${takerName} sees it given`);
      const [innerModule, innerHost] = direction === 'to-module' ? [taker.some, host] : [module, taker.some];
      this.value(innerModule, innerHost, direction, at);
    } else if (giver.kind === 'option' && taker.kind !== 'option') {
      const what = `the ${takerName} needs ${noun}, which the ${giverName} may leave out`;
      this.breaks(subject, 'both', at, what, 'there is nothing to put in the place of what is left out');
    } else this.value(module, host, direction, at);
  }

  #modulesPart(subject: Subject, noun: string, type: ValueType, direction: Direction, at: Position): void {
    if (direction === 'to-host') {
      const what = `the module gives ${noun}, which the host does not know`;
      this.breaks(subject, 'module', at, what, 'what the module says there would be lost without a word');
    } else if (isOmittable(type)) {
      this.harmless(
        subject,
        'module',
        at,
        `the host gives no ${bare(noun)}`,
        'it is an option: the module sees none',
      );
    } else {
      const what = `the module needs ${noun}, which the host does not give`;
      this.breaks(subject, 'module', at, what, whyNeeded(type));
    }
  }

  #hostsPart(subject: Subject, noun: string, type: ValueType, direction: Direction, at: Position): void {
    if (direction === 'to-module') {
      const what = `the host gives ${noun}, which the module does not know`;
      this.harmless(subject, 'host', at, what, 'the module is handed the rest');
    } else if (isOmittable(type)) {
      this.harmless(
        subject,
        'host',
        at,
        `the module gives no ${bare(noun)}`,
        'it is an option: the host sees none',
      );
    } else {
      const what = `the host needs ${noun}, which the module does not give`;
      this.breaks(subject, 'host', at, what, whyNeeded(type));
    }
  }

  /** Compares the types of a value that crosses in `direction`. */
  value(module: ValueType, host: ValueType, direction: Direction, at: Position): void {
    const known = this.#compared[direction].get(module) ?? new Set();
    if (known.has(host)) return;
    this.#compared[direction].set(module, known.add(host));
    const [item, hostItem] = [itemOf(module), itemOf(host)];
    this.#compare(module, host, direction, item !== undefined && item === hostItem ? { ...at, item } : at);
  }

  #compare(module: ValueType, host: ValueType, direction: Direction, at: Position): void {
    if (module.kind === 'record' && host.kind === 'record') this.#records(module, host, direction, at);
    else if (module.kind === 'variant' && host.kind === 'variant')
      this.#cases(module.cases, host.cases, direction, at);
    else if (module.kind === 'enum' && host.kind === 'enum')
      this.#cases(module.labels.map(bareCase), host.labels.map(bareCase), direction, at);
    else if (module.kind === 'flags' && host.kind === 'flags') this.#flags(module, host, direction, at);
    else if (module.kind === 'list' && host.kind === 'list')
      this.value(module.element, host.element, direction, { ...at, path: `${at.path}[]` });
    else if (module.kind === 'option' && host.kind === 'option')
      this.value(module.some, host.some, direction, at);
    else if (module.kind === 'result' && host.kind === 'result') {
      for (const side of ['ok', 'err'] as const) {
        const inside = { ...at, path: `${at.path}.${side}` };
        this.part('payload', `the value of \`${side}\``, module[side], host[side], direction, inside);
      }
    } else if (
      module.kind === 'tuple' &&
      host.kind === 'tuple' &&
      module.elements.length === host.elements.length
    ) {
      for (const [index, element] of module.elements.entries()) {
        const counterpart = host.elements[index];
        const inside = { ...at, path: `${at.path}[${index}]` };
        if (counterpart !== undefined) this.value(element, counterpart, direction, inside);
      }
    } else if (!isSameLeaf(module, host)) {
      const what = `it is ${describe(module)} for the module and ${describe(host)} for the host`;
      this.breaks('type', 'both', at, what, 'a value of the one cannot stand for a value of the other');
    }
  }

  #records(module: RecordType, host: RecordType, direction: Direction, at: Position): void {
    const types = new Map(module.fields.map((field) => [field.name, field.type]));
    const hostTypes = new Map(host.fields.map((field) => [field.name, field.type]));
    for (const name of new Set([...types.keys(), ...hostTypes.keys()])) {
      const noun = `the field \`${name}\``;
      this.part('field', noun, types.get(name), hostTypes.get(name), direction, member(at, name));
    }
  }

  #cases(module: readonly Case[], host: readonly Case[], direction: Direction, at: Position): void {
    const [cases, hostCases] = [byName(module), byName(host)];
    for (const name of new Set([...cases.keys(), ...hostCases.keys()])) {
      const [one, other] = [cases.get(name), hostCases.get(name)];
      const inside = member(at, name);
      if (one !== undefined && other !== undefined)
        this.part('payload', `the payload of the case \`${name}\``, one.type, other.type, direction, inside);
      else if (one !== undefined) this.#modulesCase(name, direction, inside);
      else this.#hostsCase(name, direction, inside);
    }
  }

  #modulesCase(name: string, direction: Direction, at: Position): void {
    if (direction === 'to-module') {
      const what = `the host has no case \`${name}\``;
      this.harmless('case', 'module', at, what, 'the module waits for it in vain, and nothing else changes');
    } else {
      const what = `the module may give the case \`${name}\`, which the host does not know`;
      this.breaks('case', 'module', at, what, 'the host cannot tell what is meant');
    }
  }

  #hostsCase(name: string, direction: Direction, at: Position): void {
    const what = `the host may give the case \`${name}\`, which the module does not know`;
    if (direction === 'to-host')
      this.harmless('case', 'host', at, `the module has no case \`${name}\``, 'the host is never given it');
    else if (this.#isNeverGiven(at.item))
      this.harmless('case', 'host', at, what, 'the host gives it only to modules that ask, and these cannot');
    else this.breaks('case', 'host', at, what, 'there is nothing in the module that it could be handed as');
  }

  #flags(module: FlagsType, host: FlagsType, direction: Direction, at: Position): void {
    for (const name of new Set([...module.labels, ...host.labels])) {
      const [isKnown, isHosts] = [module.labels.includes(name), host.labels.includes(name)];
      if (isKnown && isHosts) continue;
      const inside = member(at, name);
      const [giver, taker] = direction === 'to-module' ? ['host', 'module'] : ['module', 'host'];
      if (isKnown && direction === 'to-host') {
        const what = `the module may set the flag \`${name}\`, which the host does not know`;
        this.breaks(
          'flag',
          'module',
          inside,
          what,
          'what the module says there would be lost without a word',
        );
      } else if (isHosts && direction === 'to-module') {
        const what = `the host may set the flag \`${name}\`, which the module does not know`;
        this.harmless('flag', 'host', inside, what, 'the module is handed the other flags');
      } else {
        const what = `the ${giver} has no flag \`${name}\``;
        this.harmless('flag', isKnown ? 'module' : 'host', inside, what, `the ${taker} sees it not set`);
      }
    }
  }
}

/** Why a part of this type, which is not omittable, cannot be left out. */
function whyNeeded(type: ValueType): string {
  return type.kind === 'option'
    ? 'it is an option of an option: nothing at all is not its none'
    : 'only an option can be left out';
}

function bareCase(name: string): Case {
  return { name, type: undefined };
}

function byName(cases: readonly Case[]): ReadonlyMap<string, Case> {
  return new Map(cases.map((item) => [item.name, item]));
}

/** The item that defines a type, or undefined for a type without a name. */
function itemOf({ name }: ValueType): string | undefined {
  return name === undefined ? undefined : `${withoutVersion(name.owner)}#${name.name}`;
}

function member(at: Position, name: string): Position {
  return { path: `${at.path}.${name}`, item: `${at.item}.${name}` };
}

/** `field \`x\`` for `the field \`x\``. */
function bare(noun: string): string {
  return noun.replace(/^the /, '');
}

/** Types that have no parts: primitives, and handles of the same resource. */
function isSameLeaf(module: ValueType, host: ValueType): boolean {
  if (module.kind === 'own' || module.kind === 'borrow')
    return module.kind === host.kind && isSameResource(module.resource, host.resource);
  return module.kind === host.kind && module.kind !== 'tuple';
}

/** Resources of different worlds are the same if they have the same name in compatible versions of an interface. */
function isSameResource(module: ResourceType, host: ResourceType): boolean {
  if (module === host) return true;
  const [one, other] = [module.name, host.name];
  if (one === undefined || other === undefined) return false;
  return one.name === other.name && compatibleName(one.owner) === compatibleName(other.owner);
}

/** A type in words: `a list`, `\`u32\``, `a handle of \`eft:host/files#file\``. */
function describe(type: ValueType): string {
  switch (type.kind) {
    case 'record':
    case 'variant':
    case 'list':
    case 'result':
      return `a ${type.kind}`;
    case 'enum':
    case 'option':
      return `an ${type.kind}`;
    case 'flags':
      return 'flags';
    case 'tuple':
      return `a tuple of ${type.elements.length}`;
    case 'own':
    case 'borrow': {
      const { name } = type.resource;
      const resource = name === undefined ? 'a resource' : `\`${name.owner}#${name.name}\``;
      return type.kind === 'own' ? `a handle of ${resource}` : `a borrow of ${resource}`;
    }
    default:
      return `\`${type.kind}\``;
  }
}
