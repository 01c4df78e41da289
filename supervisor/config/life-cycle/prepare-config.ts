/** Has a configuration examined in the thread that reads them: the supervisor's end of examine-config.ts. */
import { EftError } from '../../errors/eft-error.ts';
import type { MachineConfig } from '../machine-schema.ts';
import {
  maximumConfigBytes,
  type ParseOptions,
  readInThread,
  receivedFault,
  type SentFault,
} from '../parse-config.ts';
import type { ConfigChange } from './diff-config.ts';
import type { Examined, ExamineRequest } from './examine-config.ts';

/** A configuration that could be applied. */
export type PreparedConfig = {
  readonly machine: MachineConfig;
  readonly secrets: ReadonlyMap<string, string>;
  /** The file with its secrets. */
  readonly bytes: Uint8Array;
  readonly changes: readonly ConfigChange[];
  readonly undoNeedsReboot: boolean;
};

type Reply = Omit<Examined, 'faults'> & { readonly faults: readonly SentFault[] };
type ReaderOptions = Pick<ParseOptions, 'program' | 'deadlineMs' | 'heapMb'>;

/**
 * Reads a configuration that was sent and compares it with the one that the node has. Errors: the fault that it has, or `config.several-faults`, whose cause is an
 * `AggregateError` with all of them.
 */
export async function prepareConfig(
  bytes: Uint8Array,
  file: string,
  current: Uint8Array | undefined,
  options: ReaderOptions,
): Promise<PreparedConfig> {
  if (bytes.length > maximumConfigBytes) {
    const size = { size: bytes.length, limit: maximumConfigBytes };
    throw EftError.of('config.too-large', size, { place: { file } });
  }
  const request: ExamineRequest = { task: 'examine', bytes, file, current };
  const { config: machine, faults, ...rest } = await readInThread<Reply>(request, options);
  if (machine !== undefined) return { ...rest, machine };
  throw oneOf(faults.map(receivedFault));
}

/** One error for several faults. */
export function oneOf(faults: readonly EftError[]): EftError {
  const [first, ...others] = faults;
  if (first === undefined) throw new TypeError('there is neither a configuration nor a fault');
  if (others.length === 0) return first;
  const told = { count: faults.length, first: first.message };
  return EftError.of('config.several-faults', told, { cause: new AggregateError(faults) });
}

/** The text of a sound configuration without its secrets. */
export async function shownConfig(bytes: Uint8Array, file: string, options: ReaderOptions): Promise<string> {
  const request: ExamineRequest = { task: 'hide', bytes, file };
  const { text } = await readInThread<{ readonly text: string }>(request, options);
  return text;
}
