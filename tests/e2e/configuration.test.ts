/** What nodes in namespaces do with machine configurations, right and wrong, and how they are got back from one that locks everyone out. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { LocalCluster } from './local-cluster.ts';
import { rightConfig, wrongConfigs } from './wrong-configs.ts';

const isRoot = process.getuid?.() === 0;
let cluster: LocalCluster;

/** Writes a file into the cluster's home. */
function write(name: string, text: string): string {
  const path = join(cluster.home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe.skipIf(!isRoot)('the configuration of local nodes', () => {
  beforeAll(async () => {
    cluster = new LocalCluster(`c${process.pid}`, await builtImage());
  }, imageBuildLimitMs);

  afterEach(() => {
    cluster.down();
  });

  afterAll(() => cluster.remove());

  it('is refused by `eft up` with place and reason if it is wrong, before anything is made', () => {
    for (const { name, text, place, reason } of wrongConfigs) {
      const file = write('wrong.yaml', text);
      const { status, err } = cluster.up('--config', file);
      expect([name, status]).toEqual([name, 1]);
      expect(err.replaceAll('\n  ', '; '), name).toContain(reason);
      expect(err, name).toContain(place === undefined ? file : `${file}:${place}: `);
    }
    expect(existsSync(join(cluster.home, 'eft/clusters'))).toBe(false);
  });

  it('is refused by a node with place and reason if it is wrong, and the node is in maintenance', () => {
    for (const [index, { text }] of wrongConfigs.entries()) {
      write(`states/${cluster.node(index + 1)}/config.yaml`, text);
    }
    const { status, err } = cluster.up(
      '-n',
      String(wrongConfigs.length),
      '--state',
      join(cluster.home, 'states'),
    );
    expect(status, err.slice(-2_000)).toBe(0);
    for (const [index, { name, text, place, reason }] of wrongConfigs.entries()) {
      const console = cluster.console(index + 1);
      const phase = /~ configuration .*/.exec(console)?.[0] ?? '';
      expect(phase, name).toContain('maintenance: the configuration of STATE is refused');
      expect(phase, name).toContain(reason);
      expect(phase, name).toContain(place === undefined ? 'config.yaml: ' : `config.yaml:${place}: `);
      expect(console, name).toContain(`addresses  eth0 `);
      expect(console, name).toMatch(/mode {7}maintenance, with the default network: .*STATE is refused/);
      expect(console, name).not.toContain('keep-config');
      // What was there stays there.
      expect(readFileSync(join(cluster.home, 'states', cluster.node(index + 1), 'config.yaml'), 'utf8')).toBe(
        text,
      );
    }
  });

  it('is kept on STATE once it was accepted, and not read when the command line asks for recovery', () => {
    const states = join(cluster.home, 'kept');
    const lockedOut = `${rightConfig('locked-out')}    interfaces: [{ interface: eth0, addresses: [192.0.2.1/32] }]\n`;
    const first = cluster.up('--state', states, '--config', write('first.yaml', lockedOut));
    expect(first.status, first.err.slice(-2_000)).toBe(0);
    expect(cluster.console()).toContain('from the file that was handed in');
    expect(cluster.console()).toContain('addresses  eth0 192.0.2.1/32');
    expect(cluster.down().status).toBe(0);
    expect(readdirSync(join(states, cluster.node(1)))).toEqual(['config.yaml']);

    expect(cluster.up('--state', states).status).toBe(0);
    expect(cluster.console()).toContain('from STATE');
    expect(cluster.console()).toContain('node       locked-out');
    expect(cluster.down().status).toBe(0);

    expect(cluster.up('--state', states, '--parameter', 'eft.recovery=1').status).toBe(0);
    const console = cluster.console();
    expect(console).toContain('maintenance: the kernel command line asks for it, and no source is read');
    expect(console).toMatch(/addresses {2}eth0 10\.57\.\d+\.2\/24/);
    expect(console).not.toContain('locked-out');
    expect(readFileSync(join(states, cluster.node(1), 'config.yaml'), 'utf8')).toBe(lockedOut);
  });
});
