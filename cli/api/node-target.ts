/**
 * Which nodes a command means: those of a context, those that `--nodes` names of them, or others by address, with the keys of the context. A node in
 * maintenance is known by a fingerprint alone, and needs no context.
 */
import { isIPv6 } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { apiPort } from '../../supervisor/api/port.ts';
import { nearestName } from '../../supervisor/document/nearest-name.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { type Context, type ContextNode, findContext } from './contexts.ts';

/** What the command line says of nodes. */
export type NodeOptions = {
  readonly nodes?: readonly string[];
  readonly context?: string;
  /** SHA-256 of a certificate, 64 hexadecimal digits in small letters. */
  readonly fingerprint?: string;
};

/** A node to talk to. */
export type NodeTarget = {
  /** What people call it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** How it is known to be the one that is meant. */
  readonly trust:
    | { readonly by: 'authority'; readonly context: Context }
    | { readonly by: 'fingerprint'; readonly fingerprint: string };
};

/** Adds `--nodes` and `--context`. */
export function addNodeOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-n, --nodes <NODES>',
        'the nodes, by name or address, with commas between (default: all of the context)',
      ).argParser(readNames),
    )
    .option('--context <NAME>', 'the context (default: the current one)');
}

/** Adds `--fingerprint`, for what a node in maintenance does too. */
export function addFingerprintOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--fingerprint <SHA256>',
      'of a node in maintenance: the fingerprint that its console shows',
    ).argParser(readFingerprint),
  );
}

/** The nodes that are meant; all of the context if none is named. Errors: `client.no-node`, and those of `findContext`. */
export function nodeTargets(options: NodeOptions): readonly NodeTarget[] {
  const { nodes, fingerprint } = options;
  if (fingerprint !== undefined) return [pinnedTarget(options, fingerprint)];
  const context = findContext(options.context);
  const meant = nodes === undefined ? context.nodes : nodes.map((node) => nodeOf(context, node));
  return meant.map(({ name, address }) => ({
    name,
    ...splitAddress(address),
    trust: { by: 'authority', context },
  }));
}

/** The same for what changes something: nodes are named, unless there is one only. Errors: also `client.which-node`. */
export function namedTargets(options: NodeOptions, command: string): readonly NodeTarget[] {
  const targets = nodeTargets(options);
  if (options.nodes !== undefined || targets.length === 1) return targets;
  const context = findContext(options.context).name;
  const nodes = targets.map(({ name }) => name).join(', ');
  throw EftError.of('client.which-node', { context, count: targets.length, command, nodes });
}

/** The one node that is meant. Errors: also `client.one-node`. */
export function oneTarget(options: NodeOptions, command: string): NodeTarget {
  const targets = namedTargets(options, command);
  const [target] = targets;
  if (target === undefined || targets.length > 1) {
    throw EftError.of('client.one-node', { command, count: targets.length });
  }
  return target;
}

/** `10.0.0.5:50000`, as in a context. */
export function addressOf({ host, port }: Pick<NodeTarget, 'host' | 'port'>): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Takes an address apart; without a port it is the API's. An IPv6 address with a port is in brackets (RFC 3986, 3.2.2). */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return { host: address, port: apiPort };
  return { host, port: port === undefined ? apiPort : Number(port) };
}

function pinnedTarget(options: NodeOptions, fingerprint: string): NodeTarget {
  const [name, second] = options.nodes ?? [];
  const trust = { by: 'fingerprint', fingerprint } as const;
  if (second !== undefined) {
    const count = options.nodes?.length ?? 0;
    throw EftError.of('client.one-node', { command: '… --fingerprint', count });
  }
  if (name !== undefined && isAddress(name)) return { name, ...splitAddress(name), trust };
  const target = oneTarget(
    {
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(name === undefined ? {} : { nodes: [name] }),
    },
    '… --fingerprint',
  );
  return { ...target, trust };
}

function nodeOf(context: Context, wanted: string): ContextNode {
  const found = context.nodes.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (isAddress(wanted)) {
    const address = addressOf(splitAddress(wanted));
    return context.nodes.find((node) => node.address === address) ?? { name: wanted, address };
  }
  const names = context.nodes.map(({ name }) => name);
  const nearest = nearestName(wanted, names);
  throw EftError.of('client.no-node', {
    context: context.name,
    node: wanted,
    nodes: names.join(', '),
    hint: nearest === undefined ? '' : `did you mean \`${nearest}\`? `,
  });
}

/** Whether it can be nothing but an address: the names of nodes of a context have been looked at before. */
function isAddress(text: string): boolean {
  return (
    isIPv6(text) ||
    /^\[[0-9a-fA-F:.%]+\](:[0-9]+)?$/.test(text) ||
    /^[0-9A-Za-z-]+([.:][0-9A-Za-z-]+)+$/.test(text) ||
    text === 'localhost'
  );
}

function readNames(text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new InvalidArgumentError('It must be names or addresses with commas between.');
  return [...new Set(names)];
}

/** With colons between the bytes, as OpenSSL and browsers show it, or without. */
function readFingerprint(text: string): string {
  const digits = text.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new InvalidArgumentError(
    'It must be the SHA-256 of a certificate: 64 hexadecimal digits, with colons or without.',
  );
}
