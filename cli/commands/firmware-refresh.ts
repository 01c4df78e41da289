/** `eft firmware refresh`: pins the newest sources of the kernel that Debian has. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { writeOutput } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type FirmwareRefreshOptions = { readonly json?: true };

export function firmwareRefresh(terminal: Terminal): Command {
  return new Command('refresh')
    .description("pin the newest version of the kernel's sources in firmware/packages.lock.yaml")
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  eft firmware refresh && eft firmware build')
    .action(async ({ json }: FirmwareRefreshOptions) => {
      const { lockFile } = await import('../../firmware/kernel-cache.ts');
      const { readPackageLock, writePackageLock } = await import('../toolchain/package-lock.ts');
      const { findNewestPackages } = await import('../toolchain/debian-packages.ts');
      const before = readPackageLock(readFileSync(lockFile, 'utf8'), lockFile);
      const after = await findNewestPackages(before.map(({ name }) => name));
      writeOutput(lockFile, writePackageLock(after, 'eft firmware refresh'));
      if (json) writeJson(terminal.stdout, { before, after });
      for (const { name, version } of json ? [] : after) {
        const old = before.find((one) => one.name === name)?.version;
        const change = old === version ? `${version}, as before` : `${old} → ${version}`;
        writeLine(terminal.stdout, `${paint(terminal.stdout, 'name', name)}  ${change}`);
      }
    });
}
