/** What can go wrong while Debian packages are fetched, the kernel is built, and a virtual machine is run. */
export const firmwareErrors = {
  'firmware.option-twice': {
    what: 'the kernel option {option} is asked for twice: in {first} and in {second}',
    act: 'keep the one whose reason fits',
  },
  'firmware.option-dropped': {
    what: 'Linux {kernel} does not take these options as they are asked for: {options}',
    act: 'look into its Kconfig for what they depend on and are called, and correct firmware/config',
  },
  'firmware.option-set': {
    what: 'the option {option} is set in Linux {kernel}, and firmware/config says that it is left out',
    act: 'see which option selects it, and leave that out, or say why it is there',
  },
} as const;
