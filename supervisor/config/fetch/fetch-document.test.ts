import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates, type TestCertificates } from '../../../tests/config/certificates.ts';
import { type FetchAnswer, fetchDocument } from './fetch-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'eft-fetch-'));
let certificates: TestCertificates;
let http = '';
let https = '';

const answer: RequestListener = (request, response) => {
  const path = request.url ?? '';
  if (path === '/right') response.end(`machine: {} # ${request.headers['accept-encoding'] ?? ''}`);
  else if (path === '/large') response.end('x'.repeat(1_001));
  else if (path === '/limit') response.end('x'.repeat(1_000));
  else if (path === '/coded') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
  else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (path === '/moved') response.writeHead(307, { location: 'right' }).end();
  else if (path === '/nowhere') response.writeHead(302).end();
  else if (path === '/up') response.writeHead(302, { location: `${https}/right` }).end();
  else if (path === '/down') response.writeHead(302, { location: `${http}/right` }).end();
  else if (path === '/file') response.writeHead(302, { location: 'file:///etc/shadow' }).end();
  else if (path === '/secret') response.writeHead(302, { location: 'http://a:b@localhost/' }).end();
  else if (path === '/silent') response.flushHeaders();
  else response.writeHead(Number(path.slice(1))).end();
};

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

beforeAll(async () => {
  certificates = makeCertificates(folder, 'IP:127.0.0.1');
  const { certificate: cert, key } = certificates;
  const [plain, secure] = [createServer(answer), createTlsServer({ cert, key }, answer)];
  http = `http://127.0.0.1:${await listen(plain)}`;
  https = `https://127.0.0.1:${await listen(secure)}`;
  afterAll(() => {
    plain.closeAllConnections();
    secure.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
});

function fetchFrom(
  url: string,
  limitMs = 20_000,
  authorities = certificates.authority,
): Promise<FetchAnswer> {
  return fetchDocument({ url, authorities, limitBytes: 1_000, limitMs });
}

const textOf = (fetched: FetchAnswer): string =>
  'content' in fetched ? Buffer.from(fetched.content, 'base64').toString() : fetched.refusal;

describe('a document', () => {
  it('is fetched by http and by https, and through redirects to where it is', async () => {
    expect(textOf(await fetchFrom(`${http}/right`))).toBe('machine: {} # identity');
    expect(textOf(await fetchFrom(`${https}/right`))).toBe('machine: {} # identity');
    expect(await fetchFrom(`${http}/moved`)).toMatchObject({ from: `${http}/right` });
    expect(await fetchFrom(`${http}/up`)).toMatchObject({ from: `${https}/right` });
  });

  it('has no more bytes than it may have', async () => {
    expect(textOf(await fetchFrom(`${http}/limit`))).toHaveLength(1_000);
    expect(await fetchFrom(`${http}/large`)).toEqual({
      refusal: 'what is there has more than 1000 bytes',
      isLasting: true,
    });
  });

  it.each([
    ['/coded', 'the server sends it in the coding gzip', true],
    ['/loop', 'it leads on and on: after 5 redirects there is another', true],
    ['/nowhere', 'the server says 302 and does not say where to', true],
    ['/file', 'the server leads from http:// to file://', true],
    ['/secret', 'the server leads to an address with a user name or a password in it', true],
    ['/404', 'the server says 404', true],
    ['/204', 'the server says 204', false],
    ['/429', 'the server says 429', false],
    ['/503', 'the server says 503', false],
  ])('is none if the server says otherwise: %s', async (path, refusal, isLasting) => {
    expect(await fetchFrom(`${http}${path}`)).toEqual({ refusal, isLasting });
  });

  it('does not come from https by way of http', async () => {
    const refusal = 'the server leads from https:// to http://';
    expect(await fetchFrom(`${https}/down`)).toEqual({ refusal, isLasting: true });
  });

  it('does not come from a server that nobody vouches for, or by another name', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    const stranger = makeCertificates(other, 'IP:127.0.0.1').authority;
    const untrusted = await fetchFrom(`${https}/right`, 20_000, stranger);
    expect(untrusted).toMatchObject({ refusal: expect.stringContaining('certificate'), isLasting: true });
    const named = await fetchFrom(`${https.replace('127.0.0.1', 'localhost')}/right`);
    expect(named).toMatchObject({ refusal: expect.stringContaining('localhost'), isLasting: true });
  });

  it('is not waited for without end, and may be there the next time', async () => {
    expect(await fetchFrom(`${http}/silent`, 300)).toEqual({
      refusal: 'the server has not answered within 300 ms',
      isLasting: false,
    });
    const deaf = createTcpServer((socket) => socket.destroy());
    expect(await fetchFrom(`http://127.0.0.1:${await listen(deaf)}/`)).toMatchObject({ isLasting: false });
    expect(await fetchFrom('http://127.0.0.1:1/')).toMatchObject({
      refusal: expect.stringContaining('ECONNREFUSED'),
      isLasting: false,
    });
  });
});
