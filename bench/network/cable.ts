/** Two hosts of the test bed joined by a cable of their own, `port` on the server's end and `eth1` on the client's, that can be pulled out. */
import { once } from 'node:events';
import { type Host, TestBed } from '../../tests/network/test-bed.ts';

const serverAddress = '10.88.0.1/24';
/** Nobody should wait longer for an address than this. */
const patienceMs = 30_000;

export type Cable = AsyncDisposable & {
  readonly server: Host;
  readonly client: Host;
  readonly plug: (state: 'up' | 'down') => Promise<void>;
};

/** A cable that is not plugged in: the client's end has no carrier. */
export async function layCable(): Promise<Cable> {
  const bed = await TestBed.open();
  const [server, client] = [await bed.addHost(), await bed.addHost()];
  const pair = ['link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', String(client.pid)];
  await server.run('ip', ...pair);
  await server.run('ip', 'addr', 'add', serverAddress, 'dev', 'port');
  return {
    server,
    client,
    plug: async (state) => {
      await server.run('ip', 'link', 'set', 'port', state);
    },
    [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose](),
  };
}

/** Starts Debian's dnsmasq on the server's end; it answers without asking first whether an address is free. */
export async function serveLeases({ server }: Cable): Promise<void> {
  const program = server.startProgram(
    'dnsmasq',
    ...[
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--log-facility=-',
      '--log-dhcp',
      '--port=0',
      '--user=root',
    ],
    ...['--interface=port', '--bind-dynamic', '--dhcp-authoritative', '--no-ping', '--pid-file'],
    ...[
      '--dhcp-leasefile=/dev/null',
      '--dhcp-range=10.88.0.10,10.88.0.250,3600',
      '--dhcp-option=3,10.88.0.1',
    ],
  );
  if (program.stderr !== null) await once(program.stderr, 'data');
}

/** Milliseconds from `begin` until the client's end has an IPv4 address, as the kernel announces it. */
export async function timeToAddress({ client }: Cable, begin: () => Promise<void>): Promise<number> {
  const monitor = client.startProgram('ip', '-4', '-o', 'monitor', 'address');
  // `ip monitor` says nothing when it listens: an address of ours is heard when it does.
  let heard = '';
  let onText: () => void = () => undefined;
  monitor.stdout?.on('data', (bytes) => {
    heard += bytes;
    onText();
  });
  for (let last = 1; !heard.includes('127.9.'); last += 1) {
    await client.run('ip', 'addr', 'add', `127.9.0.${last}/32`, 'dev', 'lo');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no address after ${patienceMs} ms: ${heard}`)),
      patienceMs,
    );
    const startMs = performance.now();
    onText = () => {
      if (!/eth1\s+inet 10\.88\./.test(heard)) return;
      clearTimeout(timer);
      monitor.kill();
      resolve(performance.now() - startMs);
    };
    begin().catch(reject);
  });
}
