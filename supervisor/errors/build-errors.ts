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
  'build.foreign-import': {
    what: 'the module imports `{name}` from `{module}` by a declaration of its own; nothing will provide it',
    act: 'import an interface in world.wit, and call it through the bindings',
  },
  'build.componentize': {
    what: 'the compiled module does not fit its world: {message}',
    act: 'import in world.wit what the code uses, and call it through the bindings only',
  },
  'build.bindings-outdated': {
    what: 'the bindings are not those of the WIT: {files}',
    act: 'run `eft module build {folder}` and commit the bindings',
  },
} as const;
