/** What a person is told when a call to a node fails. */
import { Code, ConnectError } from '@connectrpc/connect';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { catalogue } from '../../supervisor/errors/catalogue.ts';
import { EftError, type ErrorText } from '../../supervisor/errors/eft-error.ts';
import { callTimeoutMs } from './client.ts';

/** The header, or trailer, in which a node says the code of its error (supervisor/gateway/statuses.ts). */
const codeHeader = 'eft-code';
/** Characters of what a node says that are shown. */
const reasonLimit = 2_000;

/** The error of a call to the node of this name; anything that is none is given back as it is. */
export function callError(error: unknown, node: string): unknown {
  if (!(error instanceof ConnectError)) return error;
  const inner = causeOf(error);
  if (inner !== undefined) return inner;
  const reason = visibleText(error.rawMessage, reasonLimit);
  const options = { cause: error };
  switch (error.code) {
    case Code.PermissionDenied:
      return EftError.of('client.denied', { node, reason }, options);
    case Code.Unauthenticated:
      return EftError.of('client.unauthenticated', { node, reason }, options);
    case Code.DeadlineExceeded:
      return EftError.of('client.deadline', { node, seconds: callTimeoutMs / 1_000 }, options);
  }
  const code = error.metadata.get(codeHeader);
  if (code !== null) return toldError(code, node, reason);
  switch (error.code) {
    case Code.ResourceExhausted:
      return EftError.of('client.exhausted', { node, reason }, options);
    case Code.Unimplemented:
      return EftError.of('client.unimplemented', { node, reason }, options);
    case Code.Unavailable:
    case Code.Aborted:
    case Code.Canceled:
    case Code.Internal:
      return EftError.of('client.lost', { node, reason }, options);
    default:
      return EftError.of('client.failed', { node, reason }, options);
  }
}

/** An error of this side that went through the library. */
function causeOf(error: ConnectError): EftError | undefined {
  let { cause } = error;
  for (let depth = 0; depth < 4; depth += 1) {
    if (cause instanceof EftError) return cause;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return undefined;
}

/** An error with a code of the node's catalogue, which may be a newer one than ours. */
function toldError(code: string, node: string, reason: string): EftError {
  const text = Object.entries<ErrorText>(catalogue).find(([known]) => known === code)?.[1];
  // What to do may name things that were not sent along.
  const lookUp = `look up \`${code}\` in docs/reference/errors.md`;
  const act = text?.act.includes('{') ? lookUp : text?.act;
  const told =
    act === undefined ? undefined : EftError.received({ code, message: `${node}: ${reason}`, act });
  return told ?? EftError.of('client.told', { node, reason, code: visibleText(code, 80) });
}
