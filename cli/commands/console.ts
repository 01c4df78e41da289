/** `eft console`: what PID 1 of a local node has written to its console. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
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
        terminal.stdout.write(readFileSync(path));
        return;
      }
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      for await (const line of followLines(path, stop.signal)) writeLine(terminal.stdout, line);
    });
}
