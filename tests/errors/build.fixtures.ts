import { buildComponent } from '../../cli/toolchain/build-module.ts';
import type { Fixture } from './fixture.ts';
import { besideLamp, lamp } from './module-folder.ts';

/** Builds the lamp with these files in place of its own. */
function build(changes: Readonly<Record<string, string | undefined>>): Promise<unknown> {
  return besideLamp(changes, () => buildComponent('lamp'));
}

function implement(text: string): Promise<unknown> {
  return build({ 'assembly/light.ts': text });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'build.folder',
    title: 'a folder without a manifest',
    provoke: () => build({ 'module.yaml': undefined }),
    text: 'error[build.folder]: lamp is no module: it has no module.yaml\n  give a folder with module.yaml, world.wit and assembly/, such as modules/health',
  },
  {
    code: 'build.world',
    title: 'a manifest that names a version of the world that is not there',
    provoke: () => build({ 'module.yaml': lamp['module.yaml']?.replace('lamp@0.1.0', 'lamp@0.2.0') }),
    text: 'error[build.world]: lamp/module.yaml: the manifest says that the world is `eft:lamp/lamp@0.2.0`, but the .wit files define `eft:lamp/lamp@0.1.0`\n  give both the same package, name and version',
  },
  {
    code: 'build.implementation-missing',
    title: 'an exported interface that nothing implements',
    provoke: () => build({ 'assembly/light.ts': undefined }),
    text: 'error[build.implementation-missing]: lamp/assembly/light.ts: the world exports `eft:lamp/light@0.1.0`, but this file, which should implement it, is not there\n  write it; it must export `glow`',
  },
  {
    code: 'build.function-missing',
    title: 'a function that is spelled differently',
    provoke: () => implement('export function glo(level: u8): string {\n  return level.toString();\n}\n'),
    text: 'error[build.function-missing]: lamp/assembly/light.ts: it does not export `glow`, which the world exports; the call is in assembly/bindings/lamp-light.ts\n  export `glow` with the parameters and the result that the bindings use',
  },
  {
    code: 'build.compile',
    title: 'two errors of types',
    provoke: () =>
      implement(
        "export function glow(level: u8): string {\n  const text: string = level;\n  return texts + '!';\n}\n",
      ),
    text: "error[build.compile]: lamp/assembly/light.ts:2:24: Type 'u8' is not assignable to type 'String'\n  correct the AssemblyScript; the other errors:\n    lamp/assembly/light.ts:3:10: Cannot find name 'texts'",
  },
  {
    code: 'build.compile',
    title: 'a function with another result than the world says',
    provoke: () => implement('export function glow(level: u8): u32 {\n  return level;\n}\n'),
    text: "error[build.compile]: lamp/assembly/bindings/lamp-light.ts:11:26: Type 'u32' is not assignable to type 'String', where the bindings call your function: `const result: string = glow(<u8>c0);`\n  correct the AssemblyScript; there is no other error",
  },
  {
    code: 'build.compile',
    title: 'something that is no AssemblyScript',
    provoke: () => implement('export function glow(level: u8) string {\n'),
    text: "error[build.compile]: lamp/assembly/light.ts:1:32: Type expected\n  correct the AssemblyScript; the other errors:\n    lamp/assembly/light.ts:1:32: Function implementation is missing or not immediately following the declaration\n    lamp/assembly/light.ts:1:41: Unexpected end of text\n    lamp/assembly/light.ts:1:41: '}' expected",
  },
  {
    code: 'build.ambient',
    title: 'randomness from nowhere',
    provoke: () =>
      implement('export function glow(level: u8): string {\n  return Math.random().toString();\n}\n'),
    text: 'error[build.ambient]: lamp/assembly/light.ts:2:10: the module uses `Math.random`, which AssemblyScript takes from a JavaScript host; a module has no such host\n  import `eft:host/entropy` in world.wit, and draw with its `number` or `bytes`',
  },
  {
    code: 'build.ambient',
    title: 'time from nowhere',
    provoke: () =>
      implement('export function glow(level: u8): string {\n  return Date.now().toString();\n}\n'),
    text: 'error[build.ambient]: lamp/assembly/light.ts:2:10: the module uses `Date.now`, which AssemblyScript takes from a JavaScript host; a module has no such host\n  import `eft:host/clock` in world.wit, and use its `now` or `wall`',
  },
  {
    code: 'build.ambient',
    title: 'a line on a console that is not there',
    provoke: () =>
      implement("export function glow(level: u8): string {\n  console.log('glowing');\n  return '';\n}\n"),
    text: 'error[build.ambient]: lamp/assembly/light.ts:2:3: the module uses `console.log`, which AssemblyScript takes from a JavaScript host; a module has no such host\n  import `eft:host/log` in world.wit, and use its `write`',
  },
  {
    code: 'build.foreign-import',
    title: 'an import that a module makes for itself',
    provoke: () =>
      implement(
        "@external('wasi_snapshot_preview1', 'proc_exit')\ndeclare function exit(code: i32): void;\n\nexport function glow(level: u8): string {\n  exit(1);\n  return '';\n}\n",
      ),
    text: 'error[build.foreign-import]: lamp/assembly/light.ts:1:37: the module imports `proc_exit` from `wasi_snapshot_preview1` by a declaration of its own; nothing will provide it\n  import an interface in world.wit, and call it through the bindings',
  },
  {
    code: 'build.componentize',
    title: 'an import by a name that only the component model gives, and that the world does not have',
    provoke: () =>
      implement(
        "@external('cm32p2|eft:host/log@0.1', 'write')\ndeclare function write(level: i32): void;\n\nexport function glow(level: u8): string {\n  write(1);\n  return '';\n}\n",
      ),
    text: 'error[build.componentize]: lamp: the compiled module does not fit its world: failed to resolve import `cm32p2|eft:host/log@0.1::write`: failed to find world item corresponding to interface `eft:host/log@0.1`\n  import in world.wit what the code uses, and call it through the bindings only',
  },
  {
    code: 'build.bindings-outdated',
    title: 'bindings of another world',
    provoke: () =>
      besideLamp({ 'assembly/bindings/lamp-dark.ts': '// left over\n' }, async () => {
        const { moduleBuild } = await import('../../cli/commands/module-build.ts');
        await moduleBuild(process).parseAsync(['lamp', '--check-bindings'], { from: 'user' });
      }),
    text: 'error[build.bindings-outdated]: lamp/assembly/bindings: the bindings are not those of the WIT: entry.ts, lamp-light.ts, lamp-dark.ts\n  run `eft module build lamp` and commit the bindings',
  },
];
