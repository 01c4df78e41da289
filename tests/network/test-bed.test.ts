import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Host, type Leases, TestBed } from './test-bed.ts';

const first: Leases = { from: '10.77.0.10', to: '10.77.0.20', leaseSeconds: 120, router: '10.77.0.7' };
const second: Leases = { from: '10.77.0.50', to: '10.77.0.50', leaseSeconds: 120 };

/** Asks with busybox's client, which is no part of Eft: what it says when it got a lease. */
function askForLease(client: Host): Promise<string> {
  const script = ['-s', '/bin/true', '-f', '-q', '-n', '-t', '6', '-T', '1', '-i', 'eth0'];
  return client.run('sh', '-c', `busybox udhcpc ${script.join(' ')} 2>&1`);
}

describe('the test bed', () => {
  it.each(['startDnsmasq', 'startUdhcpd'] as const)(
    'gives leases by %s, also others after a restart (needs root)',
    async (start) => {
      await using bed = await TestBed.open();
      const server = await bed.addHost('10.77.0.1/24');
      const client = await bed.addHost();
      const dhcp = await server[start](first);
      expect(await askForLease(client)).toMatch(/lease of 10\.77\.0\.(1\d|20) obtained from 10\.77\.0\.1,/);
      await dhcp.restart(second);
      expect(await askForLease(client)).toContain('lease of 10.77.0.50 obtained');
    },
  );

  it('takes a link down, and lets hosts reach each other otherwise', async () => {
    await using bed = await TestBed.open();
    const one = await bed.addHost('10.77.0.1/24');
    const other = await bed.addHost('10.77.0.2/24');
    await expect(one.run('busybox', 'arping', '-f', '-w', '5', '-I', 'eth0', '10.77.0.2')).resolves.toContain(
      'reply from',
    );
    await other.setLink('down');
    expect(await other.ip('link', 'show', 'eth0')).toMatchObject([{ ifname: 'eth0', operstate: 'DOWN' }]);
  });

  it('lets a third host hold the address that a server gives', async () => {
    await using bed = await TestBed.open();
    const server = await bed.addHost('10.77.0.1/24');
    await bed.addHost('10.77.0.50/24');
    const client = await bed.addHost();
    const dhcp = await server.startDnsmasq(second);
    const command = 'timeout 4 busybox udhcpc -s /bin/true -f -q -n -t 1 -a200 -i eth0 2>&1 || true';
    expect(await client.run('sh', '-c', command)).toContain('offered address is in use');
    expect(dhcp.output()).toContain('DHCPDECLINE');
  });

  it('leaves nothing behind', async () => {
    let pid: number;
    {
      await using bed = await TestBed.open();
      ({ pid } = await bed.addHost());
      expect(existsSync(`/proc/${pid}`)).toBe(true);
    }
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
