/** What the module states of itself. */
import { brokenOf } from './assessment';
import { told, wasReady } from './lifecycle';

export function check(): StaticArray<string> {
  const status = told;
  if (status === null) return [];
  const broken = brokenOf(status);
  if (broken.length > 0) return [broken];
  return status.ready && !wasReady ? ['it has forgotten that the node was ready'] : [];
}
