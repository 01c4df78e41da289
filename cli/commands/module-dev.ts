/** `eft module dev`: rebuilds a module on every save, and swaps it into a node. */
import { watch } from 'node:fs';
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { readInput } from '../files.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { writeErrorWithSource } from '../output/write-error.ts';

/** Milliseconds without another change before a round begins: editors write several times. */
const quietMs = 60;
/** What the build itself writes, or may be written beside the sources. */
const ignored = /(^|\/)(bindings|node_modules|\.git)(\/|$)|~$|\.sw[a-z]$/;
const keyFileLimit = 4_096;

type DevOptions = NodeOptions & { readonly key?: string; readonly once?: true };

export function moduleDev(terminal: Terminal): Command {
  const command = new Command('dev')
    .description('build a module and swap it into a node, again on every save')
    .argument('[FOLDER]', 'the folder of the module', '.')
    .option('--key <FILE>', 'the private key to sign with (default: the development key of this checkout)')
    .option('--once', 'one round, and no watching');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      `
For a node of your own: what the module asks for is accepted, and shown. Each round has a version of its own, such as 0.1.1-dev.1764000000000. Code is not
optimised. What does not build, or is not well on the node, is said, and the version before goes on. \`eft module rollback\` has the version before again.

Examples:
  eft up && eft module dev lamp
  eft module dev lamp -n lab-1 --once`,
    )
    .action(async (folder: string, options: DevOptions) => {
      const target = oneTarget(options, 'module dev');
      const { onNode } = await import('../api/on-nodes.ts');
      const { devRound } = await import('../author/dev-round.ts');
      const { developmentKey } = await import('../../image/development-key.ts');
      const { readPrivateKeyFile } = await import('../../supervisor/trust/key-file.ts');
      const { stdout, stderr } = terminal;
      const key =
        options.key === undefined
          ? developmentKey()
          : readPrivateKeyFile(
              Buffer.from(readInput(options.key, keyFileLimit)).toString('utf8'),
              options.key,
            );
      const round = async (): Promise<void> => {
        const done = await onNode(target, (client) => devRound(client, folder, key, Date.now()));
        for (const { capability, reason } of done.accepted)
          writeLine(
            stdout,
            `  ${paint(stdout, 'good', '+')} ${visibleText(capability)}  ${paint(stdout, 'faint', visibleText(reason))}`,
          );
        for (const { name, toVersion, pauseNs } of done.swapped) {
          const times = [
            `built in ${ms(done.buildMs)}`,
            `swapped in ${ms(done.swapMs)}`,
            `paused for ${ms(Number(pauseNs) / 1e6)}`,
          ];
          const title = `${paint(stdout, 'name', visibleText(name))} ${visibleText(toVersion)}`;
          writeLine(stdout, `${paint(stdout, 'good', '✓')} ${title}  ${times.join(', ')}`);
        }
      };
      if (options.once) return round();
      // From before the first round on: what is saved while that is under way is built too.
      const changes = changesIn(folder);
      await round().catch((error: unknown) => tell(stderr, error));
      writeLine(
        stderr,
        paint(stderr, 'faint', `watching ${folder}; Ctrl-C ends it, and leaves the node as it is`),
      );
      for await (const _ of changes) await round().catch((error: unknown) => tell(stderr, error));
    });
}

/**
 * Watches a folder from now on. Each turn is: something has changed in it, and nothing more for a moment. What changes while a turn is used is one turn more.
 */
function changesIn(folder: string): AsyncGenerator<void> {
  let wake: () => void = () => undefined;
  let changedAt: number | undefined;
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name !== null && ignored.test(name)) return;
    changedAt = performance.now();
    wake();
  });
  return turns();

  async function* turns(): AsyncGenerator<void> {
    try {
      for (;;) {
        if (changedAt === undefined) await new Promise<void>((resolve) => (wake = resolve));
        const leftMs = quietMs - (performance.now() - (changedAt ?? 0));
        if (leftMs > 0) {
          await new Promise((resolve) => setTimeout(resolve, leftMs));
          continue;
        }
        changedAt = undefined;
        yield;
      }
    } finally {
      watcher.close();
    }
  }
}

/** What a person can mend is told; all else is a fault of `eft`. */
function tell(stream: Terminal['stderr'], error: unknown): void {
  if (!(error instanceof EftError)) throw error;
  writeErrorWithSource(stream, error);
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
