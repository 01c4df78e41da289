/**
 * What a module is told when a call of the network interfaces comes to nothing: `denied` where its grant ends, `invalid` where it asks
 * for what cannot be, `kernel` with the errno where the kernel refuses. Each carries what happened and what to do.
 */
import type { Failure } from '../capabilities/generated/host-requests.ts';
import { RequestFailure } from '../cells/request-table.ts';
import { EftError } from '../errors/eft-error.ts';
import { KernelError } from '../native/errno.ts';

/** Who does what to what, for sentences. */
export type Told = { readonly module: string; readonly call: string; readonly target: string };

/** Does `act`, and makes the module's failure of what it throws. It begins at once: calls take effect in their order. */
export async function carryOut<Value>(told: () => Told, act: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    throw toFailure(error, told);
  }
}

/** The error of a call that cannot be, and what to do instead. */
export function unfit(told: Told, reason: string, correction: string): EftError {
  return EftError.of('network.unfit', { ...told, reason, correction });
}

/** The failure that an error is. What is no error of a person's stays what it is: a bug. */
function toFailure(error: unknown, told: () => Told): unknown {
  if (error instanceof KernelError) {
    const reason = error.message;
    const known = EftError.of('network.kernel', { ...told(), reason }, { cause: error });
    return new RequestFailure({ tag: 'kernel', val: [error.errno, sentence(known)] });
  }
  return error instanceof EftError ? new RequestFailure(refusalOf(error)) : error;
}

function refusalOf(error: EftError): Failure {
  const tag = error.code === 'network.unfit' ? 'invalid' : 'denied';
  return { tag, val: sentence(error) };
}

function sentence({ message, act }: EftError): string {
  return `${message}; ${act}`;
}
