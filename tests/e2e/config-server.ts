/**
 * A server of http and https for machine configurations, in a process of its own, since `eft` is waited for. Arguments: the address to listen on, a
 * folder with the files, `server.pem` and `server.key` among them, and the name of a cluster's bridge. It says its two ports in one line of JSON.
 *
 * It is also the name server that nodes are told of: on the address of the bridge, once there is one. Every name has the address that it listens on.
 */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';

const [, , address = '', folder = '', bridge = ''] = process.argv;
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

/** An answer to a question of DNS (RFC 1035, section 4.1) about one name: our address, if it asks for one of IPv4. */
function answerName(question: Buffer): Buffer {
  let end = 12;
  while ((question[end] ?? 0) !== 0) end += (question[end] ?? 0) + 1;
  end += 5;
  const asked = question.subarray(12, end);
  const isAddress = asked.readUInt16BE(asked.length - 4) === 1;
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(isAddress ? 1 : 0, 6);
  const numbers = address.split('.').map(Number);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...numbers]);
  return Buffer.concat([head, asked, ...(isAddress ? [record] : [])]);
}

const lookEveryMs = 50;
const look = setInterval(() => {
  const [on] = networkInterfaces()[bridge] ?? [];
  if (on === undefined) return;
  clearInterval(look);
  const socket = createSocket('udp4', (question, from) => {
    socket.send(answerName(question), from.port, from.address);
  });
  socket.bind(53, on.address);
}, lookEveryMs);
