/** `eft image verify`: whether an image is the one that its signed descriptor names. */
import { Command } from 'commander';
import type { PassedCheck } from '../../supervisor/trust/module-file.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { readImage } from '../read-image.ts';

type VerifyOptions = { readonly trust?: string; readonly json?: true };

export function imageVerify(terminal: Terminal): Command {
  return new Command('verify')
    .description('verify an image, to the last byte, against its signed descriptor')
    .argument('<FILE>', 'the image; its descriptor lies beside it as FILE.descriptor')
    .option('--trust <POLICY>', 'the keys to believe (default: the development key of this checkout)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nEnds with 0 if the image is good, with 1 and the reason if it is not: which block was changed, or whose signature is missing.\n\n' +
        'Examples:\n  eft image verify build/image/eft-0.1.0-amd64.img\n' +
        '  eft image verify eft-0.1.0-amd64.img --trust trust.yaml --json',
    )
    .action(async (file: string, options: VerifyOptions) => {
      const { verifyImage } = await import('../../image/verify-image.ts');
      const { stdout } = terminal;
      const { bytes, opened } = await readImage(file, options.trust);
      const { descriptor, signers } = opened;
      const checks: PassedCheck[] = [];
      const passed = (check: PassedCheck): void => {
        checks.push(check);
        if (!options.json)
          writeLine(stdout, `${paint(stdout, 'good', '✓')} ${check.check.padEnd(12)}${check.found}`);
      };
      passed({ check: 'signature', found: signers.join(', ') });
      verifyImage(bytes, descriptor, file, passed);
      if (options.json) writeJson(stdout, { good: true, descriptor, signers });
      else
        writeLine(stdout, `${file} is Eft ${descriptor.version} for ${descriptor.architecture}, unchanged`);
    });
}
