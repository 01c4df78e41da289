import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { askDisks, candidateDevices, changeInFolder, changeOnDisk } from './ask-disks.ts';

const program = new URL('./disk-process.ts', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'eft-disks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

function run(tool: string, ...parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, parameters, {
    encoding: 'utf8',
    env: environment,
  });
  if (status !== 0) throw new Error(`${tool}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** Runs `use` with loop devices of these files. */
async function withDevices<Value>(
  files: readonly string[],
  use: (devices: readonly string[]) => Promise<Value>,
): Promise<Value> {
  const devices: string[] = [];
  try {
    for (const file of files) devices.push(run('losetup', '--find', '--show', file));
    return await use(devices);
  } finally {
    for (const device of devices) run('losetup', '--detach', device);
  }
}

it('looks at disks that nobody uses, and at nothing that is made of others', () => {
  const block = join(folder, 'block');
  for (const [name, size, holder] of [
    ['vda', '8192', 'dm-0'],
    ['vdb', '8192', undefined],
    ['sr0', '0', undefined],
    ['sda1', '100', undefined],
    ['dm-0', '8192', undefined],
    ['loop0', '8192', undefined],
  ] as const) {
    mkdirSync(join(block, name, 'holders'), { recursive: true });
    writeFileSync(join(block, name, 'size'), `${size}\n`);
    if (holder !== undefined) mkdirSync(join(block, name, 'holders', holder));
  }
  expect(candidateDevices(block)).toEqual(['/dev/sda1', '/dev/vdb']);
});

it('starts nothing when there is no disk', async () => {
  const found = await askDisks('/nonexistent', []);
  expect(found).toEqual({
    hasState: false,
    state: undefined,
    staged: undefined,
    modules: undefined,
    noCloud: undefined,
    notes: [],
  });
});

it('changes a folder that is STATE, and wipes it with all that is in it', async () => {
  const state = join(folder, 'state');
  mkdirSync(join(state, 'audit', 'old'), { recursive: true });
  writeFileSync(join(state, 'audit', 'old', 'log'), 'x');
  const content = Buffer.from('machine: 2\n');
  const changes = [
    [{ type: 'accept', content }, 'audit config.yaml'],
    [{ type: 'stage', content }, 'audit config.staged.yaml config.yaml'],
    [{ type: 'promote' }, 'audit config.yaml'],
    [{ type: 'discard' }, 'audit config.yaml'],
    [{ type: 'wipe' }, ''],
  ] as const;
  for (const [change, left] of changes) {
    expect(await changeInFolder(program, change, state)).toBeUndefined();
    expect(readdirSync(state).sort().join(' ')).toBe(left);
  }
  expect(await changeInFolder(program, { type: 'promote' }, state)).toContain('ENOENT');
  expect(await changeInFolder(program, { type: 'wipe' }, join(folder, 'nowhere'))).toContain('ENOENT');
});

describe.skipIf(process.getuid?.() !== 0)('a disk that is STATE', () => {
  it('keeps a configuration and gives it back, and a second one of its label is told', async () => {
    const files = ['one', 'two'].map((name) => join(folder, name));
    for (const file of files) run('mkfs.ext4', '-q', '-L', 'STATE', file, '8M');
    const before = readFileSync(files[1] ?? '');
    await withDevices(files, async (devices) => {
      const [first = '', second = ''] = devices;
      const empty = await askDisks(program, [first]);
      expect([empty.hasState, empty.state]).toEqual([true, undefined]);
      for (const text of ['machine: a long one\n'.repeat(50), 'machine: 2\n']) {
        const change = { type: 'accept', content: Buffer.from(text) } as const;
        expect(await changeOnDisk(program, change, devices)).toBeUndefined();
        const { state, notes } = await askDisks(program, devices);
        expect(Buffer.from(state ?? []).toString()).toBe(text);
        expect(notes).toEqual([`${second} has the label \`STATE\` too, and ${first} counts`]);
      }
    });
    // Nobody has written to the other one.
    expect(readFileSync(files[1] ?? '').equals(before)).toBe(true);
  });

  it('that is damaged, or that has a link or a device in the place of its file, is told and left', async () => {
    const damaged = join(folder, 'damaged');
    run('mkfs.ext4', '-q', '-L', 'STATE', damaged, '8M');
    const bytes = readFileSync(damaged);
    // All but the superblock, which has the label.
    bytes.fill(0xff, 4_096);
    writeFileSync(damaged, bytes);
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    run('ln', '-s', '/etc/shadow', join(tree, 'config.yaml'));
    const linked = join(folder, 'linked');
    run('mkfs.ext4', '-q', '-L', 'STATE', '-d', tree, linked, '8M');
    for (const [file, reason] of [
      [damaged, 'ext4'],
      [linked, 'ELOOP'],
    ] as const) {
      await withDevices([file], async (devices) => {
        const { state, notes } = await askDisks(program, devices);
        expect(state).toBeUndefined();
        expect(notes).toEqual([expect.stringContaining(reason)]);
        expect(notes[0]).toContain(devices[0]);
      });
    }
    expect(readdirSync(folder)).toContain('linked');
    expect(await changeOnDisk(program, { type: 'discard' }, [])).toBe('the disk is gone');
  });
});
