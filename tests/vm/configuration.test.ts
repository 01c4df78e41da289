/**
 * Configuration disks under the kernel of this checkout: NoCloud disks made by the tools that clouds make them with, and a disk that is STATE. Each
 * test boots a machine (see node.test.ts).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeStateDisk } from '../../cli/provision/state-disk.ts';
import { vmCommandLine } from '../../cli/provision/vm-spec.ts';
import { readImage } from '../../cli/read-image.ts';
import { ensureDebianPackages } from '../../cli/toolchain/machine-packages.mjs';
import { buildKernel } from '../../firmware/build-kernel.ts';
import { findCurrentKernel } from '../../firmware/kernel-cache.ts';
import { type Accelerator, ensureEmulator, findAccelerator, startVm } from '../../firmware/run-vm.ts';
import type { VerityParameters } from '../../image/verity.ts';
import { bareConfig, rightConfig, wrongConfigs } from '../e2e/wrong-configs.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';

/** Emulated, on a busy machine. */
const bootLimitMs = 240_000;
const isRun =
  (process.env['EFT_VM_TESTS'] === '1' || findCurrentKernel() !== undefined) && process.getuid?.() === 0;

let folder = '';
let kernel = '';
let accelerator: Accelerator = 'tcg';
let image: { readonly file: string; readonly verity: VerityParameters };

beforeAll(
  async () => {
    if (!isRun) return;
    ensureEmulator((line) => console.warn(line));
    const cloudTools = {
      name: 'cloud-image-utils',
      file: '/usr/bin/cloud-localds',
      purpose: 'makes NoCloud disks',
    };
    expect(ensureDebianPackages([cloudTools], (line: string) => console.warn(line))).toBeUndefined();
    kernel = (await buildKernel()).files.vmlinux;
    accelerator = await findAccelerator(kernel);
    folder = mkdtempSync(join(tmpdir(), 'eft-config-'));
    const file = await builtImage();
    image = { file, verity: (await readImage(file, undefined)).opened.descriptor.verity };
  },
  imageBuildLimitMs + 30 * 60_000,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(tool: string, ...parameters: readonly string[]): void {
  const { status, stderr, error } = spawnSync(tool, parameters, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  if (status !== 0) throw new Error(`${tool}: ${error?.message ?? stderr}`);
}

/** Boots a machine with these disks beside its image until its boot is over, and gives what its console said. */
async function boot(disks: readonly string[], parameters: readonly string[] = []): Promise<string> {
  const vm = startVm({
    kernel,
    commandLine: vmCommandLine(image.verity, 'n1', parameters),
    memoryMiB: 1024,
    processors: 2,
    disks: [image.file, ...disks].map((file, index) => ({
      file,
      isReadOnly: index === 0 || file.endsWith('.iso'),
    })),
    network: { kind: 'user', forwards: [] },
    accelerator,
    deadlineMs: bootLimitMs,
  });
  await vm.waitFor(/READY.* after [\d.]+ s$/);
  // What it has kept must be on the disk: its power is cut now.
  await vm.stop();
  const { lines } = await vm.ended;
  return lines.join('\n');
}

describe.skipIf(!isRun)('a configuration disk of a virtual machine', () => {
  it(
    'is read when cloud-localds made it, and what was accepted is kept on STATE',
    async () => {
      writeFileSync(join(folder, 'user-data'), bareConfig);
      writeFileSync(join(folder, 'meta-data'), 'instance-id: i-1\nlocal-hostname: from-meta-data\n');
      run('cloud-localds', 'seed.iso', 'user-data', 'meta-data');
      const state = join(folder, 'state.ext4');
      makeStateDisk(state);
      const first = await boot([join(folder, 'seed.iso'), state]);
      expect(first, first.slice(-3_000)).toMatch(/configuration .* from the NoCloud disk/);
      expect(first).toMatch(/keep-config .*config\.yaml is on STATE/);
      // A lease of QEMU's has no host name, and the kernel command line's counts less.
      expect(first).toMatch(/node {7}from-meta-data/);

      // Another disk, of FAT, comes after what the node has accepted.
      run('mkfs.vfat', '-C', '-n', 'CIDATA', 'seed.fat', '2048');
      writeFileSync(join(folder, 'user-data'), rightConfig('from-fat'));
      run('mcopy', '-i', 'seed.fat', 'user-data', 'meta-data', '::');
      const second = await boot([join(folder, 'seed.fat'), state]);
      expect(second, second.slice(-3_000)).toMatch(/configuration .* from STATE; not used: the NoCloud disk/);
      expect(second).not.toMatch(/node {7}from-fat/);

      const third = await boot([state], ['eft.recovery=1']);
      expect(third, third.slice(-3_000)).toMatch(
        /configuration .*maintenance: the kernel command line asks for it/,
      );
      expect(third).toMatch(/addresses {2}eth0 10\.0\.2\.15\/24/);
      expect(third).toMatch(/mode {7}maintenance, with the default network/);
    },
    bootLimitMs * 3,
  );

  it(
    'of FAT is refused with its place when it is wrong, and the node is in maintenance',
    async () => {
      const { text = '', place = '', reason = '' } = wrongConfigs[0] ?? {};
      run('mkfs.vfat', '-C', '-n', 'cidata', 'wrong.fat', '2048');
      writeFileSync(join(folder, 'user-data'), text);
      run('mcopy', '-i', 'wrong.fat', 'user-data', '::');
      const said = await boot([join(folder, 'wrong.fat')]);
      expect(said, said.slice(-3_000)).toMatch(
        /configuration .*the configuration of the NoCloud disk is refused/,
      );
      expect(said).toContain(`user-data:${place}: `);
      expect(said).toContain(reason);
      expect(said).toMatch(/mode {7}maintenance, with the default network: .*the NoCloud disk is refused/);
    },
    bootLimitMs,
  );
});
