/**
 * The machine configuration: every field there is, in one table. Validation, the reference page (docs/reference/config.md), the JSON Schema
 * for editors (docs/reference/config.schema.json) and the TypeScript types all come from it.
 *
 * A field is here only if something acts on it, and says what. What the reference system has and Eft has not yet is in
 * reference-import/, where a person who brings a configuration along is told so.
 */

import { apiField, authorityField } from './api-schema.ts';
import { byName, defaulted, list, optional, record, required } from './field-record.ts';
import { choice, name, setting, type ValueOf } from './field-type.ts';
import { server } from './forms.ts';
import { modulesField, trustField } from './module-schema.ts';
import { networkType } from './network-schema.ts';
import { sysctlName } from './sysctl-names.ts';

const since = '0.1.0';
const maximumSysctls = 256;
const maximumSettingLength = 256;
const maximumTimeServers = 16;

/** What `apiVersion` and `kind` say, so that a file can be told from any other, and a later form from this one. */
export const apiVersion = 'eft/v1alpha1';
export const kind = 'MachineConfig';

const machineType = record({
  type: required(choice(['controlplane', 'worker']), {
    doc: 'What the machine is for. Nothing differs by it before the modules of Kubernetes are there; it is required so that no configuration has to be guessed about then.',
    by: 'the supervisor, in what it says of the node',
    example: 'type: worker',
    since,
  }),
  network: optional(networkType, {
    doc: 'Names, links, addresses, routes and name servers.',
    by: 'module `network`',
    example: 'network: { hostname: worker-1 }',
    since,
    otherwise: 'what the kernel command line says, or DHCP on every network card',
  }),
  time: optional(
    record({
      servers: required(
        list(name(server), { minimum: 1, maximum: maximumTimeServers, key: (item) => item }),
        {
          doc: 'Time servers by name or address. They are told to whoever sets the clock; no module does that yet.',
          by: 'module `network`, which shows them in `time-server-status`',
          example: 'servers: [time.example.org, 10.0.0.3]',
          since,
        },
      ),
    }),
    {
      doc: 'Where the time comes from.',
      by: 'module `network`',
      example: 'time: { servers: [time.example.org] }',
      since,
      otherwise: 'the time servers of the kernel command line or of the lease',
    },
  ),
  sysctls: defaulted(
    byName(sysctlName, setting(maximumSettingLength), maximumSysctls),
    {},
    {
      doc: 'Settings of the kernel, set after those that every node has. What hardens the kernel cannot be set.',
      by: 'phase `sysctls`',
      example: 'sysctls: { net.core.somaxconn: 4096 }',
      since,
    },
  ),
  modules: modulesField,
  trust: trustField,
  ca: authorityField,
  api: apiField,
});

/** The whole document. */
export const configType = record({
  apiVersion: required(choice([apiVersion]), {
    doc: 'The form that the file has.',
    by: 'the reader of the configuration',
    example: `apiVersion: ${apiVersion}`,
    since,
  }),
  kind: required(choice([kind]), {
    doc: 'What the file is.',
    by: 'the reader of the configuration',
    example: `kind: ${kind}`,
    since,
  }),
  machine: required(machineType, {
    doc: 'The machine.',
    by: 'the reader of the configuration',
    example: 'machine: { type: worker }',
    since,
  }),
});

/** What a machine configuration says once it has been read: everything in it is sound, and what has a default is there. */
export type MachineConfig = ValueOf<typeof configType>;
