/** The parts of the schema that say which modules run, with how much authority, and whose modules may run at all. */
import type { DocumentNode, NameForm } from '../document/document.ts';
import { maximumReasonLength } from '../manifest/grant-limits.ts';
import { grantedInterfaces, readGrant } from '../manifest/grants.ts';
import {
  absolutePath,
  capabilityPattern,
  directoryName,
  linkPattern,
  moduleName,
  modulePattern,
  sysctlPattern,
} from '../manifest/names.ts';
import { netlinkFamilies } from '../manifest/network-grants.ts';
import { maximumSignatures } from '../trust/cose-sign.ts';
import {
  maximumCommentLength,
  maximumKeys,
  maximumPatterns,
  readTrustedKey,
  type TrustedKey,
} from '../trust/trust-policy.ts';
import { byName, defaulted, list, record, required } from './field-record.ts';
import { boolean, type FieldType, integer, type JsonSchema, lineSchema, name } from './field-type.ts';

const since = '0.1.0';
const byModules = 'phase `modules`';
const byTrust = 'phase `trust`';
/** Modules of one node; see the phase `modules`. */
const maximumModules = 64;

/** A grant as in the manifest of a module, read by the same reader. */
const grantType: FieldType<ReturnType<typeof readGrant>> = {
  summary: `a grant as in the manifest of a module: ${grantedInterfaces.map((id) => `\`${id}\``).join(', ')}`,
  schema: grantSchema(),
  read: (node, reading) => reading.attempt(() => readGrant(node)),
};

const moduleType = record({
  disabled: defaulted(boolean, false, {
    doc: 'The module is not started.',
    by: byModules,
    example: 'disabled: true',
    since,
  }),
  grants: defaulted(
    list(grantType, {
      minimum: 0,
      maximum: grantedInterfaces.length,
      key: (grant) => grant.interface,
    }),
    [],
    {
      doc: 'Narrows what the manifest of the module grants: of each interface listed here the module has what stands here. More than the manifest grants is refused.',
      by: byModules,
      example: 'grants: [{ interface: eft:host/netlink, families: [route], reason: no netfilter here }]',
      since,
    },
  ),
});

/** The settings of modules by name. */
export const modulesField = defaulted(
  byName(moduleName, moduleType, maximumModules),
  {},
  {
    doc: 'Settings of modules, by the name of the module.',
    by: byModules,
    example: 'modules: { network: { disabled: true } }',
    since,
  },
);

const keyType: FieldType<TrustedKey> = {
  summary: 'a key with its scope: `publicKey`, `modules`, `capabilities`, `comment`, as in a trust policy',
  schema: {
    type: 'object',
    properties: {
      publicKey: { ...lineSchema(256), description: 'The line between BEGIN and END of the .pub file.' },
      modules: { ...patterns(modulePattern), description: 'Names of modules that it may sign, or `*`.' },
      capabilities: {
        ...patterns(capabilityPattern),
        description: 'Host interfaces and output kinds that it may sign for, or `*`.',
      },
      comment: lineSchema(maximumCommentLength),
    },
    required: ['publicKey', 'modules', 'capabilities'],
    additionalProperties: false,
  },
  read: (node: DocumentNode, reading) => reading.attempt(() => readTrustedKey(node)),
};

/** Keys that may be revoked. */
const maximumRevoked = 256;
const keyId: NameForm = {
  pattern: /^[0-9a-f]{64}$/,
  limit: 64,
  expected: 'the id of a key',
  form: '64 lower-case hexadecimal digits, as `eft key show` tells it; in quotes if they are all decimal',
};

/** The operator's own keys. */
export const trustField = defaulted(
  record({
    keys: defaulted(list(keyType, { minimum: 0, maximum: maximumKeys, key: ({ key }) => key.kid }), [], {
      doc: "The operator's own keys, each with what it may sign. They come to those of the image.",
      by: byTrust,
      example:
        'keys: [{ publicKey: MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, modules: [probe], capabilities: [eft:host/log] }]',
      since,
    }),
    thresholds: defaulted(
      list(
        record({
          module: required(name(modulePattern), {
            doc: 'The name of a module, or `*` for all that are not named.',
            by: byTrust,
            example: 'module: network',
            since,
          }),
          signatures: required(integer(1, maximumSignatures), {
            doc: 'How many keys must have signed it.',
            by: byTrust,
            example: 'signatures: 2',
            since,
          }),
        }),
        { minimum: 0, maximum: maximumPatterns, key: ({ module }) => module },
      ),
      [],
      {
        doc: 'Asks for more signatures on a module than the image does. Fewer are refused.',
        by: byTrust,
        example: 'thresholds: [{ module: network, signatures: 2 }]',
        since,
      },
    ),
    revoked: defaulted(list(name(keyId), { minimum: 0, maximum: maximumRevoked, key: (kid) => kid }), [], {
      doc: "Ids of keys that count no more, the image's too: nothing that they signed is swapped in, and what was swapped in gives way to the image's. The image's own files run on.",
      by: byTrust,
      example: "revoked: ['b5b1a6f1d6e5a3c2908f7e6d5c4b3a29181706f5e4d3c2b1a09f8e7d6c5b4a39']",
      since,
    }),
  }),
  { keys: [], thresholds: [], revoked: [] },
  {
    doc: 'Whose modules this machine runs, besides those of the image.',
    by: byTrust,
    example: 'trust: { thresholds: [{ module: network, signatures: 2 }] }',
    since,
  },
);

function patterns(form: NameForm): JsonSchema {
  return arrayOf(textOf(form), 0, maximumPatterns);
}

function textOf(form: NameForm): JsonSchema {
  return { type: 'string', pattern: form.pattern.source, maxLength: form.limit };
}

function arrayOf(items: JsonSchema, minItems: number, maxItems: number): JsonSchema {
  return { type: 'array', items, minItems, maxItems, uniqueItems: true };
}

/** The JSON Schema of what `readGrant` reads: one form for each interface. */
function grantSchema(): JsonSchema {
  const access = { type: 'string', enum: ['read', 'read-write'] };
  const links = arrayOf(textOf(linkPattern), 1, 16);
  const ports = arrayOf({ type: 'integer', minimum: 1, maximum: 65_535 }, 1, 16);
  const object = (properties: JsonSchema, needed: readonly string[]): JsonSchema => ({
    type: 'object',
    properties,
    required: needed,
    additionalProperties: false,
  });
  const etherType = {
    anyOf: [{ enum: ['arp', 'ipv4', 'ipv6'] }, { type: 'integer', minimum: 1536, maximum: 65_535 }],
  };
  const packet = { ...object({ etherType, links, udpPorts: ports }, ['etherType', 'links']) };
  const parameters: Readonly<
    Record<string, { readonly fields: JsonSchema; readonly needed: readonly string[] }>
  > = {
    'eft:host/files': {
      fields: {
        directories: arrayOf(
          object({ name: textOf(directoryName), path: textOf(absolutePath), access }, [
            'name',
            'path',
            'access',
          ]),
          1,
          16,
        ),
      },
      needed: ['directories'],
    },
    'eft:host/netlink': {
      fields: { families: arrayOf({ type: 'string', enum: netlinkFamilies }, 1, netlinkFamilies.length) },
      needed: ['families'],
    },
    'eft:host/socket': {
      fields: {
        packet: arrayOf(packet, 1, 16),
        udp: arrayOf(object({ ports, links }, ['ports', 'links']), 1, 16),
      },
      needed: [],
    },
    'eft:host/kernel': {
      fields: {
        sysctls: arrayOf(object({ name: textOf(sysctlPattern), access }, ['name', 'access']), 1, 64),
        names: access,
      },
      needed: [],
    },
  };
  const reason = lineSchema(maximumReasonLength);
  return {
    type: 'object',
    oneOf: grantedInterfaces.map((id) => {
      const own = parameters[id];
      const deadline =
        own === undefined ? {} : { deadlineMilliseconds: { type: 'integer', minimum: 1, maximum: 600_000 } };
      const form = object({ interface: { const: id }, reason, ...own?.fields, ...deadline }, [
        'interface',
        'reason',
        ...(own?.needed ?? []),
      ]);
      return own !== undefined && own.needed.length === 0
        ? { ...form, anyOf: Object.keys(own.fields).map((field) => ({ required: [field] })) }
        : form;
    }),
  };
}
