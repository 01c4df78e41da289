/** Why a module cannot be built. */
export const buildErrors = {
  'build.folder': {
    what: '{folder} is no module: {reason}',
    act: 'give a folder with module.yaml, world.wit and assembly/, such as modules/health',
  },
  'build.implementation-missing': {
    what: 'the world `{world}` exports `{interface}`, but there is no {file}',
    act: 'write {file}, and export from it {functions}',
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
