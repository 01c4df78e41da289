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
  'firmware.tools': {
    what: 'the tools that the kernel is built with are not all here: {reason}',
    act: 'install them and try again; docs/reference/kernel.md lists them',
  },
  'firmware.build': {
    what: 'the kernel does not build (`make {target}`): {reason}',
    act: 'look at the first of these lines; running the command again goes on where it stopped',
  },
  'firmware.busy': {
    what: 'process {pid} is building this kernel in {folder}',
    act: 'wait until it has finished: the kernel is then in the cache for everybody',
  },
  'firmware.not-reproducible': {
    what: 'the same sources, options and tools gave another kernel the second time; changed: {files}',
    act: 'compare them with those in {folder}, and find out what of the machine got into them',
  },
  'firmware.emulator': {
    what: 'the emulator did not start: {reason}',
    act: 'run `apt-get install qemu-system-x86`, and see that the kernel and the disks named are there',
  },
} as const;
