/** `eft up`: starts local nodes from an image, and waits until they are ready. */
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { maximumConfigBytes, parseMachineConfig } from '../../supervisor/config/parse-config.ts';
import { imageToBoot } from '../checkout-image.ts';
import { readInput } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import { awaitReadyNode, bringUp, nodesLimit } from '../provision/bring-up.ts';
import { checkNewName, checkPrograms, checkRoot } from '../provision/check-host.ts';
import { nodeAddress, readNodeState } from '../provision/cluster.ts';
import { shortenKernelLines } from '../provision/kernel-lines.ts';
import { runInUserNamespace } from '../provision/user-namespace.ts';
import type { VmHost } from '../provision/vm-spec.ts';

type UpOptions = {
  readonly name: string;
  readonly nodes: number;
  readonly image?: string;
  readonly trust?: string;
  readonly vm?: true;
  readonly config?: string;
  readonly maintenance?: true;
  readonly use?: true;
  readonly state?: string;
  readonly parameter: readonly string[];
  readonly timeout: number;
  readonly json?: true;
};

const defaultTimeoutSeconds = 180;

export function upCommand(terminal: Terminal): Command {
  return new Command('up')
    .description('start local nodes from an image, in namespaces of this machine or in virtual machines')
    .option(
      '--image <FILE>',
      'the image to boot (default: that of this checkout, built first if it is not there)',
    )
    .option('--trust <POLICY>', 'the keys to believe (default: the development key of this checkout)')
    .option('--vm', 'virtual machines with the kernel of this checkout and a verified root, not namespaces')
    .option('--name <NAME>', 'the name of the cluster', 'eft')
    .option('-n, --nodes <N>', `how many nodes, at most ${nodesLimit}`, readNodes, 1)
    .option(
      '--config <FILE>',
      'the machine configuration that the nodes are handed (default: a small one for each)',
    )
    .option('--maintenance', 'hand the nodes no configuration: they wait for one')
    .option('--use', 'make the context of the cluster the current one, even if there is one')
    .option('--state <FOLDER>', 'where nodes keep what they have accepted, a folder or disk each; it stays')
    .option(
      '--parameter <NAME=VALUE>',
      'a kernel parameter of the nodes, such as eft.recovery=1; may be given again',
      addParameter,
      [],
    )
    .option('--timeout <SECONDS>', 'how long to wait for a node', readCount, defaultTimeoutSeconds)
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (options: UpOptions) => {
      const { stdout, stderr } = terminal;
      const { takeLoopbackPorts } = await import('../provision/loopback.ts');
      const loopback = takeLoopbackPorts();
      const own = await readConfiguration(options.config);
      checkNewName(options.name);
      if (process.getuid?.() !== 0 && !options.vm) {
        process.exitCode = await runInUserNamespace(options.nodes);
        return;
      }
      checkRoot('up');
      checkPrograms();
      const image = await imageToBoot(terminal, options.image, options.trust);
      const vm = options.vm ? await vmHost(terminal, image, options.trust) : undefined;
      const began = performance.now();
      const state = options.state === undefined ? undefined : resolve(options.state);
      if (state !== undefined) mkdirSync(state, { recursive: true, mode: 0o700 });
      const { addClusterContext, checkClusterContext } = await import('../provision/cluster-context.ts');
      const { stateDiskFile, stateFolderFile } = await import('../provision/state-disk.ts');
      const { handedConfiguration } = await import('../provision/handed-configuration.ts');
      const keptFile = vm === undefined ? stateFolderFile : stateDiskFile;
      const handed = await handedConfiguration({
        cluster: options.name,
        own,
        isMaintenance: options.maintenance ?? false,
        isFetched: options.parameter.some((parameter) => /^eft\.config(?:\.inline)?=/.test(parameter)),
        state,
        hasKept: (node) => state !== undefined && existsSync(keptFile(state, node)),
        names: loopback.length === 0 ? [] : ['127.0.0.1'],
      });
      if (handed.authority !== undefined) checkClusterContext(options.name, handed.authority);
      if (handed.lack !== '') writeLine(stderr, paint(stderr, 'faint', handed.lack));
      const cluster = bringUp({
        name: options.name,
        count: options.nodes,
        image,
        handed,
        parameters: options.parameter,
        state,
        loopback,
        ...(vm === undefined ? {} : { vm }),
      });
      if (handed.authority !== undefined) {
        await addClusterContext(cluster, handed.authority, options.use ?? false);
      }
      const isAlone = cluster.nodes.length === 1;
      const ready = await Promise.all(
        cluster.nodes.map(async (node) => {
          const shorten = shortenKernelLines();
          let fingerprint: string | undefined;
          const seconds = await awaitReadyNode(cluster, node, options.timeout * 1_000, (line) => {
            fingerprint = fingerprintIn(line) ?? fingerprint;
            for (const shown of vm === undefined ? [line] : shorten(line))
              writeLine(stderr, isAlone ? shown : `${paint(stderr, 'name', node.name)} ${shown}`);
          });
          const pid = readNodeState(cluster.name, node.name)?.first?.pid;
          return { node: node.name, seconds, pid, ...(fingerprint === undefined ? {} : { fingerprint }) };
        }),
      );
      const totalSeconds = Number(((performance.now() - began) / 1_000).toFixed(3));
      if (options.json) {
        writeJson(stdout, { cluster: cluster.name, network: `${cluster.network}.0/24`, ready, totalSeconds });
        return;
      }
      for (const { node, seconds } of ready) {
        const sign = paint(stdout, 'good', '✓');
        writeLine(
          stdout,
          `${sign} ${paint(stdout, 'name', node)} is ready, ${seconds.toFixed(3)} s after its PID 1 began`,
        );
      }
      const { readContexts } = await import('../api/contexts.ts');
      const isCurrent = readContexts().current === cluster.name;
      if (handed.authority !== undefined) {
        const how = isCurrent ? 'the current context leads to' : `--context ${cluster.name} leads to`;
        writeLine(stdout, `  ${how} ${isAlone ? 'it' : 'them'}`);
      }
      const [{ node: first = '', fingerprint } = {}] = ready;
      if (options.maintenance && fingerprint !== undefined) {
        const address = nodeAddress(cluster, 0);
        writeLine(
          stdout,
          '\nIt waits for a configuration, from whoever gives the fingerprint of its console:',
        );
        writeLine(
          stdout,
          `  eft config gen --hostname ${first} --context ${first} --address ${address} -o ${first}.yaml`,
        );
        writeLine(stdout, `  eft config apply ${first}.yaml -n ${address} --fingerprint ${fingerprint}`);
      }
      const name = options.name === 'eft' ? '' : ` --name ${options.name}`;
      const read =
        handed.authority === undefined ? [] : [`eft get${isCurrent ? '' : ` --context ${cluster.name}`}`];
      const next = [...read, `eft status${name}`, `eft console ${first}${name}`, `eft down${name}`];
      writeLine(stdout, `\nNext: ${next.join(' · ')}`);
    });
}

/** Of the authority of a boot in maintenance, as the console of a node says it (supervisor/phases/summary.ts). */
function fingerprintIn(line: string): string | undefined {
  return /SHA-256 +((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(line.trimEnd())?.[1];
}

/** A configuration that is wrong is refused before anything is made. Errors: `config.*`, `document.*`, `file.*`. */
async function readConfiguration(
  file: string | undefined,
): Promise<{ readonly text: string; readonly file: string } | undefined> {
  if (file === undefined) return undefined;
  const bytes = readInput(file, maximumConfigBytes);
  await parseMachineConfig(bytes, file);
  return { text: Buffer.from(bytes).toString('utf8'), file };
}

async function vmHost({ stderr }: Terminal, image: string, trust: string | undefined): Promise<VmHost> {
  const { prepareVmHost } = await import('../provision/vm-host.ts');
  const { progressOn } = await import('./firmware-build.ts');
  const tell = (line: string): void => writeLine(stderr, paint(stderr, 'faint', line));
  return prepareVmHost({ image, trust, tell, onProgress: progressOn(stderr) });
}

const help = `
A node is the same image, program and modules that a machine boots, as PID 1 in namespaces of its own: it has its own processes, mounts,
network, host name and control groups, and the kernel of this machine. It gets its address from a DHCP server on a bridge.
Each node is handed a small configuration with its name and the authority of its API, and a context named after the cluster leads to them
(see \`eft context\`). With --config the authority is the one in that file.
Without root, the nodes and their network are in a user namespace, where the machine lets users make them, and their APIs on ports of 127.0.0.1.
With --vm it is a virtual machine (QEMU, with KVM where that works) under the kernel that this checkout builds, which checks every block of
the image when it is read. The kernel is built when it is needed first: about 20 minutes of one processor.

Examples:
  eft up
  eft up --vm
  eft up -n 3 --name lab --use
  eft up --config machine.yaml
  eft up --maintenance
  eft up --parameter eft.recovery=1 --state states
  eft up --image eft-0.1.0-amd64.img --trust trust.yaml`;

function readNodes(text: string): number {
  const count = readCount(text);
  if (count > nodesLimit) throw new InvalidArgumentError(`It must be at most ${nodesLimit}.`);
  return count;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return count;
}

/** Words of a command line are kept apart by spaces, and a quote would join them. */
function addParameter(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^\s"]+$/.test(text)) throw new InvalidArgumentError('It must be one word without quotes.');
  return [...before, text];
}
