/** `eft image lock`: pins the newest version of each Debian package that the image takes files from. */
import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { writeOutput } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type LockOptions = { readonly json?: true };

export function imageLock(terminal: Terminal): Command {
  return new Command('lock')
    .description('pin the newest version of every Debian package that the image takes files from')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nWhich packages these are, image/contents.yaml says; the pins go to image/packages.lock.yaml. Debian keeps only the newest ' +
        'versions:\nwhen a pin has vanished, run this, look at what has changed, and commit it.\n\nExample:\n  eft image lock && eft image build',
    )
    .action(async ({ json }: LockOptions) => {
      const { imageLockCommand, imageLockFile, packageNames } = await import('../../image/debian-files.ts');
      const { checkoutContents } = await import('../../image/build-checkout.ts');
      const { readPackageLock, writePackageLock } = await import('../toolchain/package-lock.ts');
      const { findNewestPackages } = await import('../toolchain/debian-packages.ts');
      const { stdout } = terminal;
      const before = existsSync(imageLockFile)
        ? readPackageLock(readFileSync(imageLockFile, 'utf8'), imageLockFile)
        : [];
      const after = await findNewestPackages(packageNames(checkoutContents()));
      writeOutput(imageLockFile, writePackageLock(after, imageLockCommand));
      if (json) {
        writeJson(stdout, { before, after });
        return;
      }
      for (const { name, version } of after) {
        const old = before.find((one) => one.name === name)?.version;
        const change = old === version ? `${version}, as before` : `${old ?? 'new'} → ${version}`;
        writeLine(stdout, `${paint(stdout, 'name', name)}  ${change}`);
      }
    });
}
