/** The entry of the io process: does one file job after the other. It ends with its supervisor. */
import { type FileJob, type FileResult, runFileJob } from './file-job.ts';

if (process.send === undefined)
  throw new Error('the io process is started by the supervisor, with a channel');
// The other end runs our own program and nothing else; what comes is what it sends, one job at a time.
process.on('message', (job: FileJob) => {
  const result: FileResult = runFileJob(job);
  process.send?.(result);
});
process.on('disconnect', () => process.exit(0));
