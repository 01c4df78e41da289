/**
 * What is known of one node while somebody looks at it. Everything that comes from the node has a limit here: it may talk for days.
 */
import type { JsonObject } from '@bufbuild/protobuf';
import type { LogLine, VersionResponse } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import type { Kind, WatchResponse } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { type Rates, type Usage, usageRates } from './usage-rates.ts';

/** Log lines that are kept. */
export const logLimit = 500;
/** Samples of the processors' share that are kept. */
export const historyLimit = 60;
/** Resources of all kinds that are kept; a node may have more routes than anybody looks at here. */
const resourceLimit = 2_000;

const eftKind = (name: string): string => `eft:resources/${name}`;

/** The kinds that are watched. */
export const watchedKinds = [
  'boot-phase',
  'module-status',
  'node-status',
  'link-status',
  'address-status',
  'dhcp-lease',
  'network-status',
].map(eftKind);

export type ShownLine = Pick<LogLine, 'timeNs' | 'source' | 'level' | 'message'>;
export type ShownVersion = Omit<VersionResponse, '$typeName' | '$unknown'>;
export type ShownKind = Pick<Kind, 'name' | 'count' | 'writers'>;

export class NodeView {
  readonly name: string;
  /** `connecting` until it has answered for the first time. */
  contact: 'connecting' | 'connected' | 'lost' = 'connecting';
  /** Why there is no contact. */
  reason = '';
  version: ShownVersion | undefined;
  /** When the version was told, by the clock here, for the time that the node has been up. */
  versionAtMs = 0;
  rates: Rates | undefined;
  /** The processors' share, the newest last. */
  readonly history: number[] = [];
  readonly logs: ShownLine[] = [];
  kinds: readonly ShownKind[] = [];
  readonly #resources = new Map<string, Map<string, JsonObject>>();
  #usage: Usage | undefined;
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The node has answered. What it has said in an earlier contact may be old, and comes again. */
  connected(version: ShownVersion, nowMs: number): void {
    this.contact = 'connected';
    this.reason = '';
    this.version = version;
    this.versionAtMs = nowMs;
    this.#resources.clear();
    this.#count = 0;
    this.logs.length = 0;
  }

  /** There is no contact any more; what was known stays to be seen. */
  lost(reason: string): void {
    this.contact = this.contact === 'connecting' ? 'connecting' : 'lost';
    this.reason = reason;
  }

  takeChanges({ changes }: Pick<WatchResponse, 'changes'>): void {
    for (const { change } of changes) {
      if (change.case === 'put') {
        const { kind, id, value } = change.value;
        const ofKind = this.#resources.get(kind) ?? new Map<string, JsonObject>();
        if (!ofKind.has(id)) {
          if (this.#count >= resourceLimit) continue;
          this.#count += 1;
        }
        ofKind.set(id, value ?? {});
        this.#resources.set(kind, ofKind);
      } else if (change.case === 'removed') {
        if (this.#resources.get(change.value.kind)?.delete(change.value.id)) this.#count -= 1;
      }
    }
  }

  takeLogs(lines: readonly ShownLine[]): void {
    this.logs.push(...lines.slice(-logLimit));
    this.logs.splice(0, this.logs.length - logLimit);
  }

  takeUsage(usage: Usage): void {
    this.rates = usageRates(this.#usage, usage);
    this.#usage = usage;
    if (this.rates.cpu === undefined) return;
    this.history.push(this.rates.cpu);
    this.history.splice(0, this.history.length - historyLimit);
  }

  /** The resources of one of Eft's kinds, by id. */
  resources(kind: string): readonly (readonly [id: string, value: JsonObject])[] {
    return [...(this.#resources.get(eftKind(kind)) ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** Milliseconds that the node has been up, if it has said so. */
  uptimeMs(nowMs: number): number | undefined {
    return this.version === undefined
      ? undefined
      : Number(this.version.uptimeMs) + Math.max(0, nowMs - this.versionAtMs);
  }
}
