/** What a method of the API is to PID 1: who may call it is decided before it runs (roles.ts), and what it did is in the audit log. */
import type { RecordItem } from '../cells/record-fields.ts';
import type { RecordValue } from '../store/resource.ts';
import type { Identity } from './identity.ts';

/** What callers can want to do: the verbs in the table of roles. */
export const verbs = [
  'read',
  'operate',
  'configure',
  'power',
  'reset',
  'audit',
  'upload',
  'download',
  'swap',
] as const;
export type Verb = (typeof verbs)[number];

/** What one call is about, for the rule who may make it, and for the audit log. */
export type Subject = {
  /** The kind of resource, where it is about one. */
  readonly kind?: string;
  /** What is told of the arguments in the audit log, which never has secrets. */
  readonly told?: Readonly<Record<string, string>>;
};

export type CallContext = {
  readonly identity: Identity;
  /** Aborts when nobody waits any more, or the connection is gone. */
  readonly signal: AbortSignal;
};

/**
 * A method. `read` takes the request apart and refuses what is wrong (`EftError`s; `record.*` are told as invalid arguments); `run` gives its answers, each
 * asked for only when there is room for it at the caller's, so that a slow reader costs no memory.
 */
export type Method<Request> = {
  /** Such as `eft.v1.StateService/Get`. */
  readonly name: string;
  /** What the caller wants to do. */
  readonly verb: Verb;
  /** It changes something, and so is in the audit log even if it succeeds. */
  readonly changes: boolean;
  readonly read: (argument: RecordItem) => Request;
  readonly subject: (request: Request) => readonly Subject[];
  readonly run: (
    request: Request,
    context: CallContext,
    inputs: AsyncIterable<RecordItem>,
  ) => AsyncIterable<RecordValue>;
};

/** A call whose request was found right. */
export type ReadCall = {
  readonly subjects: readonly Subject[];
  readonly run: (context: CallContext, inputs: AsyncIterable<RecordItem>) => AsyncIterable<RecordValue>;
};

/** A method whose request type is nobody's concern any more: what the dispatcher works with. */
export type AnyMethod = Pick<Method<unknown>, 'name' | 'verb' | 'changes'> & {
  /** Takes the request apart. Errors: those of the method's `read`. */
  readonly read: (argument: RecordItem) => ReadCall;
};

/** Makes a method one of many. */
export function anyMethod<Request>({ name, verb, changes, read, subject, run }: Method<Request>): AnyMethod {
  return {
    name,
    verb,
    changes,
    read: (argument) => {
      const request = read(argument);
      return { subjects: subject(request), run: (context, inputs) => run(request, context, inputs) };
    },
  };
}
