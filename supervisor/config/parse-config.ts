/**
 * Parses a machine configuration in a thread that lives for nothing else, with a deadline and a limit of memory. Whatever a
 * configuration does to the YAML library, it does not do to PID 1.
 */
import { Worker } from 'node:worker_threads';
import type { CellProgram } from '../cells/cell-program.ts';
import { EftError, type Place } from '../errors/eft-error.ts';
import type { MachineConfig } from './machine-schema.ts';
import type { SecretVault } from './secret-vault.ts';

/** Bytes of a machine configuration; the YAML reader has its own limit below it. */
export const maximumConfigBytes = 256 * 1024;
/** What reading may take. The start of the thread is in it, which is most of it on an emulated machine. */
const defaultDeadlineMs = 15_000;
/** Megabytes of the thread's heap: one configuration of the largest size needs about 40. */
const defaultHeapMb = 128;
const youngHeapMb = 16;

export type ReadRequest = { readonly task: 'read'; readonly bytes: Uint8Array; readonly file: string };

export type SentFault = {
  readonly code: string;
  readonly message: string;
  readonly act: string;
  readonly place: Place;
};

export type ReadReply = {
  readonly config: MachineConfig | undefined;
  readonly faults: readonly SentFault[];
  readonly secrets: ReadonlyMap<string, string>;
};

export type ParseOptions = {
  /** What the thread runs: the sources, or in the image the program in one piece. */
  readonly program?: CellProgram | URL;
  /** Takes the secrets in; without one they are dropped. */
  readonly vault?: SecretVault;
  readonly deadlineMs?: number;
  readonly heapMb?: number;
};

/** A configuration, or all that is wrong with it. */
export type ParseResult =
  | { readonly config: MachineConfig; readonly faults: readonly [] }
  | { readonly config: undefined; readonly faults: readonly EftError[] };

/**
 * The configuration in `bytes`; `source` is what errors call them. Errors: the fault that it has, or `config.several-faults` with all of
 * them in an `AggregateError` as its cause.
 */
export async function parseMachineConfig(
  bytes: Uint8Array,
  source: string,
  options: ParseOptions = {},
): Promise<MachineConfig> {
  const { config, faults } = await checkMachineConfig(bytes, source, options);
  if (config !== undefined) return config;
  const [first, ...others] = faults;
  if (first === undefined) throw new TypeError('there is neither a configuration nor a fault');
  if (others.length === 0) throw first;
  throw EftError.of(
    'config.several-faults',
    { count: faults.length, first: first.message },
    { cause: new AggregateError(faults) },
  );
}

/** The same, for whoever wants to see all faults. It does not reject for what is wrong with the configuration. */
export async function checkMachineConfig(
  bytes: Uint8Array,
  source: string,
  options: ParseOptions = {},
): Promise<ParseResult> {
  const size = bytes.length;
  if (size > maximumConfigBytes) {
    const limit = maximumConfigBytes;
    const fault = EftError.of('config.too-large', { size, limit }, { place: { file: source } });
    return { config: undefined, faults: [fault] };
  }
  try {
    const { config, faults, secrets } = await readInThread<ReadReply>(
      { task: 'read', bytes, file: source },
      options,
    );
    options.vault?.fill(secrets);
    if (config !== undefined) return { config, faults: [] };
    return { config: undefined, faults: faults.map(receivedFault) };
  } catch (error) {
    if (error instanceof EftError) return { config: undefined, faults: [error] };
    throw error;
  }
}

/** A fault as it was in the thread. */
export function receivedFault(fault: SentFault): EftError {
  const error = EftError.received(fault);
  if (error === undefined) throw new TypeError(`the thread sent an error of no known code: ${fault.code}`);
  return error;
}

/** Has the thread do one thing, which has a file with a name in it. Errors: `config.deadline`, `config.heap`, `config.reader`. */
export function readInThread<Reply extends object>(
  request: { readonly task: string; readonly file: string; readonly bytes: Uint8Array },
  options: ParseOptions,
): Promise<Reply> {
  const { deadlineMs = defaultDeadlineMs, heapMb = defaultHeapMb } = options;
  const place = { file: request.file };
  const worker = openWorker(options.program ?? new URL('./config-worker.ts', import.meta.url), heapMb);
  return new Promise<Reply>((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(EftError.of('config.deadline', { limitMs: deadlineMs }, { place })),
      deadlineMs,
    );
    const end = (error: EftError): void => {
      clearTimeout(deadline);
      reject(error);
    };
    // The thread runs our own program and nothing else. A program in one piece may also hand over its code cache; that has a type.
    worker.on('message', (reply: Reply | { readonly type: string }) => {
      if ('type' in reply) return;
      clearTimeout(deadline);
      resolve(reply);
    });
    worker.on('error', (error) => {
      const isHeap = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const reason = error instanceof Error ? error.message : String(error);
      end(
        isHeap
          ? EftError.of('config.heap', { limitMb: heapMb }, { place })
          : EftError.of('config.reader', { reason }, { place, cause: error }),
      );
    });
    worker.on('exit', (code) => {
      end(EftError.of('config.reader', { reason: `it left with status ${code}` }, { place }));
    });
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

function openWorker(program: CellProgram | URL, heapMb: number): Worker {
  const options = {
    name: 'machine configuration',
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngHeapMb },
  };
  if (program instanceof URL) return new Worker(program, options);
  return new Worker(program.code, { ...options, eval: true, workerData: program.data });
}
