/** Puts an operation on a node, and follows it to its end. */
import type { Resource } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { Teller } from '../output/progress.ts';
import { type NodeClient, withoutDeadline } from './client.ts';

export type OperationRequest = {
  readonly target: string;
  readonly verb: string;
  readonly arguments: Record<string, string>;
};

/**
 * Gives the operation as it was last: its end, if that is waited for.
 * Errors: `client.operation-failed`, `client.operation-gone`; those of calls are `ConnectError`s.
 */
export async function runOperation(
  { state, target: { name: node } }: NodeClient,
  request: OperationRequest,
  isAwaited: boolean,
  progress: Teller,
): Promise<Resource> {
  const { operation } = await state.putOperation(request);
  if (operation === undefined) throw gone(node, request);
  if (!isAwaited) return operation;
  const { kind, id } = operation;
  for await (const { changes } of state.watch({ kinds: [kind], id }, withoutDeadline)) {
    for (const { change } of changes) {
      if (change.case === 'removed') throw gone(node, request);
      if (change.case !== 'put') continue;
      const resource = change.value;
      const words = String(resource.value?.['message'] ?? '');
      switch (resource.value?.['state']) {
        case 'succeeded':
          return resource;
        case 'failed': {
          const { target, verb } = request;
          const reason = visibleText(words, 500);
          throw EftError.of('client.operation-failed', { node, target, verb, reason });
        }
        default:
          progress.tell(node, visibleText(words === '' ? 'waits for its module' : words), shareOf(resource));
      }
    }
  }
  throw gone(node, request);
}

function gone(node: string, { target }: OperationRequest): EftError {
  return EftError.of('client.operation-gone', { node, target });
}

/** `progress` counts thousandths. */
function shareOf({ value }: Resource): number | undefined {
  const thousandths = Number(value?.['progress']);
  return Number.isFinite(thousandths) ? thousandths / 1_000 : undefined;
}
