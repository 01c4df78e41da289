/** What a module may not do in its cell, how cells end, and what is not loaded into one. */
import { parse } from '@bytecodealliance/jco';
import { clock } from '../../supervisor/capabilities/clock.ts';
import { entropy } from '../../supervisor/capabilities/entropy.ts';
import { type LocalContext, Outbox } from '../../supervisor/capabilities/local-context.ts';
import { CellRoster } from '../../supervisor/cells/cell-roster.ts';
import { checkInterruptible } from '../../supervisor/cells/interruptible.ts';
import { declarationOf } from '../../supervisor/cells/load-module.ts';
import { ModuleRunner } from '../../supervisor/cells/module-runner.ts';
import { Component } from '../../supervisor/component/component.ts';
import { decodeComponent } from '../../supervisor/component/decode.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { Mirror } from '../../supervisor/store/mirror.ts';
import { CellBench, moduleIn } from '../cells/cell-bench.ts';
import { inputKind, manifest, ScriptedCell } from '../cells/scripted-cell.ts';
import type { Fixture } from './fixture.ts';

/** Throws what ended the cell of a script. */
function throwFailure(script: ScriptedCell): void {
  const [failure] = script.failures;
  if (failure !== undefined) throw EftError.received(failure) ?? new Error(failure.message);
}

/** A script whose module has started and is given one event. */
function scriptWithEvent(): ScriptedCell {
  const script = new ScriptedCell();
  script.write(inputKind, 'a', '1');
  script.start();
  return script;
}

/** What the interfaces of a module see, outside of any module. */
function contextAlone(): LocalContext {
  return {
    manifest,
    mirror: new Mirror(),
    outbox: new Outbox(),
    time: { now: 0n, wall: 0n, isSynchronized: false },
    draw: (count) => new Uint8Array(count),
    writeLog: () => undefined,
    request: () => 0n,
    takeAnswer: () => undefined,
    takeArrival: () => undefined,
  };
}

/** Calls a function of a host interface. */
function call(functions: Readonly<Record<string, unknown>>, name: string, ...parameters: unknown[]): void {
  const found = functions[name];
  if (typeof found === 'function') Reflect.apply(found, undefined, parameters);
}

async function checkCode(core: string): Promise<void> {
  checkInterruptible(
    decodeComponent(await parse(`(component (core module ${core}) (core instance (instantiate 0)))`)),
  );
}

const nops = (count: number) => 'nop '.repeat(count);

export const fixtures: readonly Fixture[] = [
  {
    code: 'cell.too-many-effects',
    title: 'an event that disarms 4,097 timers',
    provoke: () => {
      const context = contextAlone();
      const functions = clock(() => context, { interface: 'eft:host/clock', reason: 'for the test' });
      for (let index = 0; index <= 4_096; index += 1) call(functions, 'clearTimer', `t${index}`);
    },
    text: 'error[cell.too-many-effects]: one event wants more than 4096 things done\n  spread the work over several events: set a timer and go on there',
  },
  {
    code: 'cell.effects-too-large',
    title: 'an event that writes 1 MiB nine times',
    provoke: () => {
      const outbox = new Outbox();
      for (let index = 0; index < 9; index += 1) outbox.makeRoom('file', new Uint8Array(1024 * 1024));
    },
    text: 'error[cell.effects-too-large]: what one event wants done takes more than 8388608 bytes\n  spread the work over several events: set a timer and go on there',
  },
  {
    code: 'cell.timer-name',
    title: 'a timer with a long name',
    provoke: () => {
      const context = contextAlone();
      const functions = clock(() => context, { interface: 'eft:host/clock', reason: 'for the test' });
      call(functions, 'setTimer', 'x'.repeat(129), 1n);
    },
    text: 'error[cell.timer-name]: a timer has a name of 129 bytes; 128 are allowed\n  name timers after what they are for, and keep what varies in memory',
  },
  {
    code: 'cell.entropy',
    title: 'many random bytes at once',
    provoke: () => {
      const context = contextAlone();
      const functions = entropy(() => context, { interface: 'eft:host/entropy', reason: 'for the test' });
      call(functions, 'bytes', 257);
    },
    text: 'error[cell.entropy]: one call draws 257 random bytes; 256 are allowed\n  draw them in several calls',
  },
  {
    code: 'cell.too-many-timers',
    title: 'a module that arms 65 timers',
    provoke: () => {
      const script = scriptWithEvent();
      script.handled({ timers: Array.from({ length: 65 }, (_, index) => ({ name: `t${index}`, at: 1n })) });
      throwFailure(script);
    },
    text: 'error[cell.too-many-timers]: module scripted wants more than 64 timers armed at once\n  keep one timer for the next thing to do, and the rest of the plan in memory',
  },
  {
    code: 'cell.too-many-requests',
    title: 'a module that goes on making requests that are refused',
    provoke: () => {
      const script = scriptWithEvent();
      const requests = Array.from({ length: 4_000 }, (_, index) => ({
        request: BigInt(index),
        interface: 'eft:host/files',
        call: 'read',
        parameters: ['state/x'],
      }));
      script.handled({ requests });
      const more = requests.map((open) => ({ ...open, request: open.request + 10_000n }));
      if (script.failures.length === 0) script.handled({ requests: more });
      throwFailure(script);
    },
    text: 'error[cell.too-many-requests]: module scripted has more than 4100 requests and answers waiting\n  make new requests when the old ones have been answered; `too-many` says that it is time to wait',
  },
  {
    code: 'cell.saved-state',
    title: 'a module that saves another format than its manifest says',
    provoke: async () => {
      const module = await moduleIn('modules/health');
      const other = { ...module.manifest, savedState: { writes: 2, reads: [1, 2] } };
      new ModuleRunner(Component.compile(module.component), other, () => undefined).save({
        time: { now: 0n, wall: 0n, isSynchronized: false },
        seed: undefined,
        batches: [],
        answers: [],
      });
    },
    text: 'error[cell.saved-state]: module health saved format 1, and its manifest says format 2\n  make `save` and `savedState` of module.yaml agree',
  },
  {
    code: 'cell.start-refused',
    title: 'a module that does not want to start',
    provoke: () => {
      const script = new ScriptedCell();
      script.cell.start();
      script.send({ type: 'started', output: { ...script.output(), refusal: 'there is no disk' } });
      throwFailure(script);
    },
    text: "error[cell.start-refused]: module scripted refused to start: there is no disk\n  the sentence is the module's own; mend what it names",
  },
  {
    code: 'cell.time',
    title: 'an event that takes longer than the manifest allows',
    provoke: async () => {
      const script = scriptWithEvent();
      await script.pass(100);
      throwFailure(script);
    },
    text: 'error[cell.time]: module scripted took more than 100 ms over an event, and was stopped\n  look at its flight record; if the work is right, split it or raise limits.eventMilliseconds in module.yaml',
  },
  {
    code: 'cell.lost',
    title: 'a thread that ends by itself',
    provoke: () => {
      const script = scriptWithEvent();
      script.lines[0]?.events.onEnd('out of memory');
      throwFailure(script);
    },
    text: "error[cell.lost]: the thread or process of module scripted ended by itself: out of memory\n  look at the supervisor's log; this is a bug of the supervisor or of its runtime, or the machine has no memory or processes to spare",
  },
  {
    code: 'cell.message',
    title: 'an event that makes one and the same request twice',
    provoke: () => {
      const script = scriptWithEvent();
      const request = { request: 7n, interface: 'eft:host/files', call: 'read', parameters: ['state/x'] };
      script.handled({ requests: [request, request] });
      throwFailure(script);
    },
    text: 'error[cell.message]: the cell of module scripted sent what it may not: request 7 after request 7, and ids rise\n  the code of the module cannot do that: the process or thread around it is broken, or somebody broke out into it; replace the module, and look at what it was told in its flight record',
  },
  {
    code: 'cell.heap',
    title: 'a thread that ran out of JavaScript heap',
    provoke: () => {
      const script = scriptWithEvent();
      script.lines[0]?.events.onEnd('JS heap out of memory', 96);
      throwFailure(script);
    },
    text: 'error[cell.heap]: module scripted made the host hold more than 96 MB for it in its cell\n  its mirror and what it hands over in one event are too large together: watch fewer kinds, or hand over less at once',
  },
  {
    code: 'cell.refused',
    title: 'a put of a kind that is no output',
    provoke: () => {
      const script = scriptWithEvent();
      script.handled({ store: [{ effect: 'put', kind: inputKind, id: 'a', value: { text: 'x' } }] });
      throwFailure(script);
    },
    text: 'error[cell.refused]: the store refused what module scripted put: scripted may not write eft:test/input: its manifest does not list it as an output\n  this is a bug of the module; its flight record replays it with `eft replay`',
  },
  {
    code: 'cell.not-running',
    title: 'saving the state of a module that has been stopped',
    provoke: () => new ScriptedCell().cell.save(),
    text: 'error[cell.not-running]: module scripted does not run, so there is no state of it to save\n  look at its module-status: start it first, or replace it without its state',
  },
  {
    code: 'cell.name-taken',
    title: 'a second module of the same name',
    provoke: async () => {
      const bench = new CellBench();
      const module = await moduleIn('modules/health');
      bench.store.join('elsewhere', { ...declarationOf(module), outputs: [] });
      bench.join('supervisor');
      const transport = { send: () => undefined, terminate: () => Promise.resolve() };
      const roster = new CellRoster(bench.world({ open: () => transport, after: () => () => undefined }));
      roster.start(module);
      roster.start(module);
    },
    text: 'error[cell.name-taken]: a module named health runs already\n  replace it with `eft module swap`, or give the new one a name of its own',
  },
  {
    code: 'cell.kind-shape',
    title: 'a kind whose interface has no record of its name',
    provoke: async () => {
      const module = await moduleIn('modules/health');
      const inputs = [{ kind: 'eft:resources/lamp', reason: 'for the test' }];
      declarationOf({ ...module, manifest: { ...module.manifest, inputs } });
    },
    text: 'error[cell.kind-shape]: the interface of the kind eft:resources/lamp defines no record named lamp\n  define the kind as wit/resources/resource.wit says: an interface and a record of the same name',
  },
  {
    code: 'cell.unstoppable',
    title: 'code that can catch what ends the instance',
    provoke: () => checkCode('(func (block $caught (try_table (catch_all $caught))))'),
    text: 'error[cell.unstoppable]: function 0 of core module 0 has try_table, which could catch what ends the instance\n  build the module without it; `eft module build` does not use it',
  },
  {
    code: 'cell.bulk-memory',
    title: 'a fill of a memory without a limit',
    provoke: () => checkCode('(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)))'),
    text: 'error[cell.bulk-memory]: function 0 of core module 0 has more than 0 bulk memory instructions, which with 65536 pages of memory is too much to be stopped in time\n  put some of them in another function, or lower limits.memoryPages in module.yaml',
  },
  {
    code: 'cell.function-too-large',
    title: 'a function of 128 KiB',
    provoke: () => checkCode(`(func ${nops(128 * 1024)})`),
    text: 'error[cell.function-too-large]: function 0 of core module 0 has 131074 bytes of code; 131072 are allowed\n  split it: the optimiser of the runtime works by the function, and takes memory without a limit for a large one',
  },
  {
    code: 'cell.code-too-large',
    title: 'two mebibytes of code',
    provoke: () => checkCode(`(func ${nops(125 * 1024)}) `.repeat(17)),
    text: 'error[cell.code-too-large]: the component has 2176034 bytes of code; 2097152 are allowed\n  leave out what the module does not need, or make two modules of it',
  },
  {
    code: 'cell.table-too-large',
    title: 'a table of 16,385 entries',
    provoke: () => checkCode('(table 16385 funcref)'),
    text: 'error[cell.table-too-large]: the tables of the component have 16385 entries; 16384 are allowed\n  declare tables as large as their element segments, as `eft module build` does',
  },
];
