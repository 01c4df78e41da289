/**
 * What has to be done with the text of a configuration before it is applied, and before it is shown. All of it happens in the thread that reads
 * configurations (config-worker.ts), because it goes through the YAML library.
 */
import type { DocumentNode } from '../../document/document.ts';
import { readYaml } from '../../document/yaml-document.ts';
import { EftError } from '../../errors/eft-error.ts';
import type { MachineConfig } from '../machine-schema.ts';
import { maximumConfigBytes } from '../parse-config.ts';
import { configNoun, readDocument, textOf } from '../read-config.ts';
import { Reading } from '../reading.ts';
import { type ConfigChange, diffConfigs } from './diff-config.ts';
import { hideSecrets, restoreSecrets } from './kept-secrets.ts';

export type ExamineRequest =
  | {
      readonly task: 'examine';
      readonly bytes: Uint8Array;
      readonly file: string;
      /** The configuration that the node has, which is sound; undefined if it has none. */
      readonly current: Uint8Array | undefined;
    }
  | HideRequest;

type HideRequest = { readonly task: 'hide'; readonly bytes: Uint8Array; readonly file: string };

export type Examined = {
  /** Undefined if there is a fault. */
  readonly config: MachineConfig | undefined;
  readonly faults: readonly EftError[];
  readonly secrets: ReadonlyMap<string, string>;
  /** The file with its secrets. */
  readonly bytes: Uint8Array;
  readonly changes: readonly ConfigChange[];
  /** A running node cannot go back from it without a reboot. */
  readonly undoNeedsReboot: boolean;
};

/** Reads a configuration, fills in the secrets that the node has, and compares it with the node's. */
export function examineConfig({
  bytes,
  file,
  current,
}: Extract<ExamineRequest, { readonly task: 'examine' }>): Examined {
  const reading = new Reading();
  const none = { bytes, changes: [], undoNeedsReboot: false };
  const before = current === undefined ? undefined : documentOf(current, file);
  const restored = reading.attempt(() =>
    restoreSecrets(textOf(bytes, file), documentOf(bytes, file), before),
  );
  for (const fault of restored?.faults ?? []) reading.add(fault);
  const { config, faults, secrets } = readDocument(
    reading.faults.length === 0 ? restored?.document : undefined,
    reading,
  );
  if (config === undefined || restored === undefined) return { ...none, config: undefined, faults, secrets };
  const whole = new TextEncoder().encode(restored.text);
  if (whole.length > maximumConfigBytes) {
    const size = { size: whole.length, limit: maximumConfigBytes };
    const fault = EftError.of('config.too-large', size, { place: { file } });
    return { ...none, config: undefined, faults: [fault], secrets };
  }
  return {
    config,
    faults: [],
    secrets,
    bytes: whole,
    changes: diffConfigs(before, restored.document),
    undoNeedsReboot: diffConfigs(restored.document, before).some(({ needsReboot }) => needsReboot),
  };
}

/** The text of a sound configuration without its secrets. */
export function hideConfig({ bytes, file }: HideRequest): { readonly text: string } {
  return { text: hideSecrets(textOf(bytes, file), documentOf(bytes, file)) };
}

function documentOf(bytes: Uint8Array, file: string): DocumentNode {
  return readYaml(textOf(bytes, file), configNoun, file);
}
