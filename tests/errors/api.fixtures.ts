import { chainLine, chainStart } from '../../supervisor/api/audit-chain.ts';
import { checkAudit } from '../../supervisor/api/audit-verify.ts';
import { callError } from '../../supervisor/api/call-error.ts';
import { Dispatcher } from '../../supervisor/api/dispatcher.ts';
import { listenForCalls } from '../../supervisor/api/gateway-process.ts';
import { GatewaySession } from '../../supervisor/api/gateway-session.ts';
import type { Identity } from '../../supervisor/api/identity.ts';
import { KernelLog, kernelLogReadersLimit } from '../../supervisor/api/kernel-log.ts';
import { inspectModule } from '../../supervisor/api/methods/modules.ts';
import { openOperationsLimit, putOperation } from '../../supervisor/api/methods/put-operation.ts';
import { getResource, listResources } from '../../supervisor/api/methods/resources.ts';
import { watchesPerIdentity, watchResources } from '../../supervisor/api/methods/watch-resources.ts';
import { identityRate } from '../../supervisor/api/rate-limits.ts';
import { Access } from '../../supervisor/api/roles.ts';
import { RecordItem } from '../../supervisor/cells/record-fields.ts';
import { catalogue } from '../../supervisor/errors/catalogue.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import {
  begin,
  call,
  noSignal,
  phaseKind,
  playedNode,
  playedNodeWithHealth,
  putPhase,
} from '../api/test-node.ts';
import type { Fixture } from './fixture.ts';

const ada: Identity = {
  type: 'client',
  name: 'ada',
  roles: ['os:reader'],
  fingerprint: '00'.repeat(32),
  peer: '10.0.0.9',
};
const configured = new Access({ type: 'configured', roles: [] });

const noAudit = { began: () => Promise.resolve(1), ended: () => undefined, refused: () => undefined };

/** Calls a method that there is not, so often. */
async function callOften(times: number): Promise<void> {
  const world = { access: () => configured, audit: noAudit, nowMs: () => 0, onCall: () => undefined };
  const dispatcher = new Dispatcher([], world);
  for (let index = 1; index <= times; index += 1) {
    const answers = dispatcher.answer({
      method: 'eft.v1.MachineService/Destroy',
      argument: new RecordItem({}, 'request', 'the request'),
      identify: () => ada,
      guard: () => undefined,
      inputs: new ReadableStream(),
      signal: new AbortController().signal,
    });
    await answers.next().catch((error: unknown) => {
      if (index === times) throw error;
    });
  }
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'api.unauthenticated',
    title: 'a caller without a certificate',
    provoke: () =>
      configured.check(
        { type: 'nobody', reason: 'it has shown no certificate', peer: '10.0.0.9' },
        { name: 'eft.v1.MachineService/Version', verb: 'read' },
        [],
      ),
    text: 'error[api.unauthenticated]: the node does not know who calls: it has shown no certificate\n  show a certificate for clients that the authority of this node has issued; `eft config gen` makes the first one',
  },
  {
    code: 'api.denied',
    title: 'a reader who restarts the machine',
    provoke: () => configured.check(ada, { name: 'eft.v1.MachineService/Reboot', verb: 'power' }, []),
    text: 'error[api.denied]: ada may not power by eft.v1.MachineService/Reboot: none of the roles of the certificate allows it (os:reader)\n  use a certificate with a role that may; docs/reference/roles.md lists them',
  },
  {
    code: 'api.maintenance',
    title: 'a question to a node that has no configuration',
    provoke: () =>
      new Access({ type: 'maintenance' }).check(
        { type: 'nobody', reason: 'it has shown no certificate', peer: '10.0.0.9' },
        { name: 'eft.v1.MachineService/Logs', verb: 'read' },
        [],
      ),
    text: 'error[api.maintenance]: the node has no configuration yet, and eft.v1.MachineService/Logs needs one\n  give it a configuration first, by `eft config apply`',
  },
  {
    code: 'api.no-resource',
    title: 'a resource that is not there',
    provoke: () => call(getResource(playedNode()), { kind: phaseKind, id: 'network' }),
    text: 'error[api.no-resource]: there is no eft:resources/boot-phase "network" on this node\n  see `eft get eft:resources/boot-phase` for those that there are',
  },
  {
    code: 'api.no-module',
    title: 'a module that the node does not run',
    provoke: () => call(inspectModule(playedNode()), { name: 'etcd' }),
    text: 'error[api.no-module]: the node runs no module etcd\n  see `eft get module-status` for those that it runs',
  },
  {
    code: 'api.answer-too-large',
    title: 'a list that does not fit into one answer',
    provoke: () => {
      const node = playedNode();
      for (let at = 0; at < 11; at += 1) putPhase(node, `${at}`, 'm'.repeat(100_000));
      return call(listResources(node), { kind: phaseKind });
    },
    text: 'error[api.answer-too-large]: the resources of the kind eft:resources/boot-phase are more than 1048576 bytes together, which is the most that one answer holds\n  watch the kind instead, or ask for one resource by its id',
  },
  {
    code: 'api.too-many-watches',
    title: 'somebody who begins one watch after the other',
    provoke: async () => {
      const watch = watchResources(playedNode());
      for (let at = 0; at <= watchesPerIdentity; at += 1) await begin(watch, { kinds: [phaseKind] }).next();
    },
    text: 'error[api.too-many-watches]: there are 256 watches of one caller already, and no more are taken\n  end some of them, or watch several kinds at once',
  },
  {
    code: 'api.too-many-operations',
    title: 'more operations than a module works off',
    provoke: async () => {
      let count = 0;
      const put = putOperation(await playedNodeWithHealth(), () => `operation-${count++}`);
      for (let at = 0; at <= openOperationsLimit; at += 1)
        await call(put, { target: 'health', verb: 'look' });
    },
    text: 'error[api.too-many-operations]: the module health has 64 operations that have not ended, and takes no more\n  wait until some of them have ended: `eft get operation`',
  },
  {
    code: 'api.no-kernel-log',
    title: 'the log of the kernel, where there is none',
    provoke: () => readOneLine(new KernelLog('/proc/none/kmsg')),
    text: 'error[api.no-kernel-log]: the log of the kernel cannot be read on this node: openat2 /proc/none/kmsg: no such file or directory (ENOENT)\n  ask a node that has a kernel of its own; a node in namespaces runs under the kernel of its host',
  },
  {
    code: 'api.too-many-readers',
    title: 'too many who follow the log of the kernel',
    provoke: async () => {
      // A device that can be read as a log without lines.
      const log = new KernelLog('/dev/null');
      const stop = new AbortController();
      const followers = Array.from({ length: kernelLogReadersLimit }, () =>
        log.lines({ tail: 0, follow: true, signal: stop.signal }).next(),
      );
      try {
        await readOneLine(log);
      } finally {
        stop.abort();
        await Promise.allSettled(followers);
      }
    },
    text: 'error[api.too-many-readers]: 16 callers read the log of the kernel already, and no more are served\n  end one of them, such as an `eft dmesg -f`',
  },
  {
    code: 'api.unknown-method',
    title: 'a method that the node does not have',
    provoke: () => callOften(1),
    text: 'error[api.unknown-method]: the node has no method eft.v1.MachineService/Destroy\n  ask the node what it has (`eft version` says which Eft it runs), or use the `eft` of its version',
  },
  {
    code: 'api.rate',
    title: 'one who calls too often',
    provoke: () => callOften(identityRate.burst + 1),
    text: 'error[api.rate]: there are more calls of ada than the node takes in a second\n  call less often; to follow what changes, watch it instead of asking again and again',
  },
  {
    code: 'api.busy',
    title: 'a call to a node that has its hands full',
    provoke: () => {
      throw EftError.of('api.busy', {});
    },
    text: 'error[api.busy]: the node has as many calls to answer as it takes at once\n  call again in a while; if it stays so, look at the metrics of the API for who calls',
  },
  {
    code: 'api.gone',
    title: 'a caller who hangs up',
    provoke: () => {
      throw EftError.of('api.gone', {});
    },
    text: 'error[api.gone]: the caller is gone, and the call with it\n  call again',
  },
  {
    code: 'api.internal',
    title: 'a method that fails in a way that nobody has foreseen',
    provoke: () => {
      const { code, message } = callError(new TypeError('x is undefined'), 'eft.v1.StateService/Get');
      throw EftError.received({ code, message, act: catalogue['api.internal'].act });
    },
    text: 'error[api.internal]: the node could not answer eft.v1.StateService/Get, in a way that nobody has foreseen\n  look into the log of the node (`eft logs supervisor`) for why, and report it',
  },
  {
    code: 'api.gateway',
    title: 'a gateway that speaks of a connection that there is not',
    provoke: () =>
      new GatewaySession({
        link: { send: () => undefined, sendInTurn: () => Promise.resolve() },
        answer: (call) =>
          new Dispatcher([], {
            access: () => configured,
            audit: noAudit,
            nowMs: () => 0,
            onCall: () => undefined,
          }).answer(call),
        identify: () => ada,
        onCertificateRequest: () => undefined,
        onFailure: () => undefined,
      }).receive({ type: 'disconnected', connection: 1 }, 0),
    text: 'error[api.gateway]: the gateway has said the end of a connection that there is not\n  nothing is to be done: it is started again; if that happens again and again, look who connects to the node',
  },
  {
    code: 'api.listen',
    title: 'a port that there is not',
    provoke: () => listenForCalls(70_000),
    text: 'error[api.listen]: the API cannot listen on port 70000: struct sockaddr_in6: sin6_port cannot hold 70000\n  make the port free; nothing else on a node is to use it',
  },
  {
    code: 'api.audit-line',
    title: 'an audit log of which a line was changed',
    provoke: () => {
      const { line } = chainLine('calls', chainStart, 0, { event: 'call', name: 'ada' });
      checkAudit(`${line.replace('ada', 'eve')}\n`, 'calls.jsonl');
    },
    text: 'error[api.audit-line]: calls.jsonl:1: the audit log is not as it was written: it was changed: its hash is not that of what it says\n  compare with what other copies say of this line, and find out who could write to the file; what comes after it proves nothing',
  },
  {
    code: 'api.audit-empty',
    title: 'a file without a line of an audit log',
    provoke: () => checkAudit('\n', 'calls.jsonl'),
    text: 'error[api.audit-empty]: calls.jsonl: there is no line of an audit log in it\n  give a file that `eft audit` has written, or that lies on STATE in the folder `audit`',
  },
];

async function readOneLine(log: KernelLog): Promise<void> {
  await log.lines({ tail: 0, follow: false, signal: noSignal }).next();
}
