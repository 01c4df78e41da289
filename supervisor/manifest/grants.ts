/**
 * What can be granted: every host interface, with the parameters by which a grant of it says *which*.
 *
 * One table for the whole system: a host interface that is not in it cannot be granted, so it cannot be used.
 */
import {
  type DocumentNode,
  DocumentRecord,
  distinct,
  readChoice,
  readList,
  readName,
  readText,
} from '../document/document.ts';
import { nearestName } from '../document/nearest-name.ts';
import { EftError } from '../errors/eft-error.ts';
import { maximumReasonLength, readDeadline } from './grant-limits.ts';
import { absolutePath, directoryName, unversionedInterface } from './names.ts';
import {
  type KernelGrant,
  type NetlinkGrant,
  readKernelGrant,
  readNetlinkGrant,
  readSocketGrant,
  type SocketGrant,
} from './network-grants.ts';

const maximumDirectories = 16;

/** The interfaces that need no parameters: the interface is the whole authority. */
export const plainInterfaces = [
  'eft:host/log',
  'eft:host/clock',
  'eft:host/entropy',
  'eft:host/health',
  'eft:host/requests',
] as const;

export type PlainGrant = {
  readonly interface: (typeof plainInterfaces)[number];
  readonly reason: string;
};

/** A directory that a module may use, as `name/…`. */
export type GrantedDirectory = {
  readonly name: string;
  readonly path: string;
  readonly access: 'read' | 'read-write';
};

export type FilesGrant = {
  readonly interface: 'eft:host/files';
  readonly reason: string;
  readonly directories: readonly GrantedDirectory[];
  /** What a call may take; 10,000 if the grant states none. */
  readonly deadlineMilliseconds?: number;
};

export type Grant = PlainGrant | FilesGrant | NetlinkGrant | SocketGrant | KernelGrant;
export type GrantedInterface = Grant['interface'];

const readers: Readonly<Record<GrantedInterface, (node: DocumentNode) => Grant>> = {
  'eft:host/log': (node) => readPlainGrant(node, 'eft:host/log'),
  'eft:host/clock': (node) => readPlainGrant(node, 'eft:host/clock'),
  'eft:host/entropy': (node) => readPlainGrant(node, 'eft:host/entropy'),
  'eft:host/health': (node) => readPlainGrant(node, 'eft:host/health'),
  'eft:host/requests': (node) => readPlainGrant(node, 'eft:host/requests'),
  'eft:host/files': readFilesGrant,
  'eft:host/netlink': readNetlinkGrant,
  'eft:host/socket': readSocketGrant,
  'eft:host/kernel': readKernelGrant,
};

/** Every interface that can be granted. */
export const grantedInterfaces: readonly GrantedInterface[] = [
  ...plainInterfaces,
  'eft:host/files',
  'eft:host/netlink',
  'eft:host/socket',
  'eft:host/kernel',
];

/** Whether `name`, without a version, is an interface of the host: what is not is a resource kind. */
export function isHostInterface(name: string): boolean {
  return name.startsWith('eft:host/');
}

/** Reads one grant. Errors: `document.*`, `manifest.interface-unknown`. */
export function readGrant(node: DocumentNode): Grant {
  return readers[readGrantedInterface(node)](node);
}

function readGrantedInterface(node: DocumentNode): GrantedInterface {
  const field = node.kind === 'map' ? node.fields.get('interface')?.value : undefined;
  // Without an interface there is no telling which fields are right; the reader of the plainest grant says what is missing.
  if (field === undefined) return 'eft:host/log';
  const name = readName(field, unversionedInterface);
  const known = grantedInterfaces.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  const nearest = nearestName(name, grantedInterfaces);
  throw EftError.of(
    'manifest.interface-unknown',
    {
      path: field.where.path,
      interface: name,
      hint: nearest === undefined ? '' : `did you mean \`${nearest}\`? `,
    },
    { place: field.where.place },
  );
}

function readPlainGrant(node: DocumentNode, name: PlainGrant['interface']): PlainGrant {
  const record = new DocumentRecord(node, ['interface', 'reason'], []);
  return { interface: name, reason: readText(record.get('reason'), maximumReasonLength) };
}

function readFilesGrant(node: DocumentNode): FilesGrant {
  const record = new DocumentRecord(node, ['interface', 'directories', 'reason'], ['deadlineMilliseconds']);
  const directories = readList(record.get('directories'), 1, maximumDirectories, readDirectory);
  return {
    interface: 'eft:host/files',
    directories: distinct(directories, ({ name }) => name),
    reason: readText(record.get('reason'), maximumReasonLength),
    ...readDeadline(record),
  };
}

function readDirectory(node: DocumentNode): GrantedDirectory {
  const record = new DocumentRecord(node, ['name', 'path', 'access'], []);
  return {
    name: readName(record.get('name'), directoryName),
    path: readName(record.get('path'), absolutePath),
    access: readChoice(record.get('access'), ['read', 'read-write']),
  };
}
