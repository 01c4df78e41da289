/** The thread that reads one machine configuration, or compares two, and is thrown away (parse-config.ts). */
import { parentPort } from 'node:worker_threads';
import type { EftError } from '../errors/eft-error.ts';
import { type ExamineRequest, examineConfig, hideConfig } from './life-cycle/examine-config.ts';
import type { ReadReply, ReadRequest, SentFault } from './parse-config.ts';
import { readMachineConfig } from './read-config.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');

port.once('message', (request: ReadRequest | ExamineRequest) => port.postMessage(answer(request)));

function answer(request: ReadRequest | ExamineRequest): object {
  switch (request.task) {
    case 'read': {
      const { config, faults, secrets } = readMachineConfig(request.bytes, request.file);
      const reply: ReadReply = { config, faults: faults.map(sentFault), secrets };
      return reply;
    }
    case 'hide':
      return hideConfig(request);
    case 'examine': {
      const { faults, ...examined } = examineConfig(request);
      return { ...examined, faults: faults.map(sentFault) };
    }
  }
}

function sentFault({ code, message, act, place }: EftError): SentFault {
  return { code, message, act, place };
}
