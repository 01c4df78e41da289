/**
 * `eft:host/files`, the cell's side: each call opens a request. Whether the grant covers it is decided by who carries it out
 * (`io/`), outside the cell.
 */
import type { FilesInterface } from './generated/host-files.ts';
import type { Failure } from './generated/host-requests.ts';
import type { LocalInterface } from './local-context.ts';

export const filesName = 'eft:host/files';

export type FilesCall = 'read' | 'write' | 'remove' | 'list';

type Outcome<Value> =
  | { readonly tag: 'ok'; readonly val: Value }
  | { readonly tag: 'err'; readonly val: Failure };

export const files: LocalInterface = (context) => {
  const open = (call: FilesCall, ...parameters: unknown[]): bigint =>
    context().request(filesName, call, parameters);
  const take = <Value>(request: bigint, ...calls: FilesCall[]): Outcome<Value> => {
    const answer = context().takeAnswer(request, filesName, calls);
    return isOutcome<Value>(answer) ? answer : { tag: 'err', val: notThere(request) };
  };
  const functions: FilesInterface = {
    read: (path) => open('read', path),
    write: (path, content) => open('write', path, content),
    remove: (path) => open('remove', path),
    list: (path) => open('list', path),
    takeRead: (request) => take(request, 'read'),
    takeDone: (request) => take(request, 'write', 'remove'),
    takeEntries: (request) => take(request, 'list'),
  };
  return { ...functions };
};

/** The host made the answer; the component host checks its value against the type when it is lowered. */
function isOutcome<Value>(answer: unknown): answer is Outcome<Value> {
  return typeof answer === 'object' && answer !== null && 'tag' in answer;
}

function notThere(request: bigint): Failure {
  return { tag: 'invalid', val: `there is no answer to take for request ${request} by this call` };
}
