import { describe, expect, it } from 'vitest';
import { type ConfigurationFiles, handedInFile, readConfiguration } from './read-configuration.ts';

const program = new URL('../config/config-worker.ts', import.meta.url);

const config = (hostname: string) => `apiVersion: eft/v1alpha1
kind: MachineConfig
machine:
  type: worker
  network:
    hostname: ${hostname}
`;

/** A machine with these files and no other. */
function machine(files: Readonly<Record<string, string>>): ConfigurationFiles {
  return {
    read: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
  };
}

describe('the configuration of a node', () => {
  it('may be none', async () => {
    const { value, message, missing } = await readConfiguration('namespace', program, machine({}));
    expect(value.machine).toBeUndefined();
    expect([...value.networks.keys()]).toEqual([]);
    expect([message, missing]).toEqual(['there is none', []]);
  });

  it('is what was handed in, before what the command line holds', async () => {
    const inline = Buffer.from(config('from-line')).toString('base64');
    const files = machine({
      [handedInFile]: config('from-file'),
      '/proc/cmdline': `quiet eft.config.inline=${inline} ip=10.0.0.5::10.0.0.1:255.255.255.0::eth0:off\n`,
    });
    const { value, message, missing } = await readConfiguration('machine', program, files);
    expect([message, missing]).toEqual(['from handed-in', []]);
    expect([...value.networks.keys()]).toEqual(['command-line', 'machine-config']);
    expect(value.networks.get('machine-config')?.hostName).toBe('from-file');
  });

  it('is not looked for on the command line of somebody else’s kernel', async () => {
    const inline = Buffer.from(config('from-line')).toString('base64');
    const files = machine({ '/proc/cmdline': `eft.config.inline=${inline} ip=dhcp` });
    const { value } = await readConfiguration('namespace', program, files);
    expect([value.machine, value.networks.size]).toEqual([undefined, 0]);
  });

  it('is refused with its place, and the node boots without', async () => {
    const files = machine({ [handedInFile]: config('n1').replace('hostname', 'hostnam') });
    const { value, missing } = await readConfiguration('namespace', program, files);
    expect(value.machine).toBeUndefined();
    expect(missing).toEqual([
      'that of handed-in is refused',
      expect.stringContaining(`${handedInFile}:6:5:`),
    ]);
    expect(missing?.[1]).toContain('did you mean `hostname`?');
  });

  it('is told what is wrong with the command line, and keeps what is right', async () => {
    const files = machine({ '/proc/cmdline': 'eft.config=ftp://x ip=10.0.0.300 nameserver=10.0.0.1' });
    const { value, missing } = await readConfiguration('machine', program, files);
    expect(missing).toHaveLength(2);
    expect(value.networks.get('command-line')?.resolvers).toEqual(['10.0.0.1']);
  });
});
