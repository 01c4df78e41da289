/** The entry of the throwaway process that reads configuration disks. */
import { answerAsThrowaway } from '../throwaway-process.ts';
import { type DiskRequest, runDiskRequest } from './config-disks.ts';

process.title = 'eft-disks';
process.umask(0o077);
// The other end is the supervisor, which sends what is of this type.
void answerAsThrowaway((request) => runDiskRequest(request as DiskRequest));
