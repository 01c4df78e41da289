/**
 * Asks the throwaway process for what is on disks. It is started only if there is a disk that could be ours: on a node with its image alone, and on
 * one whose disks are all in use, nothing is started and nothing is read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { HelperProgram } from '../../helper-process.ts';
import type { DiskFindings } from '../../phases/read-configuration.ts';
import type { StateChange } from '../life-cycle/state-changes.ts';
import { modulesFile, stagedFile, stateFile } from '../sources/state.ts';
import { askThrowaway, fieldOf } from '../throwaway-process.ts';
import type { DiskRequest, SentChange } from './config-disks.ts';

/** Milliseconds for all disks: one that has to spin up, and an emulated machine, take their time. */
const readLimitMs = 45_000;
const changeLimitMs = 45_000;
/** Disks and partitions that are looked at, in the order of their names. */
const devicesLimit = 64;
/** Block devices that are made of others or of memory. */
const derived = /^(?:dm-|loop|ram|zram|md)/;

const sysClassBlock = '/sys/class/block';

/** Disks and partitions that something may lie on which nobody uses yet, as paths below /dev. Their nodes are not touched. */
export function candidateDevices(folder = sysClassBlock): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !derived.test(name) && hasContent(folder, name) && isFree(folder, name))
    .sort()
    .slice(0, devicesLimit)
    .map((name) => `/dev/${name}`);
}

/** In sectors of 512 bytes; a drive without a medium has none. */
function hasContent(folder: string, name: string): boolean {
  return Number(readFileSync(`${folder}/${name}/size`, 'latin1')) > 0;
}

/** Nothing is stacked on it: the disk of the root file system has dm-verity on it. */
function isFree(folder: string, name: string): boolean {
  try {
    return readdirSync(`${folder}/${name}/holders`).length === 0;
  } catch {
    return true;
  }
}

const nothing = {
  hasState: false,
  state: undefined,
  staged: undefined,
  modules: undefined,
  noCloud: undefined,
} as const;

/** Reads what is on disks. Does not reject: what cannot be read is noted. */
export async function askDisks(
  program: HelperProgram,
  devices: readonly string[] = candidateDevices(),
): Promise<DiskFindings> {
  if (devices.length === 0) return { ...nothing, notes: [] };
  const request: DiskRequest = { type: 'read', devices };
  const outcome = await askThrowaway({ program, request, limitMs: readLimitMs });
  if ('failure' in outcome) {
    const notes = [`what is on ${devices.join(', ')} could not be read: ${outcome.failure}`];
    return { ...nothing, notes };
  }
  const state = filesOf(outcome.answer, 'state');
  return {
    hasState: state !== undefined,
    state: state?.get(stateFile),
    staged: state?.get(stagedFile),
    modules: state?.get(modulesFile),
    noCloud: filesOf(outcome.answer, 'no-cloud'),
    notes: notesOf(outcome.answer),
  };
}

/** Changes what is on the disk that is STATE. Gives why it could not be, a sentence, or undefined. */
export async function changeOnDisk(
  program: HelperProgram,
  change: StateChange,
  devices: readonly string[] = candidateDevices(),
): Promise<string | undefined> {
  const request: DiskRequest = { type: 'change', devices, ...sentChange(change) };
  const outcome = await askThrowaway({ program, request, limitMs: changeLimitMs });
  if ('failure' in outcome) return outcome.failure;
  if (filesOf(outcome.answer, 'state') !== undefined) return undefined;
  return notesOf(outcome.answer)[0] ?? 'the disk is gone';
}

/** The same, where a folder is STATE. */
export async function changeInFolder(
  program: HelperProgram,
  change: StateChange,
  folder: string,
): Promise<string | undefined> {
  const request: DiskRequest = { type: 'change-folder', folder, ...sentChange(change) };
  const outcome = await askThrowaway({ program, request, limitMs: changeLimitMs });
  return 'failure' in outcome ? outcome.failure : undefined;
}

function sentChange(change: StateChange): SentChange {
  const content = 'content' in change ? Buffer.from(change.content).toString('base64') : '';
  return { change: change.type, content };
}

function notesOf(answer: unknown): readonly string[] {
  const notes = fieldOf(answer, 'notes');
  return Array.isArray(notes) ? notes.map(String) : [];
}

/** The files of the disk of this purpose, or undefined if there is no such disk. */
function filesOf(answer: unknown, purpose: string): ReadonlyMap<string, Uint8Array> | undefined {
  const disks = fieldOf(answer, 'disks');
  if (!Array.isArray(disks)) return undefined;
  const disk: unknown = disks.find((one: unknown) => fieldOf(one, 'purpose') === purpose);
  if (disk === undefined) return undefined;
  const files = fieldOf(disk, 'files');
  if (typeof files !== 'object' || files === null) return new Map();
  return new Map(
    Object.entries(files).map(([name, content]) => [
      name,
      new Uint8Array(Buffer.from(String(content), 'base64')),
    ]),
  );
}
