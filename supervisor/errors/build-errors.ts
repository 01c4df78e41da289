/** Why a module cannot be built. */
export const buildErrors = {
  'build.folder': {
    what: '{folder} is no module: it has no {missing}',
    act: 'give a folder with module.yaml, world.wit and assembly/, such as modules/health',
  },
  'build.world': {
    what: 'the manifest says that the world is `{said}`, but the .wit files define `{found}`',
    act: 'give both the same package, name and version',
  },
  'build.implementation-missing': {
    what: 'the world exports `{interface}`, but this file, which should implement it, is not there',
    act: 'write it; it must export {names}',
  },
  'build.function-missing': {
    what: 'it does not export `{name}`, which the world exports; the call is in {interface}',
    act: 'export `{name}` with the parameters and the result that the bindings use',
  },
  'build.compile': {
    what: '{message}',
    act: 'correct the AssemblyScript; {more}',
  },
  'build.ambient': {
    what: 'the module uses `{name}`, which AssemblyScript takes from a JavaScript host; a module has no such host',
    act: '{instead}',
  },
  'build.componentize': {
    what: 'the compiled module does not fit its world: {message}',
    act: 'run `eft generate`, so that the bindings are those of the world; if it stays, this is a fault of the bindings generator',
  },
  'build.bindings-outdated': {
    what: 'the bindings are not those of the WIT: {files}',
    act: 'run `eft module build {folder}` and commit the bindings',
  },
} as const;
