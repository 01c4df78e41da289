/**
 * The parts of the schema that say who may use the API of the machine: the authority whose certificates count, the names that the machine answers to,
 * and roles of the operator's own.
 *
 * What is wrong with a certificate or a key is said without a word of what stands there: who mixes the two up must not find the key in an error.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { verbs } from '../api/method.ts';
import type { DocumentNode, NameForm } from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import { defaulted, list, nodeAt, optional, type RecordCheck, record, required } from './field-record.ts';
import { choice, type FieldType, name, secret } from './field-type.ts';
import { server } from './forms.ts';
import type { Reading, SecretHandle } from './reading.ts';

const since = '0.1.0';
const byGateway = 'phase `api`';
/** Names and addresses that the machine's certificate has besides those that the machine finds out itself. */
const maximumNames = 32;
const maximumRevoked = 256;
const maximumRoles = 32;
const maximumRules = 32;
/** Kinds or methods of one rule. */
const maximumSubjects = 64;
/** Characters of a certificate or key in PEM: an authority with a long name, and room. */
const maximumPem = 8192;
const minimumPem = 64;

/** RFC 7468, sections 3 and 5: lines of at most 76 characters are read, more than its 64. */
function pemPattern(label: string): RegExp {
  return new RegExp(`^-----BEGIN ${label}-----\\n(?:[A-Za-z0-9+/=]{1,76}\\n)+-----END ${label}-----\\n?$`);
}

const certificatePattern = pemPattern('CERTIFICATE');
const keyPattern = pemPattern('PRIVATE KEY');

const certificateType: FieldType<string> = {
  summary: 'a certificate in PEM, of an authority',
  schema: { type: 'string', pattern: certificatePattern.source, maxLength: maximumPem },
  read: (node, reading) => {
    const text = node.kind === 'text' ? node.value : '';
    const reason = certificateFault(text);
    if (reason === undefined) return text;
    const { path, place } = node.where;
    reading.add(EftError.of('config.certificate', { path, reason }, { place }));
    return undefined;
  },
};

function certificateFault(text: string): string | undefined {
  if (text.length > maximumPem || !certificatePattern.test(text)) return 'this is no certificate in PEM';
  try {
    const certificate = new X509Certificate(text);
    if (!certificate.ca) return 'the certificate is none of an authority: it does not say CA:TRUE';
    // An authority below another one would need the other one's certificate too, and there is room for one.
    return certificate.verify(certificate.publicKey) ? undefined : 'the certificate is not signed by itself';
  } catch {
    return 'there is no certificate in this PEM';
  }
}

const keyText = secret(minimumPem, maximumPem);

const keyType: FieldType<SecretHandle> = {
  ...keyText,
  summary: 'a private key in PEM (PKCS #8), of ECDSA with P-256 or of Ed25519; secret',
  schema: { ...keyText.schema, pattern: keyPattern.source },
  read: (node, reading) => {
    const reason = node.kind === 'text' ? privateKeyFault(node.value) : undefined;
    if (reason === undefined) return keyText.read(node, reading);
    addKeyFault(node, reading, reason);
    return undefined;
  },
};

function addKeyFault({ where: { path, place } }: DocumentNode, reading: Reading, reason: string): void {
  reading.add(EftError.of('config.secret-key', { path, reason }, { place }));
}

function privateKeyFault(text: string): string | undefined {
  if (text.length < minimumPem || text.length > maximumPem || !keyPattern.test(text)) {
    return 'this is no private key in PEM of PKCS #8';
  }
  const key = privateKeyOf(text);
  if (key === undefined) return 'there is no private key in this PEM';
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isKnown = type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1');
  return isKnown ? undefined : 'the key is neither of ECDSA with P-256 nor of Ed25519';
}

function privateKeyOf(text: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, format: 'pem' });
  } catch {
    return undefined;
  }
}

type Authority = { readonly crt: string; readonly key: SecretHandle };

const keyBelongs: RecordCheck<Authority> = ({ crt, key }, node, reading) => {
  const privateKey = privateKeyOf(reading.secrets.get(key.secret) ?? '');
  if (privateKey !== undefined && new X509Certificate(crt).checkPrivateKey(privateKey)) return;
  addKeyFault(nodeAt(node, ['key']), reading, 'the key does not belong to the certificate in `crt`');
};

const exampleCertificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBNzCB6qADAgECAgEBMAUGAytlcDASMRAwDgYDVQQDDAdleGFtcGxlMCAXDTI2',
  'MTEyMzA5MjcwNVoYDzIxMjYxMDMwMDkyNzA1WjASMRAwDgYDVQQDDAdleGFtcGxl',
  'MCowBQYDK2VwAyEAZSJLZNOZJd7vQgyAd39dZXvXnDJkjbTioBsoPBxFolCjYzBh',
  'MB0GA1UdDgQWBBQNzyhny2547JD3rU7l3E3YU75TYDAfBgNVHSMEGDAWgBQNzyhn',
  'y2547JD3rU7l3E3YU75TYDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIC',
  'BDAFBgMrZXADQQDxb20ucuVbnpSCn1aC83/kADL9aQABAIPjKE4uEykiJSwUF7Ur',
  'il6dE69vYit1yACW/wPDVEITLpn1ngw4VYgG',
  '-----END CERTIFICATE-----',
];
/** Of an authority that nobody has. */
const exampleKey = [
  '-----BEGIN PRIVATE KEY-----',
  'MC4CAQAwBQYDK2VwBCIEIGku3kpJQPfnNnTSio/7X5LeaK13NZRFdPHETn9jPPrR',
  '-----END PRIVATE KEY-----',
];

function exampleOf(field: string, lines: readonly string[], indent = ''): string {
  return [`${indent}${field}: |`, ...lines.map((line) => `${indent}  ${line}`)].join('\n');
}

/** The authority of the machine's API. */
export const authorityField = optional(
  record(
    {
      crt: required(certificateType, {
        doc: 'The certificate of the authority. Who calls the API must have a certificate that it has signed.',
        by: byGateway,
        example: exampleOf('crt', exampleCertificate),
        since,
      }),
      key: required(keyType, {
        doc: 'The key of the certificate. With it the supervisor signs the certificate of the gateway, which lives for hours.',
        by: byGateway,
        example: exampleOf('key', exampleKey),
        since,
      }),
    },
    keyBelongs,
  ),
  {
    doc: 'The authority of the API: it signs the certificates of those who call it and of the machine itself. `eft config gen` makes one.',
    by: byGateway,
    example: ['ca:', exampleOf('crt', exampleCertificate, '  '), exampleOf('key', exampleKey, '  ')].join(
      '\n',
    ),
    since,
    otherwise: 'the machine has no API',
  },
);

/** A serial number or fingerprint, as OpenSSL prints them, with or without colons. */
const hexDigits: NameForm = {
  pattern: /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){0,31}$/,
  limit: 95,
  expected: 'a serial number or a SHA-256 fingerprint in hexadecimal',
  form: 'pairs of hexadecimal digits, with or without colons, as `openssl x509 -noout -serial -fingerprint -sha256` shows them; in quotes if they are all decimal',
};

/** The names of Eft's own roles begin with `os:`, and a configuration cannot change what they may. */
const roleName: NameForm = {
  pattern: /^(?!os:)[a-z][a-z0-9]*(?:[:-][a-z0-9]+)*$/,
  limit: 63,
  expected: 'the name of a role of your own',
  form: 'lower-case words of letters and digits with `:` or `-` between, at most 63 characters, not beginning with `os:`: `team:backup`',
};

const kindPattern: NameForm = {
  pattern:
    /^(?:\*|[a-z][a-z0-9]*(?:-[a-z0-9]+)*:[a-z][a-z0-9]*(?:-[a-z0-9]+)*\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/,
  limit: 128,
  expected: 'a kind or `*`',
  form: 'the name of a kind, such as `eft:resources/link-status`, or `*` for all',
};

/** Such as grpc's full name of a method, without the first slash. */
const methodPattern: NameForm = {
  pattern: /^eft\.v1\.[A-Z][A-Za-z]*\/(?:\*|[A-Z][A-Za-z]*)$/,
  limit: 128,
  expected: 'a method of the API',
  form: 'a method such as `eft.v1.MachineService/Reboot`, or all of a service: `eft.v1.ModuleService/*`',
};

type Rule = { readonly kinds?: readonly string[]; readonly methods?: readonly string[] };

const kindsOrMethods: RecordCheck<Rule> = ({ kinds, methods }, node, reading) => {
  if ((kinds === undefined) !== (methods === undefined)) return;
  const { path, place } = node.where;
  const reason = kinds === undefined ? 'has neither' : 'has both';
  reading.add(EftError.of('config.role-rule', { path, reason }, { place }));
};

const ruleType = record(
  {
    verbs: required(list(choice(verbs), { minimum: 1, maximum: verbs.length, key: (verb) => verb }), {
      doc: 'What may be done.',
      by: byGateway,
      example: 'verbs: [read]',
      since,
    }),
    kinds: optional(
      list(name(kindPattern), { minimum: 1, maximum: maximumSubjects, key: (entry) => entry }),
      {
        doc: 'The kinds of resources that it may be done with. A rule has either `kinds` or `methods`.',
        by: byGateway,
        example: 'kinds: [eft:resources/link-status]',
        since,
        otherwise: 'the rule is about methods',
      },
    ),
    methods: optional(
      list(name(methodPattern), { minimum: 1, maximum: maximumSubjects, key: (entry) => entry }),
      {
        doc: 'The methods that may be called, as far as what they do is one of the `verbs`.',
        by: byGateway,
        example: 'methods: [eft.v1.MachineService/Logs]',
        since,
        otherwise: 'the rule is about kinds',
      },
    ),
  },
  kindsOrMethods,
);

const roleType = record({
  name: required(name(roleName), {
    doc: 'The name, as it stands in the organization (O) of a certificate.',
    by: byGateway,
    example: 'name: team:watch',
    since,
  }),
  rules: required(list(ruleType, { minimum: 1, maximum: maximumRules }), {
    doc: 'What the role may do: anything that one of the rules allows, and nothing else.',
    by: byGateway,
    example: 'rules: [{ verbs: [read], kinds: [eft:resources/link-status] }]',
    since,
  }),
});

/** Who may do what by the API. */
export const apiField = defaulted(
  record({
    names: defaulted(list(name(server), { minimum: 0, maximum: maximumNames, key: (entry) => entry }), [], {
      doc: 'Names and addresses by which the machine is reached besides its own, such as those of a load balancer: they stand in its certificate.',
      by: byGateway,
      example: 'names: [worker-1.example.org, 192.0.2.10]',
      since,
    }),
    revoked: defaulted(
      list(name(hexDigits), { minimum: 0, maximum: maximumRevoked, key: (entry) => certificateMark(entry) }),
      [],
      {
        doc: 'Certificates that do not count any more, by serial number or by SHA-256 fingerprint.',
        by: byGateway,
        example: "revoked: ['5D:2B:00:91']",
        since,
      },
    ),
    roles: defaulted(list(roleType, { minimum: 0, maximum: maximumRoles, key: ({ name }) => name }), [], {
      doc: "Roles of the operator's own, besides `os:admin`, `os:operator`, `os:reader` and `os:etcd:backup`.",
      by: byGateway,
      example:
        'roles: [{ name: team:watch, rules: [{ verbs: [read], kinds: [eft:resources/link-status] }] }]',
      since,
    }),
  }),
  { names: [], revoked: [], roles: [] },
  {
    doc: 'Who may do what by the API.',
    by: byGateway,
    example: 'api: { names: [worker-1.example.org] }',
    since,
  },
);

/** A serial number or fingerprint in one form: lower-case digits, without colons; a serial number also without zeros before it. */
export function certificateMark(text: string): string {
  const digits = text.replaceAll(':', '').toLowerCase();
  // SHA-256 has 64 digits; a serial number has at most 20 bytes (RFC 5280, 4.1.2.2).
  return digits.length === 64 ? digits : digits.replace(/^0+(?=.)/, '');
}
