/**
 * The `.proto` files of the API and the copy of them that clients have been given: `published/` beside their folder. What breaks a client, in the bytes of a message or in its JSON, buf says.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '../..');
const buf = join(root, 'node_modules/.bin/buf');

/** From the root of the tree. */
export const eftProtocol = 'supervisor/api/proto';

/** What buf finds wrong with the files, a line each: in themselves, and against the published ones. */
export function findProtocolBreaks(folder: string): readonly string[] {
  const published = join(folder, '../published');
  const against = hasPublished(folder) ? runBuf('breaking', folder, '--against', published) : [];
  return [...runBuf('lint', folder), ...against];
}

export function hasPublished(folder: string): boolean {
  return existsSync(resolve(root, folder, '../published'));
}

/** Makes the files the published ones. Gives their names. */
export function publishProtocol(folder: string): readonly string[] {
  const published = resolve(root, folder, '../published');
  rmSync(published, { recursive: true, force: true });
  cpSync(resolve(root, folder, 'eft'), join(published, 'eft'), { recursive: true });
  return readdirSync(published, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.proto'))
    .sort();
}

function runBuf(...parameters: readonly string[]): readonly string[] {
  const { status, stdout, stderr, error } = spawnSync(buf, parameters, { cwd: root, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status === 0) return [];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return lines.length === 0 ? [`buf ${parameters.join(' ')} has ended with ${status}`] : lines;
}
