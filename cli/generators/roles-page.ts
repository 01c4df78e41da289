/** docs/reference/roles.md: who may do what, asked of the table itself, method by method. */
import { builtInRoles, type Identity } from '../../supervisor/api/identity.ts';
import { Access, type Called, maintenanceMethods, roleTable } from '../../supervisor/api/roles.ts';

const access = new Access({ type: 'configured', roles: [] });

/** `methods` are all that a node has; `kinds` are those that every node has. */
export function rolesReference(
  methods: readonly (Called & { readonly changes: boolean })[],
  kinds: readonly string[],
): string {
  const sorted = methods.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const rows = sorted.map(({ name, verb, changes }) => {
    const cells = builtInRoles.map((role) => mark(mayCall(role, { name, verb }, kinds)));
    return `| \`${name.replace('eft.v1.', '')}\` | ${verb} | ${changes ? 'yes' : ''} | ${cells.join(' | ')} |`;
  });
  const [backup] = roleTable['os:etcd:backup'];
  return [
    '# Roles',
    '',
    'Who may do what by the API of a node. Generated from the one table that decides it (`supervisor/api/roles.ts`); what is not in it is denied.',
    '',
    'A role is an organization (O) in the certificate of who calls; several add up. The node looks at the certificate itself, by its own clock: it is issued by',
    '`machine.ca`, is for clients, and is not in `machine.api.revoked`. What changes something, and whatever is refused, is in the audit log.',
    '',
    `| method | verb | changes something | ${builtInRoles.map((role) => `\`${role}\``).join(' | ')} |`,
    `| --- | --- | --- | ${builtInRoles.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    '●: yes. ◐: for some kinds of resources or operations. Empty: no.',
    '',
    `\`os:etcd:backup\` may ask for the operation ${backup?.kinds.map((kind) => `\`${kind.replace('operation:', '')}\``).join(', ')} and see operations, and fetch what comes of it.`,
    '',
    'Whoever has any role that the node knows may ask for its version, and for the kinds that he may read.',
    '',
    '## Roles of your own',
    '',
    '`machine.api.roles` of the machine configuration adds roles; a role allows what one of its rules allows. A rule has verbs, and either methods or kinds:',
    '',
    '- `methods`: `eft.v1.MachineService/Logs`, or all of a service, `eft.v1.ModuleService/*`. What the method is about does not matter then.',
    '- `kinds`: `eft:resources/link-status`, or `*`, for calls that are about kinds. A call that is about several has to be allowed for each of them. An operation is',
    '  the kind `operation:TARGET/VERB`.',
    '',
    'A configuration cannot change what the four roles above may do.',
    '',
    '## Without a configuration',
    '',
    `A node in maintenance knows nobody, and does for anyone ${maintenanceMethods.map((name) => `\`${name.replace('eft.v1.', '')}\``).join(' and ')}: nothing else.`,
    '',
  ].join('\n');
}

type May = 'all' | 'some' | 'none';

function mayCall(role: string, method: Called, kinds: readonly string[]): May {
  if (isAllowed(role, method, undefined)) return 'all';
  const named = [...kinds, ...kindsInRules(role)];
  return isAboutKinds(method) && named.some((kind) => isAllowed(role, method, kind)) ? 'some' : 'none';
}

/** Methods that are about resources of a kind, or ask for an operation. */
function isAboutKinds({ name }: Called): boolean {
  return ['Get', 'List', 'Watch', 'PutOperation'].some((method) => name === `eft.v1.StateService/${method}`);
}

function kindsInRules(role: string): readonly string[] {
  return Object.entries(roleTable).flatMap(([name, rules]) =>
    name === role ? rules.flatMap(({ kinds }) => kinds) : [],
  );
}

function isAllowed(role: string, method: Called, kind: string | undefined): boolean {
  const identity: Identity = { type: 'client', name: 'somebody', roles: [role], fingerprint: '', peer: '' };
  try {
    access.check(identity, method, kind === undefined ? [] : [{ kind }]);
    return true;
  } catch {
    return false;
  }
}

function mark(may: May): string {
  return { all: '●', some: '◐', none: '' }[may];
}
