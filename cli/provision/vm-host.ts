/** What virtual machines need of this host: the emulator, the kernel of this checkout, and to know whether KVM really works here. */
import type { KernelProgress } from '../../firmware/build-kernel.ts';
import type { VmHost } from './vm-spec.ts';

export type VmHostOptions = {
  readonly image: string;
  /** A trust policy, or undefined for the development key of this checkout. */
  readonly trust: string | undefined;
  /** Hears what takes its time. */
  readonly tell: (line: string) => void;
  readonly onProgress: (progress: KernelProgress) => void;
};

/**
 * Finds what is there and makes what is not: the kernel takes about 20 minutes of one processor, once.
 * Errors: `firmware.*`, `package.*`; `image.*`, `signature.*`, `trust.*`.
 */
export async function prepareVmHost({ image, trust, tell, onProgress }: VmHostOptions): Promise<VmHost> {
  const { buildKernel } = await import('../../firmware/build-kernel.ts');
  const { ensureEmulator, findAccelerator } = await import('../../firmware/run-vm.ts');
  const { readImage } = await import('../read-image.ts');
  const { opened } = await readImage(image, trust);
  ensureEmulator(tell);
  const { files } = await buildKernel({ tell, onProgress });
  const accelerator = await findAccelerator(files.vmlinux);
  if (accelerator === 'tcg') {
    tell('KVM is not there or does not work: the processor is emulated, and a boot takes some 20 s');
  }
  return { kernel: files.vmlinux, accelerator, verity: opened.descriptor.verity };
}
