/** `eft image build`: the image of this checkout, signed. */
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { readInputText } from '../files.ts';
import { tellStep } from '../image-progress.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type BuildOptions = {
  readonly key?: string;
  readonly output?: string;
  readonly checkReproducible?: true;
  readonly json?: true;
};

/** Bytes of a key file. */
const keyFileLimit = 4096;

export function imageBuild(terminal: Terminal): Command {
  return new Command('build')
    .description('build the image of this checkout, with descriptor, list of contents and SBOM, and sign it')
    .option('--key <FILE>', 'the private key to sign with (default: a development key of this checkout)')
    .option('--output <FOLDER>', 'where the files go (default: build/image of this checkout)')
    .option('--check-reproducible', 'build again from nothing in another folder, and compare every byte')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nWhat is in the image, image/contents.yaml lists, each file with its reason. What is up to date is not built again.\n\n' +
        'Examples:\n  eft image build\n  eft image build --key release.key --output release --check-reproducible',
    )
    .action(async (options: BuildOptions) => {
      const { buildCheckout, imageFolder } = await import('../../image/build-checkout.ts');
      const { developmentKey, developmentKeyFile } = await import('../../image/development-key.ts');
      const { readPrivateKeyFile } = await import('../../supervisor/trust/key-file.ts');
      const { stdout, stderr } = terminal;
      const keyFile = resolve(options.key ?? developmentKeyFile);
      const key =
        options.key === undefined
          ? developmentKey()
          : readPrivateKeyFile(readInputText(keyFile, keyFileLimit), options.key);
      const began = performance.now();
      const folder = options.output === undefined ? imageFolder : resolve(options.output);
      const {
        path: built,
        descriptor,
        isUpToDate,
      } = await buildCheckout({
        key,
        folder,
        onStep: (step) => tellStep(terminal, step),
      });
      const path = relative(process.cwd(), built);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      if (options.checkReproducible) {
        const { buildAgain } = await import('../../image/reproduce.ts');
        writeLine(stderr, paint(stderr, 'faint', 'image: building again, in another folder'));
        buildAgain(built, keyFile);
      }
      if (options.json) {
        writeJson(stdout, { path: built, descriptor, isUpToDate });
        return;
      }
      const done = isUpToDate ? 'is up to date' : `built in ${seconds} s`;
      const good = paint(stdout, 'good', '✓');
      writeLine(stdout, `${good} ${path} ${done}: ${formatBytes(descriptor.bytes)}`);
      writeLine(stdout, `  root hash ${descriptor.verity.rootHash}`);
      if (options.checkReproducible) writeLine(stdout, `${good} a second build gave the same bytes`);
    });
}
