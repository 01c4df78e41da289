/** `eft blob get`: fetches a file from a node. */
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { addNodeOptions, type NodeOptions, oneTarget } from '../api/node-target.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

export function blobGet(terminal: Terminal): Command {
  const command = new Command('get')
    .description('fetch a file from a node, and hold it against its digest')
    .argument('<DIGEST>', 'SHA-256 of the blob, in hexadecimal')
    .requiredOption('-o, --output <FILE>', 'the file to write');
  return addNodeOptions(command)
    .addHelpText(
      'after',
      '\nUntil it is whole it is in FILE.part, and the next attempt goes on there.\n\n' +
        'Examples:\n  eft blob get 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 -o etcd.snapshot -n cp-1',
    )
    .action(async (digest: string, options: NodeOptions & { readonly output: string }) => {
      checkDigest(digest);
      const target = oneTarget(options, 'blob get');
      const { onNode } = await import('../api/on-nodes.ts');
      const { downloadBlob } = await import('../api/move-blob.ts');
      const { Progress } = await import('../output/progress.ts');
      const progress = new Progress(terminal.stderr);
      const size = await onNode(target, (client) =>
        downloadBlob(client, digest, options.output, progress),
      ).finally(() => progress.end());
      writeLine(terminal.stdout, `${options.output}: ${formatBytes(size)}`);
    });
}

/** Errors: `client.digest-form`. */
export function checkDigest(text: string): void {
  if (!/^[0-9a-f]{64}$/.test(text)) throw EftError.of('client.digest-form', { text });
}
