/** `eft config edit`: opens the configuration of a node in an editor, and applies what is saved. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type ApplyOptions, addApplyOptions, applyConfig, modesHelp } from '../api/apply-config.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { readInput } from '../files.ts';
import { addFormOptions } from '../output/form.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function configEdit(terminal: Terminal): Command {
  const command = new Command('edit').description(
    'change the configuration of a node in your editor, and apply it',
  );
  return addFormOptions(addNodeOptions(addApplyOptions(command)))
    .addHelpText(
      'after',
      `${modesHelp}
The editor is $VISUAL, $EDITOR or vi. Secrets stand there as placeholders, which mean "as it is". Nothing happens if nothing is changed. What
a node refuses is kept in a file, and its name is printed.

Examples:
  eft config edit -n lab-1
  EDITOR=nano eft config edit -n lab-1 --mode try`,
    )
    .action(async (options: NodeOptions & ApplyOptions) => {
      const { onNode } = await import('../api/on-nodes.ts');
      const { checkUnchanged } = await import('../api/config-text.ts');
      const target = oneTarget(options, 'config edit');
      const before = await onNode(target, ({ machine }) => machine.getConfig({}));
      const folder = mkdtempSync(join(tmpdir(), 'eft-edit-'));
      const file = join(folder, `${target.name.replace(/[^a-zA-Z0-9.-]/g, '_')}.yaml`);
      writeFileSync(file, before.config, { mode: 0o600 });
      openEditor(file);
      const after = readInput(file, maximumYamlBytes);
      if (Buffer.compare(after, before.config) === 0) {
        rmSync(folder, { recursive: true });
        writeLine(terminal.stderr, 'nothing is changed');
        return;
      }
      try {
        await onNode(target, (client) => checkUnchanged(client, before.digest));
        await applyConfig(terminal, [target], after, options);
      } catch (error) {
        writeLine(terminal.stderr, `what you wrote is kept in ${file}`);
        throw error;
      }
      rmSync(folder, { recursive: true });
    });
}

/** Runs the editor in a shell: its name may come with parameters. Errors: `client.editor`. */
export function openEditor(file: string, environment: NodeJS.ProcessEnv = process.env): void {
  const editor =
    [environment['VISUAL'], environment['EDITOR']].find((name) => name !== undefined && name !== '') ?? 'vi';
  const { status, signal, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {
    stdio: 'inherit',
  });
  if (status === 0) return;
  const reason =
    error?.message ?? (signal === null ? `it ended with ${status}` : `it was ended by ${signal}`);
  throw EftError.of('client.editor', { editor, reason });
}
