/** The answer to a request, in the form in which every interface that makes requests hands it out. */
import type { Failure } from './generated/host-requests.ts';
import type { LocalContext } from './local-context.ts';

export type Outcome<Value> =
  | { readonly tag: 'ok'; readonly val: Value }
  | { readonly tag: 'err'; readonly val: Failure };

/** Takes the answer to `request`, which one of `calls` made; `invalid` if there is none. An answer can be taken once. */
export function takeOutcome<Value>(
  context: LocalContext,
  request: bigint,
  interfaceName: string,
  calls: readonly string[],
): Outcome<Value> {
  const answer = context.takeAnswer(request, interfaceName, calls);
  if (isOutcome<Value>(answer)) return answer;
  const sentence = `there is no answer to take for request ${request} by this call`;
  return { tag: 'err', val: { tag: 'invalid', val: sentence } };
}

/** The host made the answer; the component host checks its value against the type when it is lowered. */
function isOutcome<Value>(answer: unknown): answer is Outcome<Value> {
  return typeof answer === 'object' && answer !== null && 'tag' in answer;
}
