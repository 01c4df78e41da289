import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as dial, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { close, duplicateOnto, toFileDescriptor } from '../../supervisor/native/file-descriptor.ts';
import {
  forwardConnections,
  loopbackVariable,
  openLoopbackPorts,
  takeInherited,
  takeLoopbackPorts,
} from './loopback.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers when the client has said all: with what it said, backwards. */
async function backwards(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
    });
    socket.on('end', () => socket.end([...said].reverse().join('')));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function ask(port: number, text: string): Promise<string> {
  const socket = dial({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.end(text);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

it('hands connections on in both directions, each until both sides have ended', async () => {
  const [open] = openLoopbackPorts(1);
  if (open === undefined) throw new Error('no port');
  servers.push(forwardConnections(open.fd, '127.0.0.1', await backwards()));
  const long = 'abc'.repeat(100_000);
  expect(await Promise.all([ask(open.port, 'newt'), ask(open.port, long)])).toEqual([
    'twen',
    [...long].reverse().join(''),
  ]);
});

it('ends a connection when the node is not there, and goes on for the next one', async () => {
  const [open, closed] = openLoopbackPorts(2);
  if (open === undefined || closed === undefined) throw new Error('no port');
  close(closed.fd);
  const server = forwardConnections(open.fd, '127.0.0.1', closed.port);
  servers.push(server);
  for (const text of ['one', 'two']) expect(await ask(open.port, text).catch(() => '')).toBe('');
  expect(server.listening).toBe(true);
});

it('opens ports of its own each, and no program that is started later inherits what was taken over', () => {
  const ports = openLoopbackPorts(3);
  expect(new Set(ports.map(({ port }) => port)).size).toBe(3);
  const [first] = ports;
  if (first === undefined) throw new Error('no port');
  // As it is in a program that was handed it: under a number that is inherited.
  const inherited = toFileDescriptor(63);
  duplicateOnto(first.fd, inherited);
  const opens = (): string =>
    spawnSync('sh', ['-c', 'readlink /proc/self/fd/63 || echo none'], { encoding: 'utf8' }).stdout.trim();
  expect(opens()).toMatch(/^socket:/);
  const taken = takeInherited(63);
  expect(opens()).toBe('none');
  for (const fd of [taken, ...ports.map((port) => port.fd)]) close(fd);
});

it('is handed none where no variable says so, and takes the variable away', () => {
  expect(takeLoopbackPorts({})).toEqual([]);
  const environment = { [loopbackVariable]: '' };
  expect(takeLoopbackPorts(environment)).toEqual([]);
});
