/**
 * `eft module call`: calls one function of a module, for who develops it. The module runs in this process, on the same component
 * host and against the same local interfaces as on a node; nobody carries out what it wants done, it is only printed.
 */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { EventTime, LogLine } from '../../supervisor/cells/module-events.ts';
import type { Component, HostInterface, Instance } from '../../supervisor/component/component.ts';
import { camelCase } from '../../supervisor/component/host-name.ts';
import type { FunctionType, InstanceType, RecordType, ValueType } from '../../supervisor/component/types.ts';
import { visibleJson, visibleText } from '../../supervisor/document/visible-text.ts';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { GrantedInterface } from '../../supervisor/manifest/grants.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';
import { kindFromInterface } from '../../supervisor/store/kind.ts';
import { type Change, describeReference, type Effect } from '../../supervisor/store/resource.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import { visitTypes } from '../../wit/bindgen/interfaces.ts';
import { readInput, readInputText } from '../files.ts';
import { jsonFromValue, parseJsonRecord, parseJsonValue } from '../json-value.ts';
import { type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type CallOptions = {
  readonly trust?: string;
  readonly unverified?: true;
  readonly resource: readonly string[];
  readonly json?: true;
};

/** Host interfaces that work without a node. */
const provided: readonly GrantedInterface[] = [
  'eft:host/log',
  'eft:host/clock',
  'eft:host/entropy',
  'eft:host/health',
];

export function moduleCall(terminal: Terminal): Command {
  return new Command('call')
    .description('call one function of a module and print what it gives: a tool for developing modules')
    .argument('<FILE>', 'a module')
    .argument('<FUNCTION>', 'INTERFACE.FUNCTION; the interface by its last word if that is enough')
    .argument('[JSON...]', 'the arguments, one JSON value each')
    .option('--trust <POLICY>', 'verify the module against this trust policy first')
    .option('--unverified', 'run it without verifying it')
    .option('--resource <KIND/ID=JSON>', 'a resource that the module sees (repeatable)', append, [])
    .option('--json', 'print one JSON object: result, log and effects')
    .addHelpText('after', help)
    .action(async (file: string, wanted: string, texts: readonly string[], options: CallOptions) => {
      const { component, manifest } = await load(file, options);
      const { name, type, find } = findFunction(component, wanted);
      const parameters = readArguments(name, type, texts);
      const mirrored = options.resource.map((text) => readResource(text, component, manifest));
      const log: LogLine[] = [];
      const cell = await makeCell(component, manifest, mirrored, (line) => {
        log.push(line);
        if (!options.json)
          writeLine(terminal.stderr, visibleText(`log ${line.level}: ${line.message}${fieldsOf(line)}`));
      });
      const returned = find(cell.instance)(...parameters);
      const result = type.result === undefined ? undefined : jsonFromValue(returned, type.result);
      const effects = cell.effects();
      if (options.json) {
        writeJson(terminal.stdout, { result: result ?? null, log, effects: effects.map(({ json }) => json) });
        return;
      }
      for (const { text } of effects) writeLine(terminal.stderr, visibleText(`would ${text}`));
      if (type.result === undefined) return;
      const [line, indented] = [JSON.stringify(result), JSON.stringify(result, undefined, 2)];
      writeLine(terminal.stdout, visibleJson(line.length <= 100 ? line : indented));
    });
}

const help = `
The module starts afresh, handles this one call, and is gone. It runs in this process, with no time limit, and sees
${provided.join(', ')} and its resource kinds, which hold what --resource says. What it
wants done is printed, and not done.

An argument is JSON. Records are objects with camelCase fields, variants and results {"tag": …, "val": …}, options their
value or null, 64-bit integers strings or numbers, list<u8> base64 or an array of numbers.

Examples:
  eft module call lamp.wasm hours.is-dark 23 --unverified
  eft module call health.wasm lifecycle.start '{"reason": "cold", "handles": []}' --trust trust.yaml`;

function append(text: string, previous: readonly string[]): readonly string[] {
  return [...previous, text];
}

async function load(
  file: string,
  { trust, unverified }: CallOptions,
): Promise<{ readonly component: Component; readonly manifest: Manifest }> {
  const { Component } = await import('../../supervisor/component/component.ts');
  const { openModule, readModule } = await import('../../supervisor/trust/module-file.ts');
  const { readTrustPolicy } = await import('../../supervisor/trust/trust-policy.ts');
  const place = { file };
  if (trust === undefined && unverified === undefined) throw EftError.of('call.unverified', {}, { place });
  const bytes = readInput(file, maximumModuleBytes);
  if (trust === undefined) {
    return { component: Component.compile(bytes), manifest: readModule(bytes, file).manifest };
  }
  const policy = readTrustPolicy(readInputText(trust, maximumYamlBytes), trust);
  const opened = openModule(bytes, policy, { file, minimumSecurityVersion: () => 0 });
  return { component: Component.compile(opened.component), manifest: opened.manifest };
}

type Found = {
  /** Interface and function, for people. */
  readonly name: string;
  readonly type: FunctionType;
  readonly find: (instance: Instance) => (...parameters: unknown[]) => unknown;
};

/** The exported function that `wanted` names. Errors: `call.function`, `call.ambiguous`, `call.handle`. */
export function findFunction(component: Component, wanted: string): Found {
  const found = functionsOf(component).filter(({ name, interface: owner }) => {
    const plain = withoutVersion(owner);
    const short = plain.slice(plain.lastIndexOf('/') + 1);
    return [owner, plain, short].some((prefix) => wanted === `${prefix}.${name}`);
  });
  const [first, second] = found;
  if (first === undefined) {
    const functions = functionsOf(component).map(({ name, interface: owner }) => `\`${owner}.${name}\``);
    throw EftError.of('call.function', { name: wanted, functions: functions.join(', ') });
  }
  if (second !== undefined) {
    const candidates = found.map(({ name, interface: owner }) => `\`${owner}.${name}\``).join(' and ');
    throw EftError.of('call.ambiguous', { name: wanted, candidates });
  }
  const { interface: owner, name, type } = first;
  const types = [...type.parameters.map((parameter) => parameter.type), type.result];
  if (types.some((part) => part !== undefined && hasHandle(part))) {
    throw EftError.of('call.handle', { name: `${owner}.${name}` });
  }
  return { name: `${owner}.${name}`, type, find: (instance) => functionOf(instance, owner, name) };
}

function functionsOf({
  world,
}: Component): readonly { readonly interface: string; readonly name: string; readonly type: FunctionType }[] {
  return [...world.exports].flatMap(([owner, extern]) => {
    if (extern.kind !== 'instance') return [];
    return [...extern.items].flatMap(([name, item]) =>
      // Constructors and methods, `[method]lamp.light`, need an object first.
      item.kind === 'function' && !name.startsWith('[') ? [{ interface: owner, name, type: item }] : [],
    );
  });
}

function functionOf(instance: Instance, owner: string, name: string): (...parameters: unknown[]) => unknown {
  const found = instance.interface(owner)[camelCase(name)];
  if (found === undefined) throw new TypeError(`the instance lacks ${owner}.${name}, which its type has`);
  return found;
}

function hasHandle(type: ValueType): boolean {
  let found = false;
  visitTypes(type, ({ kind }) => {
    if (kind === 'own' || kind === 'borrow') found = true;
  });
  return found;
}

/** Errors: `call.argument-count`, `call.json`, `call.value`, `call.field`. */
export function readArguments(name: string, type: FunctionType, texts: readonly string[]): unknown[] {
  const { parameters } = type;
  if (texts.length !== parameters.length) {
    throw EftError.of('call.argument-count', {
      name,
      wanted: parameters.length,
      parameters: parameters.map((parameter) => parameter.name).join(', ') || 'none',
      given: texts.length,
    });
  }
  return parameters.map((parameter, index) =>
    parseJsonValue(texts[index] ?? '', parameter.type, parameter.name),
  );
}

/** Reads `KIND/ID=JSON`. Errors: `call.kind`, `call.json`, `call.value`, `call.field`. */
export function readResource(text: string, component: Component, manifest: Manifest): Change {
  const [, kind = text, id = '', json = ''] = /^([^/=]+\/[^/=]+)\/([^=]+)=(.*)$/s.exec(text) ?? [];
  const imported = kindsOf(component, manifest);
  const type = imported.get(kind);
  if (type === undefined) {
    const kinds = [...imported.keys()].map((known) => `\`${known}/ID=JSON\``).join(', ') || 'there are none';
    throw EftError.of('call.kind', { kind, kinds });
  }
  const isOwn = manifest.outputs.some((output) => output.kind === kind);
  const owner = isOwn ? manifest.name : 'supervisor';
  const metadata = { id, version: 1n, phase: 'running', owner, finalizers: [] } as const;
  return { kind, id, entry: { metadata, value: parseJsonRecord(json, type, `${kind}/${id}`) } };
}

/** The types of the kinds that the module reads or writes, by kind. */
function kindsOf(component: Component, { inputs, outputs }: Manifest): ReadonlyMap<string, RecordType> {
  const declared = new Set([...inputs, ...outputs].map(({ kind }) => kind));
  const types = new Map<string, RecordType>();
  for (const [name, extern] of component.world.imports) {
    if (extern.kind !== 'instance' || !declared.has(withoutVersion(name))) continue;
    const kind = kindFromInterface(name, extern);
    types.set(kind.name, kind.type);
  }
  return types;
}

type ShownEffect = { readonly text: string; readonly json: unknown };

type LoneCell = {
  readonly instance: Instance;
  /** What the call wanted done. */
  readonly effects: () => readonly ShownEffect[];
};

/** An instance that sees `resources` and the time that it is now. */
async function makeCell(
  component: Component,
  manifest: Manifest,
  resources: readonly Change[],
  writeLog: (line: LogLine) => void,
): Promise<LoneCell> {
  const { localInterfaces } = await import('../../supervisor/capabilities/local-interfaces.ts');
  const { kindInterface } = await import('../../supervisor/capabilities/kinds.ts');
  const { Outbox } = await import('../../supervisor/capabilities/local-context.ts');
  const { SeededBytes, seedLength } = await import('../../supervisor/capabilities/entropy.ts');
  const { Mirror } = await import('../../supervisor/store/mirror.ts');
  const mirror = new Mirror();
  mirror.apply({ batch: 'snapshot', revision: 1, changes: resources });
  const outbox = new Outbox();
  const random = new SeededBytes(randomBytes(seedLength));
  const time: EventTime = {
    now: process.hrtime.bigint(),
    wall: BigInt(Date.now()) * 1_000_000n,
    isSynchronized: false,
  };
  const context = {
    manifest,
    mirror,
    outbox,
    time,
    writeLog,
    draw: (count: number) => random.take(count),
    request: (name: string) => notProvided(name),
    takeAnswer: (_request: bigint, name: string) => notProvided(name),
    takeArrival: (_handle: string, name: string) => notProvided(name),
  };
  const imports: Record<string, HostInterface> = {};
  for (const [name, extern] of component.world.imports) {
    if (extern.kind !== 'instance') continue;
    const plain = withoutVersion(name);
    const grant = manifest.grants.find((candidate) => candidate.interface === plain);
    if (grant === undefined) imports[name] = kindInterface(plain, () => context);
    else if (provided.includes(grant.interface))
      imports[name] = localInterfaces[grant.interface](() => context, grant);
    else imports[name] = refusingInterface(plain, extern);
  }
  const kinds = kindsOf(component, manifest);
  return {
    instance: component.instantiate(imports),
    effects: () => {
      const { store, timers, health } = outbox.effects();
      return [
        ...store.map((effect) => showStoreEffect(effect, kinds)),
        ...timers.map(({ name, at }) => showTimer(name, at, time.now)),
        ...(health === undefined
          ? []
          : [{ text: `report health ${JSON.stringify(health)}`, json: { effect: 'health', state: health } }]),
      ];
    },
  };
}

/** Every function of the interface, made to fail when it is called. */
function refusingInterface(name: string, { items }: InstanceType): HostInterface {
  const functions = [...items.keys()].map((key) => [camelCase(key), () => notProvided(name)] as const);
  return Object.fromEntries(functions);
}

function notProvided(name: string): never {
  throw EftError.of('call.not-provided', { interface: name, provided: provided.join(', ') });
}

function showStoreEffect(effect: Effect, kinds: ReadonlyMap<string, RecordType>): ShownEffect {
  const { kind, id } = effect;
  const type = kinds.get(kind);
  const text = `${effect.effect} ${describeReference(kind, id)}`;
  if (effect.effect !== 'put' || type === undefined)
    return { text, json: { effect: effect.effect, kind, id } };
  const value = jsonFromValue(effect.value, type);
  return { text: `${text} ${JSON.stringify(value)}`, json: { effect: 'put', kind, id, value } };
}

function showTimer(name: string, at: bigint | undefined, now: bigint): ShownEffect {
  if (at === undefined)
    return { text: `clear the timer ${JSON.stringify(name)}`, json: { effect: 'clear-timer', name } };
  const nanoseconds = at - now;
  const text = `set the timer ${JSON.stringify(name)} to ${Number(nanoseconds) / 1e9} s from now`;
  return { text, json: { effect: 'set-timer', name, inNanoseconds: String(nanoseconds) } };
}

function fieldsOf({ fields }: LogLine): string {
  return fields.map(({ name, value }) => ` ${name}=${value}`).join('');
}
