/**
 * The kernel that this checkout builds, in a virtual machine: it starts PID 1 from a verified root and from no other, and has what was asked
 * of it and not what was left out. Building it takes long, so these tests run only where `eft firmware build` has been.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCurrentKernel } from '../../firmware/kernel-cache.ts';
import { rootCommandLine } from '../../firmware/root-command-line.ts';
import {
  type Accelerator,
  ensureEmulator,
  findAccelerator,
  runVm,
  startVm,
  type VmOutcome,
} from '../../firmware/run-vm.ts';
import type { VerityImage } from '../../image/verity.ts';
import { damagePayload, makeGuestDisk, payloadBytes } from './guest-disk.ts';

/** Emulated on a busy machine, a boot takes half a minute at worst. */
const deadlineMs = 180_000;

const kernel = findCurrentKernel();
if (kernel === undefined) {
  console.warn('SKIPPED: the kernel of this checkout is not in the cache; `npm run kernel` builds it');
}

let folder = '';
let accelerator: Accelerator = 'tcg';
let disk: VerityImage;

describe.skipIf(kernel === undefined)('the kernel in a virtual machine', () => {
  const vmlinux = kernel?.files.vmlinux ?? '';
  const bzImage = kernel?.files.bzImage ?? '';

  beforeAll(async () => {
    ensureEmulator((line) => console.warn(line));
    folder = mkdtempSync(join(tmpdir(), 'eft-vm-'));
    disk = makeGuestDisk(folder);
    accelerator = await findAccelerator(vmlinux);
  }, deadlineMs);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Boots from these bytes, told to expect this root hash. */
  const boot = (bytes: Uint8Array, rootHash: string, file = vmlinux): Promise<VmOutcome> => {
    const path = join(folder, `disk-${accelerator}.img`);
    writeFileSync(path, bytes);
    return runVm({
      kernel: file,
      commandLine: `console=ttyS0 quiet panic=-1 ${rootCommandLine({ ...disk.parameters, rootHash }, '/dev/vda')}`,
      memoryMiB: 256,
      processors: 1,
      disks: [{ file: path, isReadOnly: true }],
      accelerator,
      deadlineMs,
      extra: ['-device', 'i6300esb'],
    });
  };

  describe('from a whole disk', () => {
    let facts = new Map<string, string>();
    beforeAll(async () => {
      const outcome = await boot(disk.bytes, disk.parameters.rootHash);
      facts = factsOf(outcome);
      if (facts.size === 0) throw new Error(`no facts:\n${outcome.lines.slice(-40).join('\n')}`);
    }, deadlineMs);

    const expectFacts = (expected: Readonly<Record<string, string>>): void => {
      const found = Object.keys(expected).map((name) => [name, facts.get(name) ?? 'not said']);
      expect(Object.fromEntries(found)).toEqual(expected);
    };

    it('reaches user space, reads every byte and powers off', () => {
      expectFacts({ reached: 'user space', payload: String(payloadBytes), finished: 'yes' });
    });

    it('has the verified device as its root, and nobody can write to it', () => {
      expectFacts({ 'root.name': 'eft-root', 'root.write': 'EROFS' });
      expect(facts.get('root.mount')).toMatch(/^\/dev\/root \/ squashfs ro,/);
      expect(facts.get('root.device.write')).not.toBe('ok');
    });

    it('takes no modules, and no other kernel', () => {
      expectFacts({
        'modules.list': 'ENOENT',
        'modules.init': 'ENOSYS',
        'modules.finit': 'ENOSYS',
        kexec: 'ENOSYS',
        'kexec.file': 'ENOSYS',
      });
    });

    it('does not have the system calls and files that were left out', () => {
      expectFacts({
        io_uring: 'ENOSYS',
        userfaultfd: 'ENOSYS',
        iopl: 'ENOSYS',
        ioperm: 'ENOSYS',
        modify_ldt: 'ENOSYS',
        process_vm_readv: 'ENOSYS',
        'dev.mem': 'ENOENT',
        'dev.port': 'ENOENT',
        'proc.kcore': 'ENOENT',
        'proc.pagemap': 'ENOENT',
        'proc.sysrq': 'ENOENT',
        'cpu.msr': 'ENOENT',
        debugfs: 'ENODEV',
        tracefs: 'ENODEV',
        'socket.alg': 'EAFNOSUPPORT',
        'socket.sctp': 'EPROTONOSUPPORT',
      });
    });

    it('is locked down, with its security modules on', () => {
      expectFacts({
        lockdown: 'none [integrity] confidentiality',
        lsm: 'lockdown,capability,landlock,yama',
        landlock: 'ok',
      });
    });

    it('has safe settings before PID 1 sets any', () => {
      expectFacts({
        'sysctl.randomize_va_space': '2',
        'sysctl.dmesg_restrict': '1',
        'sysctl.unprivileged_bpf_disabled': '2',
        'sysctl.legacy_tiocsti': '0',
        'sysctl.ldisc_autoload': '0',
        'sysctl.panic': '-1',
        'sysctl.panic_on_oops': '1',
        'sysctl.mmap_min_addr': '65536',
      });
      // Debian's sources leave it to user space to say how strict Yama is: PID 1 does.
      expect(facts.get('sysctl.ptrace_scope')).toMatch(/^[0-3]$/);
    });

    it('has what containers and kubelet need', () => {
      expectFacts({
        'cgroup.controllers': 'cpuset cpu io memory hugetlb pids misc',
        'device.mapper': 'ok',
        watchdog: 'ok',
      });
      expect(Number(facts.get('sysctl.root_maxkeys'))).toBeGreaterThan(0);
      expect(Number(facts.get('sysctl.max_user_namespaces'))).toBeGreaterThan(0);
    });

    it('makes every kind of link that can be declared, and those of network plugins', () => {
      const kinds = [
        'dummy',
        'vlan',
        'bond',
        'bridge',
        'vrf',
        'veth',
        'vxlan',
        'wireguard',
        'macvlan',
        'netkit',
        'ipip',
      ];
      expectFacts({
        ...Object.fromEntries(kinds.map((kind) => [`link.${kind}`, 'ok'])),
        'socket.netfilter': 'ok',
        'socket.packet': 'ok',
      });
    });
  });

  it(
    'starts the compressed image as well',
    async () => {
      const outcome = await boot(disk.bytes, disk.parameters.rootHash, bzImage);
      expect(factsOf(outcome).get('finished')).toBe('yes');
    },
    deadlineMs,
  );

  it(
    'refuses a root that is not the one of the root hash, before any program runs',
    async () => {
      const { rootHash } = disk.parameters;
      const outcome = await boot(disk.bytes, `${rootHash.startsWith('0') ? '1' : '0'}${rootHash.slice(1)}`);
      expect(factsOf(outcome).size).toBe(0);
      expect(outcome.reason).toBe('ended');
      expect(outcome.lines.join('\n')).toMatch(/device-mapper: verity: .*corrupted/);
      expect(outcome.lines.join('\n')).toMatch(/Kernel panic - not syncing: VFS: Unable to mount root fs/);
    },
    deadlineMs,
  );

  it(
    'refuses a changed byte when it is read',
    async () => {
      const facts = factsOf(await boot(damagePayload(disk.bytes), disk.parameters.rootHash));
      expect(facts.get('reached')).toBe('user space');
      expect(facts.get('payload')).toBe('EIO');
    },
    deadlineMs,
  );

  it(
    'is stopped when the caller wishes, and leaves no process',
    async () => {
      const vm = startVm({
        kernel: vmlinux,
        commandLine: 'console=ttyS0 panic=0',
        memoryMiB: 128,
        processors: 1,
        disks: [],
        accelerator,
        deadlineMs,
      });
      expect(await vm.waitFor(/Kernel panic/)).toContain('Unable to mount root fs');
      expect((await vm.stop()).reason).toBe('stopped');
      expect(() => process.kill(vm.pid, 0)).toThrow('ESRCH');
    },
    deadlineMs,
  );
});

/** What PID 1 of the machine has said. */
function factsOf({ lines }: VmOutcome): Map<string, string> {
  const facts = lines.flatMap((line) => {
    const found = /^fact ([^=]+)=(.*)$/.exec(line);
    return found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const];
  });
  return new Map(facts);
}
