/** `eft firmware build`: the kernel of this checkout, built once and then kept. */
import { statSync } from 'node:fs';
import { Command } from 'commander';
import type { KernelProgress } from '../../firmware/build-kernel.ts';
import type { BuiltKernel } from '../../firmware/kernel-cache.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { type OutputStream, paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type FirmwareBuildOptions = { readonly checkReproducible?: true; readonly json?: true };

export function firmwareBuild(terminal: Terminal): Command {
  return new Command('build')
    .description(
      "build the kernel: Debian's sources, the options of firmware/config, about 20 minutes of one processor",
    )
    .option('--check-reproducible', 'build it a second time in another folder, and compare')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  eft firmware build\n  eft firmware build --check-reproducible')
    .action(async ({ checkReproducible: isCheck, json }: FirmwareBuildOptions) => {
      const { buildKernel, checkReproducible } = await import('../../firmware/build-kernel.ts');
      const options = {
        onProgress: progressOn(terminal.stderr),
        tell: (line: string) => writeLine(terminal.stderr, paint(terminal.stderr, 'faint', line)),
      };
      const kernel = await buildKernel(options);
      if (isCheck) await checkReproducible(kernel, options);
      if (json) writeJson(terminal.stdout, { ...kernel, bytes: sizes(kernel), reproduced: isCheck === true });
      else show(terminal, kernel, isCheck === true);
    });
}

function sizes({ files }: BuiltKernel) {
  return { bzImage: statSync(files.bzImage).size, vmlinux: statSync(files.vmlinux).size };
}

function show({ stdout }: Terminal, kernel: BuiltKernel, isReproduced: boolean): void {
  const { bzImage, vmlinux } = sizes(kernel);
  const title = paint(stdout, 'title', `Linux ${kernel.version}`);
  writeLine(stdout, `${paint(stdout, 'good', '✓')} ${title}  ${kernel.key}`);
  writeLine(stdout, `  ${kernel.files.bzImage}  ${formatBytes(bzImage)}`);
  writeLine(stdout, `  ${kernel.files.vmlinux}  ${formatBytes(vmlinux)}, for \`qemu -kernel\``);
  if (isReproduced) writeLine(stdout, '  built twice in different folders: the same bytes');
}

const stepNames: Readonly<Record<KernelProgress['step'], string>> = {
  fetch: 'fetching the sources',
  unpack: 'unpacking the sources',
  configure: 'configuring',
  compile: 'compiling',
  keep: 'keeping the result',
};

/** Files between two lines where lines cannot be rewritten. */
const filesPerLine = 200;

/** Shows progress: one line that changes on a terminal, a line now and then elsewhere. */
export function progressOn(stream: OutputStream): (progress: KernelProgress) => void {
  const start = performance.now();
  const isLive = stream.columns !== undefined;
  let shown = '';
  return ({ step, compiled, expected }) => {
    const minutes = `${((performance.now() - start) / 60_000).toFixed(1)} min`;
    const count = step === 'compile' && compiled > 0 ? `, ${compiled} of about ${expected} files` : '';
    const line = `kernel: ${stepNames[step]}${count}, ${minutes}`;
    if (isLive) {
      stream.write(`\r\u001b[K${line}${step === 'keep' ? '\n' : ''}`);
      return;
    }
    const isDue = step !== shown || (step === 'compile' && compiled % filesPerLine === 0);
    shown = step;
    if (isDue) writeLine(stream, line);
  };
}
