/** The methods by which callers see a node and ask it for work; those that configure it are elsewhere. */
import type { CallFigures } from '../../metrics/call-figures.ts';
import type { Node } from '../../node.ts';
import type { AuditTrail } from '../audit-trail.ts';
import type { BlobStore } from '../blob-store.ts';
import type { Identity } from '../identity.ts';
import type { Journal } from '../journal.ts';
import type { KernelLog } from '../kernel-log.ts';
import { type AnyMethod, anyMethod } from '../method.ts';
import { readAudit } from './audit.ts';
import { deleteBlob, downloadBlob, statBlob, uploadBlob } from './blobs.ts';
import { readKernelLog } from './dmesg.ts';
import { readEvents, readLogs } from './logs.ts';
import { getMetrics, getUsage } from './metrics.ts';
import { inspectModule, listModules } from './modules.ts';
import { type PowerGround, reboot, shutdown } from './power.ts';
import { putOperation } from './put-operation.ts';
import { getResource, listKinds, listResources } from './resources.ts';
import { getVersion, type VersionGround } from './version.ts';
import { watchResources } from './watch-resources.ts';

/** What the methods work on. */
export type MethodGround = VersionGround &
  PowerGround & {
    readonly node: Node;
    readonly journal: Journal;
    readonly blobs: BlobStore;
    readonly kernelLog: KernelLog;
    readonly audit: AuditTrail;
    readonly calls: CallFigures;
    /** CLOCK_REALTIME in nanoseconds. */
    readonly wall: () => bigint;
    /** Whether somebody may read resources of a kind. */
    readonly mayRead: (identity: Identity, kind: string) => boolean;
    /** An id that no operation has had. */
    readonly newId: () => string;
  };

export function nodeMethods(ground: MethodGround): readonly AnyMethod[] {
  const { node, journal, blobs } = ground;
  return [
    anyMethod(getResource(node)),
    anyMethod(listResources(node)),
    anyMethod(listKinds(node, ground.mayRead)),
    anyMethod(watchResources(node)),
    anyMethod(putOperation(node, ground.newId)),
    anyMethod(listModules(node)),
    anyMethod(inspectModule(node)),
    anyMethod(statBlob(blobs)),
    anyMethod(uploadBlob(blobs)),
    anyMethod(downloadBlob(blobs)),
    anyMethod(deleteBlob(blobs)),
    anyMethod(getVersion(ground)),
    anyMethod(readLogs(journal.logs)),
    anyMethod(readKernelLog(ground.kernelLog)),
    anyMethod(readEvents(journal.events)),
    anyMethod(getUsage(node, ground.wall)),
    anyMethod(getMetrics(node, () => ground.calls.families())),
    anyMethod(readAudit(ground.audit)),
    anyMethod(reboot(ground)),
    anyMethod(shutdown(ground)),
  ];
}
