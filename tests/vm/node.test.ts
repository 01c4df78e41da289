/**
 * Nodes as virtual machines: the image of this checkout under its own kernel, from a verified root. Each test boots a machine, and all together take
 * some minutes where the processor is emulated, so they run only where the kernel has been built, or EFT_VM_TESTS=1 asks for it.
 */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vmCommandLine } from '../../cli/provision/vm-spec.ts';
import { readImage } from '../../cli/read-image.ts';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import { buildNative, defaultBuild } from '../../cli/toolchain/build-native.ts';
import { buildKernel } from '../../firmware/build-kernel.ts';
import { findCurrentKernel } from '../../firmware/kernel-cache.ts';
import {
  type Accelerator,
  ensureEmulator,
  findAccelerator,
  startVm,
  type VmOutcome,
} from '../../firmware/run-vm.ts';
import { developmentKey } from '../../image/development-key.ts';
import { runTool } from '../../image/run-tool.ts';
import { attachSignatures } from '../../supervisor/trust/module-file.ts';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { ImageVariants, type VariantImage } from './image-variants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Emulated, on a busy machine. */
const bootLimitMs = 240_000;
const isAsked = process.env['EFT_VM_TESTS'] === '1';
const isRun = (isAsked || findCurrentKernel() !== undefined) && process.getuid?.() === 0;
if (!isRun) {
  console.warn(
    'SKIPPED: nodes as virtual machines; `npm run kernel` builds their kernel, or EFT_VM_TESTS=1 does here (root only)',
  );
}

let folder = '';
let kernel = '';
let accelerator: Accelerator = 'tcg';
let whole: VariantImage;
let variants: ImageVariants;

beforeAll(
  async () => {
    if (!isRun) return;
    ensureEmulator((line) => console.warn(line));
    kernel = (await buildKernel()).files.vmlinux;
    accelerator = await findAccelerator(kernel);
    folder = mkdtempSync(join(tmpdir(), 'eft-node-'));
    const file = await builtImage();
    whole = { file, verity: (await readImage(file, undefined)).opened.descriptor.verity };
    variants = new ImageVariants(file, join(folder, 'variants'));
  },
  imageBuildLimitMs + 30 * 60_000,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Boot = {
  readonly image?: VariantImage;
  readonly configuration?: string;
  /** The machine is ended when its console says this; else it must end by itself. */
  readonly until?: RegExp;
};

type Booted = { readonly reason: VmOutcome['reason']; readonly text: string };

/** Boots a machine with one network card that leads nowhere. */
async function boot({ image = whole, configuration, until }: Boot): Promise<Booted> {
  const packed = configuration === undefined ? '' : zstdCompressSync(configuration).toString('base64');
  const inline = packed === '' ? [] : [`eft.config.inline=${packed}`];
  const vm = startVm({
    kernel,
    commandLine: vmCommandLine(image.verity, 'n1', inline),
    memoryMiB: 1024,
    processors: 2,
    disks: [{ file: image.file, isReadOnly: true }],
    network: { kind: 'user', forwards: [] },
    accelerator,
    deadlineMs: bootLimitMs,
  });
  if (until !== undefined) {
    await vm.waitFor(until);
    await vm.stop();
  }
  const { reason, lines } = await vm.ended;
  return { reason, text: lines.join('\n') };
}

const ready = /(?<!NOT )READY.* after [\d.]+ s$/;
const over = /READY.* after [\d.]+ s$/;

describe.skipIf(!isRun)('a node as a virtual machine', () => {
  it(
    'is ready by `eft up --vm` with a lease, and goes down in order when `eft down` presses its power button',
    async () => {
      const home = join(folder, 'home');
      const name = `v${process.pid}`;
      const eft = (...parameters: readonly string[]) =>
        spawnSync(process.execPath, ['cli/main.ts', ...parameters, '--name', name], {
          cwd: root,
          encoding: 'utf8',
          env: { ...process.env, EFT_HOME: home, NO_COLOR: '1' },
        });
      try {
        const up = eft('up', '--vm', '--image', whole.file);
        expect(up.status, up.stderr.slice(-3_000)).toBe(0);
        expect(up.stderr).toMatch(/addresses {2}eth0 10\.57\.\d+\.2\/24/);
        expect(up.stdout).toContain(`${name}-1 is ready`);
        expect(JSON.parse(eft('status', '--json').stdout)).toMatchObject({
          nodes: [{ state: 'running', boots: 1 }],
        });
        // Its last words are gone with its folder: a second link to the file outlives that.
        const console = join(folder, 'console.log');
        linkSync(join(home, 'clusters', name, `${name}-1`, 'console.log'), console);
        const down = eft('down');
        expect(down.status, down.stderr).toBe(0);
        const said = readFileSync(console, 'utf8');
        expect(said).toContain('going down to power-off');
        expect(said).toContain('reboot: Power down');
        expect(said).not.toContain('its power is cut');
      } finally {
        eft('down');
      }
      expect(readdirSync(join(home, 'clusters'))).toEqual([]);
    },
    bootLimitMs * 2,
  );

  it(
    'makes every kind of link that its configuration declares, and shows them as the kernel has them',
    async () => {
      const { text } = await boot({ configuration: everyLink, until: over });
      expect(text, text.slice(-3_000)).toMatch(new RegExp(ready.source, 'm'));
      const links = /links {6}(.*)$/m.exec(text)?.[1]?.split(', ').sort();
      expect(links).toEqual([
        'bond0 bond',
        'br0 bridge',
        'dummy0 dummy',
        'eth0.100 vlan',
        'port0 dummy',
        'port1 dummy',
        'veth0 veth',
        'veth1 veth',
        'vrf0 vrf',
      ]);
      const addresses = /addresses {2}(.*)$/m.exec(text)?.[1]?.split(', ').sort();
      expect(addresses).toEqual([
        'bond0 10.9.3.1/24',
        'br0 10.9.5.1/24',
        'dummy0 10.9.1.1/24',
        'eth0 10.9.0.1/24',
        'eth0.100 10.9.2.1/24',
        'veth0 10.9.4.1/24',
      ]);
      // What the kernel says of it by itself.
      expect(text).toMatch(/bond0: \(slave port0\): Enslaving as/);
      expect(text).toMatch(/br0: port 1\(port1\) entered forwarding state/);
    },
    bootLimitMs,
  );

  it(
    'does not start with another root hash: the kernel refuses the root before any program runs',
    async () => {
      const { rootHash } = whole.verity;
      const other = `${rootHash.startsWith('0') ? '1' : '0'}${rootHash.slice(1)}`;
      const { reason, text } = await boot({
        image: { file: whole.file, verity: { ...whole.verity, rootHash: other } },
        until: /Rebooting in/,
      });
      expect(reason).toBe('stopped');
      expect(text).toMatch(/device-mapper: verity: .*corrupted/);
      expect(text).toContain('Kernel panic - not syncing: VFS: Unable to mount root fs');
      expect(text).not.toContain('as init process');
    },
    bootLimitMs,
  );

  it(
    'does not start when one bit of the image was changed: the kernel refuses it when it is read',
    async () => {
      const file = join(folder, 'damaged.img');
      const bytes = readFileSync(whole.file);
      // In the table of directories, without which nothing is found (struct squashfs_super_block of fs/squashfs/squashfs_fs.h).
      const at = Number(bytes.readBigUInt64LE(72)) + 4;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      const { text } = await boot({ image: { file, verity: whole.verity }, until: /Rebooting in|READY/ });
      expect(text).toMatch(/device-mapper: verity: .*data block \d+ is corrupted/);
      expect(text).toMatch(
        /Kernel panic - not syncing: (?:VFS: Unable to mount root fs|Requested init \S+ failed \(error -5\))/,
      );
      expect(text).not.toMatch(/READY/);
    },
    bootLimitMs,
  );

  it(
    'is ready without a module that traps whenever it is started, and says so',
    async () => {
      const { module } = await buildModule(join(root, 'tests/components/trapping'));
      const image = variants.make('trapping', {
        'usr/lib/eft/modules/trapping.wasm': attachSignatures(module, [developmentKey()]),
      });
      const { text } = await boot({ image, until: over });
      expect(text, text.slice(-3_000)).toMatch(/READY without trapping after [\d.]+ s$/m);
      expect(text).toMatch(/module trapping has failed/);
      expect(text).toMatch(/modules {4}.*trapping 0\.1\.0 quarantined/);
    },
    bootLimitMs,
  );

  it(
    'starts again when PID 1 is ended by a native abort',
    async () => {
      // Loaded where the native part should be: what happens to V8 when it gives up.
      const source = join(folder, 'abort.c');
      const library = join(folder, 'abort.node');
      writeFileSync(
        source,
        '#include <stdlib.h>\n__attribute__((constructor)) static void end(void) { abort(); }\n',
      );
      runTool(folder, 'gcc', ['-shared', '-fPIC', '-o', library, source]);
      const image = variants.make('aborting', { 'usr/lib/eft/syscall.node': readFileSync(library) });
      const { reason, text } = await boot({ image });
      expect(text).toContain('Kernel panic - not syncing: Attempted to kill init!');
      expect(text).toMatch(/Rebooting in \d+ seconds/);
      // A machine that starts again ends here, for QEMU is told so.
      expect(reason).toBe('ended');
    },
    bootLimitMs,
  );

  it(
    'ends an io process that uses more memory than its control group has, and nothing else',
    async () => {
      // The native part, and what the kernel calls when a process of the role `io` loads it: it takes twice what it may have.
      const source = join(folder, 'hog.c');
      writeFileSync(
        source,
        `#include "${join(root, 'supervisor/native/syscall.c')}"
#include <fcntl.h>
#include <string.h>
__attribute__((constructor)) static void take(void) {
  char words[256] = {0};
  int file = open("/proc/self/cmdline", O_RDONLY);
  ssize_t count = read(file, words, sizeof words - 1);
  close(file);
  // Its title, or before it has one its role.
  int has_title = memcmp(words, "eft-io", 6) == 0;
  int has_role = count >= 4 && memcmp(words + count - 4, "\\0io", 4) == 0;
  if (!has_title && !has_role) return;
  for (int taken = 0; taken < 512; taken += 1) {
    char *piece = malloc(1 << 20);
    if (piece != NULL) memset(piece, 1, 1 << 20);
  }
}
`,
      );
      const library = buildNative({ ...defaultBuild, source, target: join(folder, 'hog.node') });
      const image = variants.make('hog', { 'usr/lib/eft/syscall.node': readFileSync(library) });
      const { text } = await boot({ image, until: /Memory cgroup out of memory: Killed process/ });
      expect(text, text.slice(-3_000)).toMatch(
        /oom-kill:constraint=CONSTRAINT_MEMCG.*oom_memcg=\/system\/io-\d+/,
      );
      expect(text).toMatch(/Memory cgroup out of memory: Killed process \d+/);
      expect(text).not.toContain('Kernel panic');
    },
    bootLimitMs,
  );

  it(
    'says why when the supervisor fails, and starts again after the delay of the command line',
    async () => {
      const image = variants.make('empty', {
        'usr/lib/eft/modules/health.wasm': undefined,
        'usr/lib/eft/modules/network.wasm': undefined,
      });
      const { reason, text } = await boot({ image });
      expect(text).toMatch(/eft: the supervisor has failed, and with it the node:/);
      expect(text).toMatch(/eft: .*\/usr\/lib\/eft\/modules/);
      expect(text).toMatch(/eft: the machine starts again in 5 s/);
      expect(text).not.toContain('Kernel panic');
      expect(reason).toBe('ended');
    },
    bootLimitMs,
  );
});

/** Links of every kind, with addresses, but for ports and routing domains. */
const everyLink = `apiVersion: eft/v1alpha1
kind: MachineConfig
machine:
  type: worker
  network:
    interfaces:
      - interface: eth0
        addresses: [10.9.0.1/24]
        vlans: [{ vlanId: 100, addresses: [10.9.2.1/24] }]
      - { interface: dummy0, dummy: true, addresses: [10.9.1.1/24] }
      - { interface: port0, dummy: true }
      - { interface: port1, dummy: true }
      - { interface: bond0, bond: { interfaces: [port0], mode: active-backup }, addresses: [10.9.3.1/24] }
      - { interface: veth0, veth: { peer: veth1 }, addresses: [10.9.4.1/24] }
      - { interface: br0, bridge: { interfaces: [port1] }, addresses: [10.9.5.1/24] }
      - { interface: vrf0, vrf: { table: 100, interfaces: [veth1] } }
`;
