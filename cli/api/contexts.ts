/**
 * What `eft` knows of clusters: one YAML file of contexts, each with its nodes and the keys to them.
 *
 *   current: lab                      # the context that commands mean when none is named; optional
 *   contexts:
 *     - name: lab
 *       nodes: [{ name: lab-1, address: '10.57.0.2:50000' }]
 *       authority: |                  # certificates that vouch for the nodes, in PEM: several while one replaces another
 *       certificate: |                # of the operator, in PEM
 *       key: |                        # of the operator, in PEM, PKCS #8
 *
 * The file holds private keys: it is for its owner alone, and one that others can read is not used. It is replaced as a whole, so
 * that whoever reads it sees the old or the new one.
 */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  readList,
  readName,
  wrongType,
} from '../../supervisor/document/document.ts';
import { nearestName } from '../../supervisor/document/nearest-name.ts';
import { maximumYamlBytes, readYaml } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { readInputText } from '../files.ts';

/** Contexts in one file. */
export const contextLimit = 64;
/** Nodes of one context. */
export const contextNodeLimit = 512;

export type ContextNode = {
  /** What people call it. */
  readonly name: string;
  /** `address:port` of its API; an IPv6 address is in brackets. */
  readonly address: string;
};

export type Context = {
  readonly name: string;
  readonly nodes: readonly ContextNode[];
  /** The authorities that vouch for the nodes, in PEM. */
  readonly authority: string;
  /** The operator's certificate and key, in PEM. */
  readonly certificate: string;
  readonly key: string;
};

export type Contexts = {
  /** The one that is meant when none is named. */
  readonly current: string | undefined;
  readonly contexts: readonly Context[];
};

const nothing: Contexts = { current: undefined, contexts: [] };

const contextName = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  limit: 63,
  expected: 'the name of a context',
  form: 'letters, digits, hyphens, dots and underscores, at most 63, such as `lab`',
};

const nodeName = {
  pattern: /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
  limit: 253,
  expected: 'the name of a node',
  form: 'lower-case letters, digits, hyphens and dots, such as `lab-1`',
};

const nodeAddress = {
  pattern: /^(?:[0-9A-Za-z.-]+|\[[0-9a-fA-F:.]+(?:%[0-9A-Za-z._-]+)?\]):[1-9][0-9]{0,4}$/,
  limit: 300,
  expected: 'an address with a port',
  form: '`10.0.0.5:50000`, `[fd00::5]:50000` or `node-1.example.org:50000`',
};

/** Where the contexts are: `$EFT_CONFIG`, or in `$EFT_HOME` if all of Eft is elsewhere, or `~/.config/eft/contexts.yaml`. */
export function contextsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['EFT_CONFIG'];
  if (named !== undefined && named !== '') return named;
  const home = environment['EFT_HOME'];
  if (home !== undefined && home !== '') return join(home, 'contexts.yaml');
  const base = environment['XDG_CONFIG_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.config') : base, 'eft', 'contexts.yaml');
}

/**
 * All contexts; none if the file is not there.
 * Errors: `client.contexts-readable`, `client.credential`, `client.key-mismatch`, `document.*` with line and column, `file.*`.
 */
export function readContexts(file = contextsFile()): Contexts {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return nothing;
  if ((mode & 0o077) !== 0) {
    const parameters = { mode: `0${(mode & 0o777).toString(8)}`, file };
    throw EftError.of('client.contexts-readable', parameters, { place: { file } });
  }
  return parseContexts(readInputText(file, maximumYamlBytes), file);
}

/** The contexts that `text` says; `file` is for errors. Errors: as `readContexts`. */
export function parseContexts(text: string, file: string): Contexts {
  const record = new DocumentRecord(readYaml(text, 'contexts file', file), ['contexts'], ['current']);
  const listed = readList(record.get('contexts'), 0, contextLimit, readContext);
  const contexts = distinct(listed, ({ name }) => name);
  const currentNode = record.find('current');
  if (currentNode === undefined) return { current: undefined, contexts };
  const current = readName(currentNode, contextName);
  findIn({ current, contexts }, current, currentNode.where.place.file ?? file);
  return { current, contexts };
}

/** The context of this name, or the current one. Errors: `client.no-context`, `client.no-current`, and those of `readContexts`. */
export function findContext(name: string | undefined, file = contextsFile()): Context {
  const all = readContexts(file);
  const wanted = name ?? all.current;
  if (wanted === undefined) throw EftError.of('client.no-current', {}, { place: { file } });
  return findIn(all, wanted, file);
}

/**
 * Adds a context, in the place of one of the same name if `replaces`, and makes it the current one if `isCurrent`, or if there is no other.
 * Errors: `client.context-exists`, `file.unwritable`, and those of `readContexts`, also for what is added.
 */
export function addContext(
  context: Context,
  options: { readonly replaces?: boolean; readonly isCurrent?: boolean } = {},
  file = contextsFile(),
): void {
  changeContexts(file, ({ current, contexts }) => {
    const isThere = contexts.some(({ name }) => name === context.name);
    if (isThere && options.replaces !== true) {
      throw EftError.of('client.context-exists', { name: context.name }, { place: { file } });
    }
    return {
      current: options.isCurrent === true ? context.name : (current ?? context.name),
      contexts: [...contexts.filter(({ name }) => name !== context.name), context],
    };
  });
}

/** Takes a context out; then none is the current one, if it was. Errors: `client.no-context`, and those of `addContext`. */
export function removeContext(name: string, file = contextsFile()): void {
  changeContexts(file, (all) => {
    findIn(all, name, file);
    return {
      current: all.current === name ? undefined : all.current,
      contexts: all.contexts.filter((context) => context.name !== name),
    };
  });
}

/** Makes a context the one that commands mean. Errors: `client.no-context`, and those of `addContext`. */
export function useContext(name: string, file = contextsFile()): void {
  changeContexts(file, (all) => {
    findIn(all, name, file);
    return { ...all, current: name };
  });
}

/** How long a change waits for another one, in steps of so many milliseconds. */
const lockAttempts = 100;
const lockWaitMs = 20;

/** Reads, changes and replaces the file. Changes wait for each other; who only reads waits for nobody. */
function changeContexts(file: string, change: (contexts: Contexts) => Contexts): void {
  const lock = `${file}.lock`;
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  writing(file, () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
  takeLock(file, lock);
  try {
    const after = formatContexts(change(readContexts(file)));
    parseContexts(after, file);
    writing(file, () => {
      writeFileSync(temporary, after, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(temporary, file);
    });
  } finally {
    rmSync(temporary, { force: true });
    rmSync(lock, { force: true });
  }
}

function takeLock(file: string, lock: string): void {
  for (let attempt = 0; attempt < lockAttempts; attempt += 1) {
    try {
      writeFileSync(lock, '', { mode: 0o600, flag: 'wx' });
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isBusy) throw unwritable(file, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockWaitMs);
    }
  }
  throw EftError.of('client.contexts-busy', { lock }, { place: { file } });
}

function formatContexts({ current, contexts }: Contexts): string {
  const head =
    '# The nodes that `eft` knows, with the keys to them: for your eyes alone. `eft context --help` says more.\n';
  const content = { ...(current === undefined ? {} : { current }), contexts };
  return `${head}${stringify(content, { lineWidth: 0 })}`;
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): EftError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return EftError.of('file.unwritable', { reason }, { place: { file }, cause: error });
}

function findIn({ contexts }: Contexts, wanted: string, file: string): Context {
  const found = contexts.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = contexts.map(({ name }) => name);
  const nearest = nearestName(wanted, names);
  const known = names.length === 0 ? ': there is none at all' : `: there are ${names.join(', ')}`;
  const hint = nearest === undefined ? '' : `did you mean \`${nearest}\`? `;
  throw EftError.of('client.no-context', { name: wanted, known, hint }, { place: { file } });
}

function readContext(node: DocumentNode): Context {
  const record = new DocumentRecord(node, ['name', 'nodes', 'authority', 'certificate', 'key'], []);
  const nodes = readList(record.get('nodes'), 1, contextNodeLimit, readNode);
  const context = {
    name: readName(record.get('name'), contextName),
    nodes: distinct(nodes, ({ name }) => name),
    authority: readPem(record.get('authority'), 'certificate of an authority'),
    certificate: readPem(record.get('certificate'), 'certificate'),
    key: readPem(record.get('key'), 'private key'),
  };
  const { path, place } = record.get('key').where;
  if (!new X509Certificate(context.certificate).checkPrivateKey(createPrivateKey(context.key))) {
    throw EftError.of('client.key-mismatch', { path }, { place });
  }
  return context;
}

function readNode(node: DocumentNode): ContextNode {
  const record = new DocumentRecord(node, ['name', 'address'], []);
  return {
    name: readName(record.get('name'), nodeName),
    address: readName(record.get('address'), nodeAddress),
  };
}

type Credential = 'certificate of an authority' | 'certificate' | 'private key';

function readPem(node: DocumentNode, expected: Credential): string {
  if (node.kind !== 'text') throw wrongType(node, 'text');
  const reason = pemFault(node.value, expected);
  if (reason === undefined) return node.value;
  const parameters = { path: node.where.path, expected, reason };
  throw EftError.of('client.credential', parameters, { place: node.where.place });
}

/** Why `text` is not that, in words that hold nothing of it: it may be half a key. */
function pemFault(text: string, expected: Credential): string | undefined {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g) ?? [];
  const label = expected === 'private key' ? 'PRIVATE KEY' : 'CERTIFICATE';
  if (blocks.length === 0) return 'no PEM text is in it';
  if (blocks.some((block) => !block.startsWith(`-----BEGIN ${label}-----`))) {
    return `it has something else than \`${label}\``;
  }
  if (expected === 'private key' && blocks.length > 1) return 'there are several';
  try {
    for (const block of blocks) {
      if (expected === 'private key') createPrivateKey(block);
      else new X509Certificate(block);
    }
    return undefined;
  } catch {
    return 'what is between its first and its last line cannot be read';
  }
}
