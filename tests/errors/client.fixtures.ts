/** Why a node is not reached, and what is wrong with the file of contexts. */

import { chmodSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { Code } from '@connectrpc/connect';
import { awaitReturn, lookForReturn } from '../../cli/api/await-return.ts';
import { checkUnchanged, patchConfig } from '../../cli/api/config-text.ts';
import {
  addContext,
  type Context,
  findContext,
  parseContexts,
  readContexts,
} from '../../cli/api/contexts.ts';
import { resolveKind } from '../../cli/api/kind-names.ts';
import { downloadBlob } from '../../cli/api/move-blob.ts';
import { namedTargets, nodeTargets, oneTarget } from '../../cli/api/node-target.ts';
import { runOperation } from '../../cli/api/run-operation.ts';
import { checkDigest } from '../../cli/commands/blob-get.ts';
import { openEditor } from '../../cli/commands/config-edit.ts';
import { dashboardCommand } from '../../cli/commands/dashboard.ts';
import { askForName } from '../../cli/commands/reset.ts';
import { graphOfManifests } from '../../cli/graph/authority-graph.ts';
import { findPart } from '../../cli/graph/find-part.ts';
import { awaitReady } from '../../cli/swap/swap-nodes.ts';
import { certificatePem } from '../../supervisor/pki/authority.ts';
import {
  callFault,
  dayMs,
  faultOf,
  maintenanceNode,
  trusting,
  withClient,
  withContexts,
  withNode,
} from '../cli/client-faults.ts';
import { clientCredential, newTestAuthority, serverCredential, testContext } from '../cli/credentials.ts';
import type { Fixture } from './fixture.ts';

const silent = { tell: () => undefined };
const pipes = { stdout: new PassThrough(), stderr: new PassThrough() };
const snapshot = { target: 'etcd', verb: 'snapshot', arguments: {} };

/** The text of a file with this context, in JSON, which is YAML too. */
function textOf(context: Context): string {
  return JSON.stringify({ contexts: [context] });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'client.context-exists',
    title: 'a second context of one name',
    provoke: () => withContexts((file, lab) => addContext(lab, {}, file)),
    text:
      'error[client.context-exists]: contexts.yaml: there is a context lab already\n' +
      '  give the new one another name, or replace it with `eft context add --force`',
  },
  {
    code: 'client.no-context',
    title: 'a context that is mistyped',
    provoke: () => withContexts((file) => findContext('lbb', file)),
    text:
      'error[client.no-context]: contexts.yaml: there is no context lbb: there are lab\n' +
      '  did you mean `lab`? `eft context list` shows all, and `eft context add` makes one',
  },
  {
    code: 'client.no-current',
    title: 'a command to a node before there is any context',
    provoke: () => findContext(undefined, '/nowhere/contexts.yaml'),
    text:
      'error[client.no-current]: /nowhere/contexts.yaml: no context is chosen, so there is no node to talk to\n' +
      '  start a node with `eft up`, which makes a context too, choose one with `eft context use NAME`, or name one with `--context NAME`',
  },
  {
    code: 'client.contexts-readable',
    title: 'a file of keys that the group can read',
    provoke: () =>
      withContexts((file) => {
        chmodSync(file, 0o640);
        return readContexts(file);
      }),
    text:
      'error[client.contexts-readable]: contexts.yaml: the file has the permissions 0640: others of this machine can get at the keys in it\n' +
      '  run `chmod 600 contexts.yaml`; if others may have read it, let new keys be made',
  },
  {
    code: 'client.contexts-busy',
    title: 'a lock that was left behind',
    provoke: () =>
      withContexts((file, lab) => {
        writeFileSync(`${file}.lock`, '');
        return addContext({ ...lab, name: 'farm' }, {}, file);
      }),
    text:
      'error[client.contexts-busy]: contexts.yaml: another `eft` is changing the file, or was killed while it did: contexts.yaml.lock is there\n' +
      '  do it again; if no other `eft` runs, delete contexts.yaml.lock',
  },
  {
    code: 'client.credential',
    title: 'a key where the certificate of an authority belongs',
    provoke: () =>
      withContexts((_file, lab) => parseContexts(textOf({ ...lab, authority: lab.key }), 'contexts.yaml')),
    text:
      'error[client.credential]: contexts.yaml:1:140: contexts[0].authority: this is no certificate of an authority: it has something else than `CERTIFICATE`\n' +
      '  put the PEM text of a certificate of an authority there, from `-----BEGIN` to `-----END`; `eft context add` does so',
  },
  {
    code: 'client.key-mismatch',
    title: 'the key of another operator',
    provoke: () =>
      withContexts(async (_file, lab) => {
        const { key } = await testContext(await newTestAuthority());
        const lines = textOf({ ...lab, key }).replaceAll('"key"', '\n"key"');
        return parseContexts(lines, 'contexts.yaml');
      }),
    text:
      'error[client.key-mismatch]: contexts.yaml:2:7: contexts[0].key: the key is not that of the certificate beside it\n' +
      '  put the key and the certificate that belong together there; `eft context add` does so',
  },
  {
    code: 'client.no-terminal',
    title: 'the dashboard in a pipe',
    provoke: () =>
      withContexts(() => dashboardCommand(pipes).parseAsync(['--context', 'lab'], { from: 'user' })),
    text:
      'error[client.no-terminal]: the dashboard needs a terminal to draw in and to read keys from, and here is none\n' +
      '  for a pipe or a program there are `eft top --once`, `eft get KIND -w` and `eft logs -f`, all of them with `--json`',
  },
  {
    code: 'client.no-node',
    title: 'a node that is mistyped',
    provoke: () => withContexts(() => nodeTargets({ nodes: ['lob-1'] })),
    text:
      'error[client.no-node]: the context lab has no node lob-1: its nodes are lab-1, lab-2\n' +
      '  did you mean `lab-1`? name one of these, or an address such as `10.0.0.5` or `[fd00::5]:50000`',
  },
  {
    code: 'client.which-node',
    title: 'a reboot in a context of two nodes',
    provoke: () => withContexts(() => namedTargets({}, 'reboot')),
    text:
      'error[client.which-node]: the context lab has 2 nodes, and `eft reboot` is not for all of them unasked\n' +
      '  say which with `--nodes`: lab-1, lab-2',
  },
  {
    code: 'client.one-node',
    title: 'one configuration for two nodes',
    provoke: () => withContexts(() => oneTarget({ nodes: ['lab-1', 'lab-2'] }, 'config edit')),
    text:
      'error[client.one-node]: `eft config edit` is for one node at a time, and 2 are named\n' +
      '  name one with `--nodes`',
  },
  {
    code: 'client.refused',
    title: 'a node that does not run',
    provoke: () => faultOf('ECONNREFUSED'),
    text:
      'error[client.refused]: lab-1 refuses the connection to 10.57.0.2:50000: nothing listens there\n' +
      '  check that the node runs (`eft status` shows the local ones), that its configuration has `machine.ca`, without which it has no API, and that the address is right',
  },
  {
    code: 'client.no-address',
    title: 'a name that nobody knows',
    provoke: () => faultOf('ENOTFOUND'),
    text:
      'error[client.no-address]: the name lab-1.example.org of lab-1 leads to no address: nobody knows it\n' +
      '  correct the name, or put an address into the context',
  },
  {
    code: 'client.unreachable',
    title: 'an address that no route leads to',
    provoke: () => faultOf('ENETUNREACH'),
    text:
      'error[client.unreachable]: lab-1 does not answer at 10.57.0.2:50000: no route leads there\n' +
      '  check that the node runs, that its address is right, and that there is a way to it from here',
  },
  {
    code: 'client.not-api',
    title: 'something that speaks no TLS',
    provoke: () => faultOf('ERR_SSL_WRONG_VERSION_NUMBER'),
    text:
      'error[client.not-api]: what answers for lab-1 at 10.57.0.2:50000 is not the API of a node: the TLS handshake fails with wrong version number\n' +
      '  check the address and the port; the API has port 50000 and speaks HTTP/2 over TLS 1.3 alone',
  },
  {
    code: 'client.unknown-authority',
    title: 'a node of another authority',
    provoke: async () => withNode({ authority: await newTestAuthority('somebody else') }),
    text:
      'error[client.unknown-authority]: lab-1 shows a certificate that the authority of the context lab does not vouch for: it was issued by CN=somebody else\n' +
      '  check that the address is that of the node; if it has a new authority since, put that into the context with `eft context add --force`',
  },
  {
    code: 'client.certificate-expired',
    title: 'a node whose certificate is over',
    provoke: async () => {
      const old = await newTestAuthority('old', Date.now() - 3 * dayMs);
      const credential = await serverCredential(old, { nowMs: Date.now() - 2 * dayMs });
      return withNode({ credential }, trusting(certificatePem(old.certificate)));
    },
    text:
      'error[client.certificate-expired]: the certificate of lab-1 was good until 2026-11-23T09:00:00Z\n' +
      '  check the clocks here and there; a node renews its certificate by itself, so look at its console if they are right',
  },
  {
    code: 'client.certificate-early',
    title: 'a node whose clock is ahead by two days',
    provoke: async () => {
      const authority = await newTestAuthority();
      const credential = await serverCredential(authority, { nowMs: Date.now() + 2 * dayMs });
      return withNode({ credential }, trusting(certificatePem(authority.certificate)));
    },
    text:
      'error[client.certificate-early]: the certificate of lab-1 is good from 2026-11-23T09:00:00Z on, which is not yet\n' +
      '  check the clocks here and there',
  },
  {
    code: 'client.name-mismatch',
    title: 'another node at the address',
    provoke: async () => {
      const authority = await newTestAuthority();
      const credential = await serverCredential(authority, { names: ['lab-7'], addresses: ['10.57.0.8'] });
      return withNode({ credential }, trusting(certificatePem(authority.certificate)));
    },
    text:
      'error[client.name-mismatch]: what answers at 10.57.0.2:50000 is not lab-1: its certificate is for lab-7, 10.57.0.8\n' +
      '  correct the address in the context, or add this one to `machine.api.names` of the configuration of the node',
  },
  {
    code: 'client.own-expired',
    title: 'a certificate of an operator that is over',
    provoke: async () => {
      const authority = await newTestAuthority('old', Date.now() - 3 * dayMs);
      const own = await clientCredential(authority, { nowMs: Date.now() - 2 * dayMs });
      return withNode({}, (target, context) => ({
        ...target,
        trust: { by: 'authority', context: { ...context, ...own } },
      }));
    },
    text:
      'error[client.own-expired]: your own certificate of the context lab was good until 2026-11-23T09:00:00Z\n' +
      '  have a new one made by who keeps the key of the authority, and put it into the context with `eft context add --force`',
  },
  {
    code: 'client.maintenance',
    title: 'a node without a configuration',
    provoke: async () => withNode(await maintenanceNode()),
    text:
      'error[client.maintenance]: lab-1 is in maintenance: it has no configuration, and nobody vouches for its certificate; its fingerprint is AB:CD:EF\n' +
      '  compare that with the fingerprint on its console, and if it is the same, give it with `--fingerprint AB:CD:EF`',
  },
  {
    code: 'client.fingerprint',
    title: 'the fingerprint of an earlier boot',
    provoke: async () =>
      withNode(await maintenanceNode(), (target) => ({
        ...target,
        trust: { by: 'fingerprint', fingerprint: '00'.repeat(32) },
      })),
    text:
      'error[client.fingerprint]: lab-1 shows another certificate than the one with the fingerprint that was given: AB:CD:EF\n' +
      '  read the fingerprint from the console of the node; it is another one after each boot, and if it differs, something else answers at 10.57.0.2:50000',
  },
  {
    code: 'client.denied',
    title: 'a reader who wants to reboot',
    provoke: () => callFault(Code.PermissionDenied, 'os:reader may not `power`'),
    text:
      'error[client.denied]: lab-1 denies it: os:reader may not `power`\n' +
      '  use a context whose certificate has a role that may do it; docs/reference/roles.md shows which may do what',
  },
  {
    code: 'client.unauthenticated',
    title: 'a certificate that was revoked',
    provoke: () => callFault(Code.Unauthenticated, 'the certificate is revoked'),
    text:
      'error[client.unauthenticated]: lab-1 does not know who you are: the certificate is revoked\n' +
      '  use a certificate that the authority of the node has issued, that is good, and that the node has not revoked',
  },
  {
    code: 'client.deadline',
    title: 'a node that takes too long',
    provoke: () => callFault(Code.DeadlineExceeded, 'the operation timed out'),
    text:
      'error[client.deadline]: lab-1 has not answered within 30 s\n' +
      '  look whether the node is busy or stuck with `eft top` and at its console; then do it again',
  },
  {
    code: 'client.lost',
    title: 'a node that goes down',
    provoke: () => callFault(Code.Unavailable, 'the connection was reset'),
    text:
      'error[client.lost]: the connection to lab-1 broke: the connection was reset\n' +
      '  do it again; if it was to change something, look first whether it has',
  },
  {
    code: 'client.exhausted',
    title: 'more watches than a node has room for',
    provoke: () => callFault(Code.ResourceExhausted, 'too many streams'),
    text:
      'error[client.exhausted]: lab-1 has no room for it now: too many streams\n' +
      '  do it again later, or less at once',
  },
  {
    code: 'client.unimplemented',
    title: 'a call that an older node does not know',
    provoke: () => callFault(Code.Unimplemented, 'eft.v1.MachineService/Dance'),
    text:
      'error[client.unimplemented]: lab-1 knows no such call: eft.v1.MachineService/Dance\n' +
      '  see its version with `eft version`: it is older than this `eft`, or newer',
  },
  {
    code: 'client.failed',
    title: 'a call about something that is not there',
    provoke: () => callFault(Code.NotFound, 'there is no module disk'),
    text:
      'error[client.failed]: lab-1: there is no module disk\n' +
      '  see what `eft logs` and `eft events` tell of that node',
  },
  {
    code: 'client.told',
    title: 'an error of a newer node',
    provoke: () => callFault(Code.FailedPrecondition, 'the moon is full', { 'eft-code': 'moon.full' }),
    text:
      'error[client.told]: lab-1: the moon is full\n' + '  look up `moon.full` in docs/reference/errors.md',
  },
  {
    code: 'client.no-kind',
    title: 'a kind that is mistyped',
    provoke: () => resolveKind('lnk-status', ['eft:resources/link-status'], 'lab-1'),
    text:
      'error[client.no-kind]: lab-1 has no kind `lnk-status` that you may read\n' +
      '  did you mean `link-status`? `eft get` lists the kinds there are',
  },
  {
    code: 'client.not-in-graph',
    title: 'a module that is mistyped',
    provoke: () => findPart(graphOfManifests([]), 'supervisr', 'lab-1'),
    text:
      'error[client.not-in-graph]: lab-1: there is neither a module nor a kind `supervisr`\n' +
      '  did you mean `supervisor`? `eft graph` without a name draws all there are',
  },
  {
    code: 'client.several-kinds',
    title: 'a kind of which too little is written',
    provoke: () => resolveKind('sp', ['eft:resources/spin', 'eft:resources/spoon'], 'lab-1'),
    text:
      'error[client.several-kinds]: `sp` may be eft:resources/spin, eft:resources/spoon\n' +
      '  write more of its name',
  },
  {
    code: 'client.patch',
    title: 'a patch that takes out what is not there',
    provoke: () => patchConfig('machine: {}\n', '[{ op: remove, path: /machine/type }]', 'patch.yaml'),
    text:
      'error[client.patch]: patch.yaml: the patch cannot be applied: operation 1: Value required at path: /machine/type\n' +
      '  correct it; `eft config get` shows what it is applied to, and `eft config patch --help` the rules',
  },
  {
    code: 'client.config-changed',
    title: 'two people who edit one configuration',
    provoke: () => withClient((client) => checkUnchanged(client, 'what it was before')),
    text:
      'error[client.config-changed]: somebody else has given lab-1 another configuration meanwhile\n' +
      '  begin again with what it has now: `eft config get`',
  },
  {
    code: 'client.editor',
    title: 'an editor that is not there',
    provoke: () => openEditor('lab-1.yaml', { EDITOR: 'exit 127;' }),
    text:
      'error[client.editor]: the editor `exit 127;` has failed: it ended with 127\n' +
      '  set $EDITOR to an editor that is there; nothing was applied',
  },
  {
    code: 'client.still-up',
    title: 'a node that does not go down',
    provoke: () =>
      withClient(async ({ target }) => {
        throw await lookForReturn(target, { uptimeMs: 0, atMs: performance.now() });
      }),
    text: 'error[client.still-up]: lab-1 is still up as it was\n  wait; if it stays so, look at its console',
  },
  {
    code: 'client.not-back',
    title: 'a node that stays up though it was to reboot',
    provoke: () =>
      withClient(({ target }) =>
        awaitReturn(target, { uptimeMs: 0, atMs: performance.now() }, silent, { timeoutMs: 1 }),
      ),
    text:
      'error[client.not-back]: lab-1 is not back after 0 s: lab-1 is still up as it was\n' +
      '  look at its console',
  },
  {
    code: 'client.not-ready',
    title: 'a node that is not ready with the version that was swapped in',
    provoke: () =>
      withClient((client, node) => {
        node.put('eft:resources/node-status', 'node', { stage: 'running', ready: false, unmet: [] });
        return awaitReady(client, 0);
      }),
    text:
      'error[client.not-ready]: lab-1 took the new version, and was not ready after 0 s\n' +
      '  `eft status` and `eft get node-status -n` say what it lacks',
  },
  {
    code: 'client.not-confirmed',
    title: 'a reset in a script that nobody has said yes to',
    provoke: () => askForName('lab-1', false),
    text:
      'error[client.not-confirmed]: lab-1 is left as it is: nobody is there to be asked\n' +
      '  type its name when asked, or give `--yes`',
  },
  {
    code: 'client.operation-failed',
    title: 'an operation that its module gives up',
    provoke: () =>
      withClient((client, node) =>
        runOperation(client, snapshot, true, {
          tell: () =>
            node.put('eft:resources/operation', 'op-1', { state: 'failed', message: 'the disk is full' }),
        }),
      ),
    text:
      'error[client.operation-failed]: lab-1: etcd could not do `snapshot`: the disk is full\n' +
      '  see `eft logs etcd` of that node',
  },
  {
    code: 'client.operation-gone',
    title: 'an operation that somebody takes away',
    provoke: () =>
      withClient((client, node) =>
        runOperation(client, snapshot, true, { tell: () => node.remove('eft:resources/operation', 'op-1') }),
      ),
    text:
      'error[client.operation-gone]: lab-1: the operation is gone, and nobody has said how it ended\n' +
      '  see `eft logs etcd` of that node',
  },
  {
    code: 'client.blob-digest',
    title: 'a blob that is not what its name says',
    provoke: () =>
      withClient((client, node, folder) => {
        node.blobs.set('00'.repeat(32), Buffer.from('other bytes'));
        return downloadBlob(client, '00'.repeat(32), `${folder}/blob`, silent);
      }),
    text:
      `error[client.blob-digest]: what lab-1 has sent is not the blob ${'00'.repeat(32)}: its digest is another one\n` +
      '  do it again; the bytes so far are deleted',
  },
  {
    code: 'client.digest-form',
    title: 'the name of a file where a digest belongs',
    provoke: () => checkDigest('etcd.snapshot'),
    text:
      'error[client.digest-form]: etcd.snapshot is no digest of a blob\n' +
      '  write a SHA-256, 64 hexadecimal digits in small letters, as `eft blob put` prints it',
  },
];
