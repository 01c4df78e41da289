/** Every method of a node, of which none is to be called: what they are named, and what they are for. */
import { AuditLog } from '../../supervisor/api/audit-log.ts';
import { BlobStore } from '../../supervisor/api/blob-store.ts';
import { Journal } from '../../supervisor/api/journal.ts';
import { KernelLog } from '../../supervisor/api/kernel-log.ts';
import type { AnyMethod } from '../../supervisor/api/method.ts';
import { allMethods } from '../../supervisor/api/methods/all-methods.ts';
import { SecretVault } from '../../supervisor/config/secret-vault.ts';
import { CallFigures } from '../../supervisor/metrics/call-figures.ts';
import { noModules } from '../../supervisor/swap/installed-modules.ts';
import { ModuleKeeper } from '../../supervisor/swap/module-keeper.ts';
import { ModuleSwaps } from '../../supervisor/swap/module-swaps.ts';
import { PlayedNode } from '../config/played-node.ts';
import { playedNode } from './test-node.ts';

export function inertMethods(): readonly AnyMethod[] {
  const after = () => () => undefined;
  const node = playedNode();
  const tell = () => undefined;
  const policy = () => ({ keys: new Map(), thresholds: [] });
  return allMethods({
    node,
    swaps: new ModuleSwaps({
      node,
      keeper: new ModuleKeeper(noModules, { change: undefined, tell }),
      policy,
      settings: () => ({}),
      imageFile: () => undefined,
      wallMs: () => 0,
    }),
    uptime: () => 0n,
    journal: new Journal(() => 0n, new SecretVault().finder()),
    blobs: new BlobStore({ folder: '/nowhere', after }),
    kernelLog: new KernelLog('/nowhere'),
    audit: new AuditLog(() => 0),
    calls: new CallFigures(),
    lifeCycle: new PlayedNode(undefined).lifeCycle,
    wall: () => 0n,
    go: () => undefined,
    after,
    mayRead: () => false,
    newId: () => '',
    identification: { version: '', environment: 'namespace', kernel: '', image: '' },
    maintenance: () => '',
    hostName: () => '',
    uptimeMs: () => 0,
  });
}
