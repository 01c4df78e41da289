/** One swap or rollback on one node: what it tells on its way goes to whoever listens, and what came of it is given. */
import type { SwapProgress, SwappedModule } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { type NodeClient, withoutDeadline } from '../api/client.ts';
import { digestOf, uploadBlob } from '../api/move-blob.ts';
import type { Teller } from '../output/progress.ts';

/** A module file that is to run. */
export type SwapFile = { readonly name: string; readonly file: string; readonly accepted: readonly string[] };

export type SwapListener = (progress: SwapProgress) => void;

export type SwapOnOptions = {
  readonly isDryRun: boolean;
  /** Milliseconds that the new versions must be well; 0 is what the node holds right. */
  readonly wellMs: number;
  readonly listener: SwapListener;
  readonly uploads: Teller;
};

/** Brings the files to the node and has it swap. Errors: `file.*`, and those of the node. */
export async function swapOn(
  client: NodeClient,
  files: readonly SwapFile[],
  { isDryRun, wellMs, listener, uploads }: SwapOnOptions,
): Promise<readonly SwappedModule[]> {
  const replacements = [];
  for (const { name, file, accepted } of files) {
    const named = await digestOf(file);
    await uploadBlob(client, file, named, uploads);
    replacements.push({ name, digest: named.digest, acceptedCapabilities: [...accepted] });
  }
  const stream = client.modules.swap({ replacements, dryRun: isDryRun, wellMs }, withoutDeadline);
  const swapped = await followed(stream, listener);
  // What it has taken is on STATE, or in memory: the blob is only in the way of others.
  for (const { digest } of replacements) await client.blobs.delete({ digest }).catch(() => undefined);
  return swapped;
}

/** Has the version before run again on the node. */
export function rollBackOn(
  client: NodeClient,
  name: string,
  listener: SwapListener,
): Promise<readonly SwappedModule[]> {
  return followed(client.modules.rollback({ name }, withoutDeadline), listener);
}

async function followed(
  stream: AsyncIterable<{ readonly progress?: SwapProgress | undefined }>,
  listener: SwapListener,
): Promise<readonly SwappedModule[]> {
  let swapped: readonly SwappedModule[] = [];
  for await (const { progress } of stream) {
    if (progress === undefined) continue;
    if (progress.step === 'done') swapped = progress.swapped;
    listener(progress);
  }
  return swapped;
}
