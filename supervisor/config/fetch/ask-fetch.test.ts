import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConfigAddress } from '../sources/source.ts';
import { askFetch, type FetchOptions } from './ask-fetch.ts';

const program = new URL('./fetch-process.ts', import.meta.url);
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers with these statuses, one after the other; what it says with 200 is `right`. */
async function serve(...statuses: readonly number[]): Promise<URL> {
  let count = 0;
  server = createServer((_, response) => {
    const status = statuses[Math.min(count, statuses.length - 1)] ?? 500;
    count += 1;
    response.writeHead(status).end(status === 200 ? 'right' : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return new URL(`http://127.0.0.1:${address.port}/`);
}

const addressOf = (url: URL, more: Partial<ConfigAddress> = {}): ConfigAddress => ({
  source: 'command-line',
  url,
  authorities: undefined,
  sha256: undefined,
  ...more,
});

const failures: string[] = [];
const options = (more: Partial<FetchOptions> = {}): FetchOptions => ({
  program,
  signal: new AbortController().signal,
  onFailure: (reason) => failures.push(reason),
  ...more,
});

describe('a configuration at an address', () => {
  it('is fetched, again if need be, and each reason is told once', async () => {
    failures.length = 0;
    const fetched = await askFetch(addressOf(await serve(503, 503, 200)), options());
    expect(fetched).toMatchObject({ bytes: new Uint8Array(Buffer.from('right')) });
    expect(failures).toEqual(['the server says 503']);
  });

  it('is not asked for again when that cannot help', async () => {
    failures.length = 0;
    expect(await askFetch(addressOf(await serve(404, 200)), options())).toEqual({
      refusal: 'the server says 404',
    });
    expect(failures).toEqual([]);
  });

  it('must have the digest that was named', async () => {
    const sha256 = createHash('sha256').update('right').digest('hex');
    const url = await serve(200);
    expect(await askFetch(addressOf(url, { sha256 }), options())).toHaveProperty('bytes');
    expect(await askFetch(addressOf(url, { sha256: '0'.repeat(64) }), options())).toEqual({
      refusal: `what is there has the SHA-256 ${sha256}, and eft.config.sha256= says ${'0'.repeat(64)}`,
    });
  });

  it('is given up at the end of the time, with what was last said', async () => {
    const stop = new AbortController();
    const url = await serve(503);
    const fetched = await askFetch(
      addressOf(url),
      options({ signal: stop.signal, onFailure: () => stop.abort() }),
    );
    expect(fetched).toEqual({ refusal: 'the server says 503' });
  });

  it('is not asked for by https without authorities', async () => {
    const readAuthorities = () => {
      throw new Error('the file is not there');
    };
    const fetched = await askFetch(addressOf(new URL('https://127.0.0.1:1/')), options({ readAuthorities }));
    expect(fetched).toEqual({
      refusal: 'there are no certificate authorities: Error: the file is not there',
    });
  });
});
