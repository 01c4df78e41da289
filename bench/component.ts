/**
 * What a call across the component boundary costs: our host against a plain core export, and against jco's glue for the very
 * same component. Times are the best of many rounds in one run; only the ratios are worth comparing between machines.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildComponent } from '../cli/toolchain/build-module.ts';
import { Component, type GuestInterface } from '../supervisor/component/component.ts';
import { JcoComponent } from '../tests/component-host/jco-host.ts';
import { bestTimes, type Timed } from './best-time.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { readOptions } from './options.ts';

readOptions(
  {
    command: 'npm run bench:component',
    about: "Measures a call across the component boundary, against a plain core export and jco's glue.",
  },
  {},
);

type Call = (...parameters: unknown[]) => unknown;

const here = fileURLToPath(new URL('.', import.meta.url));
const calls = 'eft:bench/calls@0.1.0';
const outward = 'eft:bench/outward@0.1.0';

/** What the guest calls out to. */
const host = {
  nothing: () => undefined,
  add: (one: number, other: number) => (one + other) >>> 0,
  addLong: (one: bigint, other: bigint) => BigInt.asUintN(64, one + other),
  echo: (text: string) => text,
  weigh: () => 0,
  scatter: () => [],
  countUnits: () => 0,
  makeEntries: () => [],
};

function require(source: unknown, name: string): Call {
  const found: unknown =
    typeof source === 'object' && source !== null ? Reflect.get(source, name) : undefined;
  if (!isCall(found)) throw new Error(`no function ${name}`);
  return found;
}

function isCall(value: unknown): value is Call {
  return typeof value === 'function';
}

/** A loop around `call`, made afresh for each subject so that the engine specialises each on its own. */
function loop(call: Call, parameters: readonly unknown[]): (count: number) => void {
  const [one, other] = parameters;
  const make = new Map<number, (count: number) => void>([
    [
      0,
      (count) => {
        for (let index = 0; index < count; index += 1) call();
      },
    ],
    [
      1,
      (count) => {
        for (let index = 0; index < count; index += 1) call(one);
      },
    ],
    [
      2,
      (count) => {
        for (let index = 0; index < count; index += 1) call(one, other);
      },
    ],
  ]);
  const run = make.get(parameters.length);
  if (run === undefined) throw new Error('too many parameters');
  return run;
}

const text16 = 'a string of 16 c';
const text1k = 'x'.repeat(1_024);
const points = Array.from({ length: 100 }, (_, index) => ({
  position: { x: index, y: -index },
  weight: index / 2,
  tag: index,
}));

const entries = Array.from({ length: 100 }, (_, index) => ({
  metadata: {
    id: `eth${index}/192.0.2.1/24`,
    version: BigInt(index),
    phase: 'running',
    owner: 'network',
    finalizers: ['routes'],
  },
  address: '192.0.2.1',
  prefixLength: 24,
  isScopeGlobal: true,
  priority: 1024,
}));

const inward: readonly { id: string; name: string; parameters: readonly unknown[] }[] = [
  { id: 'no-arguments', name: 'nothing', parameters: [] },
  { id: 'scalar', name: 'add', parameters: [1, 2] },
  { id: 'scalar-64', name: 'addLong', parameters: [1n, 2n] },
  { id: 'string-16', name: 'echo', parameters: [text16] },
  { id: 'string-1k', name: 'echo', parameters: [text1k] },
  { id: 'records-100-in', name: 'countUnits', parameters: [entries] },
  { id: 'records-100-out', name: 'makeEntries', parameters: [100] },
  { id: 'points-100-in', name: 'weigh', parameters: [points] },
  { id: 'points-100-out', name: 'scatter', parameters: [100] },
];

/** Calls out of the guest run in batches of this many, so that the one call in does not count. */
const batch = 1_000;
const outwardCases: readonly { id: string; name: string; parameters: readonly unknown[] }[] = [
  { id: 'import-no-arguments', name: 'nothing', parameters: [batch] },
  { id: 'import-scalar', name: 'add', parameters: [batch] },
  { id: 'import-string-16', name: 'echo', parameters: [batch, text16] },
];

function subjectsOf(prefix: string, calls: unknown, outward: unknown): Timed[] {
  return [
    ...inward.map(({ id, name, parameters }) => ({
      name: `${prefix} ${id}`,
      run: loop(require(calls, name), parameters),
    })),
    ...outwardCases.map(({ id, name, parameters }) => {
      const run = loop(require(outward, name), parameters);
      return { name: `${prefix} ${id}`, run, scale: batch };
    }),
  ];
}

const aims: Readonly<Record<string, number>> = {
  'component.scalar-call-vs-raw': 5,
  'component.scalar-call-vs-jco': 100,
  'component.import-call-vs-jco': 200,
  'component.string-1k-vs-jco': 4,
  'component.records-100-vs-jco': 2,
  'component.bytes-30-functions': 32 * 1024,
};

function figure(id: string, value: number, unit: string, better: Figure['better'], against?: string): Figure {
  const aim = aims[id];
  return {
    id,
    value,
    unit,
    better,
    ...(against === undefined ? {} : { against }),
    ...(aim === undefined ? {} : { aim }),
  };
}

say('building the guest');
const { component: bytes, core } = await buildComponent(`${here}components/calls`);
const component = Component.compile(bytes);
const ours = component.instantiate({ [calls]: host });
say('transpiling it with jco');
const jco = await JcoComponent.transpile(bytes);
const theirs = jco.instantiate({ [calls]: host, 'eft:bench/calls': host }).exports;

const guest: GuestInterface = ours.interface(calls);
const raw = ours.coreExports(mainStep())['cm32p2|eft:bench/calls@0.1|add'];

/** The step of instantiation that is the guest's own core module: the one with the memory. */
function mainStep(): number {
  const step = component.definition.steps.find(({ module }) => module.shape.memories.length > 0);
  if (step === undefined) throw new Error('the guest has no memory');
  return step.step;
}

say('timing calls');
const times = bestTimes([
  { name: 'raw scalar', run: loop(require({ raw }, 'raw'), [1, 2]) },
  ...subjectsOf('ours', guest, ours.interface(outward)),
  ...subjectsOf('jco', theirs[calls], theirs[outward]),
]);
const time = (name: string): number => times.get(name) ?? Number.NaN;

say('timing starts');
const starts = bestTimes(
  [
    {
      name: 'compile',
      run: (count) => {
        for (let index = 0; index < count; index += 1) Component.compile(bytes);
      },
    },
    {
      name: 'instantiate',
      run: (count) => {
        for (let index = 0; index < count; index += 1) component.instantiate({ [calls]: host });
      },
    },
    {
      name: 'instantiate jco',
      run: (count) => {
        for (let index = 0; index < count; index += 1)
          jco.instantiate({ [calls]: host, 'eft:bench/calls': host });
      },
    },
  ],
  { rounds: 7 },
);
const startTime = (name: string): number => (starts.get(name) ?? Number.NaN) / 1_000;

const thirtyFolder = fileURLToPath(new URL('../tests/components/thirty', import.meta.url));
const thirty = existsSync(thirtyFolder) ? await buildComponent(thirtyFolder) : undefined;
say('');

const jcoRatio = (id: string): number => time(`jco ${id}`) / time(`ours ${id}`);
const bothWays = (id: string): number =>
  (time(`jco ${id}-in`) + time(`jco ${id}-out`)) / (time(`ours ${id}-in`) + time(`ours ${id}-out`));
const sameUnderJco = 'the same component under jco';

printFigures(
  'Component calls: our host against plain core exports and against jco',
  [
    figure(
      'component.scalar-call-vs-raw',
      time('ours scalar') / time('raw scalar'),
      '×',
      'lower',
      'a plain core export call',
    ),
    figure('component.scalar-call-vs-jco', jcoRatio('scalar'), '× faster', 'higher', sameUnderJco),
    figure('component.import-call-vs-jco', jcoRatio('import-scalar'), '× faster', 'higher', sameUnderJco),
    figure('component.string-16-vs-jco', jcoRatio('string-16'), '× faster', 'higher', sameUnderJco),
    figure('component.string-1k-vs-jco', jcoRatio('string-1k'), '× faster', 'higher', sameUnderJco),
    figure('component.records-100-vs-jco', bothWays('records-100'), '× faster', 'higher', sameUnderJco),
    figure('component.points-100-vs-jco', bothWays('points-100'), '× faster', 'higher', sameUnderJco),
    figure('component.raw-call', time('raw scalar'), 'ns', 'lower'),
    ...[...inward, ...outwardCases].flatMap(({ id }) => [
      figure(`component.${id}`, time(`ours ${id}`), 'ns', 'lower'),
      figure(`component.${id}-jco`, time(`jco ${id}`), 'ns', 'lower'),
    ]),
    figure('component.compile', startTime('compile'), 'µs', 'lower'),
    figure('component.instantiate', startTime('instantiate'), 'µs', 'lower'),
    figure('component.instantiate-jco', startTime('instantiate jco'), 'µs', 'lower', 'jco, compiled already'),
    figure('component.bytes-core', core.length, 'bytes', 'lower', 'the core module of this bench'),
    ...(thirty === undefined
      ? []
      : [
          figure(
            'component.bytes-30-functions',
            thirty.component.length,
            'bytes',
            'lower',
            'tests/components/thirty',
          ),
        ]),
  ],
  conditionsHere(),
);
