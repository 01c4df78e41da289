/** `eft image inspect`: what an image says of itself, and what is in it. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { readInputText } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { readImage } from '../read-image.ts';

type InspectOptions = { readonly trust?: string; readonly json?: true };

/** Bytes of the list of contents beside an image. */
const reportLimit = 1024 * 1024;

export function imageInspect(terminal: Terminal): Command {
  return new Command('inspect')
    .description('show what an image is and what is in it')
    .argument('<FILE>', 'the image')
    .option('--trust <POLICY>', 'the keys to believe (default: the development key of this checkout)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  eft image inspect build/image/eft-0.1.0-amd64.img')
    .action(async (file: string, options: InspectOptions) => {
      const { stdout } = terminal;
      const { opened } = await readImage(file, options.trust);
      const { descriptor, signers } = opened;
      if (options.json) {
        writeJson(stdout, { descriptor, signers });
        return;
      }
      const { verity } = descriptor;
      const facts = [
        ['version', `${descriptor.version} for ${descriptor.architecture}`],
        ['signed by', signers.join(', ')],
        ['size', `${descriptor.bytes.toLocaleString('en-US')} bytes`],
        ['sha256', descriptor.sha256],
        ['root hash', verity.rootHash],
        [
          'verity',
          `${verity.dataBlocks} blocks of data, tree from block ${verity.treeStart}, salt ${verity.salt}`,
        ],
        ['contents', `sha256 ${descriptor.contents}`],
        ['SBOM', `sha256 ${descriptor.sbom}`],
      ] as const;
      for (const [name, value] of facts)
        writeLine(stdout, `${paint(stdout, 'title', name.padEnd(11))}${value}`);
      const report = `${file}.contents.txt`;
      if (!existsSync(report)) return;
      writeLine(stdout);
      stdout.write(readInputText(report, reportLimit));
    });
}
