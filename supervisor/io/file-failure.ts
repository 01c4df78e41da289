/**
 * What a module is told when a file request comes to nothing: `denied` where its grant ends, `invalid` where it asks for what
 * cannot be, `kernel` with the errno where the disk or the kernel fails. Each carries what happened and what to do, so that a module
 * can pass it on to a person as it is.
 */
import type { Failure } from '../capabilities/generated/host-requests.ts';
import { EftError } from '../errors/eft-error.ts';
import { errnoOf } from '../native/errno.ts';
import type { FileProblem } from './file-job.ts';
import { type FileCall, type GrantedPlace, told } from './granted-path.ts';

/** The failure that a problem in an io process is for the module whose call it was. */
export function failureOf(problem: FileProblem, call: FileCall, place: GrantedPlace): Failure {
  if (problem.problem === 'absent') return { tag: 'not-found' };
  const error = errorOf(problem, call, place);
  if ('errno' in problem) return { tag: 'kernel', val: [problem.errno, sentence(error)] };
  return refusalOf(error);
}

/** The failure that an error of the supervisor's side is. */
export function refusalOf(error: EftError): Failure {
  switch (error.code) {
    case 'io.not-granted':
    case 'io.read-only':
    case 'io.outside':
      return { tag: 'denied', val: sentence(error) };
    case 'io.lost':
      return { tag: 'kernel', val: [errnoOf('EIO'), sentence(error)] };
    default:
      return { tag: 'invalid', val: sentence(error) };
  }
}

/** The error that a problem in an io process is: `io.outside`, `io.unfit`, `io.directory` or `io.kernel`. */
export function errorOf(
  problem: Exclude<FileProblem, { readonly problem: 'absent' }>,
  call: FileCall,
  { directory }: GrantedPlace,
): EftError {
  switch (problem.problem) {
    case 'link':
      return EftError.of('io.outside', {
        ...told(call),
        reason: 'a symbolic link is in its path, and none is followed',
      });
    case 'unfit':
      return EftError.of('io.unfit', { ...told(call), reason: problem.reason });
    case 'directory':
      return EftError.of('io.directory', { ...told(call), place: directory, reason: problem.reason });
    case 'kernel':
      return EftError.of('io.kernel', { ...told(call), reason: problem.reason });
  }
}

function sentence({ message, act }: EftError): string {
  return `${message}; ${act}`;
}
