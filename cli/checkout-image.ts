/** The image that `eft up` boots: one that a person names, or that of this checkout, made first if it is not there or not up to date. */
import { relative, resolve } from 'node:path';
import { tellStep } from './image-progress.ts';
import { paint, type Terminal, writeLine } from './output/terminal.ts';
import { readImage } from './read-image.ts';

/**
 * Gives the path of an image that is held, to the last byte, against its signed descriptor: in namespaces no kernel does so while it is read.
 * Without a trust policy the development key of this checkout is believed.
 * Errors: those of the build and of `readImage`; `image.damaged`.
 */
export async function imageToBoot(
  terminal: Terminal,
  named: string | undefined,
  trust: string | undefined,
): Promise<string> {
  const file = named ?? (await buildIfNeeded(terminal));
  const { verifyImage } = await import('../image/verify-image.ts');
  const { bytes, opened } = await readImage(file, trust);
  verifyImage(bytes, opened.descriptor, file);
  return resolve(file);
}

async function buildIfNeeded(terminal: Terminal): Promise<string> {
  const { buildCheckout } = await import('../image/build-checkout.ts');
  const { developmentKey } = await import('../image/development-key.ts');
  const began = performance.now();
  let isTold = false;
  const { path, isUpToDate } = await buildCheckout({
    key: developmentKey(),
    onStep: (step) => {
      if (!isTold) {
        const text = 'image: building that of this checkout first; this takes about a minute, once';
        writeLine(terminal.stderr, paint(terminal.stderr, 'faint', text));
      }
      isTold = true;
      tellStep(terminal, step);
    },
  });
  const file = relative(process.cwd(), path);
  if (!isUpToDate) {
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    writeLine(
      terminal.stderr,
      `${paint(terminal.stderr, 'good', '✓')} ${file} built and signed in ${seconds} s`,
    );
  }
  return file;
}
