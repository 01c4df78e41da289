/** `eft blob put`: brings a file to nodes. */
import { Command } from 'commander';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function blobPut(terminal: Terminal): Command {
  const command = new Command('put')
    .description('bring a file to nodes, and print its digest, by which it is named there')
    .argument('<FILE>', 'the file');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      '\nWhat was cut off goes on where it ended. Blobs are in the memory of a node: they are gone when it starts again.\n\n' +
        'Examples:\n  eft blob put network-1.1.0.wasm -n lab-1',
    )
    .action(async (file: string, options: NodeOptions) => {
      const targets = namedTargets(options, 'blob put');
      const { onNodes, settleNodes } = await import('../api/on-nodes.ts');
      const { digestOf, uploadBlob } = await import('../api/move-blob.ts');
      const { Progress } = await import('../output/progress.ts');
      const named = await digestOf(file);
      const progress = new Progress(terminal.stderr);
      const outcomes = await onNodes(targets, (client) => uploadBlob(client, file, named, progress));
      progress.end();
      if (outcomes.some((outcome) => !('error' in outcome))) writeLine(terminal.stdout, named.digest);
      settleNodes(terminal, outcomes);
    });
}
