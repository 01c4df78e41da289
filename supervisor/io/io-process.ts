/**
 * The entry of an io process: does one job after the other, with system calls that may block. It has no environment, and ends with its
 * supervisor. What it makes nobody else may read unless it is told so.
 */
import type { FileAnswer, FileJob } from './file-job.ts';
import { runFileJob } from './run-file-job.ts';

if (process.send === undefined) {
  throw new Error('an io process is started by the supervisor, with a channel');
}
process.title = 'eft-io';
process.umask(0o077);
// The other end runs our own program and nothing else; what comes is what it sends, one job at a time.
process.on('message', (job: FileJob) => {
  const answer: FileAnswer = runFileJob(job);
  // A supervisor that has gone meanwhile needs no answer: `disconnect` is next.
  process.send?.(answer, undefined, {}, () => undefined);
});
process.on('disconnect', () => process.exit(0));
