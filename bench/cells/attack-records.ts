/** The flight records of the attacks that ended their cell, as files, so that whoever runs the bench can see a replay. */
import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellModule } from '../../supervisor/cells/cell.ts';
import { moduleDigest, recordSuffix } from '../../supervisor/cells/record-file.ts';
import { writeRecord } from '../../supervisor/cells/record-folder.ts';
import type { AttackResult } from './neighbour.ts';

const folder = fileURLToPath(new URL('../../build/records/', import.meta.url));

/** Writes a record of the first failure in each attack that has one. Gives the paths, as seen from here, by attack. */
export async function writeAttackRecords(
  results: readonly AttackResult[],
  { component, manifest }: CellModule,
): Promise<ReadonlyMap<string, string>> {
  mkdirSync(folder, { recursive: true });
  const module = { component, manifest, digest: moduleDigest(component, 'the attacking module') };
  const paths = new Map<string, string>();
  for (const { attack, run } of results) {
    if (run.record === undefined) continue;
    const path = `${folder}${attack.id}${recordSuffix}`;
    await writeRecord(path, { module, takenAt: BigInt(Date.now()) * 1_000_000n, flight: run.record });
    paths.set(attack.id, relative(process.cwd(), path));
  }
  return paths;
}
