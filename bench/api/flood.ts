/** Somebody with a certificate who asks without end: as many calls at a time as one connection may have, each followed by the next, answered or refused. */
import { setPriority } from 'node:os';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNode } from '../../cli/api/client.ts';
import { splitAddress } from '../../cli/api/node-target.ts';
import { type FromFlood, measuredId, measuredKind, type ToFlood } from './messages.ts';

/** On a machine of its own, as callers are: here it gets what the node leaves. */
setPriority(19);

const callsAtOnce = 64;
let isOver = false;
let answered = 0;
let refused = 0;

process.on('message', async (message: ToFlood) => {
  if (message.order === 'end') {
    isOver = true;
    return;
  }
  const { context, address } = message;
  const client = await connectNode({
    name: 'node',
    ...splitAddress(address),
    trust: { by: 'authority', context: { name: 'flood', nodes: [{ name: 'node', address }], ...context } },
  });
  const ask = async (): Promise<void> => {
    while (!isOver) {
      try {
        await client.state.get({ kind: measuredKind, id: measuredId });
        answered += 1;
      } catch (error) {
        if (!(error instanceof ConnectError) || error.code !== Code.ResourceExhausted) throw error;
        refused += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, ask));
  client.close();
  const ended: FromFlood = { type: 'ended', answered, refused };
  process.send?.(ended);
});
process.on('disconnect', () => process.exit());
