/** `eft module test`: builds a module and runs its tests, on a node that is none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { ExitStatus, exitStatuses } from '../exit-status.ts';
import { writeOutput } from '../files.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';

export function moduleTest(terminal: Terminal): Command {
  return new Command('test')
    .description('build a module and run its tests, *.test.ts in its folder, on a node that is none')
    .argument('[FOLDER]', 'the folder of the module', '.')
    .addHelpText(
      'after',
      `
A test imports \`eft/test\`: a node whose cell, store and swap are the real ones, and whose clock and kernel the test plays. The module is the file that
would be shipped, but for the signatures.

Examples:
  eft module test lamp
  cd lamp && eft module test`,
    )
    .action(async (folder: string) => {
      const { buildModule } = await import('../toolchain/build-module.ts');
      const { runModuleTests, testFilesOf } = await import('../author/module-tests.ts');
      const files = testFilesOf(folder);
      const { stdout } = terminal;
      const { manifest, module } = await buildModule(folder);
      const title = paint(stdout, 'title', `${manifest.name} ${manifest.version}`);
      writeLine(stdout, `${paint(stdout, 'good', '✓')} built ${title}  ${formatBytes(module.length)}`);
      const place = mkdtempSync(join(tmpdir(), 'eft-test-'));
      try {
        const file = join(place, `${manifest.name}.wasm`);
        writeOutput(file, module);
        if (!(await runModuleTests(terminal, files, file))) throw new ExitStatus(exitStatuses.refused);
      } finally {
        rmSync(place, { recursive: true });
      }
    });
}
