/**
 * The inside of a cell: answers messages by running the module. It loads no native code and makes no system calls; all it can
 * do is compute and send messages. It is the same in a worker thread and in a process.
 */
import { Component } from '../component/component.ts';
import { EftError } from '../errors/eft-error.ts';
import type { FromCell, SentError, ToCell } from './cell-messages.ts';
import { LogRate, unitsOf } from './log-rate.ts';
import { ModuleRunner } from './module-runner.ts';
import { wasmFrames } from './wasm-frames.ts';

/** Makes the function that takes the messages of a cell; `send` carries its own away. */
export function cellThread(send: (message: FromCell) => void): (message: ToCell) => void {
  const rate = new LogRate();
  let runner: ModuleRunner | undefined;

  const loaded = (): ModuleRunner => {
    if (runner === undefined) throw new TypeError('a cell was given an event before its module');
    return runner;
  };
  const advance = (now: bigint): void => {
    const count = rate.advance(now);
    if (count > 0) send({ type: 'log-dropped', count });
  };
  const act = (message: ToCell): FromCell | undefined => {
    switch (message.type) {
      case 'load': {
        const { definition, modules } = message;
        const component =
          definition === undefined || modules === undefined
            ? Component.compile(message.component, modules)
            : Component.of(definition, modules);
        runner = new ModuleRunner(component, message.manifest, (line) => {
          if (rate.take(unitsOf(line))) send({ type: 'log', line });
        });
        return undefined;
      }
      case 'start':
        advance(message.input.time.now);
        return { type: 'started', output: loaded().start(message.input) };
      case 'handle':
        advance(message.input.time.now);
        return { type: 'handled', output: loaded().handle(message.input) };
      case 'save':
        advance(message.input.time.now);
        return { type: 'saved', saved: loaded().save(message.input), requests: loaded().pending };
      case 'checkpoint':
        return {
          type: 'checkpointed',
          state: loaded().canCheckpoint ? loaded().checkpoint() : undefined,
        };
      case 'ping':
        return { type: 'pong' };
    }
  };
  return (message) => {
    let reply: FromCell | undefined;
    try {
      reply = act(message);
    } catch (error) {
      const sent = toSent(error);
      const isFull = sent.code === 'trap.core' && runner?.isMemoryFull === true;
      reply = { type: 'failed', error: isFull ? { ...sent, message: sent.message + memoryNote } : sent };
      runner = undefined;
    }
    if (reply !== undefined) send(reply);
  };
}

/** What a trap is most likely of, in an instance that has no memory left. A replay does not look at it. */
export const memoryNote = '; all the memory that it may have is taken';

/** An error as it leaves the cell. */
export function toSent(error: unknown): SentError {
  if (error instanceof EftError) {
    const { code, message, act } = error;
    const frames = wasmFrames(error);
    return frames.length === 0 ? { code, message, act } : { code, message, act, frames };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'cell.lost', message, act: '' };
}
