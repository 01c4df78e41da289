/**
 * Plays a gateway for tests of how one is run: asks PID 1 for a certificate by its own process id, and answers every connection with it. Whoever connects and says
 * `die` ends it.
 */
import { createServer, Socket } from 'node:net';
import { writeFrame } from '../../supervisor/cells/frames.ts';
import { encodeRecordValue } from '../../supervisor/cells/record-writer.ts';

const link = new Socket({ fd: 4 });
link.on('error', () => process.exit(0));
link.on('close', () => process.exit(0));
link.resume();
writeFrame(
  link,
  encodeRecordValue({ type: 'certificate-request', publicKey: Buffer.from(String(process.pid)) }),
);
createServer((client) => {
  client.on('data', (said) => {
    if (said.toString() === 'die') process.kill(process.pid, 'SIGKILL');
    else client.end(String(process.pid));
  });
  client.on('error', () => undefined);
}).listen({ fd: 3 });
