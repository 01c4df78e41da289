/** Lets nodes go down, and waits until they are back if that is wanted. */
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import type { NodeClient } from './client.ts';
import type { NodeTarget } from './node-target.ts';

export type GoingDown = {
  /** Asks for it; `hostName` is what the node calls itself. */
  readonly ask: (client: NodeClient, hostName: string) => Promise<void>;
  /** What is said of each in the end. */
  readonly said: string;
  readonly isAwaited: boolean;
};

/** Throws an exit status if any node has failed. */
export async function takeDown(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  { ask, said, isAwaited }: GoingDown,
): Promise<void> {
  const { onNodes, settleNodes, successesOf } = await import('./on-nodes.ts');
  const { awaitReturn } = await import('./await-return.ts');
  const { Progress } = await import('../output/progress.ts');
  const progress = new Progress(terminal.stderr);
  const outcomes = await onNodes(targets, async (client) => {
    const { uptimeMs, node } = await client.machine.version({});
    const seen = { uptimeMs: Number(uptimeMs), atMs: performance.now() };
    await ask(client, node);
    if (!isAwaited) return said;
    progress.tell(client.target.name, 'goes down');
    try {
      await awaitReturn(client.target, seen, progress);
      return said;
    } catch (error) {
      // After a reset that is what it comes back to.
      if (error instanceof EftError && error.code === 'client.maintenance')
        return `is back: ${error.message}`;
      throw error;
    }
  });
  progress.end();
  for (const { target, result } of successesOf(outcomes)) {
    writeLine(
      terminal.stdout,
      `${paint(terminal.stdout, 'good', '✓')} ${visibleText(`${target.name} ${result}`)}`,
    );
  }
  settleNodes(terminal, outcomes);
}
