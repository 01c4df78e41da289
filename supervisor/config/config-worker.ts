/** The thread that reads one machine configuration and is thrown away (parse-config.ts). */
import { parentPort } from 'node:worker_threads';
import type { ReadReply, ReadRequest } from './parse-config.ts';
import { readMachineConfig } from './read-config.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');

port.once('message', ({ bytes, file }: ReadRequest) => {
  const { config, faults, secrets } = readMachineConfig(bytes, file);
  const reply: ReadReply = {
    config,
    faults: faults.map(({ code, message, act, place }) => ({ code, message, act, place })),
    secrets,
  };
  port.postMessage(reply);
});
