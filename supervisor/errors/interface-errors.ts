/** Why a module's exports do not fit the host, and why interfaces are not fit to be published. */
export const interfaceErrors = {
  'interface.export-missing': {
    what: 'the module does not export {name}, which every module must',
    act: 'export it from the world in world.wit, and build the module again with `eft module build`',
  },
  'interface.export-type': {
    what: 'the module exports {name} with another type than the host calls: {reason}',
    act: 'build the module against the interfaces of this version of Eft',
  },
  'interface.breaking': {
    what: '{changes} modules built against {package} {published}, and its version does not say so: {what}',
    act: '{advice}, or raise {package} to {version}; `eft wit check` lists every change',
  },
  'interface.version-lowered': {
    what: 'the package {package} has the version {version}, but {published} is published',
    act: 'give it the published version, or a higher one; a version is never used twice',
  },
  'interface.nothing-published': {
    what: 'no interfaces are published here, so there is nothing to compare with',
    act: 'run `eft wit publish` and keep the folder that it writes in the repository',
  },
  'interface.snapshot': {
    what: 'the record says that {package} was published from {folder}, and the snapshot there holds {found}',
    act: 'restore wit/published from the repository; only `eft wit publish` changes it',
  },
} as const;
