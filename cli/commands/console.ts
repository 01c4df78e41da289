/** `eft console`: what PID 1 of a local node has written to its console. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';
import { nodeFolder } from '../provision/cluster.ts';
import { followLines } from '../provision/console-log.ts';
import { findNode } from '../provision/find-cluster.ts';
import { nodeFiles } from '../provision/node-spec.ts';

type ConsoleOptions = { readonly name: string; readonly follow?: true };

export function consoleCommand(terminal: Terminal): Command {
  return new Command('console')
    .description('show the console of a local node')
    .argument('[NODE]', 'the node; the first one if none is named')
    .option('--name <NAME>', 'the name of the cluster', 'eft')
    .option('-f, --follow', 'go on as lines come, until Ctrl-C')
    .action(async (node: string | undefined, { name, follow }: ConsoleOptions) => {
      const path = join(nodeFolder(name, findNode(name, node).name), nodeFiles.console);
      if (!follow) {
        // What PID 1 says is fit for a terminal already; what else writes there may not be.
        const lines = readFileSync(path, 'utf8').split(/\r?\n/);
        if (lines.at(-1) === '') lines.pop();
        for (const line of lines) writeLine(terminal.stdout, visibleText(line));
        return;
      }
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      for await (const line of followLines(path, stop.signal)) writeLine(terminal.stdout, visibleText(line));
    });
}
