/** How a call ends badly, for its caller: the status of gRPC, a sentence, and beside them the code of Eft (docs/reference/errors.md). */
import { Code, ConnectError } from '@connectrpc/connect';
import { callError } from '../api/call-error.ts';
import type { CallError, CallStatus } from '../api/gateway-messages.ts';
import type { EftError } from '../errors/eft-error.ts';

/** The header, or trailer, that has the code of Eft. */
export const codeHeader = 'eft-code';

const codes: Readonly<Record<CallStatus, Code>> = {
  canceled: Code.Canceled,
  invalid_argument: Code.InvalidArgument,
  deadline_exceeded: Code.DeadlineExceeded,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  permission_denied: Code.PermissionDenied,
  resource_exhausted: Code.ResourceExhausted,
  failed_precondition: Code.FailedPrecondition,
  aborted: Code.Aborted,
  unimplemented: Code.Unimplemented,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
  unauthenticated: Code.Unauthenticated,
};

export const callStatuses = Object.keys(codes).filter((name): name is CallStatus =>
  Object.hasOwn(codes, name),
);

/** What the caller is given of what PID 1 says. */
export function connectError({ status, code, message }: CallError, cause?: unknown): ConnectError {
  return new ConnectError(message, codes[status], { [codeHeader]: code }, undefined, cause);
}

/** The same of what the gateway itself refuses. */
export function refusal(error: EftError): ConnectError {
  return connectError(callError(error), error);
}
