/** Says what takes its time while an image is built, a line for each step. */
import type { ImageStep } from '../image/build-checkout.ts';
import { formatBytes } from './output/bar-chart.ts';
import { paint, type Terminal, writeLine } from './output/terminal.ts';

/** For `onStep` of a build. */
export function tellStep({ stderr }: Terminal, step: ImageStep): void {
  writeLine(stderr, paint(stderr, 'faint', `image: ${textOf(step)}`));
}

const partTexts: Readonly<Record<string, string>> = {
  init: 'making the executable: Node.js with the supervisor inside',
  native: 'compiling the native part',
  trust: 'listing the keys that may sign modules',
  release: 'writing os-release',
};

function textOf(step: ImageStep): string {
  switch (step.step) {
    case 'fetch':
      return `fetching ${step.package.name} ${step.package.version} from Debian (${formatBytes(step.package.bytes)})`;
    case 'part':
      return partTexts[step.name] ?? `building and signing the ${step.name}`;
    case 'pack':
      return `packing ${step.files} files, ${formatBytes(step.bytes)}, into a squashfs with its hash tree`;
  }
}
