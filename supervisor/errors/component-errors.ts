/** Why a component is refused before anything of it runs. */
export const componentErrors = {
  'component.magic': {
    what: 'this is not a WebAssembly component: the first 8 bytes are {bytes}, not 00 61 73 6d 0d 00 01 00',
    act: 'give a component; a core module is turned into one by `eft module build`',
  },
} as const;
