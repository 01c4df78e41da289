/**
 * What happens to a module on a simulated host, deed by deed: who declares what, what somebody else does to the host meanwhile, what fails, when
 * the module is swapped. It holds nothing that the module says, so it runs against any version of it; run-scenario.ts carries it out.
 */
import { decodeRecordValue } from '../../../supervisor/cells/record-reader.ts';
import { encodeRecordValue } from '../../../supervisor/cells/record-writer.ts';
import { EftError } from '../../../supervisor/errors/eft-error.ts';
import type { Value } from '../../../supervisor/store/resource.ts';
import type { ResourceChange } from '../fuzz-input.ts';

export type Deed =
  /** Resources of the module's inputs come, change or go. */
  | { readonly deed: 'declare'; readonly changes: readonly ResourceChange[] }
  /** The host does or undergoes something that it knows the form of (simulated-host.ts). */
  | { readonly deed: 'disturb'; readonly what: Value }
  /** So many events are told, and what else waits goes on waiting; `order` has a bit for each: news first, or answers. */
  | { readonly deed: 'some'; readonly events: number; readonly order: number }
  /** Everything that waits is told. */
  | { readonly deed: 'rest' }
  /** The effects of the event that many events from now come to nothing, 0 is the last one; `changes` are what it met. */
  | { readonly deed: 'conflict'; readonly after: number; readonly changes?: readonly ResourceChange[] }
  | { readonly deed: 'swap' }
  | { readonly deed: 'pass'; readonly ms: number };

export type Scenario = readonly Deed[];

/** How a file with a scenario ends. */
export const scenarioSuffix = '.eftscenario';
const scenarioFormat = 1;
/** Bytes of memory that a file with a scenario may take when it is read. */
const scenarioMemoryLimit = 64 * 1024 * 1024;

/** A scenario, and the name of the module that it was found with. */
export type ScenarioFile = { readonly module: string; readonly scenario: Scenario };

export function encodeScenario({ module, scenario }: ScenarioFile): Uint8Array<ArrayBuffer> {
  return encodeRecordValue({ format: scenarioFormat, module, scenario });
}

/** The scenario in a file that this program has written. Errors: `record.*`, `fuzz.input`. */
export function decodeScenario(bytes: Uint8Array, file: string): ScenarioFile {
  const value = decodeRecordValue(bytes, file, scenarioMemoryLimit);
  if (isWritten(value)) return value;
  throw EftError.of('fuzz.input', {}, { place: { file } });
}

/** Scenarios are written by this program for itself: values in them are held against their types when they are lowered. */
function isWritten(value: unknown): value is ScenarioFile {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== scenarioFormat)
    return false;
  if (!('module' in value) || typeof value.module !== 'string') return false;
  if (!('scenario' in value) || !Array.isArray(value.scenario)) return false;
  return value.scenario.every((deed: unknown) => typeof deed === 'object' && deed !== null && 'deed' in deed);
}
