/** The real kernel, in fresh network namespaces, with the interface of the simulation as far as the comparison needs it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RealKernelOrder, RealKernelResult } from './real-kernel-process.ts';

const program = fileURLToPath(new URL('real-kernel-process.ts', import.meta.url));

type Done = { readonly bytes: Uint8Array; readonly namespace: number; readonly text: string };
type Waiting = { readonly resolve: (done: Done) => void; readonly reject: (error: Error) => void };
type OrderOf<Name extends RealKernelOrder['order']> = Omit<Extract<RealKernelOrder, { order: Name }>, 'id'>;
type AnyOrder = OrderOf<'open'> | OrderOf<'exchange'> | OrderOf<'takeNews'> | OrderOf<'run'>;

export type RealNamespace = {
  /** Sends netlink messages, and gives all that the kernel answers. */
  readonly exchange: (messages: Uint8Array) => Promise<Uint8Array>;
  /** What came to the multicast groups since the last call. */
  readonly takeNews: () => Promise<Uint8Array>;
  /** Runs a program in the namespace, and gives what it prints. Rejects if it fails. */
  readonly run: (...command: readonly string[]) => Promise<string>;
};

/** Needs CAP_SYS_ADMIN and CAP_NET_ADMIN. */
export class RealKernel {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;

  constructor() {
    this.#child = fork(program, { serialization: 'advanced', execArgv: [] });
    this.#child.on('message', (message: RealKernelResult) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('failure' in message) waiting?.reject(new Error(message.failure));
      else waiting?.resolve(message);
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the child process ended'));
    });
  }

  /** A new namespace with nothing but `lo`, and a listener in the multicast groups `groups`. */
  async openNamespace(groups: readonly number[]): Promise<RealNamespace> {
    const { namespace } = await this.#send({ order: 'open', groups });
    return {
      exchange: async (messages) => (await this.#send({ order: 'exchange', namespace, messages })).bytes,
      takeNews: async () => (await this.#send({ order: 'takeNews', namespace })).bytes,
      run: async (...command) => (await this.#send({ order: 'run', namespace, command })).text,
    };
  }

  /** Ends it, and all namespaces with it. */
  close(): void {
    this.#child.kill();
  }

  #send(order: AnyOrder): Promise<Done> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, ...order });
    });
  }
}
