/**
 * Secrets never reach a record (decision 010). A module whose input has a field of a secret type is given a handle, and so its memory and
 * its records hold the handle; should a secret come in another way, the record is not written.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leaseOf, testModule, VirtualCell } from '../../tests/cells/virtual-cell.ts';
import { record, required } from '../config/field-record.ts';
import { secret } from '../config/field-type.ts';
import { Reading } from '../config/reading.ts';
import { SecretVault } from '../config/secret-vault.ts';
import { readYaml } from '../document/yaml-document.ts';
import type { CellModule } from './cell.ts';
import type { FlightRecord } from './flight-recorder.ts';
import type { ModuleRecord } from './record-file.ts';
import { RecordFolder } from './record-folder.ts';
import { loadRecorded, replay } from './replay.ts';

const takenAt = 1_795_396_356_000_000_000n;
const token = `token ${randomBytes(16).toString('hex')}`;
const configuration = record({
  token: required(secret(8, 64), { doc: '', by: '', example: '', since: '' }),
});
let lease: CellModule;
let folder = '';
let vault: SecretVault;

beforeAll(async () => {
  lease = await testModule('lease');
});
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-secrets-`);
  vault = new SecretVault();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The handle that the configuration holds in the place of the token, which the vault has from now on. */
function readToken(): { readonly secret: string } {
  const reading = new Reading();
  const read = configuration.read(readYaml(`token: ${token}\n`, 'configuration', 'm.yaml'), reading);
  vault.fill(reading.secrets);
  if (read === undefined) throw new Error('the configuration is right');
  return read.token;
}

/** What the module does with `message` as its input and a file of this content, up to its trap; after so long. */
async function flightWith(message: string, content: Uint8Array, ms: number): Promise<FlightRecord> {
  let isUsed = false;
  const virtual = new VirtualCell(lease, () => leaseOf(7), {
    'eft:host/files': () => {
      isUsed = vault.reveal({ secret: message }) === token;
      return Promise.resolve(content);
    },
  });
  virtual.putModuleStatus(message);
  virtual.cell.start();
  await virtual.pass(ms);
  virtual.putModuleStatus(`once more: ${message}`);
  await virtual.pass(1_000);
  const flight = virtual.cell.record();
  // The host has the secret all the while, and works with it.
  expect(isUsed).toBe(message === 'token');
  if (flight === undefined) throw new Error('there is a record');
  return flight;
}

function recordOf(flight: FlightRecord): ModuleRecord {
  return { module: lease, takenAt, flight };
}

/** Everything that is in the only file of the folder. */
function contentOfFile(): Buffer {
  const [file, ...others] = readdirSync(folder);
  if (file === undefined || others.length > 0) throw new Error('there is one file');
  return zstdDecompressSync(readFileSync(`${folder}/${file}`).subarray(16));
}

function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')].flatMap((form) => [
    Buffer.from(form),
    Buffer.from(form, 'utf16le'),
  ]);
}

describe('an input of a secret type', () => {
  it.each([
    ['a start', 20_000],
    ['a checkpoint, with memory', 1_500_000],
  ])('is nowhere in a record from %s: there is its handle', async (_, ms) => {
    const handle = readToken();
    const flight = await flightWith(handle.secret, leaseOf(7), ms);
    expect(flight.begin.begin).toBe(ms > 1_000_000 ? 'checkpoint' : 'start');
    expect((await new RecordFolder(folder).write(recordOf(flight))).outcome).toBe('written');
    const content = contentOfFile();
    for (const form of formsOf(token)) expect(content.includes(form)).toBe(false);
    expect(content.includes(Buffer.from(`once more: ${handle.secret}`))).toBe(true);
    if (flight.begin.begin === 'checkpoint')
      expect(flight.begin.state.core[0]?.memory.length).toBeGreaterThan(10_000);
    // A handle is all that the module has had: it does the same without any vault.
    expect(replay(loadRecorded(recordOf(flight)), flight).verdict).toBe('same');
  });
});

describe('a secret that came in another way', () => {
  it('as in a file that the module may read, keeps the record from being written', async () => {
    readToken();
    const flight = await flightWith('nothing', Buffer.from(`7 ${token}`), 20_000);
    const records = new RecordFolder(folder, { secrets: vault.finder() });
    expect(await records.write(recordOf(flight))).toEqual({
      outcome: 'dropped',
      reason: 'it holds a secret of the machine configuration',
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(records.dropped).toBe(1);
    // It is in there indeed: without the search it is written.
    expect((await new RecordFolder(folder).write(recordOf(flight))).outcome).toBe('written');
    expect(contentOfFile().includes(Buffer.from(token))).toBe(true);
  });

  it('is found in memory too, and where two pieces of it meet', async () => {
    readToken();
    const flight = await flightWith('nothing', leaseOf(7), 1_500_000);
    const { begin } = flight;
    if (begin.begin !== 'checkpoint') throw new Error('it begins at a checkpoint');
    const [core] = begin.state.core;
    if (core === undefined) throw new Error('it has a memory');
    const withMemory = (at: number, bytes: Buffer): ModuleRecord => {
      const memory = new Uint8Array(256 * 1024);
      memory.set(bytes, at);
      const state = { ...begin.state, core: [{ ...core, memory }] };
      return recordOf({ ...flight, begin: { ...begin, state } });
    };
    const records = new RecordFolder(folder, { secrets: vault.finder() });
    for (const at of [0, 65_530, 131_071, 200_001]) {
      const planted = withMemory(at, Buffer.from(token, 'utf16le'));
      expect((await records.write(planted)).outcome).toBe('dropped');
    }
    expect(readdirSync(folder)).toEqual([]);
    const harmless = withMemory(65_530, Buffer.from(token.slice(0, -1), 'utf16le'));
    expect((await records.write(harmless)).outcome).toBe('written');
  });
});
