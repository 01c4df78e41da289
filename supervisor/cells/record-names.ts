/** The names of files in the folder of records: what is in them can be told without opening them. */
import { type ModuleRecord, recordSuffix } from './record-file.ts';

const digestLength = 12;
const temporarySuffix = '.tmp';

/** The name of the file that holds `record`; `digest` is of the file, in hexadecimal. */
export function recordName({ module, takenAt }: ModuleRecord, digest: string): string {
  const { name, version } = module.manifest;
  // Up to the second, without the signs between: 20261123T011236.
  const moment = new Date(Number(takenAt / 1_000_000n)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${name}-${version}-${moment}-${digest.slice(0, digestLength)}${recordSuffix}`;
}

const namePattern = /^(?<name>[a-z0-9-]+?)-\d+\.\d+\.\d+.*-(?<moment>\d{8}T\d{6})-[0-9a-f]{12}\.eftrecord$/;

/** The module in the name of a record, or undefined for any other file. */
export function moduleOf(file: string): string | undefined {
  return namePattern.exec(file)?.groups?.['name'];
}

/** The time in the name of a record; of two, the later one is the greater text. Undefined for any other file. */
export function momentOf(file: string): string | undefined {
  return namePattern.exec(file)?.groups?.['moment'];
}

/** Where a file is written before it is whole. */
export function temporaryName(path: string, pid: number): string {
  return `${path}.${pid}${temporarySuffix}`;
}

/** Whether another process than `pid` has begun to write this file, and not finished. */
export function isLeftOver(file: string, pid: number): boolean {
  const writer = /\.(?<pid>\d+)\.tmp$/.exec(file)?.groups?.['pid'];
  return writer !== undefined && writer !== String(pid);
}
