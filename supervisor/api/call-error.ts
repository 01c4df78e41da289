/** What a caller is told of what went wrong: the sentence of an error that was made to be told, and of any other only that there was one. */
import { cutText, sentenceLimit } from '../capabilities/cut-text.ts';
import { EftError } from '../errors/eft-error.ts';
import { callStatus } from './call-status.ts';
import type { CallError } from './gateway-messages.ts';

/** `method` is told of what nobody has foreseen. */
export function callError(error: unknown, method = 'the call'): CallError {
  const told = error instanceof EftError ? error : EftError.of('api.internal', { method });
  return { status: callStatus(told), code: told.code, message: cutText(told.message, sentenceLimit) };
}
