import { describe, expect, it } from 'vitest';
import { handedInFile, handedParametersFile, handedStateFolder } from './handed-in.ts';
import { type ConfigurationFiles, type DiskFindings, readConfiguration } from './read-configuration.ts';

const program = new URL('../config/config-worker.ts', import.meta.url);

const config = (hostname: string) => `apiVersion: eft/v1alpha1
kind: MachineConfig
machine:
  type: worker
  network:
    hostname: ${hostname}
`;

/** A machine with these files and no other. */
function machine(
  files: Readonly<Record<string, string>>,
  disks: Partial<DiskFindings> = {},
): ConfigurationFiles {
  return {
    read: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    hasFolder: (path) => Object.keys(files).some((name) => name.startsWith(`${path}/`)),
    readDisks: () =>
      Promise.resolve({
        hasState: false,
        state: undefined,
        staged: undefined,
        modules: undefined,
        noCloud: undefined,
        notes: [],
        ...disks,
      }),
  };
}

const inline = (hostname: string): string =>
  `eft.config.inline=${Buffer.from(config(hostname)).toString('base64')}`;
const stateOf = (hostname: string) => ({ hasState: true, state: Buffer.from(config(hostname)) });
const noCloudOf = (hostname: string) => ({
  noCloud: new Map([
    ['user-data', Buffer.from(config(hostname))],
    ['meta-data', Buffer.from('local-hostname: from-meta-data\n')],
  ]),
});

describe('the configuration of a node', () => {
  it('may be none', async () => {
    const { value, message, missing } = await readConfiguration('namespace', program, machine({}));
    expect(value.machine).toBeUndefined();
    expect([...value.networks.keys()]).toEqual([]);
    expect([message, missing]).toEqual(['maintenance: there is no configuration', []]);
    expect(value.maintenance).toBe('there is no configuration');
  });

  it('is what was handed in, before what the command line holds', async () => {
    const files = machine({
      [handedInFile]: config('from-file'),
      '/proc/cmdline': `quiet ${inline('from-line')} ip=10.0.0.5::10.0.0.1:255.255.255.0::eth0:off\n`,
    });
    const { value, message, missing } = await readConfiguration('machine', program, files);
    expect([message, missing]).toEqual([
      'from the file that was handed in; not used: the kernel command line',
      [],
    ]);
    expect([...value.networks.keys()]).toEqual(['command-line', 'machine-config']);
    expect(value.networks.get('machine-config')?.hostName).toBe('from-file');
  });

  it('is not looked for on the command line of somebody else’s kernel', async () => {
    const line = `${inline('from-line')} ip=dhcp`;
    const host = machine({ '/proc/cmdline': line });
    const { value } = await readConfiguration('namespace', program, host);
    expect([value.machine, value.networks.size]).toEqual([undefined, 0]);
    const own = machine({ [handedParametersFile]: line });
    expect((await readConfiguration('namespace', program, own)).value.networks.size).toBe(2);
  });

  it('is refused with its place, and the node boots without', async () => {
    const files = machine({ [handedInFile]: config('n1').replace('hostname', 'hostnam') });
    const { value, missing } = await readConfiguration('namespace', program, files);
    expect(value.machine).toBeUndefined();
    expect(value.maintenance).toBe('the configuration of the file that was handed in is refused');
    expect(missing).toEqual([
      'that of the file that was handed in is refused',
      expect.stringContaining(`${handedInFile}:6:5:`),
    ]);
    expect(missing?.[1]).toContain('did you mean `hostname`?');
  });

  it('is told what is wrong with the command line, and keeps what is right', async () => {
    const line = 'eft.config=ftp://x ip=10.0.0.300 nameserver=10.0.0.1';
    const files = machine({ '/proc/cmdline': line }, noCloudOf('of-somebody'));
    const { value, missing, message } = await readConfiguration('machine', program, files);
    expect(missing).toEqual([
      expect.stringContaining('10.0.0.300'),
      'that of the kernel command line is refused',
      expect.stringContaining('no address of http'),
    ]);
    expect(message).toBe(
      'maintenance: the configuration of the kernel command line is refused; not used: the NoCloud disk',
    );
    expect(value.networks.get('command-line')?.resolvers).toEqual(['10.0.0.1']);
  });

  it('is that of STATE if there is one, and stays so when what is handed in is refused', async () => {
    const line = { '/proc/cmdline': inline('from-line') };
    const before = machine(line, { ...stateOf('from-state'), ...noCloudOf('from-disk') });
    const first = await readConfiguration('machine', program, before);
    expect(first.value.networks.get('machine-config')?.hostName).toBe('from-state');
    expect(first.value.found?.source).toBe('state');
    expect(first.value.change).toBeUndefined();
    expect(first.message).toBe('from STATE; not used: the kernel command line, the NoCloud disk');

    const wrong = machine({ [handedInFile]: 'kind: Pod\n' }, stateOf('from-state'));
    const second = await readConfiguration('machine', program, wrong);
    expect(second.value.networks.get('machine-config')?.hostName).toBe('from-state');
    expect(second.value.maintenance).toBeUndefined();
    expect(second.missing?.[0]).toBe('that of the file that was handed in is refused');

    const damaged = machine(line, { hasState: true, state: Buffer.from('kind: Pod\n') });
    const third = await readConfiguration('machine', program, damaged);
    expect(third.value.machine).toBeUndefined();
    expect(third.value.maintenance).toContain('the configuration of STATE is refused');
  });

  it('is the one that was staged, which takes the place of that of STATE', async () => {
    const disks = { ...stateOf('old'), staged: Buffer.from(config('new')) };
    const { value, message } = await readConfiguration('machine', program, machine({}, disks));
    expect(value.networks.get('machine-config')?.hostName).toBe('new');
    expect(value.change).toEqual({ type: 'promote' });
    expect(message).toBe('from the file that was staged; not used: STATE');
    // Whoever hands one in now has decided later.
    const later = machine({ [handedInFile]: config('later') }, disks);
    expect((await readConfiguration('machine', program, later)).value.change?.type).toBe('accept');
  });

  it('stays that of STATE when the one that was staged is refused, which is told and dropped', async () => {
    for (const staged of ['kind: Pod\n', 'machine: [', '\u0000']) {
      const disks = { ...stateOf('old'), staged: Buffer.from(staged) };
      const { value, missing, message } = await readConfiguration('machine', program, machine({}, disks));
      expect(value.networks.get('machine-config')?.hostName).toBe('old');
      expect([message, value.change]).toEqual(['from STATE', { type: 'discard' }]);
      expect(missing?.[0]).toBe('that of the file that was staged is refused');
      const alone = machine({}, { hasState: true, staged: Buffer.from(staged) });
      const other = (await readConfiguration('machine', program, alone)).value;
      expect([other.machine, other.change]).toEqual([undefined, { type: 'discard' }]);
    }
  });

  it('is that of a NoCloud disk, with the host name of its meta-data below', async () => {
    const { value, message } = await readConfiguration('machine', program, machine({}, noCloudOf('n1')));
    expect(message).toBe('from the NoCloud disk');
    expect(value.networks.get('no-cloud')?.hostName).toBe('from-meta-data');
    expect(value.change).toMatchObject({ type: 'accept', content: Buffer.from(config('n1')) });
    const refused = { noCloud: new Map([['user-data', Buffer.from('#cloud-config\n')]]) };
    const other = await readConfiguration('machine', program, machine({}, refused));
    expect(other.missing?.[1]).toContain('`user-data` is for cloud-init');
  });

  it('of a namespace node may lie in a folder that is its STATE', async () => {
    const files = machine({ [`${handedStateFolder}/config.yaml`]: config('from-folder') });
    const { message, value } = await readConfiguration('namespace', program, files);
    expect(message).toBe('from STATE');
    expect(value.state).toBe('folder');
  });

  it('may have to be fetched', async () => {
    const line = 'eft.config=https://example.org/w1.yaml';
    const { value, message } = await readConfiguration(
      'machine',
      program,
      machine({ '/proc/cmdline': line }),
    );
    expect(value.address?.url.href).toBe('https://example.org/w1.yaml');
    expect(value.maintenance).toBeUndefined();
    expect(message).toBe('to be fetched from https://example.org/w1.yaml, as the kernel command line says');
  });

  it('is read from nowhere when the command line asks for recovery', async () => {
    const files: ConfigurationFiles = {
      ...machine({
        [handedInFile]: config('from-file'),
        '/proc/cmdline': `eft.recovery=1 nameserver=10.0.0.1 ${inline('from-line')}`,
      }),
      readDisks: () => Promise.reject(new Error('a disk was read')),
    };
    const { value } = await readConfiguration('machine', program, files);
    expect(value.machine).toBeUndefined();
    expect(value.maintenance).toBe('the kernel command line asks for it, and no source is read');
    expect([...value.networks.keys()]).toEqual(['command-line']);
  });
});
