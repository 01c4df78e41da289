/** ModuleService.Swap, Rollback and History: what runs under a name is replaced, step by step, and what has run there is told. */
import type { RecordItem } from '../../cells/record-fields.ts';
import { EftError } from '../../errors/eft-error.ts';
import { moduleName } from '../../manifest/names.ts';
import type { RecordValue } from '../../store/resource.ts';
import {
  checkSize,
  type ModuleSwaps,
  type Replacement,
  replacementsLimit,
  type SwapCall,
  type SwapProgress,
  type SwappedModule,
} from '../../swap/module-swaps.ts';
import type { BlobStore } from '../blob-store.ts';
import type { Identity } from '../identity.ts';
import type { CallContext, Method } from '../method.ts';
import { WakeUp } from '../wake-up.ts';
import { readDigest, readFlag } from './request-fields.ts';

/** Bytes of the name of a capability; those of interfaces and kinds are shorter. */
const capabilityLimit = 160;
/** The longest that a new version may be asked to be well, in milliseconds. */
const wellLimitMs = 600_000;
/** Capabilities that may be accepted of one module. */
const capabilitiesLimit = 256;

type Asked = { readonly name: string; readonly digest: string; readonly accepted: readonly string[] };
type SwapRequest = {
  readonly replacements: readonly Asked[];
  readonly isDryRun: boolean;
  /** Undefined is what the node holds right. */
  readonly wellMs: number | undefined;
};

export type SwapGround = {
  readonly swaps: ModuleSwaps;
  readonly blobs: BlobStore;
  /** Nanoseconds since some moment. */
  readonly uptime: () => bigint;
};

export function swapMethod({ swaps, blobs, uptime }: SwapGround): Method<SwapRequest> {
  return {
    name: 'eft.v1.ModuleService/Swap',
    verb: 'swap',
    changes: true,
    read: (argument) => {
      const field = argument.fields(['replacements', 'dryRun', 'wellMs']);
      const replacements = field('replacements').optional((list) => list.list(readReplacement)) ?? [];
      if (replacements.length > replacementsLimit)
        field('replacements').refuse(`at most ${replacementsLimit} modules`);
      const wellMs = field('wellMs').optional((ms) => ms.count(wellLimitMs)) ?? 0;
      return { replacements, isDryRun: readFlag(field('dryRun')), wellMs: wellMs === 0 ? undefined : wellMs };
    },
    subject: ({ replacements, isDryRun }) =>
      replacements.map(({ name, digest, accepted }) => ({
        told: { module: name, sha256: digest, accepted: accepted.join(' '), 'dry-run': String(isDryRun) },
      })),
    run: ({ replacements, isDryRun, wellMs }, context) => {
      const files = replacements.map(
        ({ name, digest, accepted }): Replacement => ({
          name,
          accepted,
          read: () => readBlob(blobs, name, digest),
        }),
      );
      return progressOf(uptime, context, (call) => swaps.swap(files, isDryRun, { ...call, wellMs }));
    },
  };
}

export function rollbackMethod({ swaps, uptime }: SwapGround): Method<{ readonly name: string }> {
  return {
    name: 'eft.v1.ModuleService/Rollback',
    verb: 'swap',
    changes: true,
    read: (argument) => ({ name: readModuleName(argument.fields(['name'])('name')) }),
    subject: ({ name }) => [{ told: { module: name } }],
    run: ({ name }, context) => progressOf(uptime, context, (call) => swaps.rollBack(name, call)),
  };
}

export function historyMethod({ swaps }: SwapGround): Method<{ readonly name: string }> {
  return {
    name: 'eft.v1.ModuleService/History',
    verb: 'read',
    changes: false,
    read: (argument) => ({ name: readModuleName(argument.fields(['name'])('name')) }),
    subject: () => [{}],
    run: async function* ({ name }) {
      const entries = swaps.history(name);
      if (entries.length === 0) throw EftError.of('api.no-module', { module: name });
      yield {
        entries: entries.map(
          ({ atMs, version, digest, securityVersion, how, outcome, identity, message }) => ({
            atMs: BigInt(atMs),
            version,
            digest,
            securityVersion,
            how,
            outcome,
            identity,
            message,
          }),
        ),
      };
    },
  };
}

function readReplacement(item: RecordItem): Asked {
  const field = item.fields(['name', 'digest', 'acceptedCapabilities']);
  const accepted = field('acceptedCapabilities').optional((list) => list.list(readCapability)) ?? [];
  if (accepted.length > capabilitiesLimit)
    field('acceptedCapabilities').refuse(`at most ${capabilitiesLimit} capabilities`);
  return { name: readModuleName(field('name')), digest: readDigest(field('digest')), accepted };
}

function readModuleName(item: RecordItem): string {
  const { pattern, limit, form } = moduleName;
  const text = item.text();
  return text.length <= limit && pattern.test(text) ? text : item.refuse(form);
}

function readCapability(item: RecordItem): string {
  const text = item.text();
  return Buffer.byteLength(text) <= capabilityLimit
    ? text
    : item.refuse(`text of up to ${capabilityLimit} bytes`);
}

/** Errors: `blob.none`, `admit.too-large`. */
async function readBlob(blobs: BlobStore, module: string, digest: string): Promise<Uint8Array> {
  checkSize(module, blobs.stat(digest).offset);
  const pieces: Uint8Array[] = [];
  for await (const { data } of blobs.download(digest, 0)) pieces.push(data);
  // Memory of its own: what is verified is what runs.
  return new Uint8Array(Buffer.concat(pieces));
}

/** The messages of work that tells its steps, in their order; the work is over when they are. */
async function* progressOf(
  uptime: () => bigint,
  { identity, signal }: CallContext,
  work: (call: SwapCall) => Promise<void>,
): AsyncGenerator<RecordValue> {
  const begin = uptime();
  const waiting: RecordValue[] = [];
  const wake = new WakeUp();
  const over = new AbortController();
  const onProgress = (progress: SwapProgress): void => {
    waiting.push({ progress: message(progress, uptime() - begin) });
    wake.ring();
  };
  const working = work({ identity: nameOf(identity), signal, onProgress }).finally(() => over.abort());
  // It is waited for below, whatever becomes of the caller.
  working.catch(() => undefined);
  try {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (over.signal.aborted) break;
      else await wake.sleep(over.signal);
    }
  } finally {
    await working;
  }
}

function nameOf(identity: Identity): string {
  return identity.type === 'client' ? `${identity.name} (${identity.roles.join(', ')})` : identity.type;
}

function message(
  { step, module = '', changes = [], swapped = [], message: text }: SwapProgress,
  atNs: bigint,
): RecordValue {
  return {
    step,
    module,
    atNs,
    changes: changes.map(({ change, capability, before, after, reason, isMore }) => ({
      module,
      change,
      capability,
      before,
      after,
      reason,
      needsAcceptance: isMore,
    })),
    swapped: swapped.map(swappedMessage),
    message: text,
  };
}

function swappedMessage({ name, from, to, pauseNs, survivesReboot }: SwappedModule): RecordValue {
  return {
    name,
    fromVersion: from?.version ?? '',
    toVersion: to.version,
    fromDigest: from?.digest ?? '',
    toDigest: to.digest,
    pauseNs,
    survivesReboot,
  };
}
