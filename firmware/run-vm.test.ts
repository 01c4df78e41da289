import { describe, expect, it } from 'vitest';
import { emulatorParameters, type VmOptions } from './run-vm.ts';

const options: VmOptions = {
  kernel: '/k/vmlinux',
  commandLine: 'console=ttyS0',
  memoryMiB: 256,
  processors: 2,
  disks: [{ file: '/d/a,b.img', isReadOnly: true, serial: 'root' }],
  accelerator: 'tcg',
  deadlineMs: 1_000,
};

describe("the emulator's parameters", () => {
  it('give the machine nothing that was not asked for', () => {
    const parameters = emulatorParameters(options);
    expect(parameters).toContain('-nodefaults');
    expect(parameters).toContain('-no-user-config');
    expect(parameters[parameters.indexOf('-nic') + 1]).toBe('none');
    expect(parameters).not.toContain('-qmp');
  });

  it('keep a comma in a file name part of the name', () => {
    expect(emulatorParameters(options)).toContain(
      'id=disk0,file=/d/a,,b.img,format=raw,if=none,read-only=on',
    );
    expect(emulatorParameters(options)).toContain('virtio-blk-pci,drive=disk0,serial=root');
  });

  it('forward ports of the loopback only', () => {
    const network = { kind: 'user', forwards: [{ host: 5000, guest: 50_000 }] } as const;
    expect(emulatorParameters({ ...options, network })).toContain(
      'user,id=net0,hostfwd=tcp:127.0.0.1:5000-:50000',
    );
  });

  it('run no script for a tap device', () => {
    const network = { kind: 'tap', device: 'tap0', address: '52:54:00:00:00:01' } as const;
    const parameters = emulatorParameters({ ...options, network });
    expect(parameters).toContain('tap,id=net0,ifname=tap0,script=no,downscript=no');
    expect(parameters).toContain('virtio-net-pci,netdev=net0,mac=52:54:00:00:00:01');
  });
});
