/**
 * A server of http and https for machine configurations, in a process of its own, since `eft` is waited for. Arguments: the address to listen on, and a
 * folder with the files, `server.pem` and `server.key` among them. It says its two ports in one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { basename, join } from 'node:path';

const [, , address = '', folder = ''] = process.argv;
const read = (name: string): Buffer => readFileSync(join(folder, name));

let isAsked = false;
const answer: RequestListener = (request, response) => {
  // The first of all requests finds a server that is just starting.
  if (!isAsked) response.writeHead(503).end();
  else response.end(read(basename(request.url ?? '')));
  isAsked = true;
};

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

const http = await listen(createServer(answer));
const https = await listen(createTlsServer({ cert: read('server.pem'), key: read('server.key') }, answer));
process.stdout.write(`${JSON.stringify({ http, https })}\n`);
