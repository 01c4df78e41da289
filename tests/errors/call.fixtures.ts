import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buildProgram } from '../../cli/program.ts';
import { callableModule } from './callable-module.ts';
import type { Fixture } from './fixture.ts';

/** Runs `eft module call` on the callable module, unverified unless said, and throws what it refuses with. */
async function call(commandLine: readonly string[], verification = ['--unverified']): Promise<void> {
  const module = await callableModule();
  const folder = mkdtempSync(join(tmpdir(), 'eft-call-'));
  const file = join(folder, 'lamp.wasm');
  writeFileSync(file, module);
  const terminal = { stdout: new PassThrough(), stderr: new PassThrough() };
  try {
    await buildProgram(terminal).parseAsync(['module', 'call', file, ...commandLine, ...verification], {
      from: 'user',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const typeHint =
  'write a value of the type that the WIT says; `eft module call --help` tells how each type is written';

export const fixtures: readonly Fixture[] = [
  {
    code: 'call.unverified',
    title: 'neither a trust policy nor the word that none is wanted',
    provoke: () =>
      buildProgram({ stdout: new PassThrough(), stderr: new PassThrough() }).parseAsync(
        ['module', 'call', 'lamp.wasm', 'lifecycle.start', '1'],
        { from: 'user' },
      ),
    text: 'error[call.unverified]: lamp.wasm: no trust policy is given, so this file would run unverified\n  give one with `--trust POLICY`, or say `--unverified` if you have just built the file yourself',
  },
  {
    code: 'call.function',
    title: 'a function that the module does not export',
    provoke: () => call(['lifecycle.stop']),
    text: 'error[call.function]: the module exports no function `lifecycle.stop`\n  name one of `eft:module/lifecycle@0.1.0.start`, `acme:lamp/bulbs@1.0.0.take`, `acme:one/switch@1.0.0.start`, `acme:two/switch@1.0.0.start`',
  },
  {
    code: 'call.ambiguous',
    title: 'a short name that two interfaces share',
    provoke: () => call(['switch.start', '1']),
    text: 'error[call.ambiguous]: `switch.start` can mean `acme:one/switch@1.0.0.start` and `acme:two/switch@1.0.0.start`\n  write the whole name of the interface',
  },
  {
    code: 'call.handle',
    title: 'a function that takes a resource handle',
    provoke: () => call(['bulbs.take', '1']),
    text: 'error[call.handle]: `acme:lamp/bulbs@1.0.0.take` takes or gives handles of resources, which JSON cannot carry\n  call it from a test, on the component host (supervisor/component/component.ts)',
  },
  {
    code: 'call.argument-count',
    title: 'no argument where one is needed',
    provoke: () => call(['acme:one/switch.start']),
    text: 'error[call.argument-count]: `acme:one/switch@1.0.0.start` takes 1 arguments (hour), and 0 are given\n  give each parameter one JSON value, in the order of the WIT',
  },
  {
    code: 'call.json',
    title: 'a text without its quotes',
    provoke: () => call(['lifecycle.start', 'noon']),
    text: 'error[call.json]: hour: this is not JSON: Unexpected token \'o\', "noon" is not valid JSON\n  write one JSON value; in a shell between single quotes, so that the double quotes of a text stay',
  },
  {
    code: 'call.value',
    title: 'an argument out of range',
    provoke: () => call(['lifecycle.start', '-1']),
    text: `error[call.value]: hour: this is -1, and a whole number from 0 to 4294967295 is expected\n  ${typeHint}`,
  },
  {
    code: 'call.value',
    title: 'a wrong value inside a resource',
    provoke: () => call(['lifecycle.start', '1', '--resource', 'acme:lamp/dark/hall={"level": 256}']),
    text: `error[call.value]: acme:lamp/dark/hall.level: this is 256, and a whole number from 0 to 255 is expected\n  ${typeHint}`,
  },
  {
    code: 'call.field',
    title: 'a field that the kind does not have',
    provoke: () =>
      call(['lifecycle.start', '1', '--resource', 'acme:lamp/dark/hall={"level": 2, "colour": "red"}']),
    text: 'error[call.field]: acme:lamp/dark/hall: there is no field `colour`\n  the fields here are `level`, `since`',
  },
  {
    code: 'call.kind',
    title: 'a resource of a kind that the module does not read',
    provoke: () => call(['lifecycle.start', '1', '--resource', 'acme:lamp/light/hall={}']),
    text: 'error[call.kind]: the module does not read the kind `acme:lamp/light`\n  give resources of its inputs and outputs only: `acme:lamp/dark/ID=JSON`',
  },
  {
    code: 'call.not-provided',
    title: 'a module that needs more than a lone call can give',
    provoke: () => call(['lifecycle.start', '1']),
    text: 'error[call.not-provided]: the module called `eft:host/requests`, which `eft module call` does not provide\n  call a function that needs only eft:host/log, eft:host/clock, eft:host/entropy, eft:host/health and resource kinds',
  },
];
